import { getDomain } from 'tldts';
import type { ConfigurationSetFacts, TargetFacts } from '../facts/types.ts';
import { judgeSets, SETS_READS, setsReasons, type SetsReason } from './configuration-sets.ts';
import { commandFix } from './fixes.ts';
import { say } from './say.ts';
import { subKeyOf } from './sub-keys.ts';
import type { Control, DnsRecordToPublish, Finding } from './types.ts';
import { dnsReason, dnsReasons, type DnsReason } from './unknowns.ts';

type Reason =
  | 'TRACKING_LIVE'
  | 'TRACKING_BEHIND_CDN'
  | 'TRACKING_DOMAIN_MISSING'
  | 'TRACKING_WRONG_TARGET'
  | 'HTTPS_NOT_REQUIRED'
  | 'HTTPS_OPEN_ONLY'
  | 'TRACKING_NOT_ALIGNED'
  | 'IDENTITIES_UNKNOWN'
  | 'NO_TRACKING_DOMAIN'
  | SetsReason
  | DnsReason;
type Tracking = NonNullable<ConfigurationSetFacts['tracking']>;

export const cs05: Control<TargetFacts, Reason> = {
  id: 'CS-05',
  revision: 2,
  title: 'Custom tracking domains work',
  subject: 'target',
  tier: 2,
  severity: 'MEDIUM',
  reads: SETS_READS,
  permissions: ['configurationSets'],
  asserts:
    'A custom domain for open and click tracking leads to SES in this Region, requires HTTPS, and belongs to a domain that sends here.',
  why: 'Every link of the mail goes through it: if it is gone, all links are dead; if it is a stranger’s or plain HTTP, filters distrust the mail.',
  evidence:
    'The domain, its CNAME, whether it leads to an address, and the HTTPS policy; one finding a set that has one.',
  remedy:
    'The exact CNAME, or the HTTPS policy (behind a content delivery network with a certificate for the name).',
  sources: [
    'Amazon SES developer guide: Configuring custom domains to handle open and click tracking',
    'Amazon SES API v2: TrackingOptions',
  ],
  reasons: {
    TRACKING_LIVE: {
      statuses: ['PASS'],
      means: 'The CNAME leads to SES’s tracking host of this Region, directly or over further aliases.',
    },
    TRACKING_BEHIND_CDN: {
      statuses: ['PASS'],
      means:
        'HTTPS is required and the name leads to an address that is not SES’s, as with a content delivery network in front, which HTTPS needs.',
    },
    TRACKING_DOMAIN_MISSING: {
      statuses: ['FAIL'],
      class: 1,
      means:
        'The name, or what its CNAME leads to in the end, does not exist or has no address: tracked links are dead.',
    },
    TRACKING_WRONG_TARGET: {
      statuses: ['FAIL'],
      class: 1,
      means: 'The name leads elsewhere than to SES’s tracking host of this Region.',
    },
    HTTPS_NOT_REQUIRED: { statuses: ['WARN'], means: 'Tracked links may be plain HTTP.' },
    HTTPS_OPEN_ONLY: { statuses: ['WARN'], means: 'HTTPS is required for opens, but not for clicks.' },
    TRACKING_NOT_ALIGNED: {
      statuses: ['WARN'],
      severity: 'LOW',
      means: 'No identity of this Region is of the tracking domain’s registrable domain.',
    },
    IDENTITIES_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'Whether the tracking domain belongs to one that sends here is not known.',
    },
    NO_TRACKING_DOMAIN: {
      statuses: ['NOT_APPLICABLE'],
      means: 'No configuration set has a tracking domain.',
    },
    ...setsReasons,
    ...dnsReasons,
  },
  judge: (facts, context) =>
    judgeSets<Reason>(
      cs05,
      facts,
      context,
      (set) => (set.tracking ? [judgeTracking(facts, set.name, set.tracking)] : []),
      () => {
        const summary = 'No configuration set has a tracking domain';
        return say(cs05, { status: 'NOT_APPLICABLE', reason: 'NO_TRACKING_DOMAIN', summary });
      },
    ),
};

