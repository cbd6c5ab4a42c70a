/** What retirement makes of a stored subject. Pure, as merge.ts is. */
import { RETIRED_REASON, isOpen, standOf } from './compare.ts';
import type { Merged, StoredState } from './state.ts';

/**
 * The subject is gone: whatever was known of it no longer applies. What was told in order, or never told, needs no telling.
 */
export function mergeRetirement(
  stored: StoredState,
  retirement: { scanId: string; observedAt: string; reason: string },
): Merged {
  const { scanId, observedAt, reason } = retirement;
  const findings = Object.fromEntries(
    Object.entries(stored.findings).map(([key, { latest, known: before, told }]) => {
      const stand = { status: 'NOT_APPLICABLE', reason: RETIRED_REASON, reasonClass: 0 } as const;
      const { severity, revision, controlId } = latest;
      const finding = { key, controlId, revision, severity, summary: reason, evidence: {}, ...stand };
      const known = {
        ...stand,
        ...{ severity, summary: reason, since: observedAt, observedAt, scanId, revision },
        ...(before?.cause && { cause: before.cause }),
      };
      return [key, { latest: finding, known, unknownScans: 0, ...(told && { told }) }];
    }),
  );
  const toldNow = Object.fromEntries(
    Object.entries(stored.findings).flatMap(([key, { told }]) => {
      if (told && (isOpen(told) || told.reason === RETIRED_REASON)) return [];
      return [[key, { ...standOf(findings[key]!.known), digest: told?.digest ?? 0 }]];
    }),
  );
  const state: StoredState = {
    ...stored,
    findings,
    observedAt,
    scanId,
    version: stored.version + 1,
    retiredAt: observedAt,
  };
  return { state, toldNow, changed: true };
}
