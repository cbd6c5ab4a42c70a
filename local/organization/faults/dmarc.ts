/** What can be wrong with DMARC, and with the From domain itself. */
import type { Subject } from '../../../lambda/controls/types.ts';
import type { ZoneDraft } from '../zone-draft.ts';
import {
  consequence,
  expectation,
  fail,
  notReady,
  onDomain,
  onIdentity,
  warn,
  type Expectation,
  type IdentityFault,
  type IdentitySite,
} from './types.ts';

/** The record of a domain that nothing is wrong with. */
export function healthyDmarc(domain: string): string {
  return `v=DMARC1; p=reject; rua=mailto:dmarc@${domain}`;
}

export const DMARC_FAULTS = {
  'dmarc-absent': {
    about: 'No DMARC record applies.',
    zone: (zone, site) => zone.remove(`_dmarc.${site.domain}`),
    expects: (site) => [
      fail(onDomain(site.domain), 'DMARC-01', 'DMARC_MISSING'),
      consequence(warn(onDomain(site.domain), 'DMARC-05', 'DMARC_ABSENT')),
      ...notReady(site),
    ],
  },
  'dmarc-none': {
    about: 'The DMARC policy is none: watched, not enforced.',
    zone: (zone, site) => replaceDmarc(zone, site, `v=DMARC1; p=none; rua=mailto:dmarc@${site.domain}`),
    expects: (site) => [warn(onDomain(site.domain), 'DMARC-05', 'DMARC_POLICY_NONE')],
  },
  'dmarc-doubled': {
    about: "Two DMARC records stand at a subdomain: both are discarded, and the parent's applies.",
    zone: (zone, site) => {
      zone.txt(`_dmarc.${site.domain}`, 'v=DMARC1; p=none');
      zone.txt(`_dmarc.${site.domain}`, 'v=DMARC1; p=quarantine');
    },
    expects: (site) => [
      fail(onDomain(site.domain), 'DMARC-02', 'DMARC_MULTIPLE'),
      // RFC 7489 section 6.6.3 ends the discovery there, without a policy.
      consequence(warn(onDomain(site.domain), 'DMARC-12')),
    ],
  },
  'dmarc-near-miss': {
    about: 'The record begins with v=dmarc1 in lower case, so it is none.',
    zone: (zone, site) => replaceDmarc(zone, site, `v=dmarc1; p=reject; rua=mailto:dmarc@${site.domain}`),
    expects: (site) => [
      fail(onDomain(site.domain), 'DMARC-02', 'DMARC_NEAR_MISS'),
      consequence(fail(onDomain(site.domain), 'DMARC-01', 'DMARC_MISSING')),
      consequence(warn(onDomain(site.domain), 'DMARC-05', 'DMARC_ABSENT')),
      ...notReady(site),
    ],
  },
  'dmarc-strict': {
    about: 'Strict alignment of both kinds; DKIM still aligns, because the domain signs as itself.',
    zone: publishStrict,
    expects: (site) => [
      expectation('PASS', onIdentity(site), 'ALIGN-01', 'DKIM_ONLY'),
      warn(onIdentity(site), 'ALIGN-02', 'ASPF_STRICT'),
      consequence(warn(onIdentity(site), 'MF-05', 'STRICT_SPF')),
    ],
  },
  'dmarc-strict-inherited': {
    about: "A subdomain signed by its parent under the parent's strict alignment: nothing aligns.",
    expects: (site) => [
      fail(onIdentity(site), 'ALIGN-02', 'BOTH_STRICT'),
      consequence(fail(onIdentity(site), 'ALIGN-01', 'NONE_ALIGNED_ENFORCED')),
      consequence(fail(onIdentity(site), 'DKIM-03', 'SIGNING_DOMAIN_NOT_ALIGNED')),
      consequence(warn(onIdentity(site), 'MF-05', 'STRICT_SPF')),
      consequence(warn(onIdentity(site), 'MF-07', 'FALLBACK_UNALIGNED')),
      ...notReady(site),
    ],
  },
  'from-null-mx': {
    about: 'The From domain says by a null MX that it takes no mail (RFC 7505).',
    zone: (zone, site) => {
      zone.remove(site.domain, 'MX');
      zone.mx(site.domain, 0, '');
    },
    expects: (site) => [
      fail(onDomain(site.domain), 'IDENT-13', 'FROM_NULL_MX'),
      warn(onDomain(site.domain), 'DMARC-09', 'RUA_HOST_NO_MX'),
      ...['BULK-01', 'BULK-03'].map((id) => consequence(fail(onDomain(site.domain), id))),
    ],
  },
  'from-unresolvable': {
    about: 'The From domain has neither MX nor address.',
    zone: (zone, site) => {
      zone.remove(site.domain, 'MX');
      zone.remove(site.domain, 'A');
    },
    expects: (site) => [
      warn(onDomain(site.domain), 'IDENT-13', 'FROM_UNRESOLVABLE'),
      warn(onDomain(site.domain), 'DMARC-09', 'RUA_HOST_NO_MX'),
      consequence(warn(onDomain(site.domain), 'BULK-03')),
    ],
  },
  'zone-servfail': {
    about: "The zone's name servers answer SERVFAIL: nothing under it can be judged.",
    dns: (site) => [{ suffix: site.domain, behaviour: 'servfail' }],
    expects: unjudgeable,
  },
} as const satisfies Record<string, IdentityFault>;

