/** What can be wrong within an SPF record that is there, single, and names SES. */
import type { ZoneDraft } from '../zone-draft.ts';
import { layDedicatedIp } from '../zone-preset.ts';
import {
  consequence,
  fail,
  notReady,
  onDomain,
  warn,
  type Expectation,
  type IdentityFault,
  type IdentitySite,
} from './types.ts';

/** A dedicated address that the account brought along: of no network of SES. */
export const OWN_ADDRESS = '203.0.113.100';

/** Nobody registered it. */
const UNREGISTERED = 'bankrupt-vendor.example';

export const SPF_FAULTS = {
  'spf-syntax-error': {
    about: 'The SPF record has a mechanism that does not exist: that is a permanent error.',
    zone: (zone, site) => publish(zone, site, 'v=spf1 ipv4:203.0.113.250 include:amazonses.com ~all'),
    expects: (site) => permanentError(site, fail(onDomain(site.mailFrom), 'SPF-02')),
  },
  'spf-too-many-lookups': {
    about: 'Eleven vendors are asked before SES: a receiver stops at ten look-ups.',
    zone: (zone, site) => {
      const vendors = Array.from({ length: 11 }, (_, i) => `_spf${i + 1}.${site.mailFrom}`);
      for (const [i, vendor] of vendors.entries()) zone.txt(vendor, `v=spf1 ip4:203.0.113.${210 + i} -all`);
      const includes = vendors.map((vendor) => `include:${vendor}`).join(' ');
      publish(zone, site, `v=spf1 ${includes} include:amazonses.com ~all`);
    },
    expects: (site) => permanentError(site, fail(onDomain(site.mailFrom), 'SPF-04')),
  },
  'spf-void-lookups': {
    about: 'Three names of the SPF record are gone: a receiver stops at two that answer nothing.',
    zone: (zone, site) => {
      const gone = [1, 2, 3].map((n) => `a:relay${n}.${site.domain}`).join(' ');
      publish(zone, site, `v=spf1 ${gone} include:amazonses.com ~all`);
    },
    expects: (site) => permanentError(site, fail(onDomain(site.mailFrom), 'SPF-05')),
  },
  'spf-include-unregistered': {
    about: 'The SPF record includes a vendor whose domain nobody holds any more: who registers it may send.',
    zone: (zone, site) =>
      publish(zone, site, `v=spf1 include:amazonses.com include:spf.${UNREGISTERED} ~all`),
    expects: (site) => [fail(onDomain(site.mailFrom), 'SPF-06', 'SPF_INCLUDE_HIJACKABLE')],
  },
  'spf-ptr': {
    about: 'The SPF record uses ptr, which RFC 7208 advises against.',
    zone: (zone, site) => publish(zone, site, 'v=spf1 include:amazonses.com ptr ~all'),
    expects: (site) => [warn(onDomain(site.mailFrom), 'SPF-08')],
  },
  'spf-without-dedicated-ip': {
    about: 'Mail leaves from a dedicated address outside SES’s networks, which the SPF record does not list.',
    target: (target) => {
      const dedicated = (target.dedicatedIps ??= []);
      if (dedicated.some(({ ip }) => ip === OWN_ADDRESS)) return;
      dedicated.push({ ip: OWN_ADDRESS, warmupStatus: 'DONE', warmupPercentage: 100, pool: 'own' });
    },
    zone: (zone, site) => layDedicatedIp(zone, OWN_ADDRESS, site.region),
    expects: (site) => [fail(onDomain(site.mailFrom), 'SPF-03', 'SPF_PARTIAL'), ...notReady(site)],
  },
  'from-without-spf': {
    about: 'The From domain itself has no SPF record; mail through SES does not need it, other mail may.',
    zone: (zone, site) => zone.remove(site.domain, 'TXT'),
    expects: (site) => [warn(onDomain(site.domain), 'SPF-09')],
  },
} as const satisfies Record<string, IdentityFault>;

function publish(zone: ZoneDraft, site: IdentitySite, record: string): void {
  zone.remove(site.mailFrom, 'TXT');
  zone.txt(site.mailFrom, record);
}

/** SES is not authorized by a record that ends in an error. */
function permanentError(site: IdentitySite, cause: Expectation): Expectation[] {
  return [cause, consequence(fail(onDomain(site.mailFrom), 'SPF-03')), ...notReady(site)];
}
