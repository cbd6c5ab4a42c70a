/** The difference between what the team was last told and what is known: docs/judgement.md, "Changes". */
import type { Finding, Subject } from '../controls/types.ts';
import type {
  Change,
  ChangeKind,
  Known,
  Stand,
  StoredFinding,
  StoredSubject,
  Told,
  Waived,
} from './types.ts';

/** Reason of the stand that a subject's retirement leaves on its findings. No control has a reason of this name. */
export const RETIRED_REASON = 'RETIRED';
/** Reason of a finding whose sub-key (a token, a topic) is no longer judged. */
export const GONE_REASON = 'GONE';

/** Kinds that a person reads or sees counted; NOTED is only remembered. */
export const SPOKEN_KINDS: readonly ChangeKind[] = [
  'REGRESSED',
  'OPENED',
  'WEAKENED',
  'WAIVER_ENDED',
  'RESOLVED',
  'RETIRED',
  'EASED',
  'BASELINE',
];

/**
 * @param told what a digest said last; a told RETIRED counts as nothing, so that a revived subject opens anew
 * @returns the kind of change, or undefined where there is nothing to say and nothing to remember
 */
export function changeBetween(
  told: Stand | undefined,
  known: Stand & { baseline?: boolean },
): ChangeKind | undefined {
  const before = told && told.reason !== RETIRED_REASON ? told : undefined;
  const kind = before ? fromTold(before, known) : fromNothing(known);
  if (known.waived) return kind || !sameWaiver(before?.waived, known.waived) ? 'NOTED' : undefined;
  if (before?.waived && isOpen(before)) {
    if (isOpen(known)) return 'WAIVER_ENDED';
    if (kind !== 'WEAKENED') return 'NOTED';
  }
  if (known.baseline && kind !== undefined && kind !== 'NOTED') return 'BASELINE';
  return kind ?? (before?.waived ? 'NOTED' : undefined);
}

function sameWaiver(left: Waived | undefined, right: Waived): boolean {
  return left?.owner === right.owner && left.expires === right.expires;
}

function fromNothing(known: Stand): ChangeKind | undefined {
  return isOpen(known) ? 'OPENED' : undefined;
}

function fromTold(told: Stand, known: Stand): ChangeKind | undefined {
  if (known.status === 'FAIL') {
    if (told.status !== 'FAIL' || known.reasonClass > told.reasonClass) return 'REGRESSED';
  }
  if (known.status === 'NOT_APPLICABLE') return isOpen(told) ? 'RETIRED' : undefined;
  if (known.status === 'WARN' && !isOpen(told)) return 'WEAKENED';
  const trend = trendOf(told, known);
  // A fall is told even where the status got better: loud rather than silent.
  if (trend === 'fell') return 'WEAKENED';
  if (known.status === 'PASS' && isOpen(told)) return 'RESOLVED';
  if (known.status === 'WARN' && told.status === 'FAIL') return 'EASED';
  if (trend === 'rose') return 'NOTED';
  return known.status === 'FAIL' && known.reasonClass < told.reasonClass ? 'NOTED' : undefined;
}

/** A value tracked for the first time counts as risen: it has to be remembered, or its later fall would go unseen. */
function trendOf(told: Stand, known: Stand): 'rose' | 'fell' | 'same' {
  if (!known.tracked) return 'same';
  if (told.tracked?.name !== known.tracked.name) return 'rose';
  if (known.tracked.rank < told.tracked.rank) return 'fell';
  return known.tracked.rank > told.tracked.rank ? 'rose' : 'same';
}

export function isOpen(stand: Stand): boolean {
  return stand.status === 'FAIL' || stand.status === 'WARN';
}

/** Open, and nobody has accepted it. */
export function isOpenUnwaived(stand: Stand): boolean {
  return isOpen(stand) && stand.waived === undefined;
}

/** The part of a longer record that can make a change. */
export function standOf({ status, reason, reasonClass, tracked, waived }: Stand): Stand {
  return {
    status,
    reason,
    reasonClass,
    ...(tracked && { tracked }),
    ...(waived && { waived: { owner: waived.owner, expires: waived.expires } }),
  };
}

/** @returns every known of the subject that is unlike told, in order of key. */
export function changesOf(subject: Pick<StoredSubject, 'subject' | 'findings'>): Change[] {
  return Object.entries(subject.findings)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([key, stored]) => changeOf(subject.subject, key, stored) ?? []);
}

function changeOf(subject: Subject, key: string, stored: StoredFinding): Change | undefined {
  const { known, told } = stored;
  const kind = known && changeBetween(told, known);
  if (!kind) return undefined;
  return {
    subject,
    key,
    kind,
    ...(told && { from: standOf(told) }),
    finding: knownFinding(stored, known),
    known,
  };
}

function knownFinding(stored: StoredFinding, known: Known): Finding {
  if (stored.latest.status !== 'UNKNOWN') return stored.latest;
  if (stored.knownFinding) return stored.knownFinding;
  // That nobody could judge it now follows from a loss; what is known does not.
  const latest = { ...stored.latest };
  delete latest.cause;
  const { severity, summary, cause } = known;
  return { ...latest, ...standOf(known), severity, summary, ...(cause && { cause }) };
}

/** Whether telling `known` would say nothing that `told` has not said. */
export function isTold(told: Told | undefined, known: Stand): boolean {
  return told !== undefined && changeBetween(told, { ...standOf(known) }) === undefined;
}
