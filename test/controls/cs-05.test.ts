import { cs05 } from '../../lambda/controls/cs-05.ts';
import type { ConfigurationSetFacts, DnsFact, TargetFacts } from '../../lambda/facts/types.ts';
import { found, nodata, nxdomain, REGION, servfail, targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { SETS_CASES, withSet } from './target-cases.ts';

const NAME = 'click.example.com';
const HOST = `r.${REGION}.awstrack.me`;
const record = { name: NAME, type: 'CNAME', value: HOST } as const;
const key = 'CS-05#main';

function tracking(
  cname: DnsFact<string> | undefined,
  httpsPolicy = 'REQUIRE',
  more?: (facts: TargetFacts) => void,
): TargetFacts {
  const options: NonNullable<ConfigurationSetFacts['tracking']> = { domain: NAME, httpsPolicy };
  if (cname) options.cname = cname;
  return withSet((set) => (set.tracking = options), more);
}

describeControl(cs05, [
  {
    when: 'the CNAME leads to SES and HTTPS is required',
    facts: tracking(found([`${HOST.toUpperCase()}.`])),
    says: { key, status: 'PASS', reason: 'TRACKING_LIVE' },
  },
  {
    when: 'HTTPS is required, and the name leads to a content delivery network',
    facts: tracking(found(['d111111abcdef8.cloudfront.net'])),
    says: { key, status: 'PASS', reason: 'TRACKING_BEHIND_CDN' },
  },
  {
    when: 'HTTPS is required, and an alias of the DNS provider hides what the name leads to',
    facts: tracking(nodata()),
    says: { key, status: 'PASS', reason: 'TRACKING_BEHIND_CDN' },
  },
  {
    when: 'the name does not exist',
    facts: tracking(nxdomain()),
    says: {
      key,
      status: 'FAIL',
      reason: 'TRACKING_DOMAIN_MISSING',
      severity: 'MEDIUM',
      publish: [record],
      remove: [],
    },
  },
  {
    when: 'the CNAME leads to a name that does not exist',
    facts: tracking(nxdomain(['old.cdn.example'])),
    says: {
      key,
      status: 'FAIL',
      reason: 'TRACKING_DOMAIN_MISSING',
      severity: 'MEDIUM',
      summary: /old\.cdn\.example, which does not exist/,
      publish: [record],
      remove: [{ ...record, value: 'old.cdn.example' }],
    },
  },
  {
    when: 'the CNAME leads to another Region’s host, be HTTPS required or not',
    facts: tracking(found(['r.us-east-1.awstrack.me'])),
    says: {
      key,
      status: 'FAIL',
      reason: 'TRACKING_WRONG_TARGET',
      severity: 'MEDIUM',
      publish: [record],
      remove: [{ ...record, value: 'r.us-east-1.awstrack.me' }],
    },
  },
  {
    when: 'HTTPS is not required, so nothing but SES may stand there',
    facts: tracking(found(['elsewhere.example']), 'OPTIONAL'),
    says: { key, status: 'FAIL', reason: 'TRACKING_WRONG_TARGET', severity: 'MEDIUM', publish: [record] },
  },
  {
    when: 'HTTPS is not required and there is no CNAME',
    facts: tracking(nodata(), 'OPTIONAL'),
    says: { key, status: 'FAIL', reason: 'TRACKING_WRONG_TARGET', severity: 'MEDIUM', publish: [record] },
  },
  {
    when: 'HTTPS is optional',
    facts: tracking(found([HOST]), 'OPTIONAL'),
    says: {
      key,
      status: 'WARN',
      reason: 'HTTPS_NOT_REQUIRED',
      severity: 'MEDIUM',
      command:
        'aws sesv2 put-configuration-set-tracking-options --configuration-set-name main --custom-redirect-domain click.example.com --https-policy REQUIRE --region eu-west-1',
    },
  },
  {
    when: 'HTTPS is required of opens alone',
    facts: tracking(found([HOST]), 'REQUIRE_OPEN_ONLY'),
    says: { key, status: 'WARN', reason: 'HTTPS_OPEN_ONLY', severity: 'MEDIUM' },
  },
  {
    when: 'the domain is nobody’s here',
    facts: tracking(found([HOST]), 'REQUIRE', (facts) => {
      facts.identities = [
        { name: 'example.org', type: 'DOMAIN', domain: 'example.org' },
        { name: 'example.net', type: 'DOMAIN', domain: 'example.net' },
      ];
    }),
    says: {
      key,
      status: 'WARN',
      reason: 'TRACKING_NOT_ALIGNED',
      severity: 'LOW',
      fixText: /below the From domain/,
    },
  },
  {
    when: 'the list of identities is cut',
    facts: tracking(found([HOST]), 'REQUIRE', (facts) => {
      facts.identities = [{ name: 'example.org', type: 'DOMAIN', domain: 'example.org' }];
    }),
    says: { key, status: 'UNKNOWN', reason: 'IDENTITIES_UNKNOWN' },
  },
  {
    when: 'DNS does not answer',
    facts: tracking(servfail()),
    says: { key, status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'DNS was not asked',
    facts: tracking(undefined),
    says: { key, status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' },
  },
  {
    when: 'the resolver failed its own test',
    facts: tracking(nxdomain(), 'REQUIRE', (facts) => (facts.dnsUnusable = 'no TCP')),
    says: { key, status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
  },
  {
    when: 'no set has a tracking domain',
    facts: targetFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_TRACKING_DOMAIN' },
  },
  ...SETS_CASES,
]);
