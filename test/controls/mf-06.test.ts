import { mf06 } from '../../lambda/controls/mf-06.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import { addressFacts, contextOf, found, identityFacts, REGION, servfail, withoutMailFrom } from './facts.ts';
import { describeControl } from './paired.ts';

/** Everything was looked at, and nothing found. */
const alone = (change?: (facts: IdentityFacts) => void) =>
  identityFacts((facts) => {
    facts.identitiesAtMailFrom = [];
    facts.receiptDomains = { kind: 'seen', value: [] };
    change?.(facts);
  });
const mx = (facts: IdentityFacts, fact: NonNullable<IdentityFacts['mailFrom']>['mx']) => {
  if (facts.mailFrom) facts.mailFrom.mx = fact;
};
const OTHER = `aws sesv2 put-email-identity-mail-from-attributes --email-identity example.com --mail-from-domain bounce-eu-west-1.example.com --behavior-on-mx-failure USE_DEFAULT_VALUE --region ${REGION}`;

describeControl(mf06, [
  {
    when: 'nothing else uses it',
    facts: alone(),
    says: { status: 'PASS', reason: 'MAIL_FROM_ALONE' },
  },
  {
    when: 'a receipt rule covers all subdomains',
    facts: alone((facts) => (facts.receiptDomains = { kind: 'seen', value: ['*', '.example.com'] })),
    says: { status: 'PASS', reason: 'COVERED_BY_RECEIPT_RULE', evidence: { receiptRules: ['.example.com'] } },
  },
  {
    when: 'it is an identity, whatever else is not known',
    facts: alone((facts) => {
      facts.identitiesAtMailFrom = ['bounce.example.com', 'a@bounce.example.com'];
      facts.receiptDomains = { kind: 'off' };
      mx(facts, servfail());
    }),
    says: {
      status: 'FAIL',
      reason: 'MAIL_FROM_IS_IDENTITY',
      severity: 'MEDIUM',
      summary:
        'The MAIL FROM domain bounce.example.com is an identity itself (bounce.example.com and a@bounce.example.com)',
      publish: [
        {
          name: 'bounce-eu-west-1.example.com',
          type: 'MX',
          value: `10 feedback-smtp.${REGION}.amazonses.com`,
        },
        { name: 'bounce-eu-west-1.example.com', type: 'TXT', value: 'v=spf1 include:amazonses.com ~all' },
      ],
      command: OTHER,
    },
  },
  {
    when: 'the settings declare it as a From domain',
    facts: alone(),
    context: contextOf({ settings: { fromDomains: ['bounce.example.com'] } }),
    says: { status: 'FAIL', reason: 'MAIL_FROM_IS_FROM_DOMAIN', severity: 'MEDIUM' },
  },
  {
    when: 'a receipt rule takes mail for it',
    facts: alone((facts) => (facts.receiptDomains = { kind: 'seen', value: ['bounce.example.com'] })),
    says: { status: 'FAIL', reason: 'MAIL_FROM_RECEIVES', severity: 'MEDIUM' },
  },
  {
    when: 'another system has its MX there, too: MF-03 speaks first',
    facts: alone((facts) =>
      mx(
        facts,
        found([
          { preference: 10, exchange: `feedback-smtp.${REGION}.amazonses.com` },
          { preference: 20, exchange: 'mx.example.com' },
        ]),
      ),
    ),
    says: {
      status: 'FAIL',
      reason: 'MAIL_FROM_HAS_OTHER_MX',
      severity: 'MEDIUM',
      cause: { controlId: 'MF-03', subject: { kind: 'domain', name: 'bounce.example.com' } },
    },
  },
  {
    when: 'the settings do not permit reading receipt rules',
    facts: alone((facts) => (facts.receiptDomains = { kind: 'off' })),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_PERMITTED_BY_SETTINGS' },
  },
  {
    when: 'the receipt rules were denied',
    facts: alone((facts) => {
      facts.receiptDomains = {
        kind: 'unseen',
        because: 'ACCESS_DENIED',
        detail: 'ses:DescribeActiveReceiptRuleSet',
      };
    }),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'the receipt rules were not read',
    facts: alone((facts) => delete facts.receiptDomains),
    says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
  },
  {
    when: 'the target’s names were not looked at',
    facts: alone((facts) => delete facts.identitiesAtMailFrom),
    says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
  },
  {
    when: 'its MX does not answer',
    facts: alone((facts) => mx(facts, servfail())),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'its MX was not asked',
    facts: alone((facts) => delete facts.mailFrom),
    says: { status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' },
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
