import { dkim02 } from '../../lambda/controls/dkim-02.ts';
import type { IdentityFacts, VerificationStatus } from '../../lambda/facts/types.ts';
import {
  ACCOUNT,
  addressFacts,
  bareTxt,
  before,
  belowPendingDomain,
  byodkim,
  contextOf,
  dkimStatus,
  found,
  freemailFacts,
  gone,
  hoursAgo,
  identityFacts,
  loneAddressFacts,
  recordOf,
  REGION,
  silent,
  subdomainFacts,
  switchedOffSubdomainFacts,
} from './facts.ts';
import { describeControl } from './paired.ts';

const CNAMES = ['tokena', 'tokenb', 'tokenc'].map((token) => ({
  name: `${token}._domainkey.example.com`,
  type: 'CNAME' as const,
  value: `${token}.dkim.amazonses.com`,
}));
const identity = (name: string) =>
  ({ kind: 'identity', accountId: '111111111111', region: 'eu-west-1', name }) as const;

const status = (value: VerificationStatus, change?: (facts: IdentityFacts) => void) =>
  identityFacts((facts) => {
    dkimStatus(facts, value);
    facts.ses.dkim.lastKeyGeneration = hoursAgo(12);
    change?.(facts);
  });

describeControl(dkim02, [
  { when: 'SES has verified it', facts: identityFacts(), says: { status: 'PASS', reason: 'DKIM_VERIFIED' } },
  {
    when: 'it is verified and switched off: DKIM-01 speaks',
    facts: identityFacts((facts) => (facts.ses.dkim.signingEnabled = false)),
    says: { status: 'PASS', reason: 'DKIM_VERIFIED_BUT_DISABLED' },
  },
  {
    when: 'it was never set up',
    facts: status('NOT_STARTED', (facts) => (facts.ses.dkim.tokens = [])),
    says: {
      status: 'FAIL',
      reason: 'DKIM_NOT_STARTED',
      severity: 'HIGH',
      command:
        'aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --signing-attributes-origin AWS_SES --signing-attributes NextSigningKeyLength=RSA_2048_BIT --region eu-west-1',
    },
  },
  {
    when: 'a subdomain without keys of its own is switched off, under a parent that signs: DKIM-01 speaks',
    facts: switchedOffSubdomainFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'INHERITED' },
  },
  {
    when: 'it is pending for 12 hours and the records are live',
    facts: status('PENDING'),
    says: {
      status: 'WARN',
      reason: 'DKIM_PENDING',
      severity: 'MEDIUM',
      publish: [],
      fixText: /^Wait: DNS has the CNAME records/,
      cause: null,
    },
  },
  {
    when: 'it is pending and a record is missing: DKIM-05 is the cause',
    facts: status('PENDING', (facts) => gone(recordOf(facts, 0))),
    says: {
      status: 'WARN',
      reason: 'DKIM_PENDING',
      severity: 'MEDIUM',
      publish: CNAMES.slice(0, 1),
      cause: { controlId: 'DKIM-05', subject: identity('example.com') },
    },
  },
  {
    when: 'it is pending beyond the grace period',
    facts: status('PENDING', (facts) => (facts.ses.dkim.lastKeyGeneration = hoursAgo(100))),
    says: { status: 'FAIL', reason: 'DKIM_PENDING', severity: 'MEDIUM' },
  },
  {
    when: 'the grace period is set longer',
    facts: status('PENDING', (facts) => (facts.ses.dkim.lastKeyGeneration = hoursAgo(100))),
    context: contextOf({
      settings: { thresholds: { ...contextOf().settings.thresholds, pendingGraceHours: 200 } },
    }),
    says: { status: 'WARN', reason: 'DKIM_PENDING', severity: 'MEDIUM' },
  },
  {
    when: 'BYODKIM is pending since we first saw it so, 80 hours ago',
    facts: status('PENDING', byodkim),
    context: contextOf({
      before: before({
        'DKIM-02': { status: 'WARN', reason: 'DKIM_PENDING', evidence: { pendingSince: hoursAgo(80) } },
      }),
    }),
    says: {
      status: 'FAIL',
      reason: 'DKIM_PENDING',
      severity: 'MEDIUM',
      evidence: { pendingSince: hoursAgo(80) },
    },
  },
  {
    when: 'SES no longer sees the records and one is gone',
    facts: status('TEMPORARY_FAILURE', (facts) => gone(recordOf(facts, 1))),
    says: {
      status: 'FAIL',
      reason: 'DKIM_TEMP_FAILURE',
      severity: 'HIGH',
      cause: { controlId: 'DKIM-05', subject: identity('example.com') },
    },
  },
  {
    when: 'SES no longer sees the records, though DNS has them',
    facts: status('TEMPORARY_FAILURE'),
    says: { status: 'WARN', reason: 'DKIM_TEMP_FAILURE', severity: 'MEDIUM' },
  },
  {
    when: 'SES no longer sees the records: each is a TXT with a copy of its key, where it looks for a CNAME',
    facts: status('TEMPORARY_FAILURE', (facts) => {
      for (const record of facts.dkimRecords)
        bareTxt(`p=KEYOF${record.token}`, found([`p=KEYOF${record.token}`]))(record);
    }),
    says: {
      status: 'FAIL',
      reason: 'DKIM_TEMP_FAILURE',
      severity: 'HIGH',
      publish: CNAMES,
      cause: { controlId: 'DKIM-06', subject: identity('example.com') },
    },
  },
  {
    when: 'SES waits, and a record is a TXT with a copy of its key',
    facts: status('PENDING', (facts) =>
      bareTxt('p=KEYOFtokena', found(['p=KEYOFtokena']))(recordOf(facts, 0)),
    ),
    says: {
      status: 'WARN',
      reason: 'DKIM_PENDING',
      severity: 'MEDIUM',
      publish: CNAMES.slice(0, 1),
      cause: { controlId: 'DKIM-06', subject: identity('example.com') },
    },
  },
  {
    when: 'SES no longer sees the records, and DNS does not answer',
    facts: status('TEMPORARY_FAILURE', (facts) => silent(recordOf(facts, 1))),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'SES no longer sees the records, one is gone and one does not answer: wrong either way',
    facts: status('TEMPORARY_FAILURE', (facts) => {
      gone(recordOf(facts, 0));
      silent(recordOf(facts, 1));
    }),
    says: { status: 'FAIL', reason: 'DKIM_TEMP_FAILURE', severity: 'HIGH' },
  },
  {
    when: 'SES gave up: restarting is an act of its own, so it is a line of its own',
    facts: status('FAILED', (facts) => facts.dkimRecords.forEach(gone)),
    says: {
      status: 'FAIL',
      reason: 'DKIM_FAILED',
      severity: 'HIGH',
      publish: CNAMES,
      command: 'aws ses verify-domain-dkim --domain example.com --region eu-west-1',
      cause: null,
    },
  },
  {
    when: 'SES gave up on BYODKIM',
    facts: status('FAILED', byodkim),
    says: { status: 'FAIL', reason: 'DKIM_FAILED', severity: 'HIGH', publish: [], fixText: /selector/ },
  },
  {
    when: 'the address’s domain failed: the domain identity is the cause',
    facts: addressFacts((facts) => dkimStatus(facts, 'FAILED')),
    says: {
      status: 'FAIL',
      reason: 'DKIM_FAILED',
      severity: 'HIGH',
      cause: { controlId: 'DKIM-02', subject: identity('example.com') },
    },
  },
  {
    when: 'only a higher domain than the address’s own is verified, and its DKIM is pending: it is mended there',
    facts: belowPendingDomain(),
    says: {
      status: 'FAIL',
      reason: 'DKIM_NOT_STARTED',
      severity: 'HIGH',
      publish: [],
      fixText: /^Mend DKIM of the domain identity example.com as DKIM-02 there says/,
      cause: { controlId: 'DKIM-02', subject: identity('example.com') },
    },
  },
  {
    when: 'a parent signs: own tokens are not judged',
    facts: subdomainFacts((facts) => (facts.ses.dkim.status = 'FAILED')),
    says: { status: 'NOT_APPLICABLE', reason: 'INHERITED' },
  },
  {
    when: 'an address has no domain identity',
    facts: loneAddressFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_DOMAIN_IDENTITY' },
  },
  {
    when: 'the address is of a mailbox provider',
    facts: freemailFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN' },
  },
  ...(['PENDING', 'FAILED'] as const).map((status) => ({
    when: `it is the replica of another Region’s identity, ${status}, and its records are right`,
    facts: identityFacts((facts) => {
      dkimStatus(facts, status);
      Object.assign(facts.ses.dkim, { origin: 'AWS_SES_US_EAST_1', lastKeyGeneration: hoursAgo(100) });
    }),
    says: {
      status: 'FAIL' as const,
      reason: `DKIM_${status}` as const,
      severity: status === 'FAILED' ? ('HIGH' as const) : ('MEDIUM' as const),
      cause: {
        controlId: 'DKIM-11',
        subject: { kind: 'identity' as const, accountId: ACCOUNT, region: REGION, name: 'example.com' },
      },
    },
  })),
]);
