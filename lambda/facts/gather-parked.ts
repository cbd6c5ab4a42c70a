/** A domain that settings declare parked: whether DNS shuts everybody out who would send as it (DMARC-14). */
import { confirmFailing } from '../dns/confirming.ts';
import { nameExists, type DnsClient } from '../dns/types.ts';
import { analyseSpf, expandNetworks, selectSpfRecords } from '../mail-auth/spf.ts';
import { selectedTexts, toDnsFact } from './dns-facts.ts';
import { gatherDmarc } from './gather-dmarc.ts';
import type { DomainFacts } from './types.ts';

type ParkedFacts = NonNullable<DomainFacts['parked']>;

const MAX_TEXTS = 10;
const MAX_TEXT = 4_096;

/** DMARC, SPF and MX of the name. Never throws for what DNS says. */
export async function gatherParked(name: string, dns: DnsClient): Promise<ParkedFacts> {
  const [dmarc, rest] = await Promise.all([
    gatherDmarc(name, 'reject', dns),
    confirmFailing(dns, (client) => readNames(name, client), isOpen),
  ]);
  return { dmarc, ...rest };
}

async function readNames(name: string, dns: DnsClient): Promise<Omit<ParkedFacts, 'dmarc'>> {
  const [mx, txt] = [await dns.mx(name), await dns.txt(name)];
  const records = txt.kind === 'found' ? selectSpfRecords(txt.records) : [];
  const texts = records.slice(0, MAX_TEXTS).map((text) => text.slice(0, MAX_TEXT));
  return {
    exists: nameExists(mx),
    mx: toDnsFact(mx),
    spf: { txt: selectedTexts(txt, records), records: texts, ...(await whoPasses(name, texts, dns)) },
  };
}

/** A redirect to one record for all parked domains is as good as the record itself. */
async function whoPasses(
  name: string,
  records: readonly string[],
  dns: DnsClient,
): Promise<Pick<ParkedFacts['spf'], 'all' | 'passes'>> {
  if (records.length !== 1) return { passes: 'unknown' };
  const [{ all }, expanded] = await Promise.all([analyseSpf(name, dns), expandNetworks(name, dns)]);
  const qualifier = all.qualifier === 'undecidable' ? 'unknown' : all.qualifier;
  if (expanded.kind === 'unknown') return { all: qualifier, passes: 'unknown' };
  const somebody = expanded.networks.length > 0 || expanded.undecidable.length > 0;
  return { all: qualifier, passes: somebody ? 'somebody' : 'nobody' };
}

function isOpen({ exists, spf }: Omit<ParkedFacts, 'dmarc'>): boolean {
  if (exists === false) return true;
  return spf.txt.kind !== 'unknown' && (spf.all !== '-' || spf.passes === 'somebody');
}
