/** The DNS of what a target owns beside its identities: dedicated IPs (IP-01) and tracking domains (CS-05). */
import { reverseName } from '../dns/names.ts';
import { confirmAnswer } from '../dns/second-opinion.ts';
import type { DnsAnswer, DnsClient } from '../dns/types.ts';
import { toDnsFact } from './dns-facts.ts';
import type { AddressFact, ConfigurationSetFacts, DnsFact } from './types.ts';

export interface ReverseDns {
  names: DnsFact<string>;
  back: boolean | 'unknown';
}

/** PTR names of one address that are followed; an address has one. */
const MAX_NAMES = 5;
/** Hops of a tracking domain's alias chain that are kept. */
const MAX_ALIASES = 10;

/**
 * Forward-confirmed reverse DNS: the names behind an address, and whether any of them leads back to it. What fails is
 * confirmed by the second resolver.
 */
export async function gatherReverseDns(ip: string, dns: DnsClient): Promise<ReverseDns> {
  const answer = await dns.ptr(ip);
  if (answer.kind !== 'found') {
    const confirmed = await confirmAnswer<string>(dns, answer);
    return { names: toDnsFact(confirmed), back: confirmed.kind === 'unknown' ? 'unknown' : false };
  }
  const ways = await Promise.all(answer.records.slice(0, MAX_NAMES).map((name) => leadsBack(name, ip, dns)));
  const back = ways.includes(true) ? true : ways.includes('unknown') ? 'unknown' : false;
  return { names: toDnsFact(answer), back };
}

/**
 * Of the same family only: an IPv4 address is no AAAA record. That it does not lead back is confirmed: the second
 * resolver agrees where it does not see the address either, whatever else it sees.
 */
async function leadsBack(name: string, ip: string, dns: DnsClient): Promise<boolean | 'unknown'> {
  const answer = await (ip.includes(':') ? dns.aaaa(name) : dns.a(name));
  const wanted = reverseName(ip);
  const leads = (one: DnsAnswer<unknown>): boolean =>
    one.kind === 'found' && one.records.some((address) => reverseName(String(address)) === wanted);
  if (leads(answer)) return true;
  const confirmed = await confirmAnswer(dns, answer, (other) => !leads(other));
  return confirmed.kind === 'unknown' ? 'unknown' : false;
}

/** The Region's host of open and click tracking: `r.eu-west-1.awstrack.me`. */
const TRACKING_ZONE = /(^|\.)awstrack\.me$/;

/**
 * The sets with what the CNAME of each custom tracking domain says, and where that is no tracking host itself, whether
 * the name leads to an address; confirmed where it does not lead to SES.
 */
export function gatherTrackingDomains(
  sets: readonly ConfigurationSetFacts[],
  dns: DnsClient,
): Promise<ConfigurationSetFacts[]> {
  return Promise.all(
    sets.map(async (set) => {
      if (!set.tracking) return set;
      const { domain } = set.tracking;
      const answer = await dns.cname(domain);
      const healthy = answer.kind === 'found' && answer.records.every((target) => TRACKING_ZONE.test(target));
      if (healthy) return { ...set, tracking: { ...set.tracking, cname: toDnsFact(answer) } };
      const address = await addressOf(domain, dns);
      const cname = toDnsFact(await confirmAnswer(dns, answer));
      return { ...set, tracking: { ...set.tracking, cname, address } };
    }),
  );
}

/** An address of either family is one; that there is none is confirmed. */
async function addressOf(name: string, dns: DnsClient): Promise<AddressFact> {
  const answers = await Promise.all([dns.a(name), dns.aaaa(name)]);
  const found = answers.find(({ kind }) => kind === 'found');
  const sure = found ? [found] : await Promise.all(answers.map((answer) => confirmAnswer(dns, answer)));
  const unknown = sure.find((answer) => answer.kind === 'unknown');
  if (unknown) return { kind: 'unknown', because: unknown.because };
  const aliases = (found ?? answers[0]).aliases.slice(0, MAX_ALIASES).map(({ target }) => target);
  return { kind: found ? 'found' : 'absent', aliases };
}
