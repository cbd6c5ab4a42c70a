import { mf07 } from '../../lambda/controls/mf-07.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import {
  ACCOUNT,
  addressFacts,
  found,
  gone,
  identityFacts,
  mailFromStatus,
  nxdomain,
  REGION,
  servfail,
  silent,
  withoutMailFrom,
} from './facts.ts';
import { describeControl } from './paired.ts';

const rejecting = (change?: (facts: IdentityFacts) => void) =>
  identityFacts((facts) => {
    if (facts.ses.mailFrom) facts.ses.mailFrom.behaviorOnMxFailure = 'REJECT_MESSAGE';
    if (facts.effective.mailFrom) facts.effective.mailFrom.behaviorOnMxFailure = 'REJECT_MESSAGE';
    change?.(facts);
  });
const mx = (facts: IdentityFacts, fact: NonNullable<IdentityFacts['mailFrom']>['mx']) => {
  if (facts.mailFrom) facts.mailFrom.mx = fact;
};
const here = { kind: 'identity' as const, accountId: ACCOUNT, region: REGION, name: 'example.com' };
const FALL_BACK = `aws sesv2 put-email-identity-mail-from-attributes --email-identity example.com --mail-from-domain bounce.example.com --behavior-on-mx-failure USE_DEFAULT_VALUE --region ${REGION}`;

describeControl(mf07, [
  {
    when: 'SES would reject, and all is well',
    facts: rejecting(),
    says: {
      status: 'PASS',
      reason: 'REJECTS_IF_BROKEN',
      evidence: { behaviorOnMxFailure: 'REJECT_MESSAGE' },
    },
  },
  {
    when: 'SES would fall back, and DKIM aligns',
    facts: identityFacts(),
    says: { status: 'PASS', reason: 'FALLS_BACK' },
  },
  ...(['PENDING', 'FAILED', 'TEMPORARY_FAILURE'] as const).map((status) => ({
    when: `the MAIL FROM is ${status}`,
    facts: rejecting((facts) => mailFromStatus(facts, status)),
    says: {
      status: 'FAIL' as const,
      reason: 'MAIL_REFUSED' as const,
      severity: 'HIGH' as const,
      reasonClass: 2,
      command: FALL_BACK,
      fixText: /DKIM aligns without it/,
      cause: { controlId: 'MF-02', subject: here },
    },
  })),
  {
    when: 'the MX is gone, and SES has not noticed',
    facts: rejecting((facts) => mx(facts, nxdomain())),
    says: {
      status: 'FAIL',
      reason: 'MAIL_SOON_REFUSED',
      severity: 'HIGH',
      reasonClass: 1,
      command: FALL_BACK,
      cause: { controlId: 'MF-03', subject: { kind: 'domain', name: 'bounce.example.com' } },
    },
  },
  {
    when: 'the MX names another host, and DKIM does not align either',
    facts: rejecting((facts) => {
      mx(facts, found([{ preference: 10, exchange: 'mx.example.com' }]));
      facts.dkimRecords.forEach(gone);
    }),
    says: {
      status: 'FAIL',
      reason: 'MAIL_SOON_REFUSED',
      severity: 'HIGH',
      fixText: /it will not align, because DKIM does not either/,
      cause: { controlId: 'MF-04', subject: here },
    },
  },
  {
    when: 'SES would fall back, and no DKIM key is live',
    facts: identityFacts((facts) => facts.dkimRecords.forEach(gone)),
    says: {
      status: 'WARN',
      reason: 'FALLBACK_UNALIGNED',
      severity: 'MEDIUM',
      cause: { controlId: 'DKIM-05', subject: here },
    },
  },
  {
    when: 'SES would fall back, and DKIM signs with a domain that does not align',
    facts: identityFacts((facts) => {
      if (facts.alignment.dkim) facts.alignment.dkim.real = false;
    }),
    says: {
      status: 'WARN',
      reason: 'FALLBACK_UNALIGNED',
      severity: 'MEDIUM',
      cause: { controlId: 'DKIM-03', subject: here },
    },
  },
  {
    when: 'SES would fall back, and whether DKIM aligns is not known',
    facts: identityFacts((facts) => facts.dkimRecords.forEach(silent)),
    says: { status: 'UNKNOWN', reason: 'DKIM_LEG_UNKNOWN' },
  },
  {
    when: 'SES would reject, and the MX does not answer',
    facts: rejecting((facts) => mx(facts, servfail())),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'SES would reject, and the MX was not asked',
    facts: rejecting((facts) => delete facts.mailFrom),
    says: { status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' },
  },
  {
    when: 'it waits for its first verification',
    facts: identityFacts((facts) => {
      Object.assign(facts.ses, { verificationStatus: 'PENDING', verifiedForSending: false });
      delete facts.effective.winner;
      facts.effective.dkim = { kind: 'none' };
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_YET_VERIFIED' },
  },
  {
    when: 'none is set',
    facts: identityFacts(withoutMailFrom),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_MAIL_FROM' },
  },
  {
    when: 'its domain’s counts for an address',
    facts: addressFacts((facts) => {
      facts.effective.winner = 'example.com';
      if (facts.effective.mailFrom) facts.effective.mailFrom.identity = 'example.com';
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'INHERITED' },
  },
]);
