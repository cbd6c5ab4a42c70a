import { dang02 } from '../../lambda/controls/dang-02.ts';
import type { DomainFacts } from '../../lambda/facts/types.ts';
import { defaultMailFrom, elsewhere, summary } from './domain-identities.ts';
import { describeControl } from './paired.ts';
import { ACCOUNT, BOUNCE, deletes, mx, REGION, spf, zoneDomain, zoneScopeCases } from './zone-cases.ts';

const user = summary((one) => (one.use = 'MAIL_FROM'));
const failed = summary((one) => {
  one.use = 'MAIL_FROM';
  if (one.mailFrom) one.mailFrom.status = 'FAILED';
});
/** Not verified itself: the settings in effect are another's, and only its own name the MAIL FROM domain. */
const unverified = summary((one) => {
  one.use = 'MAIL_FROM';
  defaultMailFrom(one);
});
const RECORD = { name: BOUNCE, type: 'MX' as const, value: mx().value };
const cause = {
  controlId: 'MF-02',
  subject: { kind: 'identity', accountId: ACCOUNT, region: REGION, name: 'example.com' },
} as const;

describeControl(dang02, [
  {
    when: 'an identity uses it',
    facts: zoneDomain(BOUNCE, [mx(), spf()], [user]),
    says: { status: 'PASS', reason: 'MX_OF_MAIL_FROM', evidence: { usedBy: '111111111111 eu-west-1' } },
  },
  {
    when: 'one of two that have it is verified, and not all was seen',
    facts: zoneDomain(
      BOUNCE,
      [mx()],
      [failed, elsewhere((one) => (one.use = 'MAIL_FROM'))],
      (facts) => (facts.coverageComplete = false),
    ),
    says: { status: 'PASS', reason: 'MX_OF_MAIL_FROM', evidence: { usedBy: '111111111111 us-east-1' } },
  },
  {
    when: 'nobody has it as MAIL FROM',
    facts: zoneDomain(BOUNCE, [mx()], []),
    says: {
      status: 'WARN',
      reason: 'MAIL_FROM_DANGLING',
      severity: 'MEDIUM',
      remove: [RECORD],
      publish: [],
      evidence: { deletion: [deletes(mx())] },
      cause: null,
    },
  },
  {
    when: 'it is a From domain that nobody has as MAIL FROM',
    facts: zoneDomain(BOUNCE, [mx()], [summary((one) => (one.domain = BOUNCE))], (facts) => {
      for (const one of facts.identities ?? []) defaultMailFrom(one);
    }),
    says: { status: 'WARN', reason: 'MAIL_FROM_DANGLING', severity: 'MEDIUM' },
  },
  {
    when: 'SES has not verified it for the identity that has it',
    facts: zoneDomain(BOUNCE, [mx()], [failed]),
    says: { status: 'WARN', reason: 'MAIL_FROM_INACTIVE', severity: 'MEDIUM', remove: [], cause },
  },
  {
    when: 'the identity that has it is not verified itself',
    facts: zoneDomain(BOUNCE, [mx()], [unverified]),
    says: { status: 'WARN', reason: 'MAIL_FROM_INACTIVE', severity: 'MEDIUM', remove: [], cause },
  },
  ...zoneScopeCases((change: (facts: DomainFacts) => void) => {
    const facts = zoneDomain(BOUNCE, [mx()], []);
    change(facts);
    return facts;
  }),
]);
