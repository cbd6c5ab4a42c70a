import { cs05 } from '../../lambda/controls/cs-05.ts';
import type { ConfigurationSetFacts, DnsFact, TargetFacts } from '../../lambda/facts/types.ts';
import { found, nodata, nxdomain, REGION, servfail, targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { SETS_CASES, withSet } from './target-cases.ts';

const NAME = 'click.example.com';
const HOST = `r.${REGION}.awstrack.me`;
const record = { name: NAME, type: 'CNAME', value: HOST } as const;
const key = 'CS-05#main';
const CDN = 'd111111abcdef8.cloudfront.net';

type Tracking = NonNullable<ConfigurationSetFacts['tracking']>;

/** The name with what it leads to in the end. */
function leading(cname: DnsFact<string>, address: Tracking['address'], httpsPolicy?: string): TargetFacts {
  return tracking(cname, httpsPolicy, undefined, address);
}

function tracking(
  cname: DnsFact<string> | undefined,
  httpsPolicy = 'REQUIRE',
  more?: (facts: TargetFacts) => void,
  address?: Tracking['address'],
): TargetFacts {
  const options: Tracking = { domain: NAME, httpsPolicy };
  if (cname) options.cname = cname;
  if (address) options.address = address;
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
    facts: leading(found([CDN]), { kind: 'found', aliases: [CDN] }),
    says: { key, status: 'PASS', reason: 'TRACKING_BEHIND_CDN', evidence: { address: 'found' } },
  },
  {
    when: 'HTTPS is required, and the content delivery network knows the name no more: anybody may take it over',
    facts: leading(found([CDN]), { kind: 'absent', aliases: [CDN] }),
    says: {
      key,
      status: 'FAIL',
      reason: 'TRACKING_DOMAIN_MISSING',
      severity: 'MEDIUM',
      summary: `The tracking domain ${NAME} leads to ${CDN}, which has no address: tracked links are dead`,
      publish: [record],
      remove: [{ ...record, value: CDN }],
    },
  },
  {
    when: 'HTTPS is required, and whether the content delivery network knows the name is not known',
    facts: leading(found([CDN]), { kind: 'unknown', because: 'SERVFAIL' }),
    says: { key, status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'HTTPS is required, and what the content delivery network says was not asked',
    facts: tracking(found([CDN])),
    says: { key, status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' },
  },
  {
    when: 'the CNAME leads to SES over another alias: it works',
    facts: leading(found(['track.example.com']), { kind: 'found', aliases: ['track.example.com', HOST] }),
    says: { key, status: 'PASS', reason: 'TRACKING_LIVE' },
  },
  {
    when: 'HTTPS is optional, and the CNAME leads to SES over another alias: the record is right',
    facts: leading(
      found(['track.example.com']),
      { kind: 'found', aliases: ['track.example.com', HOST] },
      'OPTIONAL',
    ),
    says: { key, status: 'WARN', reason: 'HTTPS_NOT_REQUIRED', severity: 'MEDIUM' },
  },
  {
    when: 'the CNAME leads to another Region’s host over another alias',
    facts: leading(found(['track.example.com']), {
      kind: 'found',
      aliases: ['track.example.com', 'r.us-east-1.awstrack.me'],
    }),
    says: {
      key,
      status: 'FAIL',
      reason: 'TRACKING_WRONG_TARGET',
      severity: 'MEDIUM',
      summary: /leads to r\.us-east-1\.awstrack\.me/,
      publish: [record],
      remove: [{ ...record, value: 'track.example.com' }],
    },
  },
  {
    when: 'HTTPS is required, and an alias of the DNS provider hides what the name leads to',
    facts: leading(nodata(), { kind: 'found', aliases: [] }),
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
    facts: leading(
      found(['elsewhere.example']),
      { kind: 'found', aliases: ['elsewhere.example'] },
      'OPTIONAL',
    ),
    says: { key, status: 'FAIL', reason: 'TRACKING_WRONG_TARGET', severity: 'MEDIUM', publish: [record] },
  },
  {
    when: 'HTTPS is not required, and whether another alias leads to SES is not known',
    facts: leading(found(['track.example.com']), { kind: 'unknown', because: 'TIMEOUT' }, 'OPTIONAL'),
    says: { key, status: 'UNKNOWN', reason: 'DNS_TIMEOUT' },
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
