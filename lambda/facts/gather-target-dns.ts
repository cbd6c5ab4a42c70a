/** The DNS of what a target owns beside its identities: dedicated IPs (IP-01) and tracking domains (CS-05). */
import { reverseName } from '../dns/names.ts';
import { confirmAnswer } from '../dns/second-opinion.ts';
import type { DnsAnswer, DnsClient } from '../dns/types.ts';
import { toDnsFact } from './dns-facts.ts';
import type { ConfigurationSetFacts, DnsFact } from './types.ts';

export interface ReverseDns {
  names: DnsFact<string>;
  back: boolean | 'unknown';
}

/** PTR names of one address that are followed; an address has one. */
const MAX_NAMES = 5;

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

/** Of the same family only: an IPv4 address is no AAAA record. An absence is confirmed; another address may be rotation. */
async function leadsBack(name: string, ip: string, dns: DnsClient): Promise<boolean | 'unknown'> {
  const ask = (client: DnsClient): Promise<DnsAnswer<string>> =>
    ip.includes(':') ? client.aaaa(name) : client.a(name);
  let answer = await ask(dns);
  if (answer.kind === 'absent') answer = await confirmAnswer(dns, answer);
  if (answer.kind === 'unknown') return 'unknown';
  const wanted = reverseName(ip);
  return answer.kind === 'found' && answer.records.some((address) => reverseName(address) === wanted);
}

/** The Region's host of open and click tracking: `r.eu-west-1.awstrack.me`. */
const TRACKING_ZONE = /(^|\.)awstrack\.me$/;

/** The sets with what the CNAME of each custom tracking domain says; confirmed where it does not lead to SES. */
export function gatherTrackingDomains(
  sets: readonly ConfigurationSetFacts[],
  dns: DnsClient,
): Promise<ConfigurationSetFacts[]> {
  return Promise.all(
    sets.map(async (set) => {
      if (!set.tracking) return set;
      const answer = await dns.cname(set.tracking.domain);
      const healthy = answer.kind === 'found' && answer.records.every((target) => TRACKING_ZONE.test(target));
      const cname = toDnsFact(healthy ? answer : await confirmAnswer(dns, answer));
      return { ...set, tracking: { ...set.tracking, cname } };
    }),
  );
}
