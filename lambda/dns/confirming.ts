/**
 * Evaluate first, confirm only what would fail. An evaluation that finds nothing wrong costs no second question; one
 * that does is made again over answers that an independent resolver agrees with (SCAN-05).
 */
import type { DnsAnswer, DnsClient } from './types.ts';

/**
 * What `evaluate` finds, where it would fail found again with every answer confirmed. What the two resolvers do not
 * agree on is unknown to the second evaluation, so that whatever rests on it comes out as unknown, too.
 *
 * The first evaluation is handed a client without `confirm`: it decides by the first resolver's word alone. The second
 * asks the first resolver again only for what its cache no longer holds.
 *
 * @param fails whether the outcome would make a finding fail; an outcome that is unknown does not
 * @example
 * const mx = await confirmFailing(dns, (client) => client.mx(name), (answer) => answer.kind === 'absent');
 */
export async function confirmFailing<T>(
  dns: DnsClient,
  evaluate: (dns: DnsClient) => Promise<T>,
  fails: (outcome: T) => boolean,
): Promise<T> {
  const outcome = await evaluate(withoutConfirm(dns));
  if (dns.confirm === undefined || dns.secondOpinion?.() === 'none' || !fails(outcome)) return outcome;
  return evaluate(confirmingEvery(dns, dns.confirm));
}

/** The same client, which takes the first resolver's word. */
function withoutConfirm(dns: DnsClient): DnsClient {
  return through(dns, (answer) => Promise.resolve(answer));
}

/** A client that hands out no answer before the second opinion had its say. It has no `confirm`: all is confirmed. */
function confirmingEvery(dns: DnsClient, confirm: NonNullable<DnsClient['confirm']>): DnsClient {
  return through(dns, async (answer) => {
    const confirmed = await confirm(answer);
    if (confirmed.kind !== 'unknown' || confirmed.because !== 'DNS_INCONSISTENT') return confirmed;
    // Whether the name is an alias may be the very thing on which they differ.
    return { ...confirmed, aliases: [] };
  });
}

/** PTR passes as it is: in an evaluation only the SPF mechanism `ptr` asks for one, which no receiver relies on. */
function through(dns: DnsClient, pass: <T>(answer: DnsAnswer<T>) => Promise<DnsAnswer<T>>): DnsClient {
  return {
    txt: async (name) => pass(await dns.txt(name)),
    mx: async (name) => pass(await dns.mx(name)),
    a: async (name) => pass(await dns.a(name)),
    aaaa: async (name) => pass(await dns.aaaa(name)),
    cname: async (name) => pass(await dns.cname(name)),
    ptr: (ip) => dns.ptr(ip),
  };
}
