/** What a judgement makes of a stored subject. Pure: reads nothing, writes nothing, knows no clock. */
import type { Finding, SubjectBefore } from '../controls/types.ts';
import { GONE_REASON, RETIRED_REASON, isOpen, isTold, standOf } from './compare.ts';
import { boundedRecord, sameJson } from './json.ts';
import { nextFinding, sameFactsAs, waivedAnew } from './known.ts';
import type { Judgement, Merged, StoredState } from './state.ts';
import type { Told } from './types.ts';

/** What is stored of a finding: bytes of evidence, characters of summary. */
const MAX_EVIDENCE = 4096;
const MAX_SUMMARY = 1000;

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
  judgement: Judgement,
  judged: Map<string, Finding>,
): StoredState['findings'] {
  const uncertain = (controlId: string): boolean =>
    judgement.findings.some((it) => it.controlId === controlId && it.status === 'UNKNOWN');
  return Object.fromEntries(
    Object.entries(stored?.findings ?? {}).flatMap(([key, finding]) => {
      if (judged.has(key) || !uncertain(finding.latest.controlId)) return [];
      const { known } = finding;
      return [[key, { ...finding, ...(known && { known: waivedAnew(key, known, judgement) }) }]];
    }),
  );
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

/** Findings without the times of their last sight, and without a baseline mark that being told has spent. */
function comparable(findings: StoredState['findings'] | undefined): unknown {
  return Object.fromEntries(
    Object.entries(findings ?? {}).map(([key, { latest, known, told, unknownScans, knownFinding }]) => {
      if (!known) return [key, { latest, unknownScans, knownFinding }];
      const { baseline, ...rest } = known;
      const marked = baseline === true && !isTold(told, known);
      return [
        key,
        { latest, unknownScans, knownFinding, known: { ...rest, observedAt: '', scanId: '', marked } },
      ];
    }),
  );
}
