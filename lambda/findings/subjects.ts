/** Subjects: read, recorded, retired. docs/architecture.md, "Record", tells the protocol. */
import type { Waiver } from '../contract.ts';
import type { Finding, Json, Subject, SubjectBefore } from '../controls/types.ts';
import { waiverFor } from '../controls/waivers.ts';
import { changesOf, isOpen } from './compare.ts';
import { sameJson } from './json.ts';
import { beforeOf, mergeJudgement } from './merge.ts';
import { putOutboxRow } from './outbox.ts';
import { areaOf, type Pass } from './passes.ts';
import { registerSubject } from './registry.ts';
import { mergeRetirement } from './retire.ts';
import { IDENTITY_PREFIX, keys, subjectItemKey, subjectKey, targetPk } from './schema.ts';
import type { Merged, StoredState } from './state.ts';
import { TableError, forEachLimited, type Store } from './store.ts';
import { stateOf, stateUpdate } from './subject-item.ts';
import type { Known, RecordOutcome, StoredSubject } from './types.ts';

/** Another writer changed the item in between, so often in a row, only if something is broken. */
const MAX_TRIES = 10;

export interface RecordInput {
  subject: Subject;
  scan: { id: string; startTime: string; full: boolean };
  /** ISO 8601: start of the subject's gathering. An older one than is stored writes nothing. */
  observedAt: string;
  /** Of every control of this kind of subject: a stored finding of any other counts as gone. */
  revisions: { [controlId: string]: number };
  /** Called with the subject as this scan first found it; may be called again when another writer came between. */
  judge: (before: SubjectBefore | undefined) => Finding[];
  /** Bounded facts to keep. Times and counters in them would rewrite the subject at every scan. */
  facts?: { [key: string]: Json };
  /** Whether findings of a subject never seen before are baseline rather than news. */
  baselineIfNew: boolean;
  /** Fingerprint of the settings; lets a change say that the settings made it. */
  settings?: string;
  /** Of the settings; which of them are in force tells the scan's start. */
  waivers?: readonly Waiver[];
  /** The worker's pass over the area; with it, a subject in which nothing changed is not written at all. */
  pass?: Pass;
}

export interface RetireInput {
  subject: Subject;
  scan: { id: string };
  /** ISO 8601: when it was seen to be gone. */
  observedAt: string;
  /** A sentence; default: it is no longer there. */
  reason?: string;
  pass?: Pass;
}

/** @returns the subject as stored, retired ones too; undefined when never seen. Strongly consistent. */
export async function readSubject(store: Store, subject: Subject): Promise<StoredSubject | undefined> {
  return stateOf(await store.get(subjectItemKey(subject)));
}

/**
 * Judges and stores one subject. Does again safely: a retry in the same scan judges against the same `before`.
 * @throws TableError when the table does not answer or the pass has run out.
 */
export async function recordSubject(store: Store, input: RecordInput): Promise<RecordOutcome> {
  const { subject, observedAt, pass } = input;
  checkPass(pass, subject);
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const stored = stateOf(await store.get(subjectItemKey(subject)));
    if (stored && stored.observedAt > observedAt) return conclude(store, stored, 'stale');
    const before = beforeOf(stored, input.scan.id);
    const findings = input.judge(before);
    const merged = mergeJudgement(stored, { ...input, before, findings, waive: waiveBy(input) });
    if (stored && !merged.changed) {
      if (await leaveUnwritten(store, stored, input)) return conclude(store, stored, 'unchanged');
      continue;
    }
    if (!stored || stored.retiredAt) await registerSubject(store, subject);
    const written = await write(store, stored, merged, pass);
    if (written) return conclude(store, written, 'written');
  }
  throw contended(subject);
}

function waiveBy({ subject, scan, waivers = [] }: RecordInput): (key: string) => Known['waived'] {
  return (key) => {
    const waiver = waiverFor(waivers, { subject, key }, scan.startTime);
    return waiver && { owner: waiver.owner, reason: waiver.reason, expires: waiver.expires };
  };
}

/**
 * Keeps the subject as a tombstone until its departure is told; then it expires. Recording it again revives it.
 * Does nothing for a subject never stored, or one seen more recently.
 */
