import { describe, expect, it } from 'vitest';
import { ident01 } from '../../lambda/controls/ident-01.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import {
  addressFacts,
  before,
  contextOf,
  gone,
  hoursAgo,
  identityFacts,
  NOW,
  recordOf,
  silent,
} from './facts.ts';
import { describeControl } from './paired.ts';

type Facts = IdentityFacts;
const cname = (token: string) => ({
  name: `${token}._domainkey.example.com`,
  type: 'CNAME' as const,
  value: `${token}.dkim.amazonses.com`,
});
const CNAMES = ['tokena', 'tokenb', 'tokenc'].map(cname);
const RESTART = 'aws ses verify-domain-dkim --domain example.com --region eu-west-1';
const SELF = {
  kind: 'identity',
  accountId: '111111111111',
  region: 'eu-west-1',
  name: 'example.com',
} as const;

const status = (value: Facts['ses']['verificationStatus'], change?: (facts: Facts) => void) =>
  identityFacts((facts) => {
    facts.ses.verificationStatus = value;
    facts.ses.dkim.lastKeyGeneration = hoursAgo(10);
    change?.(facts);
  });
const pendingAddress = () => addressFacts((facts) => (facts.ses.verificationStatus = 'PENDING'));

const ERROR_TYPES = [
  'SERVICE_ERROR',
  'DNS_SERVER_ERROR',
  'HOST_NOT_FOUND',
  'TYPE_NOT_FOUND',
  'INVALID_VALUE',
  'REPLICATION_ACCESS_DENIED',
  'REPLICATION_PRIMARY_NOT_FOUND',
  'REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED',
  'REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED',
  'REPLICATION_PRIMARY_INVALID_REGION',
] as const;

describeControl(ident01, [
  { when: 'SES holds it as verified', facts: identityFacts(), says: { status: 'PASS', reason: 'VERIFIED' } },
  {
    when: 'SES has looked for 10 hours, and a record is missing',
    facts: status('PENDING', (facts) => gone(recordOf(facts, 0))),
    says: {
      status: 'WARN',
      reason: 'VERIFICATION_PENDING',
      severity: 'MEDIUM',
      publish: CNAMES.slice(0, 1),
      command: RESTART,
      cause: { controlId: 'DKIM-05', subject: SELF },
    },
  },
  {
    when: 'SES has looked for 73 hours since it made the key',
    facts: status('PENDING', (facts) => (facts.ses.dkim.lastKeyGeneration = hoursAgo(73))),
    says: { status: 'FAIL', reason: 'VERIFICATION_PENDING', severity: 'MEDIUM', cause: null },
  },
  {
    when: 'an address was sent its link in this scan’s week',
    facts: pendingAddress(),
    says: {
      status: 'WARN',
      reason: 'VERIFICATION_PENDING',
      severity: 'MEDIUM',
      evidence: { pendingSince: NOW, graceHours: 24 },
      command: 'aws ses verify-email-identity --email-address sales@example.com --region eu-west-1',
    },
  },
  {
    when: 'an address’s link has run out: first seen pending 25 hours ago',
    facts: pendingAddress(),
    context: contextOf({
      before: before({
        'IDENT-01': {
          status: 'WARN',
          reason: 'VERIFICATION_PENDING',
          evidence: { pendingSince: hoursAgo(25) },
        },
      }),
    }),
    says: { status: 'FAIL', reason: 'VERIFICATION_PENDING', severity: 'MEDIUM' },
  },
  {
    when: 'an address long known was made pending again since the last scan',
    facts: pendingAddress(),
    context: contextOf({ before: before({ 'IDENT-01': { reason: 'VERIFIED' } }) }),
    says: {
      status: 'WARN',
      reason: 'VERIFICATION_PENDING',
      severity: 'MEDIUM',
      evidence: { pendingSince: NOW },
    },
  },
  {
    when: 'verification was never asked for',
    facts: status('NOT_STARTED'),
    says: { status: 'FAIL', reason: 'VERIFICATION_NOT_STARTED', severity: 'MEDIUM', command: RESTART },
  },
  {
    when: 'SES could not confirm it, and a record is gone',
    facts: status('TEMPORARY_FAILURE', (facts) => gone(recordOf(facts, 2))),
    says: {
      status: 'FAIL',
      reason: 'VERIFICATION_TEMP_FAILURE',
      severity: 'HIGH',
      summary: /within 72 hours it gives up$/,
      cause: { controlId: 'DKIM-05', subject: SELF },
    },
  },
  {
    when: 'SES could not confirm it, though DNS is right',
    facts: status('TEMPORARY_FAILURE'),
    says: { status: 'WARN', reason: 'VERIFICATION_TEMP_FAILURE', severity: 'MEDIUM' },
  },
  {
    when: 'SES could not confirm it, and DNS does not answer',
    facts: status('TEMPORARY_FAILURE', (facts) => silent(recordOf(facts, 1))),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'SES could not confirm it, and the resolver is unusable',
    facts: status('TEMPORARY_FAILURE', (facts) =>
      Object.assign(facts, { dnsUnusable: 'no answer', dkimRecords: [] }),
    ),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
  },
  {
    when: 'SES gave up on what never worked',
    facts: status('FAILED', (facts) => {
      facts.ses.dkim.status = 'FAILED';
      for (const n of [0, 1, 2] as const) gone(recordOf(facts, n));
    }),
    says: {
      status: 'FAIL',
      reason: 'VERIFICATION_FAILED',
      severity: 'MEDIUM',
      reasonClass: 1,
      publish: CNAMES,
      command: RESTART,
      cause: { controlId: 'DKIM-02', subject: SELF },
    },
  },
  {
    when: 'SES gave up on what worked before',
    facts: status('FAILED', (facts) => Object.assign(facts.ses, { lastSuccess: hoursAgo(400) })),
    says: { status: 'FAIL', reason: 'VERIFICATION_FAILED', severity: 'HIGH', reasonClass: 2 },
  },
  {
    when: 'SES gave up on what our store knows as verified',
    facts: status('FAILED', (facts) => (facts.ses.dkim.status = 'FAILED')),
    context: contextOf({ before: before({ 'IDENT-01': { knownStatus: 'PASS' } }) }),
    says: { status: 'FAIL', reason: 'VERIFICATION_FAILED', severity: 'HIGH' },
  },
  ...ERROR_TYPES.map((errorType) => ({
    when: `SES gave up and says ${errorType}`,
    facts: status('FAILED', (facts) => {
      facts.ses.errorType = errorType;
      facts.ses.dkim.status = 'FAILED';
    }),
    says: {
      status: 'FAIL' as const,
      reason: `VERIFICATION_FAILED_${errorType}` as const,
      severity: 'MEDIUM' as const,
      summary: new RegExp(errorType),
    },
  })),
  {
    when: 'SES gave up and gives an error type that is new',
    facts: status('FAILED', (facts) => {
      facts.ses.errorType = 'SOMETHING_NEW';
      facts.ses.dkim.status = 'FAILED';
    }),
    says: { status: 'FAIL', reason: 'VERIFICATION_FAILED', severity: 'MEDIUM' },
  },
]);

describe('IDENT-01', () => {
  it('takes an ErrorType beside SUCCESS for what it is: history', () => {
    const [finding] = ident01.judge(
      identityFacts((facts) => (facts.ses.errorType = 'HOST_NOT_FOUND')),
      contextOf(),
    );
    expect(finding).toMatchObject({ status: 'PASS', evidence: { errorType: 'HOST_NOT_FOUND' } });
  });
});
