import { dkim13 } from '../../lambda/controls/dkim-13.ts';
import type { IdentitySummary } from '../../lambda/facts/types.ts';
import {
  ACCOUNT_LOST,
  accountLost,
  domainWith,
  elsewhere,
  LAST_WEEK,
  neverSigned,
  OTHER_REGION,
  summary,
} from './domain-identities.ts';
import { ACCOUNT, contextOf } from './facts.ts';
import { describeControl } from './paired.ts';

const two = (change?: (one: IdentitySummary) => void) => [summary(), elsewhere(change)];
const waiting = (one: IdentitySummary) => {
  neverSigned(one);
  one.verified = false;
  one.dkim.status = 'PENDING';
};
const there = { kind: 'identity', accountId: ACCOUNT, region: OTHER_REGION, name: 'example.com' } as const;

describeControl(dkim13, [
  {
    when: 'both Regions sign with keys of their own',
    facts: domainWith(two()),
    says: {
      status: 'PASS',
      reason: 'SIGNED_IN_EVERY_REGION',
      summary: 'SES signs for example.com in eu-west-1 and us-east-1',
      evidence: { oldestFact: 'this scan' },
    },
  },
  {
    when: 'the second is a DEED replica of the first',
    facts: domainWith(two((one) => (one.dkim.origin = 'AWS_SES_EU_WEST_1'))),
    says: { status: 'PASS', reason: 'SIGNED_IN_EVERY_REGION' },
  },
  {
    when: 'the second was never set up: its DKIM-02 is the line',
    facts: domainWith(two(neverSigned)),
    says: {
      status: 'WARN',
      reason: 'REGION_WITHOUT_DKIM',
      severity: 'MEDIUM',
      summary: 'SES does not sign for example.com in us-east-1',
      evidence: { without: ['111111111111 us-east-1'] },
      command:
        'aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --signing-attributes-origin AWS_SES --signing-attributes NextSigningKeyLength=RSA_2048_BIT --region us-east-1',
      cause: { controlId: 'DKIM-02', subject: there },
    },
  },
  {
    when: 'the second was seen unsigned a week ago, and not everything was seen now',
    facts: domainWith(
      two((one) => {
        neverSigned(one);
        one.observedAt = LAST_WEEK;
      }),
      (facts) => (facts.coverageComplete = false),
    ),
    says: {
      status: 'WARN',
      reason: 'REGION_WITHOUT_DKIM',
      severity: 'MEDIUM',
      summary: /as last seen on 2026-11-14/,
    },
  },
  {
    when: 'the second was switched off',
    facts: domainWith(
      two((one) => {
        one.dkim.kind = 'unsigned';
        one.dkim.cause = { controlId: 'DKIM-01', identity: 'example.com' };
      }),
    ),
    says: {
      status: 'WARN',
      reason: 'REGION_WITHOUT_DKIM',
      severity: 'MEDIUM',
      command:
        'aws sesv2 put-email-identity-dkim-attributes --email-identity example.com --signing-enabled --region us-east-1',
      cause: { controlId: 'DKIM-01', subject: there },
    },
  },
  {
    when: 'SES gave up on the second',
    facts: domainWith(
      two((one) => {
        neverSigned(one);
        one.dkim.status = 'FAILED';
      }),
    ),
    says: {
      status: 'WARN',
      reason: 'REGION_WITHOUT_DKIM',
      severity: 'MEDIUM',
      command: 'aws ses verify-domain-dkim --domain example.com --region us-east-1',
    },
  },
  {
    when: 'the second waits for its first verification: DKIM-02 speaks of it, and no mail leaves there yet',
    facts: domainWith(two(waiting)),
    says: { status: 'NOT_APPLICABLE', reason: 'ONE_REGION' },
  },
  {
    when: 'the second waits for its records, but the domain above lets it send',
    facts: domainWith(
      two((one) => {
        waiting(one);
        one.verified = true;
      }),
    ),
    says: { status: 'WARN', reason: 'REGION_WITHOUT_DKIM', severity: 'MEDIUM' },
  },
  {
    when: 'SES gave up on the second before it ever verified it',
    facts: domainWith(
      two((one) => {
        waiting(one);
        one.dkim.status = 'FAILED';
      }),
    ),
    says: { status: 'WARN', reason: 'REGION_WITHOUT_DKIM', severity: 'MEDIUM' },
  },
  {
    when: 'a key of one’s own failed in the second: no command would keep it one’s own',
    facts: domainWith(
      two((one) => {
        neverSigned(one);
        Object.assign(one.dkim, { status: 'FAILED', origin: 'EXTERNAL' });
      }),
    ),
    says: {
      status: 'WARN',
      reason: 'REGION_WITHOUT_DKIM',
      severity: 'MEDIUM',
      command: 'aws sesv2 get-email-identity --email-identity example.com --region us-east-1',
    },
  },
  {
    when: 'both sign, but not everything was seen',
    facts: domainWith(two(), accountLost),
    says: { status: 'UNKNOWN', reason: 'COVERAGE_INCOMPLETE', cause: ACCOUNT_LOST },
  },
  {
    when: 'of a third nothing is known',
    facts: domainWith(two(), (facts) => (facts.identitiesUnread = 1)),
    says: { status: 'UNKNOWN', reason: 'IDENTITIES_UNREAD' },
  },
  {
    when: 'who signs in the second is not proven',
    facts: domainWith(two((one) => Object.assign(one.dkim, { kind: 'unproven', leg: 'unknown' }))),
    says: { status: 'UNKNOWN', reason: 'SIGNING_UNPROVEN' },
  },
  {
    when: 'it is an identity in one Region, signed or not',
    facts: domainWith([summary(neverSigned)]),
    says: { status: 'NOT_APPLICABLE', reason: 'ONE_REGION' },
  },
  {
    when: 'its mail is signed before it reaches SES',
    facts: domainWith(two(neverSigned)),
    context: contextOf({ settings: { selfSigned: [{ domain: 'example.com', selectors: ['corp'] }] } }),
    says: { status: 'NOT_APPLICABLE', reason: 'SELF_SIGNED' },
  },
]);
