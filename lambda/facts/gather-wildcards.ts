/** Whether a wildcard answers for names that nobody made below a From domain (DKIM-14). */
import { confirmAnswer } from '../dns/second-opinion.ts';
import type { DnsAnswer, DnsClient } from '../dns/types.ts';
import { toDnsFact } from './dns-facts.ts';
import type { DnsFact, DomainFacts } from './types.ts';
import { unlikelyLabel } from './unlikely-label.ts';

type Wildcards = NonNullable<NonNullable<DomainFacts['from']>['wildcards']>;

/**
 * Asks the TXT of an unlikely label under `_domainkey.<domain>` and under the domain itself. What is there is confirmed.
 *
 * @param quiet asks without anybody counting what stays unanswered: these are names that no mail needs
 * @param dns for the second opinion
 */
export async function gatherWildcards(domain: string, quiet: DnsClient, dns: DnsClient): Promise<Wildcards> {
  const label = unlikelyLabel(domain);
  const ask = async (name: string): Promise<DnsFact<string>> => {
    const answer = await quiet.txt(name);
    return toDnsFact(isThere(answer) ? await confirmAnswer(dns, answer) : answer);
  };
  const [domainkey, itself] = await Promise.all([
    ask(`${label}._domainkey.${domain}`),
    ask(`${label}.${domain}`),
  ]);
  return { label, domainkey, domain: itself };
}

/** A TXT, or an alias to anything. */
function isThere(answer: DnsAnswer<string>): boolean {
  return answer.kind === 'found' || answer.aliases.length > 0;
}
