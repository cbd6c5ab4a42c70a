/** What can be wrong with DMARC, and with the From domain itself. */
import type { Subject } from '../../../lambda/controls/types.ts';
import type { ZoneDraft } from '../zone-draft.ts';
import {
  consequence,
  expectation,
  fail,
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
    expects: (site) => [fail(onDomain(site.domain), 'DMARC-02', 'DMARC_MULTIPLE')],
  },
  'dmarc-near-miss': {
    about: 'The record begins with v=dmarc1 in lower case, so it is none.',
    zone: (zone, site) => replaceDmarc(zone, site, `v=dmarc1; p=reject; rua=mailto:dmarc@${site.domain}`),
    expects: (site) => [
      fail(onDomain(site.domain), 'DMARC-02', 'DMARC_NEAR_MISS'),
      consequence(fail(onDomain(site.domain), 'DMARC-01', 'DMARC_MISSING')),
      consequence(warn(onDomain(site.domain), 'DMARC-05', 'DMARC_ABSENT')),
    ],
  },
  'dmarc-strict': {
    about: 'Strict alignment of both kinds; DKIM still aligns, because the domain signs as itself.',
    zone: publishStrict,
    expects: (site) => [expectation('PASS', onIdentity(site), 'ALIGN-01', 'DKIM_ONLY')],
  },
  'dmarc-strict-inherited': {
    about: "A subdomain signed by its parent under the parent's strict alignment: nothing aligns.",
    expects: (site) => [fail(onIdentity(site), 'ALIGN-01', 'NONE_ALIGNED_ENFORCED')],
  },
  'from-null-mx': {
    about: 'The From domain says by a null MX that it takes no mail (RFC 7505).',
    zone: (zone, site) => {
      zone.remove(site.domain, 'MX');
      zone.mx(site.domain, 0, '');
    },
    expects: (site) => [fail(onDomain(site.domain), 'IDENT-13', 'FROM_NULL_MX')],
  },
  'from-unresolvable': {
    about: 'The From domain has neither MX nor address.',
    zone: (zone, site) => {
      zone.remove(site.domain, 'MX');
      zone.remove(site.domain, 'A');
    },
    expects: (site) => [warn(onDomain(site.domain), 'IDENT-13', 'FROM_UNRESOLVABLE')],
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

/** An error is never an answer: every control that asks DNS is UNKNOWN. */
function unjudgeable(site: IdentitySite): Expectation[] {
  const unknown = (subject: Subject, ...ids: string[]): Expectation[] =>
    ids.map((id) => expectation('UNKNOWN', subject, id, 'DNS_SERVFAIL'));
  return [
    ...unknown(onIdentity(site), 'DKIM-05', 'DKIM-06', 'DKIM-08', 'DKIM-12', 'MF-04'),
    expectation('UNKNOWN', onIdentity(site), 'ALIGN-01', 'LEG_UNKNOWN'),
    ...unknown(onDomain(site.domain), 'DMARC-01', 'DMARC-02', 'DMARC-05', 'DMARC-06', 'IDENT-13'),
    ...unknown(onDomain(site.mailFrom), 'MF-03', 'SPF-01', 'SPF-03', 'SPF-07'),
  ];
}
