/** Everything the domain controls read about one name: as a From domain, as a MAIL FROM domain, or both. */
import { getDomain } from 'tldts';
import type { ScanSettings } from '../contract.ts';
import { nameExists, type DnsClient } from '../dns/types.ts';
import { hasAddress, recordUnanswered, toDnsFact, unusableDns } from './dns-facts.ts';
import { gatherDmarc } from './gather-dmarc.ts';
import { gatherSpf } from './gather-spf.ts';
import type { Dependent, DomainFacts } from './types.ts';

export interface GatherDomainOptions {
  /** Lower case, A-labels, no trailing dot. */
  name: string;
  /** Who uses it, and as what: decides what is asked. */
  dependents: Dependent[];
  settings: ScanSettings;
  dns: DnsClient;
  /** Set: DNS is not asked at all, and every DNS fact is unknown for this reason. */
  dnsUnusable?: string;
  /** ISO 8601 */
  observedAt: string;
}

/** Gathers the facts of one domain. Never throws for what DNS says. */
export async function gatherDomainFacts(options: GatherDomainOptions): Promise<DomainFacts> {
  const { name, dependents, dnsUnusable } = options;
  const recorder = recordUnanswered(options.dns);
  const dns = dnsUnusable === undefined ? recorder.dns : unusableDns(dnsUnusable);
  const asSender = dependents.some(({ use }) => use === 'FROM' || use === 'DMARC_RECORD');
  const asMailFrom = dependents.filter(({ use }) => use === 'MAIL_FROM');
  const [from, mailFrom] = await Promise.all([
    asSender ? gatherFrom(name, dns) : undefined,
    asMailFrom.length > 0 ? gatherMailFrom(name, asMailFrom, dns) : undefined,
  ]);
  return {
    name,
    observedAt: options.observedAt,
    dependents,
    ...(from ? { from } : {}),
    ...(mailFrom ? { mailFrom } : {}),
    unansweredNames: dnsUnusable === undefined ? recorder.unanswered() : [],
    ...(dnsUnusable === undefined ? {} : { dnsUnusable }),
  };
}

/** DMARC, and whether the name exists and can receive (RFC 5321 section 5.1: MX, else A or AAAA). */
async function gatherFrom(name: string, dns: DnsClient): Promise<NonNullable<DomainFacts['from']>> {
  const [dmarc, mx] = await Promise.all([gatherDmarc(name, dns), dns.mx(name)]);
  const exists = nameExists(mx);
  const address = mx.kind === 'found' ? undefined : await hasAddress(name, dns);
  return {
    dmarc,
    // An address at the name proves that it exists, even where the question for MX was not answered.
    exists: address === true ? true : exists,
    mx: toDnsFact(mx),
    ...(address === undefined ? {} : { hasAddress: address }),
    ...(exists === false ? { registrable: await gatherRegistrable(name, dns) } : {}),
  };
}

/** Whether the name that somebody can buy is registered at all, by the Public Suffix List's ICANN part. */
async function gatherRegistrable(
  name: string,
  dns: DnsClient,
): Promise<NonNullable<NonNullable<DomainFacts['from']>['registrable']>> {
  const registrable = getDomain(name, { extractHostname: false, validateHostname: false }) ?? name;
  return { name: registrable, exists: nameExists(await dns.mx(registrable)) };
}

async function gatherMailFrom(
  name: string,
  uses: readonly Dependent[],
  dns: DnsClient,
): Promise<NonNullable<DomainFacts['mailFrom']>> {
  const [mx, spf] = await Promise.all([dns.mx(name), gatherSpf(name, dns)]);
  return { mx: toDnsFact(mx), spf, regions: [...new Set(uses.map(({ region }) => region))].sort() };
}
