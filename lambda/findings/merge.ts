/** What a judgement makes of a stored subject. Pure: reads nothing, writes nothing, knows no clock. */
import type { Finding, Json, Subject, SubjectBefore } from '../controls/types.ts';
import { GONE_REASON, RETIRED_REASON, changeBetween, isOpen, isTold, standOf } from './compare.ts';
import { boundedRecord, sameJson } from './json.ts';
import type { Known, StoredFinding, StoredSubject, Told } from './types.ts';

/** The subject with what only recording needs. */
export interface StoredState extends StoredSubject {
  /** What the scan `scanId` found when it first touched the subject, so that its retry judges the same. */
  before: { scanId: string; subject?: SubjectBefore };
  /** By control: the revision evaluated last, and whether a first known word is still to come and will be baseline. */
  controls: { [controlId: string]: { revision: number; baseline: boolean } };
  /** Fingerprint of the settings it was judged under. */
  settings?: string;
}

export interface Judgement {
  subject: Subject;
  scan: { id: string; full: boolean };
  /** ISO 8601: start of the subject's gathering. */
  observedAt: string;
  /** Of every control of this kind of subject: a stored finding of any other counts as gone. */
  revisions: { [controlId: string]: number };
  findings: Finding[];
  before: SubjectBefore | undefined;
  facts?: { [key: string]: Json };
  baselineIfNew: boolean;
  settings?: string;
}

export interface Merged {
  state: StoredState;
  /** What needs no telling, to be set as told. */
  toldNow: { [key: string]: Told };
  /** Whether anything but "last seen" differs from what is stored. */
  changed: boolean;
}

/** Bounds of design.md section 5. Bytes. */
const MAX_EVIDENCE = 4096;
const MAX_SUMMARY = 1000;
/** Counting on would rewrite a subject at every scan for a number nobody reads. */
const MAX_UNKNOWN_SCANS = 10;

/** The subject as a control sees it before this scan; a retired one is new again. */
export function beforeOf(stored: StoredState | undefined, scanId: string): SubjectBefore | undefined {
  if (!stored || stored.retiredAt) return undefined;
  if (stored.before.scanId === scanId) return stored.before.subject;
  const findings = Object.entries(stored.findings).map(([key, { latest, known, unknownScans }]) => [
    key,
    {
      status: latest.status,
      reason: latest.reason,
      unknownScans,
      evidence: latest.evidence,
      ...(known && { knownStatus: known.status, knownReason: known.reason }),
      ...(known?.tracked && { tracked: known.tracked }),
    },
  ]);
  return { firstSeen: stored.firstSeen, findings: Object.fromEntries(findings) as SubjectBefore['findings'] };
}

export function mergeJudgement(stored: StoredState | undefined, judgement: Judgement): Merged {
  const { subject, scan, observedAt, facts } = judgement;
  const fresh = stored === undefined || stored.retiredAt !== undefined;
  const judged = uniqueByKey(judgement.findings.map(bounded));
  const controls = nextControls(stored, judgement, fresh);
  const findings: StoredState['findings'] = {};
  for (const finding of [...judged.values(), ...vanished(stored, judgement, judged)]) {
    findings[finding.key] = nextFinding(finding, { stored, judgement, fresh });
  }
  const all = { ...keptFindings(stored, judgement, judged), ...findings };
  const state: StoredState = {
    subject,
    firstSeen: fresh ? observedAt : stored.firstSeen,
    observedAt,
    scanId: scan.id,
    version: (stored?.version ?? 0) + 1,
    findings: all,
    before: { scanId: scan.id, ...(judgement.before && { subject: judgement.before }) },
    controls,
    ...((facts ?? stored?.facts) && { facts: facts ?? stored?.facts }),
    ...((judgement.settings ?? stored?.settings) && { settings: judgement.settings ?? stored?.settings }),
  };
  const toldNow = needlessToTell(all);
  return { state, toldNow, changed: fresh || Object.keys(toldNow).length > 0 || differs(stored, state) };
}

