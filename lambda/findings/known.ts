/** The next word on one finding: its latest, and what is known by it. */
import type { Finding } from '../controls/types.ts';
import { changeBetween, isOpen, isTold, standOf } from './compare.ts';
import { sameJson } from './json.ts';
import type { Judgement, StoredState } from './state.ts';
import type { Known, Stand, StoredFinding, StoredSubject } from './types.ts';

/** Counting on would rewrite a subject at every scan for a number nobody reads. */
const MAX_UNKNOWN_SCANS = 10;

export interface Situation {
  stored: StoredState | undefined;
  judgement: Judgement;
  fresh: boolean;
}

/** @param finding the new word; UNKNOWN leaves what is known as it is */
export function nextFinding(finding: Finding, situation: Situation): StoredFinding {
  const { stored, judgement, fresh } = situation;
  const previous = stored?.findings[finding.key];
  const told = previous?.told;
  if (finding.status !== 'UNKNOWN') {
    const known = nextKnown({ ...finding, status: finding.status }, situation);
    return { latest: finding, known, unknownScans: 0, ...(told && { told }) };
  }
  const counted =
    (judgement.before?.findings[finding.key]?.unknownScans ?? 0) + (judgement.scan.full ? 1 : 0);
  const knownFinding = fresh ? undefined : lastKnownFinding(previous);
  return {
    latest: finding,
    unknownScans: Math.min(counted, MAX_UNKNOWN_SCANS),
    ...(previous?.known && { known: waivedAnew(finding.key, previous.known, judgement) }),
    ...(knownFinding && { knownFinding }),
    ...(told && { told }),
  };
}

/** A waiver begins and ends by the settings and the day, whatever the latest look at the finding could learn. */
export function waivedAnew(key: string, known: Known, judgement: Judgement): Known {
  const anew = { ...known };
  delete anew.waived;
  return { ...anew, ...waiverOf(key, known, judgement) };
}

function unwaived(stand: Stand): Omit<Stand, 'waived'> {
  const copy = standOf(stand);
  delete copy.waived;
  return copy;
}

function waiverOf(key: string, stand: Stand, { waive }: Judgement): Pick<Known, 'waived'> {
  const waived = isOpen(stand) || stand.tracked ? waive?.(key) : undefined;
  return waived ? { waived } : {};
}

function lastKnownFinding(previous: StoredFinding | undefined): Finding | undefined {
  if (!previous?.known) return undefined;
  return previous.latest.status === 'UNKNOWN' ? previous.knownFinding : previous.latest;
}

function nextKnown(finding: Finding & { status: Known['status'] }, situation: Situation): Known {
  const { judgement, stored, fresh } = situation;
  const { observedAt, scan } = judgement;
  const previous = fresh ? undefined : stored?.findings[finding.key]?.known;
  const same = previous?.status === finding.status && previous.reason === finding.reason;
  const baseline = isBaseline(finding, previous, situation);
  const because = same ? previous.because : reasonOfChange(finding, previous, situation);
  const cause = finding.cause ?? (isOpen(finding) ? undefined : previous?.cause);
  return {
    ...unwaived(finding),
    severity: finding.severity,
    summary: finding.summary,
    since: same ? previous.since : observedAt,
    observedAt,
    scanId: scan.id,
    revision: finding.revision,
    ...(baseline && { baseline }),
    ...(because && { because }),
    ...waiverOf(finding.key, finding, judgement),
    ...(cause && { cause }),
  };
}

function isBaseline(
  finding: Finding & { status: Known['status'] },
  previous: Known | undefined,
  situation: Situation,
): boolean {
  const { stored, judgement, fresh } = situation;
  const told = stored?.findings[finding.key]?.told;
  if (previous?.revision === finding.revision) {
    // A baseline not yet told stays one, unless it got worse meanwhile: that is news.
    const worse = ['REGRESSED', 'WEAKENED', 'OPENED'].includes(
      changeBetween(unwaived(previous), standOf(finding)) ?? '',
    );
    return previous.baseline === true && !isTold(told, previous) && !worse;
  }
  if (fresh) return judgement.baselineIfNew;
  const before = stored?.controls[finding.controlId];
  return before?.revision === finding.revision ? before.baseline : true;
}

/** The world, unless a release or the settings alone can have done it: the same facts judged under other settings. */
function reasonOfChange(
  finding: Finding,
  previous: Known | undefined,
  situation: Situation,
): Known['because'] {
  const { stored, judgement, fresh } = situation;
  if (fresh) return undefined;
  const removed = judgement.revisions[finding.controlId] === undefined;
  if (removed || stored?.controls[finding.controlId]?.revision !== finding.revision) return 'RELEASE';
  const judgedOtherwise = judgement.settings !== undefined && judgement.settings !== stored.settings;
  const sameFacts = judgement.facts !== undefined && sameFactsAs(judgement.facts, stored.facts);
  return previous && judgedOtherwise && sameFacts ? 'SETTING' : undefined;
}

/** Facts but for the moment they were gathered at. */
export function sameFactsAs(left: StoredSubject['facts'], right: StoredSubject['facts']): boolean {
  return sameJson({ ...left, observedAt: null }, { ...right, observedAt: null });
}
