/** Whether a From domain sends in bulk (BULK-07): by the settings, by what was sent, or because it once did. */
import type { ScanSettings } from '../contract.ts';
import { isAtOrBelow } from '../mail-auth/names.ts';
import type { BulkSender, DomainFacts, TargetSummary, VolumeFacts } from '../facts/types.ts';
import type { JudgeContext } from './types.ts';

export interface BulkStand {
  bulk: boolean | 'unknown';
  because: DecidedBulk['because'] | 'BELOW_BULK_VOLUME' | 'VOLUME_UNKNOWN';
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
  const decided = decidedBulk(facts.name, volume, context.settings);
  if (decided) return { ...known, ...decided };
  if (volume === undefined) return { ...known, bulk: 'unknown', because: 'VOLUME_UNKNOWN' };
  const { registrable } = volume;
  if (known.unknownTargets === 0 && isWhole(volume, context))
    return { ...known, bulk: false, because: 'BELOW_BULK_VOLUME', registrable };
  return { ...known, bulk: 'unknown', because: 'VOLUME_UNKNOWN', registrable };
}

export type DecidedBulk =
  | { bulk: true; because: BulkSender['because']; registrable: string }
  | { bulk: false; because: 'NOT_BULK_DECLARED'; registrable: string };

/** What is known of the volume under a registrable domain: perhaps of some of its targets alone. */
type KnownVolume = Pick<VolumeFacts, 'registrable' | 'bulkSince'> & {
  targets: readonly Pick<TargetSummary, 'sentLast24Hours'>[];
};

/**
 * What decides by itself, whatever else is not known: a declaration, the volume that is known, the memory of an earlier one.
 *
 * @param volume what is known of it so far; absent: nothing
 */
export function decidedBulk(
  name: string,
  volume: KnownVolume | undefined,
  settings: Pick<ScanSettings, 'bulkDomains' | 'thresholds'>,
): DecidedBulk | undefined {
  const declared = declaration(name, settings.bulkDomains);
  if (declared) {
    const { bulk, domain: registrable } = declared;
    return bulk
      ? { bulk, because: 'BULK_DECLARED', registrable }
      : { bulk, because: 'NOT_BULK_DECLARED', registrable };
  }
  if (volume === undefined) return undefined;
  const { registrable, bulkSince } = volume;
  if (reachesBulk(volume, settings.thresholds.bulkVolume))
    return { bulk: true, because: 'BULK_BY_VOLUME', registrable };
  return bulkSince === undefined ? undefined : { bulk: true, because: 'BULK_BEFORE', registrable };
}

/** Whether what is known alone suffices. */
export function reachesBulk(volume: Pick<KnownVolume, 'targets'>, threshold: number): boolean {
  return sumOf(volume) >= threshold;
}

function sumOf({ targets }: Pick<KnownVolume, 'targets'>): number {
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
