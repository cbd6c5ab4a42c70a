import { ident09 } from '../../lambda/controls/ident-09.ts';
import type { IdentitySummary } from '../../lambda/facts/types.ts';
import {
  ACCOUNT_LOST,
  accountLost,
  defaultMailFrom,
  domainWith,
  elsewhere,
  LAST_WEEK,
  neverSigned,
  OTHER_REGION,
  summary,
} from './domain-identities.ts';
import { ACCOUNT, before, contextOf, mailFromDomainFacts } from './facts.ts';
import { describeControl } from './paired.ts';

const identity = (region: string) =>
  ({ kind: 'identity', accountId: ACCOUNT, region, name: 'example.com' }) as const;
const two = (change?: (one: IdentitySummary) => void) => [summary(), elsewhere(change)];
const narrowed = (knownStatus: 'PASS' | 'WARN') =>
  contextOf({ full: false, before: before({ 'IDENT-09': { knownStatus } }) });
const gaps = (identities: IdentitySummary[]) =>
  domainWith(identities, (facts) => (facts.coverageComplete = false));

describeControl(ident09, [
  {
    when: 'two Regions agree and everything was seen',
    facts: domainWith(two()),
    says: {
      status: 'PASS',
      reason: 'SAME_EVERYWHERE',
      summary: 'example.com is set up alike in 2 targets',
      evidence: { oldestFact: 'this scan', diverging: [] },
    },
  },
  {
    when: 'they agree, and one was last seen a week ago',
    facts: domainWith(two((one) => (one.observedAt = LAST_WEEK))),
    says: {
      status: 'PASS',
      reason: 'SAME_EVERYWHERE',
      summary: /as last seen on 2026-11-14/,
      evidence: { oldestFact: LAST_WEEK },
    },
  },
  {
    when: 'one key has 1024 bits: DKIM-04 of that identity speaks of it, too',
    facts: domainWith(two((one) => (one.dkim.keyBits = 1024))),
    says: {
      status: 'WARN',
      reason: 'SETTINGS_DIVERGE',
      severity: 'MEDIUM',
      summary: 'example.com differs between 2 targets in DKIM key length (1024, 2048)',
      evidence: {
        diverging: ['keyBits'],
        targets: [
          { target: '111111111111 eu-west-1', keyBits: '2048' },
          { target: '111111111111 us-east-1', keyBits: '1024' },
        ],
      },
      command:
        'aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --signing-attributes-origin AWS_SES --signing-attributes NextSigningKeyLength=RSA_2048_BIT --region us-east-1',
      cause: { controlId: 'DKIM-04', subject: identity(OTHER_REGION) },
    },
  },
  {
    when: 'the short key is one’s own: no command would keep it one’s own',
    facts: domainWith(
      two((one) => {
        one.dkim.keyBits = 1024;
        one.dkim.origin = 'EXTERNAL';
      }),
    ),
    says: {
      status: 'WARN',
      reason: 'SETTINGS_DIVERGE',
      severity: 'MEDIUM',
      command: 'aws sesv2 get-email-identity --email-identity example.com --region us-east-1',
    },
  },
  {
    when: 'one is not signed: its DKIM-02 is the line',
    facts: domainWith(two(neverSigned)),
    says: {
      status: 'WARN',
      reason: 'SETTINGS_DIVERGE',
      severity: 'MEDIUM',
      summary: /DKIM \(NOT_STARTED, SIGNED\)/,
      cause: { controlId: 'DKIM-02', subject: identity(OTHER_REGION) },
    },
  },
  {
    when: 'two settings differ: no other control speaks of both',
    facts: domainWith(
      two((one) => {
        neverSigned(one);
        one.tlsPolicy = 'OPTIONAL';
      }),
    ),
    says: {
      status: 'WARN',
      reason: 'SETTINGS_DIVERGE',
      severity: 'MEDIUM',
      evidence: { diverging: ['dkim', 'tls'] },
      cause: null,
    },
  },
  {
    when: 'signing is switched off in one',
    facts: domainWith(
      two((one) => {
        one.dkim.kind = 'unsigned';
        one.dkim.cause = { controlId: 'DKIM-01', identity: 'example.com' };
      }),
    ),
    says: {
      status: 'WARN',
      reason: 'SETTINGS_DIVERGE',
      severity: 'MEDIUM',
      command:
        'aws sesv2 put-email-identity-dkim-attributes --email-identity example.com --signing-enabled --region us-east-1',
      cause: { controlId: 'DKIM-01', subject: identity(OTHER_REGION) },
    },
  },
  {
    when: 'one has no MAIL FROM of its own: its MF-01 is the line',
    facts: domainWith(two(defaultMailFrom)),
    says: {
      status: 'WARN',
      reason: 'SETTINGS_DIVERGE',
      severity: 'MEDIUM',
      summary: /MAIL FROM \(DEFAULT, USE_DEFAULT_VALUE\)/,
      cause: { controlId: 'MF-01', subject: identity(OTHER_REGION) },
    },
  },
  {
    when: 'one refuses mail when the MX fails, the other does not',
    facts: domainWith(two((one) => one.mailFrom && (one.mailFrom.behaviorOnMxFailure = 'REJECT_MESSAGE'))),
    says: { status: 'WARN', reason: 'SETTINGS_DIVERGE', severity: 'MEDIUM', cause: null },
  },
  {
    when: 'one configuration set does not require TLS',
    facts: domainWith(two((one) => (one.tlsPolicy = 'OPTIONAL'))),
    says: {
      status: 'WARN',
      reason: 'SETTINGS_DIVERGE',
      severity: 'MEDIUM',
      command:
        'aws sesv2 put-configuration-set-delivery-options --configuration-set-name default --tls-policy REQUIRE --region us-east-1',
      cause: null,
    },
  },
  {
    when: 'one has no default configuration set',
    facts: domainWith(
      two((one) => {
        delete one.configurationSet;
        delete one.tlsPolicy;
      }),
    ),
    says: {
      status: 'WARN',
      reason: 'SETTINGS_DIVERGE',
      severity: 'MEDIUM',
      command: 'aws sesv2 list-configuration-sets --region us-east-1',
    },
  },
  {
    when: 'they differ although not everything was seen: what was seen is enough',
    facts: gaps(two((one) => (one.tlsPolicy = 'OPTIONAL'))),
    says: { status: 'WARN', reason: 'SETTINGS_DIVERGE', severity: 'MEDIUM' },
  },
  {
    when: 'they differ and of a third nothing is known: what is known is enough',
    facts: domainWith(
      two((one) => (one.tlsPolicy = 'OPTIONAL')),
      (facts) => (facts.identitiesUnread = 1),
    ),
    says: { status: 'WARN', reason: 'SETTINGS_DIVERGE', severity: 'MEDIUM' },
  },
  {
    when: 'they agree, but not everything was seen',
    facts: gaps(two()),
    says: { status: 'UNKNOWN', reason: 'COVERAGE_INCOMPLETE' },
  },
  {
    when: 'the scan is narrowed and one that saw everything found them alike',
    facts: gaps(two()),
    context: narrowed('PASS'),
    says: { status: 'PASS', reason: 'SAME_EVERYWHERE' },
  },
  {
    when: 'the scan is narrowed and they differed before',
    facts: gaps(two()),
    context: narrowed('WARN'),
    says: { status: 'UNKNOWN', reason: 'COVERAGE_INCOMPLETE', cause: null },
  },
  {
    when: 'a full scan lost sight of something, though they were alike before',
    facts: domainWith(two(), accountLost),
    context: contextOf({ before: before({ 'IDENT-09': { knownStatus: 'PASS' } }) }),
    says: { status: 'UNKNOWN', reason: 'COVERAGE_INCOMPLETE', cause: ACCOUNT_LOST },
  },
  {
    when: 'they agree, and of a third nothing is known',
    facts: domainWith(two(), (facts) => (facts.identitiesUnread = 1)),
    says: { status: 'UNKNOWN', reason: 'IDENTITIES_UNREAD' },
  },
  {
    when: 'nothing was read of any',
    facts: domainWith(two(), (facts) => delete facts.identities),
    says: { status: 'UNKNOWN', reason: 'IDENTITIES_UNREAD' },
  },
  {
    when: 'the configuration set of one could not be read',
    facts: domainWith(two((one) => delete one.tlsPolicy)),
    says: { status: 'UNKNOWN', reason: 'SETTING_UNKNOWN' },
  },
  {
    when: 'configuration sets are not read by choice: the rest is compared',
    facts: domainWith(two((one) => delete one.tlsPolicy)),
    context: contextOf({
      settings: { permissions: { ...contextOf().settings.permissions, configurationSets: false } },
    }),
    says: { status: 'PASS', reason: 'SAME_EVERYWHERE' },
  },
  {
    when: 'there is one target, whatever else was not seen',
    facts: gaps([summary()]),
    says: { status: 'NOT_APPLICABLE', reason: 'ONE_TARGET' },
  },
  {
    when: 'the second waits for verification: nothing is sent from there yet',
    facts: domainWith(
      two((one) => {
        one.verified = false;
        one.dkim.kind = 'none';
      }),
    ),
    says: { status: 'NOT_APPLICABLE', reason: 'ONE_TARGET' },
  },
  {
    when: 'the other identity is an address',
    facts: domainWith(
      two((one) => {
        one.type = 'EMAIL_ADDRESS';
        one.name = 'sales@example.com';
        delete one.configurationSet;
      }),
    ),
    says: { status: 'NOT_APPLICABLE', reason: 'ONE_TARGET' },
  },
  {
    when: 'the domain is a MAIL FROM domain alone',
    facts: mailFromDomainFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN' },
  },
  {
    when: 'the domain is a mailbox provider’s',
    facts: domainWith(two(), (facts) => (facts.name = 'gmail.com')),
    says: { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN' },
  },
]);