/** SES's tracking host of a Region. */
export function trackingHost(region: string): string {
  return `r.${region}.awstrack.me`;
}

type Word = Pick<Finding<Reason>, 'status' | 'reason' | 'summary'> & { fix?: Finding['fix'] };

function judgeTracking(facts: TargetFacts, set: string, tracking: Tracking): Finding<Reason> {
  const { domain, httpsPolicy, cname } = tracking;
  const word = dnsWord(facts, tracking) ?? httpsWord(facts, set, tracking) ?? domainWord(facts, tracking);
  const behindCdn = !leadsToSes(facts, tracking);
  const well: Word = behindCdn
    ? {
        status: 'PASS',
        reason: 'TRACKING_BEHIND_CDN',
        summary: `The tracking domain ${domain} answers over HTTPS by other means than SES’s own host`,
      }
    : { status: 'PASS', reason: 'TRACKING_LIVE', summary: `The tracking domain ${domain} leads to SES` };
  return say(cs05, {
    ...(word ?? well),
    subKey: subKeyOf(set),
    evidence: {
      configurationSet: set,
      domain,
      httpsPolicy,
      expected: trackingHost(facts.region),
      cname: cname?.kind === 'found' ? cname.records : (cname?.kind ?? 'not asked'),
      ...(tracking.address ? { address: tracking.address.kind } : {}),
    },
  });
}

function leadsToSes(facts: TargetFacts, tracking: Tracking): boolean {
  return hopsOf(tracking).includes(trackingHost(facts.region));
}

/** What the name is an alias of, in order: a CNAME may lead to SES over further ones. */
function hopsOf({ cname, address }: Tracking): string[] {
  const direct = cname?.kind === 'found' ? cname.records : [];
  const further = address && address.kind !== 'unknown' ? address.aliases : [];
  return [...new Set([...direct, ...further].map(hostOf))].filter((host) => host !== '');
}

function hostOf(target: string): string {
  return target.toLowerCase().replace(/\.$/, '');
}