export async function retireSubject(store: Store, input: RetireInput): Promise<RecordOutcome> {
  const { subject, observedAt, pass } = input;
  checkPass(pass, subject);
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const stored = stateOf(await store.get(subjectItemKey(subject)));
    if (!stored) return { result: 'unchanged', pendingChanges: 0 };
    if (stored.retiredAt) return conclude(store, stored, 'unchanged');
    if (stored.observedAt > observedAt) return conclude(store, stored, 'stale');
    const reason = input.reason ?? 'It is no longer there.';
    const merged = mergeRetirement(stored, { scanId: input.scan.id, observedAt, reason });
    const written = await write(store, stored, merged, pass);
    if (written) return conclude(store, written, 'written');
  }
  throw contended(subject);
}

/** @returns names of stored identities that are live, or gone without the mail having said so. Sorted by their bytes. */
export async function listIdentityNames(store: Store, accountId: string, region: string): Promise<string[]> {
  const names: string[] = [];
  const attributes = ['sk', 'retiredAt', 'expiresAt'];
  for await (const item of store.query(targetPk(accountId, region), {
    prefix: IDENTITY_PREFIX,
    attributes,
  })) {
    if (isAwaited(item)) names.push(String(item['sk']).slice(IDENTITY_PREFIX.length));
  }
  return names;
}

/** Live, or a tombstone that still has something to tell: retiring that again puts its outbox row should it be lost. */
export function isAwaited(item: { [attribute: string]: unknown }): boolean {
  return item['retiredAt'] === undefined || item['expiresAt'] === undefined;
}

async function write(
  store: Store,
  stored: StoredState | undefined,
  merged: Merged,
  pass: Pass | undefined,
): Promise<StoredState | undefined> {
  pass?.assertValid();
  const { subject } = merged.state;
  const after = await store.update(subjectItemKey(subject), stateUpdate(stored, merged, store.expiry()));
  const written = stateOf(after);
  if (written) await writeHistory(store, stored, written);
  return written;
}

/** Whatever this call did: a subject with something to tell gets its outbox row, so that a crash heals at the next look. */
async function conclude(
  store: Store,
  state: StoredState,
  result: RecordOutcome['result'],
): Promise<RecordOutcome> {
  const pendingChanges = changesOf(state).length;
  if (pendingChanges > 0) await putOutboxRow(store, state.subject);
  return { result, pendingChanges };
}

/**
 * Nothing changed. A target's observedAt is its "last seen" and is always written; other subjects only where somebody
 * else may be at work on them: see passes.ts.
 * @returns false when another writer came between.
 */
async function leaveUnwritten(store: Store, stored: StoredState, input: RecordInput): Promise<boolean> {
  const { subject, observedAt, scan, pass } = input;
  pass?.assertValid();
  if (stored.observedAt === observedAt) return true;
  if (subject.kind !== 'target' && (await pass?.isAlone(observedAt))) return true;
  const touched = await store.update(subjectItemKey(subject), {
    UpdateExpression: 'SET #at = :now, #scan = :scan',
    ConditionExpression: '#version = :read AND #at <= :now',
    ExpressionAttributeNames: { '#at': 'observedAt', '#scan': 'scanId', '#version': 'version' },
    ExpressionAttributeValues: { ':now': observedAt, ':scan': scan.id, ':read': stored.version },
  });
  return touched !== undefined;
}

/** Rows for people, written after the subject and never mailed from: a crash here loses a line of history, no change. */
async function writeHistory(
  store: Store,
  before: StoredState | undefined,
  after: StoredState,
): Promise<void> {
  const rows = Object.entries(after.findings).flatMap(([key, { known }]) => {
    const from = before?.findings[key]?.known;
    const same = from
      ? from.status === known?.status && from.reason === known.reason && sameJson(from.waived, known.waived)
      : false;
    if (!known || same || (!from && !isOpen(known))) return [];
    const { status, reason, summary, scanId, waived } = known;
    const row = {
      status,
      reason,
      summary,
      scanId,
      ...(waived && { waived }),
      ...(from && { from: { status: from.status, reason: from.reason } }),
    };
    return [{ ...keys.history(after.subject, after.observedAt, key), ...row, expiresAt: store.expiry() }];
  });
  await forEachLimited(rows, (row) => store.put(row));
}

function checkPass(pass: Pass | undefined, subject: Subject): void {
  if (!pass || pass.area === areaOf(subject)) return;
  throw new TableError(
    `A pass over ${pass.area} does not cover ${subjectKey(subject)}. Open one over its area.`,
  );
}

function contended(subject: Subject): TableError {
  return new TableError(
    `${subjectKey(subject)} was changed by others ${MAX_TRIES} times while it was to be stored. Scan it again.`,
  );
}