function replaceDmarc(zone: ZoneDraft, site: IdentitySite, record: string): void {
  zone.remove(`_dmarc.${site.domain}`);
  zone.txt(`_dmarc.${site.domain}`, record);
}

function publishStrict(zone: ZoneDraft, site: IdentitySite): void {
  replaceDmarc(zone, site, `${healthyDmarc(site.domain)}; adkim=s; aspf=s`);
}

type JudgedSite = Pick<IdentitySite, 'accountId' | 'region' | 'name' | 'domain' | 'mailFrom'>;

/** An error is never an answer: every control that asks DNS is UNKNOWN. By what it judges, and by its reason. */
const UNJUDGED: {
  kind: (site: JudgedSite) => Subject;
  reason: string;
  controls: string[];
  needsCompleteCoverage?: true;
}[] = [
  {
    kind: onIdentity,
    reason: 'DNS_SERVFAIL',
    controls: ['DKIM-05', 'DKIM-06', 'DKIM-07', 'DKIM-08', 'DKIM-09', 'DKIM-12', 'MF-04', 'MF-06'],
  },
  { kind: onIdentity, reason: 'DNS_UNANSWERED', controls: ['MF-05'] },
  { kind: onIdentity, reason: 'DKIM_LEG_UNKNOWN', controls: ['MF-07'] },
  { kind: onIdentity, reason: 'LEG_UNKNOWN', controls: ['ALIGN-01', 'ALIGN-02', 'ALIGN-04'] },
  { kind: onIdentity, reason: 'DMARC_UNKNOWN', controls: ['ALIGN-03'] },
  {
    kind: ({ domain }) => onDomain(domain),
    reason: 'DNS_SERVFAIL',
    controls: [
      ...Array.from({ length: 13 }, (_, i) => `DMARC-${String(i + 1).padStart(2, '0')}`),
      ...['DKIM-14', 'IDENT-13', 'MF-09', 'MF-10', 'SPF-09'],
    ],
  },
  // Without complete coverage it says nothing of the record at all.
  {
    kind: ({ domain }) => onDomain(domain),
    reason: 'DNS_SERVFAIL',
    controls: ['DNS-04'],
    needsCompleteCoverage: true,
  },
  {
    kind: ({ domain }) => onDomain(domain),
    reason: 'READINESS_UNKNOWN',
    controls: ['BULK-01', 'BULK-03', 'BULK-05'],
  },
  {
    kind: ({ mailFrom }) => onDomain(mailFrom),
    reason: 'DNS_SERVFAIL',
    controls: ['MF-03', ...Array.from({ length: 8 }, (_, i) => `SPF-0${i + 1}`)],
  },
];

export function unjudgeable(site: JudgedSite): Expectation[] {
  return UNJUDGED.flatMap(({ kind, reason, controls, needsCompleteCoverage }) =>
    controls.map((id) => ({
      ...expectation('UNKNOWN', kind(site), id, reason),
      ...(needsCompleteCoverage && { needsCompleteCoverage }),
    })),
  );
}
