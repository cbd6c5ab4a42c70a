import { dang03 } from '../../lambda/controls/dang-03.ts';
import type { DomainFacts, ZoneRecord } from '../../lambda/facts/types.ts';
import { summary } from './domain-identities.ts';
import { describeControl } from './paired.ts';
import { BOUNCE, deletes, mx, SPF, spf, zoneDomain, zoneScopeCases } from './zone-cases.ts';

const leftBehind = (records: ZoneRecord[], change?: (facts: DomainFacts) => void) =>
  zoneDomain(BOUNCE, records, [], (facts) => {
    facts.sendersBySpf = { identities: [], unread: 0 };
    change?.(facts);
  });
const RECORD = { name: BOUNCE, type: 'TXT' as const, value: SPF };
const cause = { controlId: 'DANG-02', subject: { kind: 'domain', name: BOUNCE } } as const;

describeControl(dang03, [
  {
    when: 'an identity has the name as MAIL FROM',
    facts: zoneDomain(BOUNCE, [mx(), spf()], [summary((one) => (one.use = 'MAIL_FROM'))]),
    says: { status: 'PASS', reason: 'MAIL_FROM_IN_USE' },
  },
  {
    when: 'the MX stands alone',
    facts: leftBehind([mx()]),
    says: { status: 'PASS', reason: 'SPF_NOT_OF_SES' },
  },
  {
    when: 'the record names SES without letting it pass',
    facts: leftBehind([mx(), spf('v=spf1 -include:amazonses.com exists:amazonses.com.example.com -all')]),
    says: { status: 'PASS', reason: 'SPF_NOT_OF_SES' },
  },
  {
    when: 'the record redirects to SES, which its own all makes void',
    facts: leftBehind([mx(), spf('v=spf1 -all redirect=amazonses.com')]),
    says: { status: 'PASS', reason: 'SPF_NOT_OF_SES' },
  },
  {
    when: 'the record that was left behind redirects to SES',
    facts: leftBehind([mx(), spf('v=spf1 redirect=amazonses.com')]),
    says: {
      status: 'WARN',
      reason: 'SPF_LEFT_BEHIND',
      severity: 'MEDIUM',
      remove: [{ ...RECORD, value: 'v=spf1 redirect=amazonses.com' }],
      publish: [],
    },
  },
  {
    when: 'the record was left behind',
    facts: leftBehind([mx(), spf()]),
    says: {
      status: 'WARN',
      reason: 'SPF_LEFT_BEHIND',
      severity: 'MEDIUM',
      remove: [RECORD],
      publish: [],
      evidence: { deletion: [deletes(spf())] },
      cause,
    },
  },
  {
    when: 'a sender above it has SPF alone',
    facts: leftBehind(
      [mx(), spf(SPF, { alone: false })],
      (facts) => (facts.sendersBySpf = { identities: ['example.com in 111111111111 eu-west-1'], unread: 0 }),
    ),
    says: {
      status: 'FAIL',
      reason: 'SPF_LEFT_BEHIND_RELIED_ON',
      severity: 'HIGH',
      summary: `No identity uses ${BOUNCE} as MAIL FROM, but its SPF record still authorises SES, and example.com in 111111111111 eu-west-1 aligns by SPF alone`,
      remove: [RECORD],
      cause: null,
    },
  },
  ...zoneScopeCases((change: (facts: DomainFacts) => void) => leftBehind([mx(), spf()], change)),
]);