function uniqueByKey(findings: Finding[]): Map<string, Finding> {
  const byKey = new Map(findings.map((finding) => [finding.key, finding]));
  if (byKey.size === findings.length) return byKey;
  const keys = findings.map((finding) => finding.key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  throw new Error(`Two findings of one subject have the key ${twice}. Give each a sub-key of its own.`);
}

function bounded(finding: Finding): Finding {
  return {
    ...finding,
    summary: finding.summary.slice(0, MAX_SUMMARY),
    evidence: boundedRecord(finding.evidence, MAX_EVIDENCE),
  };
}

/** A control's first evaluation at a revision is baseline on a subject already known, and stays so until something is known. */
function nextControls(
  stored: StoredState | undefined,
  { revisions, findings, baselineIfNew }: Judgement,
  fresh: boolean,
): StoredState['controls'] {
  const next = { ...stored?.controls };
  for (const [controlId, revision] of Object.entries(revisions)) {
    const before = stored?.controls[controlId];
    const first = fresh || before?.revision !== revision;
    const baseline = fresh ? baselineIfNew : first ? true : before.baseline;
    const unsettled = findings.some((it) => it.controlId === controlId && it.status === 'UNKNOWN');
    next[controlId] = { revision, baseline: baseline && unsettled };
  }
  return next;
}

/**
 * Stored keys that their control no longer speaks of, or whose control a release took away. An UNKNOWN word of the same
 * control may hide them: then nothing vanished.
 */
function vanished(
  stored: StoredState | undefined,
  { revisions }: Judgement,
  judged: Map<string, Finding>,
): Finding[] {
  const uncertain = new Set(
    [...judged.values()].filter((it) => it.status === 'UNKNOWN').map((it) => it.controlId),
  );
  return Object.entries(stored?.findings ?? {}).flatMap(([key, { latest, known }]) => {
    if (judged.has(key) || uncertain.has(latest.controlId) || !known) return [];
    return [gone(latest, revisions[latest.controlId] ?? latest.revision)];
  });
}

function gone(latest: Finding, revision: number): Finding {
  return {
    key: latest.key,
    controlId: latest.controlId,
    revision,
    status: 'NOT_APPLICABLE',
    reason: GONE_REASON,
    reasonClass: 0,
    severity: latest.severity,
    summary: 'What was judged here is no longer there.',
    evidence: {},
  };
}

/** Stored findings that an UNKNOWN word of their control may hide. */
function keptFindings(
  stored: StoredState | undefined,
  { findings }: Judgement,
  judged: Map<string, Finding>,
): StoredState['findings'] {
  const uncertain = (controlId: string): boolean =>
    findings.some((it) => it.controlId === controlId && it.status === 'UNKNOWN');
  return Object.fromEntries(
    Object.entries(stored?.findings ?? {}).filter(
      ([key, { latest }]) => !judged.has(key) && uncertain(latest.controlId),
    ),
  );
}

interface Situation {
  stored: StoredState | undefined;
  judgement: Judgement;
  fresh: boolean;
}

function nextFinding(finding: Finding, situation: Situation): StoredFinding {
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
    ...(previous?.known && { known: previous.known }),
    ...(knownFinding && { knownFinding }),
    ...(told && { told }),
  };
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
  return {
    ...standOf(finding),
    severity: finding.severity,
    summary: finding.summary,
    since: same ? previous.since : observedAt,
    observedAt,
    scanId: scan.id,
    revision: finding.revision,
    ...(baseline && { baseline }),
    ...(because && { because }),
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
      changeBetween(standOf(previous), standOf(finding)) ?? '',
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

/** A first PASS or NOT_APPLICABLE is told without a word; so is that of a revived subject whose departure was told. */
function needlessToTell(findings: StoredState['findings']): { [key: string]: Told } {
  return Object.fromEntries(
    Object.entries(findings).flatMap(([key, { known, told }]) => {
      if (!known || isOpen(known)) return [];
      if (told && (told.reason !== RETIRED_REASON || known.reason === RETIRED_REASON)) return [];
      return [[key, { ...standOf(known), digest: told?.digest ?? 0 }]];
    }),
  );
}

function differs(stored: StoredState | undefined, next: StoredState): boolean {
  return (
    !sameJson(comparable(stored?.findings), comparable(next.findings)) ||
    !sameJson(stored?.controls, next.controls) ||
    stored?.settings !== next.settings ||
    !sameFactsAs(stored?.facts, next.facts)
  );
}

/** Findings without the times of their last sight. */
function comparable(findings: StoredState['findings'] | undefined): unknown {
  return Object.fromEntries(
    Object.entries(findings ?? {}).map(([key, { latest, known, unknownScans, knownFinding }]) => [
      key,
      { latest, unknownScans, knownFinding, known: known && { ...known, observedAt: '', scanId: '' } },
    ]),
  );
}

function sameFactsAs(left: StoredSubject['facts'], right: StoredSubject['facts']): boolean {
  return sameJson({ ...left, observedAt: null }, { ...right, observedAt: null });
}

/** The subject is gone: whatever was known of it no longer applies. What was never told, or told as well, needs no telling. */
export function mergeRetirement(
  stored: StoredState,
  retirement: { scanId: string; observedAt: string; reason: string },
): Merged {
  const { scanId, observedAt, reason } = retirement;
  const findings = Object.fromEntries(
    Object.entries(stored.findings).map(([key, { latest, told }]) => {
      const stand = { status: 'NOT_APPLICABLE', reason: RETIRED_REASON, reasonClass: 0 } as const;
      const { severity, revision, controlId } = latest;
      const finding = { key, controlId, revision, severity, summary: reason, evidence: {}, ...stand };
      const known = { ...stand, severity, summary: reason, since: observedAt, observedAt, scanId, revision };
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
