import { mf05 } from '../../lambda/controls/mf-05.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import {
  ACCOUNT,
  addressFacts,
  dmarcUnknown,
  identityFacts,
  REGION,
  subdomainFacts,
  withoutDmarc,
  withoutMailFrom,
} from './facts.ts';
import { describeControl } from './paired.ts';

const mailFrom = (domain: string, change?: (facts: IdentityFacts) => void) => (facts: IdentityFacts) => {
  if (facts.ses.mailFrom) facts.ses.mailFrom.domain = domain;
  if (facts.effective.mailFrom) Object.assign(facts.effective.mailFrom, { domain, identity: facts.name });
  if (facts.alignment.spf) facts.alignment.spf.domain = domain;
  change?.(facts);
};
const aligns = (real: boolean | 'unknown', relaxed: boolean | 'unknown') => (facts: IdentityFacts) => {
  if (facts.alignment.spf) Object.assign(facts.alignment.spf, { real, relaxed });
};
const RECORDS = [
  {
    name: 'bounce-eu-west-1.example.com',
    type: 'MX' as const,
    value: `10 feedback-smtp.${REGION}.amazonses.com`,
  },
  { name: 'bounce-eu-west-1.example.com', type: 'TXT' as const, value: 'v=spf1 include:amazonses.com ~all' },
];
const COMMAND = `aws sesv2 put-email-identity-mail-from-attributes --email-identity example.com --mail-from-domain bounce-eu-west-1.example.com --behavior-on-mx-failure USE_DEFAULT_VALUE --region ${REGION}`;

describeControl(mf05, [
  {
    when: 'it is a subdomain of the identity',
    facts: identityFacts(),
    says: { status: 'PASS', reason: 'MAIL_FROM_ALIGNS' },
  },
  {
    when: 'it is a subdomain of the identity’s parent',
    facts: subdomainFacts(mailFrom('bounce.example.com')),
    says: { status: 'PASS', reason: 'MAIL_FROM_ALIGNS' },
  },
  {
    when: 'it is the identity itself',
    facts: identityFacts(mailFrom('example.com')),
    says: {
      status: 'FAIL',
      reason: 'MAIL_FROM_IS_FROM',
      severity: 'MEDIUM',
      publish: RECORDS,
      command: COMMAND,
    },
  },
  {
    when: 'it is the registrable domain above the identity',
    facts: subdomainFacts(mailFrom('example.com')),
    says: {
      status: 'FAIL',
      reason: 'MAIL_FROM_IS_PARENT',
      severity: 'MEDIUM',
      summary: 'The MAIL FROM domain example.com is the parent of news.example.com, not a subdomain of it',
    },
  },
  {
    when: 'it lies under another registered domain',
    facts: identityFacts(mailFrom('bounce.example.net', aligns(false, false))),
    says: { status: 'FAIL', reason: 'MAIL_FROM_FOREIGN', severity: 'MEDIUM', command: COMMAND },
  },
  {
    when: 'its name only ends like the identity’s',
    facts: identityFacts(mailFrom('bounce.anexample.com', aligns(false, false))),
    says: { status: 'FAIL', reason: 'MAIL_FROM_FOREIGN', severity: 'MEDIUM' },
  },
  {
    when: 'psd=n parts it from the From domain',
    facts: subdomainFacts(mailFrom('bounce.example.com', aligns(false, false))),
    says: { status: 'FAIL', reason: 'MAIL_FROM_CUT_OFF', severity: 'MEDIUM' },
  },
  {
    when: 'psd=n parts it, and it has the very name that would be proposed',
    facts: identityFacts(mailFrom('bounce-eu-west-1.example.com', aligns(false, false))),
    says: {
      status: 'FAIL',
      reason: 'MAIL_FROM_CUT_OFF',
      severity: 'MEDIUM',
      publish: RECORDS.map((record) => ({ ...record, name: 'mailfrom-eu-west-1.example.com' })),
    },
  },
  {
    when: 'no DMARC record applies, so that every name stands for itself',
    facts: identityFacts((facts) => {
      withoutDmarc(facts.dmarc);
      aligns(false, false)(facts);
    }),
    says: { status: 'PASS', reason: 'NO_DMARC' },
  },
  {
    when: 'it does not align, and whether a DMARC record applies is not known',
    facts: identityFacts((facts) => {
      dmarcUnknown(facts.dmarc);
      aligns(false, false)(facts);
    }),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'aspf is strict',
    facts: identityFacts((facts) => {
      facts.alignment.aspf = 's';
      aligns(false, true)(facts);
    }),
    says: {
      status: 'WARN',
      reason: 'STRICT_SPF',
      severity: 'MEDIUM',
      fixText: /Relax aspf/,
      cause: {
        controlId: 'ALIGN-02',
        subject: { kind: 'identity', accountId: ACCOUNT, region: REGION, name: 'example.com' },
      },
    },
  },
  {
    when: 'whether it aligns is not known',
    facts: identityFacts(aligns('unknown', true)),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'the resolver is unusable',
    facts: identityFacts((facts) => {
      aligns('unknown', 'unknown')(facts);
      facts.dnsUnusable = 'no answer';
    }),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
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
