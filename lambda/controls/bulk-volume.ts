/** Whether a From domain sends in bulk (BULK-07): by the settings, by what was sent, or because it once did. */
import { isAtOrBelow } from '../mail-auth/names.ts';
import type { DomainFacts, VolumeFacts } from '../facts/types.ts';
import type { JudgeContext } from './types.ts';

export interface BulkStand {
  bulk: boolean | 'unknown';
  because:
    | 'BULK_DECLARED'
    | 'NOT_BULK_DECLARED'
    | 'BULK_BY_VOLUME'
    | 'BULK_BEFORE'
    | 'BELOW_BULK_VOLUME'
    | 'VOLUME_UNKNOWN';
  /** Whose number or declaration decides; absent where no volume is known at all. */
  registrable?: string;
  /** What was sent in a day, at most, as far as it is known. */
  atMost: number;
  /** Targets whose number is not known. */
  unknownTargets: number;
}

/**
 * Gmail counts a primary domain, which SES does not: of each target only all that it sent is known, so the sum over every
 * target with an identity under the registrable domain is an upper bound. It errs towards bulk, whose rules are stricter.
 */
export function bulkStand(facts: DomainFacts, context: JudgeContext): BulkStand {
  const { volume } = facts;
  const known = { atMost: volume ? sumOf(volume) : 0, unknownTargets: volume ? unknownIn(volume) : 0 };
  const declared = declaration(facts.name, context.settings.bulkDomains);
  if (declared) {
    const because = declared.bulk ? 'BULK_DECLARED' : 'NOT_BULK_DECLARED';
    return { ...known, bulk: declared.bulk, because, registrable: declared.domain };
  }
  if (volume === undefined) return { ...known, bulk: 'unknown', because: 'VOLUME_UNKNOWN' };
  const { registrable } = volume;
  if (reachesBulk(volume, context.settings.thresholds.bulkVolume))
    return { ...known, bulk: true, because: 'BULK_BY_VOLUME', registrable };
  if (volume.bulkSince !== undefined) return { ...known, bulk: true, because: 'BULK_BEFORE', registrable };
  if (known.unknownTargets === 0 && isWhole(volume, context))
    return { ...known, bulk: false, because: 'BELOW_BULK_VOLUME', registrable };
  return { ...known, bulk: 'unknown', because: 'VOLUME_UNKNOWN', registrable };
}

/** Whether what is known alone suffices. */
export function reachesBulk(volume: Pick<VolumeFacts, 'targets'>, threshold: number): boolean {
  return sumOf(volume) >= threshold;
}

function sumOf({ targets }: Pick<VolumeFacts, 'targets'>): number {
  return targets.reduce((sum, { sentLast24Hours }) => sum + (sentLast24Hours ?? 0), 0);
}

function unknownIn({ targets, unread }: VolumeFacts): number {
  return unread + targets.filter(({ sentLast24Hours }) => sentLast24Hours === undefined).length;
}

/**
 * Every target known to hold an identity under the domain was read: in this scan where it is full. What a narrowed scan did
 * not look at is not lost: there the numbers of before stand, if a full scan found the sum below. Targets that no scan has
 * ever seen are SCAN-01's and -02's matter; else one account out of sight would leave every domain unjudged.
 */
function isWhole({ targets }: VolumeFacts, context: JudgeContext): boolean {
  if (!context.full) return context.before?.findings['BULK-07']?.knownReason === 'BELOW_BULK_VOLUME';
  return targets.every(({ observedAt }) => Date.parse(observedAt) >= Date.parse(context.scanStartTime));
}

/** The nearest declaration at or above the name. */
function declaration(
  name: string,
  declared: { [domain: string]: boolean },
): { domain: string; bulk: boolean } | undefined {
  const [nearest] = Object.keys(declared)
    .filter((domain) => isAtOrBelow(name, domain))
    .sort((left, right) => right.length - left.length);
  return nearest === undefined ? undefined : { domain: nearest, bulk: declared[nearest] === true };
}
