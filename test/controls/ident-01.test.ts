import { describe, expect, it } from 'vitest';
import { ident01 } from '../../lambda/controls/ident-01.ts';
import type { DkimRecordFacts, IdentityFacts } from '../../lambda/facts/types.ts';
import {
  addressFacts,
  bareTxt,
  before,
  contextOf,
  easyRecord,
  found,
  gone,
  hoursAgo,
  identityFacts,
  NOW,
  recordOf,
  silent,
  subdomainFacts,
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

/** news.example.com, which example.com signs for: its own tokens are those that SES looks for to verify it. */
const below = (
  value: Facts['ses']['verificationStatus'],
  change?: (record: DkimRecordFacts, index: number) => void,
) =>
  subdomainFacts((facts) => {
    const own = ['ownx', 'owny', 'ownz'];
    Object.assign(facts.ses, { verificationStatus: value, verifiedForSending: false });
    Object.assign(facts.ses.dkim, { status: value, tokens: own, lastKeyGeneration: hoursAgo(10) });
    facts.effective.winner = 'example.com';
    facts.ownDkimRecords = own.map((token) => easyRecord(token, undefined, 'news.example.com'));
    facts.ownDkimRecords.forEach((record, index) => change?.(record, index));
  });
const ownCname = (token: string) => ({
  name: `${token}._domainkey.news.example.com`,
  type: 'CNAME' as const,
  value: `${token}.dkim.amazonses.com`,
});

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
    when: 'SES could not confirm it, and every record is a TXT with a copy of SES’s key: SES looks for CNAMEs',
    facts: status('TEMPORARY_FAILURE', (facts) => {
      facts.ses.dkim.status = 'TEMPORARY_FAILURE';
      for (const record of facts.dkimRecords)
        bareTxt(`p=KEYOF${record.token}`, found([`p=KEYOF${record.token}`]))(record);
    }),
    says: {
      status: 'FAIL',
      reason: 'VERIFICATION_TEMP_FAILURE',
      severity: 'HIGH',
      publish: CNAMES,
      cause: { controlId: 'DKIM-06', subject: SELF },
    },
  },
  {
    when: 'a subdomain that its parent signs for could not be confirmed, and a record of its own is gone',
    facts: below('TEMPORARY_FAILURE', (record, index) => (index === 1 ? gone(record) : undefined)),
    says: {
      status: 'FAIL',
      reason: 'VERIFICATION_TEMP_FAILURE',
      severity: 'HIGH',
      publish: [ownCname('owny')],
      remove: [],
      command: 'aws ses verify-domain-dkim --domain news.example.com --region eu-west-1',
      cause: null,
    },
  },
  {
    when: 'a subdomain that its parent signs for could not be confirmed, though its own records are right',
    facts: below('TEMPORARY_FAILURE'),
    says: { status: 'WARN', reason: 'VERIFICATION_TEMP_FAILURE', severity: 'MEDIUM', cause: null },
  },
  {
    when: 'a subdomain that its parent signs for could not be confirmed, and its own records do not answer',
    facts: below('TEMPORARY_FAILURE', silent),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'SES looks for the own records of a subdomain that its parent signs for, and a TXT stands in place of one',
    facts: below('PENDING', (record, index) =>
      index === 0 ? bareTxt('p=OTHER', found(['p=KEYOFownx']))(record) : undefined,
    ),
    says: {
      status: 'WARN',
      reason: 'VERIFICATION_PENDING',
      severity: 'MEDIUM',
      publish: [ownCname('ownx')],
      remove: [{ name: 'ownx._domainkey.news.example.com', type: 'TXT', value: 'p=OTHER' }],
      cause: null,
    },
  },
  {
    when: 'SES gave up on a subdomain that its parent signs for, whose own records are gone: DKIM-02 has nothing to say there',
    facts: below('FAILED', gone),
    says: {
      status: 'FAIL',
      reason: 'VERIFICATION_FAILED',
      severity: 'MEDIUM',
      publish: ['ownx', 'owny', 'ownz'].map(ownCname),
      command: 'aws ses verify-domain-dkim --domain news.example.com --region eu-west-1',
      cause: null,
    },
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
  ...(
    [
      [
        'what it could not confirm',
        { 'IDENT-01': { knownStatus: 'FAIL', knownReason: 'VERIFICATION_TEMP_FAILURE' } },
      ],
      [
        'what it no longer saw the records of',
        { 'DKIM-02': { knownStatus: 'WARN', knownReason: 'DKIM_TEMP_FAILURE' } },
      ],
      [
        'what it had given up already, which is known to have worked',
        { 'IDENT-01': { knownStatus: 'FAIL', evidence: { workedBefore: true } } },
      ],
    ] as const
  ).map(([what, findings]) => ({
    when: `SES gave up on ${what}`,
    facts: status('FAILED', (facts) => (facts.ses.dkim.status = 'FAILED')),
    context: contextOf({ before: before(findings) }),
    says: {
      status: 'FAIL' as const,
      reason: 'VERIFICATION_FAILED' as const,
      severity: 'HIGH' as const,
      reasonClass: 2,
      evidence: { workedBefore: true },
    },
  })),
  {
    when: 'SES looks again for what is known to have worked: a second failure still knows it',
    facts: status('PENDING'),
    context: contextOf({
      before: before({ 'IDENT-01': { knownStatus: 'FAIL', evidence: { workedBefore: true } } }),
    }),
    says: {
      status: 'WARN',
      reason: 'VERIFICATION_PENDING',
      severity: 'MEDIUM',
      evidence: { workedBefore: true },
    },
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
