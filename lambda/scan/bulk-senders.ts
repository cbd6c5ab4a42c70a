/**
 * Which From domains are known to send in bulk while one target is read: by the settings, by what this target alone sent,
 * or because the table remembers it. That only all targets together reach the volume is JudgeDomains' to find (BULK-07).
 */
import { decidedBulk } from '../controls/bulk-volume.ts';
import { isJudgedAsSender } from '../controls/exemption.ts';
import { registrableDomain } from '../controls/fixes.ts';
import type { IdentityFacts, TargetSummary } from '../facts/types.ts';
import { memoize } from './memoize.ts';
import type { Runtime } from './runtime.ts';

/** The part of an identity's facts that says so; empty where nothing is known to make its domain a bulk sender. */
export type BulkSenderReader = (facts: IdentityFacts) => Promise<Pick<IdentityFacts, 'bulk'>>;

/**
 * @param target what the target that is read sent
 * @returns a reader of one invocation: the table is asked once for each registrable domain, and only where neither the
 *   settings nor this target's volume decide
 */
export function createBulkSenders(
  { table, settings }: Pick<Runtime, 'table' | 'settings'>,
  target: Pick<TargetSummary, 'sentLast24Hours'>,
): BulkSenderReader {
  const readBulkSince = memoize((registrable: string) => table.readBulkSince(registrable));
  return async (facts) => {
    // What is left alone sends no mail of ours.
    if (!isJudgedAsSender(facts, settings)) return {};
    const { domain } = facts.ses;
    const volume = { registrable: registrableDomain(domain), targets: [target] };
    let decided = decidedBulk(domain, volume, settings);
    if (decided === undefined) {
      const bulkSince = await readBulkSince(volume.registrable);
      if (bulkSince !== undefined) decided = decidedBulk(domain, { ...volume, bulkSince }, settings);
    }
    return decided?.bulk ? { bulk: { because: decided.because, registrable: decided.registrable } } : {};
  };
}
