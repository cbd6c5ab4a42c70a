/** The texts at `_dmarc` names as facts: told apart, bounded, and kept where nothing applies because they are broken. */
import type { DnsAnswer } from '../dns/types.ts';
import { findDmarcNearMisses, selectDmarcRecords, type DmarcDiscovery } from '../mail-auth/dmarc.ts';
import { excerpt } from '../mail-auth/names.ts';
import { selectedTexts } from './dns-facts.ts';
import type { DmarcAbove, DmarcFacts } from './types.ts';

const MAX_TEXTS = 10;
const MAX_TEXT = 2_048;
/** Of the trace of the walk. */
const MAX_TRACED = 120;
const MAX_TRACED_TEXTS = 3;

/** The TXT at a `_dmarc` name: those that are records, and those that were meant to be. */
export function sorted(answer: DnsAnswer<string>): {
  texts: string[];
  records: string[];
  nearMisses: string[];
} {
  const texts = answer.kind === 'found' ? answer.records : [];
  const nearMisses = findDmarcNearMisses(texts).map(({ text }) => text);
  return { texts, records: selectDmarcRecords(texts), nearMisses };
}

export function bounded(texts: readonly string[]): string[] {
  return texts.slice(0, MAX_TEXTS).map((text) => text.slice(0, MAX_TEXT));
}

/** `_dmarc.example.com: NXDOMAIN`; of what was found, each text, sorted: resolvers rotate, and evidence must not. */
export function traced(answer: DnsAnswer<string>): string {
  const { name, aliases } = answer;
  const via = aliases.length > 0 ? ` (alias of ${excerpt(aliases.at(-1)?.target ?? '', MAX_TRACED)})` : '';
  if (answer.kind !== 'found') return `${name}: ${answer.because}${via}`;
  const shown = [...answer.records]
    .sort()
    .slice(0, MAX_TRACED_TEXTS)
    .map((text) => `“${excerpt(text, MAX_TRACED)}”`);
  const more = answer.records.length - shown.length;
  return `${name}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}${via}`;
}

/** What has to be known to mend it where it is broken: a record above that nobody processes, or texts that count as none. */
export function nothingApplies(
  domain: string,
  { answers, unprocessed }: DmarcDiscovery,
): Pick<DmarcFacts, 'unprocessedAt' | 'above'> {
  const above = answers
    .filter(
      ({ name, kind, aliases }) => name !== `_dmarc.${domain}` && (kind === 'found' || aliases.length > 0),
    )
    .map((answer): DmarcAbove => {
      const { records, nearMisses } = sorted(answer);
      return {
        domain: answer.name.replace(/^_dmarc\./, ''),
        txt: selectedTexts(answer, [...records, ...nearMisses]),
        records: bounded(records),
        nearMisses: bounded(nearMisses),
      };
    });
  return {
    ...(unprocessed ? { unprocessedAt: unprocessed.domain } : {}),
    ...(above.length > 0 ? { above } : {}),
  };
}