/** What is wrong with the name in DNS, or why that is not known. */
function dnsWord(facts: TargetFacts, tracking: Tracking): Word | undefined {
  const { domain, cname, address, httpsPolicy } = tracking;
  if (facts.dnsUnusable !== undefined) {
    const summary = 'Not judged: the DNS resolver failed its own test in this scan';
    return { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE', summary };
  }
  if (cname === undefined || cname.kind === 'unknown') {
    const reason = cname === undefined ? 'DNS_NOT_ASKED' : dnsReason(cname.because);
    return { status: 'UNKNOWN', reason, summary: `Not judged: DNS gave no answer for ${domain}` };
  }
  const gone = cname.kind === 'absent' && cname.because === 'NXDOMAIN';
  if (gone || address?.kind === 'absent') return deadWord(facts, tracking, gone);
  if (leadsToSes(facts, tracking)) return undefined;
  const hops = hopsOf(tracking);
  const target = hops.find((host) => host.endsWith('.awstrack.me')) ?? hops[0];
  const https = httpsPolicy === 'REQUIRE' || httpsPolicy === 'REQUIRE_OPEN_ONLY';
  if (!target?.endsWith('.awstrack.me') && (https || target !== undefined)) {
    const open = addressUnknown(tracking);
    if (open || https) return open;
  }
  return {
    status: 'FAIL',
    reason: 'TRACKING_WRONG_TARGET',
    summary: target
      ? `The tracking domain ${domain} leads to ${target} instead of SES’s tracking host of the Region`
      : `The tracking domain ${domain} is no CNAME to SES’s tracking host of the Region`,
    fix: cnameFix(facts, tracking),
  };
}

/** Where the name leads in the end is not known: to SES, to a content delivery network, or nowhere. */
function addressUnknown({ domain, address }: Tracking): Word | undefined {
  if (address !== undefined && address.kind !== 'unknown') return undefined;
  const reason = address === undefined ? 'DNS_NOT_ASKED' : dnsReason(address.because);
  const summary = `Not judged: DNS did not tell where the tracking domain ${domain} leads to in the end`;
  return { status: 'UNKNOWN', reason, summary };
}

/** Nothing stands behind the name: whoever takes over a CNAME's forgotten target would answer its links. */
function deadWord(facts: TargetFacts, tracking: Tracking, gone: boolean): Word {
  const { domain, cname } = tracking;
  const last = hopsOf(tracking).at(-1) ?? (cname?.kind === 'absent' ? cname.aliases.at(-1) : undefined);
  const how = gone ? 'does not exist' : 'has no address';
  return {
    status: 'FAIL',
    reason: 'TRACKING_DOMAIN_MISSING',
    summary: last
      ? `The tracking domain ${domain} leads to ${last}, which ${how}: tracked links are dead`
      : `The tracking domain ${domain} ${how}: tracked links are dead`,
    fix: cnameFix(facts, tracking),
  };
}

/** The name serves nothing but SES's links, so its CNAME may be changed. */
function cnameFix(facts: TargetFacts, { domain, cname }: Tracking): NonNullable<Finding['fix']> {
  const wrong =
    cname?.kind === 'found' ? cname.records : cname?.kind === 'absent' ? cname.aliases.slice(0, 1) : [];
  const remove = wrong.map((value): DnsRecordToPublish => ({
    name: domain,
    type: 'CNAME',
    value: hostOf(value),
  }));
  return {
    text: 'Publish the CNAME exactly as given, "DNS only" where the DNS provider offers to proxy it. Where a content delivery network serves the name, mend that instead: SES’s host is its origin.',
    publish: [{ name: domain, type: 'CNAME', value: trackingHost(facts.region) }],
    ...(remove.length > 0 ? { remove } : {}),
  };
}

function httpsWord(facts: TargetFacts, set: string, { domain, httpsPolicy }: Tracking): Word | undefined {
  if (httpsPolicy === 'REQUIRE') return undefined;
  const openOnly = httpsPolicy === 'REQUIRE_OPEN_ONLY';
  return {
    status: 'WARN',
    reason: openOnly ? 'HTTPS_OPEN_ONLY' : 'HTTPS_NOT_REQUIRED',
    summary: openOnly
      ? `Clicks tracked over ${domain} may be plain HTTP`
      : `Opens and clicks tracked over ${domain} may be plain HTTP`,
    fix: commandFix(
      facts,
      'First put a content delivery network with a certificate for the name in front of SES’s tracking host, then require HTTPS.',
      [
        'sesv2',
        'put-configuration-set-tracking-options',
        '--configuration-set-name',
        set,
        '--custom-redirect-domain',
        domain,
        '--https-policy',
        'REQUIRE',
      ],
    ),
  };
}

function domainWord(facts: TargetFacts, { domain }: Tracking): Word | undefined {
  const identities = facts.identities ?? [];
  const own = registrable(domain);
  if (identities.some((identity) => registrable(identity.domain) === own)) return undefined;
  const whole =
    facts.identities !== undefined && identities.length >= (facts.listed ?? Infinity) - (facts.vanished ?? 0);
  if (!whole) {
    const summary = `Not judged: whether ${domain} belongs to a domain that sends here is not known`;
    return { status: 'UNKNOWN', reason: 'IDENTITIES_UNKNOWN', summary };
  }
  return {
    status: 'WARN',
    reason: 'TRACKING_NOT_ALIGNED',
    summary: `The tracking domain ${domain} belongs to no domain that sends here`,
    fix: {
      text: `Track over a name below the From domain: links that lead to a stranger’s domain read as phishing. Set up such a name beside ${domain}, then change the set’s tracking options.`,
    },
  };
}

function registrable(domain: string): string {
  return getDomain(domain, { allowPrivateDomains: true }) ?? domain;
}
