/** IP-01's worst word on a target's dedicated addresses, kept for the readiness of the domains that it sends (BULK-01, -02, -03, -05). */
import type { ReverseDnsWord, TargetFacts, TargetSummary } from './types.ts';

const WORDS: readonly ReverseDnsWord[] = ['missing', 'unknown', 'confirmed'];

/** For the target's stored summary: one word, without times and addresses. Nothing where there are no such addresses. */
export function storedReverseDns({
  dedicatedIps,
}: Pick<TargetFacts, 'dedicatedIps'>): Pick<TargetSummary, 'reverseDns'> {
  if (dedicatedIps?.kind !== 'seen') return {};
  const words = dedicatedIps.value.map(({ names, back }): ReverseDnsWord => {
    if (names.kind === 'unknown' || (names.kind === 'found' && back === 'unknown')) return 'unknown';
    return names.kind === 'found' && back === true ? 'confirmed' : 'missing';
  });
  const worst = WORDS.find((word) => words.includes(word));
  return worst ? { reverseDns: worst } : {};
}

/** Reads back what `storedReverseDns` stored; anything else is as if nothing were. */
export function readStoredReverseDns(summary: unknown): Pick<TargetSummary, 'reverseDns'> {
  const stored = (summary as { reverseDns?: unknown } | null | undefined)?.reverseDns;
  const word = WORDS.find((one) => one === stored);
  return word ? { reverseDns: word } : {};
}
