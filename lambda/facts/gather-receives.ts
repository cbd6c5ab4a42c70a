/** Whether somebody can answer to a From domain: bounces and replies go there. */
import { confirmFailing } from '../dns/confirming.ts';
import type { DnsClient } from '../dns/types.ts';
import { hasAddress } from './dns-facts.ts';

/**
 * RFC 5321 section 5.1: an MX, else an address. A null MX says no (RFC 7505). A no is confirmed at the second opinion.
 *
 * @param domain lower case, A-labels
 */
export function gatherReceives(domain: string, dns: DnsClient): Promise<boolean | 'unknown'> {
  return confirmFailing(
    dns,
    (client) => receives(domain, client),
    (outcome) => outcome === false,
  );
}

/** The same, unconfirmed. */
export async function receives(domain: string, dns: DnsClient): Promise<boolean | 'unknown'> {
  const mx = await dns.mx(domain);
  if (mx.kind === 'found') return mx.records.some(({ exchange }) => exchange !== '');
  const address = await hasAddress(domain, dns);
  // Without the MX's answer a null MX may stand there, whatever the address.
  return mx.kind === 'unknown' ? 'unknown' : address;
}
