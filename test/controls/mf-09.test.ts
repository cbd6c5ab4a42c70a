import { mf09 } from '../../lambda/controls/mf-09.ts';
import type { DomainFacts, IdentitySummary } from '../../lambda/facts/types.ts';
import { ACCOUNT_LOST, accountLost, defaultMailFrom, summary as healthy } from './domain-identities.ts';
import { fromDomainFacts, mailFromDomainFacts, REGION } from './facts.ts';
import { describeControl } from './paired.ts';

type Probes = NonNullable<NonNullable<DomainFacts['from']>['mailFromProbes']>;

/** Without a MAIL FROM of its own. */
const summary = (change: Partial<IdentitySummary> = {}): IdentitySummary => ({
  ...healthy(defaultMailFrom),
  ...change,
});
const probed = (probes: Partial<Probes>, change?: (facts: DomainFacts) => void) =>
  fromDomainFacts((facts) => {
    facts.from.mailFromProbes = { hits: [], unanswered: [], ...probes };
    facts.coverageComplete = true;
    facts.identities = [summary()];
    change?.(facts);
  });
const idle: Probes['hits'] = [{ name: 'bounce.example.com', region: REGION, used: false }];

describeControl(mf09, [
  {
    when: 'none of the names is SES’s',
    facts: probed({}),
    says: { status: 'PASS', reason: 'NO_IDLE_MAIL_FROM' },
  },
  {
    when: 'an identity uses the name',
    facts: probed({ hits: [{ name: 'bounce.example.com', region: REGION, used: true }] }),
    says: { status: 'PASS', reason: 'NO_IDLE_MAIL_FROM' },
  },
  {
    when: 'an identity of the domain uses the name, by what is stored of it',
    facts: probed({ hits: idle }, (facts) => {
      facts.identities = [
        summary({
          mailFrom: {
            domain: 'bounce.example.com',
            status: 'PENDING',
            behaviorOnMxFailure: 'USE_DEFAULT_VALUE',
          },
        }),
      ];
    }),
    says: { status: 'PASS', reason: 'NO_IDLE_MAIL_FROM' },
  },
  {
    when: 'the records are there, and the identity has no MAIL FROM',
    facts: probed({ hits: idle }),
    says: {
      status: 'WARN',
      reason: 'MAIL_FROM_NOT_ACTIVATED',
      severity: 'LOW',
      summary: "SES's MX stands at bounce.example.com, but no identity uses it as MAIL FROM",
      command: `aws sesv2 put-email-identity-mail-from-attributes --email-identity example.com --mail-from-domain bounce.example.com --behavior-on-mx-failure USE_DEFAULT_VALUE --region ${REGION}`,
      remove: [],
    },
  },
  {
    when: 'the records are there, and the identity has another MAIL FROM: nothing is replaced by plan',
    facts: probed({ hits: idle }, (facts) => {
      facts.identities = [
        summary({
          mailFrom: {
            domain: 'ses.example.com',
            status: 'SUCCESS',
            behaviorOnMxFailure: 'USE_DEFAULT_VALUE',
          },
        }),
      ];
    }),
    says: {
      status: 'WARN',
      reason: 'MAIL_FROM_NOT_ACTIVATED',
      severity: 'LOW',
      fixText: /Find out for which identity/,
    },
  },
  {
    when: 'the name is unused as far as anybody saw, but not everything was seen',
    facts: probed({ hits: idle }, accountLost),
    says: { status: 'UNKNOWN', reason: 'COVERAGE_INCOMPLETE', cause: ACCOUNT_LOST },
  },
  {
    when: 'nobody can say whether the name is used',
    facts: probed({ hits: [{ name: 'bounce.example.com', region: REGION, used: 'unknown' }] }),
    says: { status: 'UNKNOWN', reason: 'COVERAGE_INCOMPLETE', cause: null },
  },
  {
    when: 'one name does not answer',
    facts: probed({ unanswered: [{ name: 'ses.example.com', because: 'SERVFAIL' }] }),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  { when: 'nobody asked', facts: fromDomainFacts(), says: { status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' } },
  {
    when: 'the domain is only a MAIL FROM',
    facts: mailFromDomainFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN' },
  },
]);
