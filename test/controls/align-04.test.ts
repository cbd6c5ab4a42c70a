import { align04 } from '../../lambda/controls/align-04.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import {
  ACCOUNT,
  dkimStatus,
  gone,
  identityFacts,
  mailFromStatus,
  recordOf,
  REGION,
  servfail,
  silent,
  subdomainFacts,
  withoutMailFrom,
} from './facts.ts';
import { describeControl } from './paired.ts';

type Change = (facts: IdentityFacts) => unknown;
const facts = (...changes: Change[]) => identityFacts((one) => changes.forEach((change) => change(one)));
const dkimLost: Change = (one) => one.dkimRecords.forEach(gone);
const rotating: Change = (one) => {
  one.ses.dkim.currentKeyBits = 1024;
  if (one.signer) one.signer.currentKeyBits = 1024;
};
const on = (controlId: string) => ({
  controlId,
  subject: { kind: 'identity', accountId: ACCOUNT, region: REGION, name: 'example.com' } as const,
});

describeControl(align04, [
  {
    when: 'both align',
    facts: facts(),
    says: {
      status: 'PASS',
      reason: 'SECOND_LEG_STANDS',
      evidence: { ifDkimFailed: 'SPF_ONLY', ifSpfFailed: 'DKIM_ONLY', pending: [] },
    },
  },
  {
    when: 'both align while the key is switched: the second leg bridges it',
    facts: facts(rotating),
    says: { status: 'PASS', reason: 'SECOND_LEG_STANDS', evidence: { pending: ['KEY_ROTATION'] } },
  },
  {
    when: 'DKIM aligns alone, and nothing is under way',
    facts: facts(withoutMailFrom),
    says: {
      status: 'PASS',
      reason: 'ONE_LEG_STEADY',
      evidence: { ifDkimFailed: 'NONE', ifSpfFailed: 'DKIM_ONLY' },
    },
  },
  {
    when: 'SPF aligns alone, and nothing is under way',
    facts: facts(dkimLost),
    says: {
      status: 'PASS',
      reason: 'ONE_LEG_STEADY',
      evidence: { ifDkimFailed: 'SPF_ONLY', ifSpfFailed: 'NONE' },
    },
  },
  {
    when: 'DKIM aligns alone while its key is switched',
    facts: facts(withoutMailFrom, rotating),
    says: {
      status: 'WARN',
      reason: 'SINGLE_POINT_OF_FAILURE',
      severity: 'MEDIUM',
      summary:
        'If the one leg that aligns with example.com failed, nothing would be left, and its DKIM key is being switched',
      evidence: { ifDkimFailed: 'NONE', pending: ['KEY_ROTATION'] },
      fixText: /custom MAIL FROM/,
      cause: on('MF-01'),
    },
  },
  {
    when: 'DKIM aligns alone under aspf=s while its key is switched: strictness is why SPF is no second leg',
    facts: facts(rotating, ({ alignment }) => {
      Object.assign(alignment, {
        aspf: 's',
        spf: { domain: 'bounce.example.com', real: false, relaxed: true },
      });
    }),
    says: {
      status: 'WARN',
      reason: 'SINGLE_POINT_OF_FAILURE',
      severity: 'MEDIUM',
      cause: on('ALIGN-02'),
    },
  },
  {
    when: 'DKIM aligns alone with one key lost',
    facts: facts(withoutMailFrom, (one) => gone(recordOf(one, 0))),
    says: {
      status: 'WARN',
      reason: 'SINGLE_POINT_OF_FAILURE',
      severity: 'MEDIUM',
      evidence: { pending: ['DKIM_KEY_LOST'] },
      cause: on('DKIM-05'),
    },
  },
  {
    when: 'DKIM aligns alone while the MAIL FROM falls back',
    facts: facts((one) => mailFromStatus(one, 'TEMPORARY_FAILURE')),
    says: {
      status: 'WARN',
      reason: 'SINGLE_POINT_OF_FAILURE',
      severity: 'MEDIUM',
      evidence: { pending: ['MAIL_FROM_FALLBACK'] },
      cause: on('MF-02'),
    },
  },
  {
    when: 'SPF aligns alone while DKIM is switched (BYODKIM or back)',
    facts: facts((one) => {
      dkimStatus(one, 'PENDING');
      one.effective.dkim = { kind: 'own', signer: 'example.com', signingDomain: 'example.com' };
    }),
    says: {
      status: 'WARN',
      reason: 'SINGLE_POINT_OF_FAILURE',
      severity: 'MEDIUM',
      evidence: { verdict: 'SPF_ONLY', ifSpfFailed: 'NONE', pending: ['DKIM_SWITCH'] },
      fixText: /DKIM of the From domain/,
      cause: on('DKIM-02'),
    },
  },
  {
    when: 'neither aligns',
    facts: facts(withoutMailFrom, dkimLost),
    says: { status: 'NOT_APPLICABLE', reason: 'NOTHING_STANDS', evidence: { ifDkimFailed: 'NONE' } },
  },
  {
    when: 'DKIM aligns, SPF is unknown, and a key is switched: a second leg may stand',
    facts: facts(rotating, (one) => one.mailFrom && (one.mailFrom.mx = servfail())),
    says: {
      status: 'UNKNOWN',
      reason: 'LEG_UNKNOWN',
      evidence: { ifDkimFailed: 'unknown', ifSpfFailed: 'DKIM_ONLY' },
    },
  },
  {
    when: 'DKIM aligns, SPF is unknown, and nothing is under way: passing either way',
    facts: facts((one) => one.mailFrom && (one.mailFrom.mx = servfail())),
    says: { status: 'PASS', reason: 'SECOND_LEG_STANDS' },
  },
  {
    when: 'everything is unknown',
    facts: facts(
      (one) => one.dkimRecords.forEach(silent),
      (one) => one.mailFrom && (one.mailFrom.mx = servfail()),
    ),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
  },
  {
    when: 'the subdomain waits for its first verification under a parent that is verified: it can send',
    facts: subdomainFacts((one) => Object.assign(one.ses, { verificationStatus: 'PENDING' })),
    says: { status: 'PASS', reason: 'SECOND_LEG_STANDS' },
  },
  {
    when: 'the identity waits for its first verification',
    facts: facts((one) => {
      Object.assign(one.ses, { verificationStatus: 'PENDING', verifiedForSending: false });
      delete one.effective.winner;
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_YET_VERIFIED' },
  },
]);
