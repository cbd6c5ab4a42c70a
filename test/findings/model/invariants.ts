/** What must hold of a run, whatever happened in it: docs/architecture.md, "What always holds", 1, 3, 4 and 5. */
import { expect } from 'vitest';
import { covers } from '../../../lambda/controls/waivers.ts';
import { RETIRED_REASON, changeBetween, changesOf, isOpen } from '../../../lambda/findings/compare.ts';
import type { DigestHeader, FrozenEntry } from '../../../lambda/findings/digest-store.ts';
import { subjectKey } from '../../../lambda/findings/schema.ts';
import type { Item } from '../../../lambda/findings/store.ts';
import type { Change, Known, Stand } from '../../../lambda/findings/types.ts';
import { linesOf, type Run } from './scenario.ts';
import { KEYS, SUBJECTS, type FindingKey, type Observation } from './world.ts';

export interface StoredDigest extends DigestHeader {
  frozen: FrozenEntry[];
}

export function digestsOf(items: readonly Item[]): StoredDigest[] {
  const headers = items.filter((item) => item['sk'] === 'HEADER') as unknown as DigestHeader[];
  return headers
    .map((header) => ({
      ...header,
      frozen: items
        .filter(
          (item) =>
            item['pk'] === `DIGEST#${header.number}` &&
            header.segments.some((segment) => String(item['sk']).startsWith(`ENTRY#${segment}#`)),
        )
        .map((item) => item['entry'] as FrozenEntry),
    }))
    .sort((left, right) => left.number - right.number);
}

/** Digests are numbered without a gap; each is sent, always with one text, and once unless something died. */
export function checkPublishing(run: Run, digests: readonly StoredDigest[]): void {
  expect(digests.map(({ number }) => number)).toEqual(digests.map((_, index) => index + 1));
  for (const { number, state, message, frozen } of digests) {
    // The text and what will be told to the subjects are one.
    expect(message?.body).toBe(linesOf(frozen));
    const sent = run.accepted.filter((it) => it.number === number);
    expect(new Set(sent.map(({ subject, body }) => `${subject}\n${body}`)).size).toBeLessThanOrEqual(1);
    for (const it of sent) expect({ subject: it.subject, body: it.body }).toEqual(message);
    if (state !== 'FROZEN') expect(sent.length).toBeGreaterThanOrEqual(message ? 1 : 0);
    if (!run.disturbed) expect(sent.length).toBe(message ? 1 : 0);
  }
  for (const { number } of run.accepted)
    expect(digests.some((digest) => digest.number === number)).toBe(true);
}

/** A scan has at most one digest of its own, and one that got to the end of its mail step has exactly one. */
export function checkOneDigestAScan(run: Run, digests: readonly StoredDigest[]): void {
  const scans = digests.map(({ scanId }) => scanId);
  expect(new Set(scans).size).toBe(scans.length);
  for (const scan of run.mailed) expect(scans).toContain(scan);
}

/**
 * For each finding the digests tell an unbroken story: every change begins where the one before ended, so that none is
 * told twice or left out. Only what needs no telling (in order, not applicable, never seen) may pass between unsaid.
 */
export function checkStories(digests: readonly StoredDigest[]): Map<string, Stand> {
  const last = new Map<string, Stand>();
  for (const { frozen } of digests) {
    for (const change of frozen.flatMap(({ changes }) => changes)) {
      const story = storyOf(change);
      const before = last.get(story);
      if (before && isOpen(before)) expect(change.from, story).toMatchObject(essence(before));
      else expect(change.from && isOpen(change.from), story).not.toBe(true);
      expect(change.kind, story).toBe(changeBetween(change.from, change.known));
      last.set(story, change.known);
    }
  }
  return last;
}

/** Every change rests on something that was seen, at the moment it says. */
export function checkNothingInvented(run: Run, digests: readonly StoredDigest[]): void {
  for (const { subject, key, known } of changesIn(digests)) {
    const seen = run.world.observations.filter(
      (it) => it.subject === subjectKey(subject) && it.observedAt === known.observedAt,
    );
    expect(
      seen.some((it) => isSeen(it, key as FindingKey, known)),
      `${key} ${known.status}`,
    ).toBe(true);
  }
}

function changesIn(digests: readonly StoredDigest[]): Change[] {
  return digests.flatMap(({ frozen }) => frozen.flatMap(({ changes }) => changes));
}

function isSeen({ saw }: Observation, key: FindingKey, known: Known): boolean {
  if (known.reason === RETIRED_REASON) return saw === 'gone';
  if (saw === 'gone') return false;
  const fact = saw[key];
  if (fact === 'unknown') return false;
  if (fact === 'absent') return known.reason === 'GONE';
  return (
    fact.status === known.status &&
    fact.reasonClass === known.reasonClass &&
    fact.rank === known.tracked?.rank
  );
}

/** What is waived is told without a word, and a word about the end of a waiver follows one that was told as waived. */
export function checkWaivers(digests: readonly StoredDigest[]): void {
  for (const { kind, from, known } of changesIn(digests)) {
    if (known.waived) expect(kind).toBe('NOTED');
    if (kind === 'WAIVER_ENDED') expect(from?.waived).toBeDefined();
  }
}

/** After a clean scan exactly what the settings waive is waived, and a reader was told of everything else that is open. */
export async function checkWaivedAsSet(run: Run): Promise<void> {
  for (const subject of SUBJECTS) {
    const stored = await run.table.readSubject(subject);
    for (const key of KEYS) {
      const known = stored?.findings[key]?.known;
      const waived = run.world.waivers.some((waiver) => covers(waiver, subject, key));
      if (known && isOpen(known))
        expect(known.waived !== undefined, `${subjectKey(subject)} ${key}`).toBe(waived);
      if (known && isOpen(known)) expect(stored?.findings[key]?.told?.waived !== undefined).toBe(waived);
    }
  }
}

/** An UNKNOWN takes away nothing that is known, and what is known was once seen. */
export async function checkKnownStays(run: Run): Promise<void> {
  for (const subject of SUBJECTS) {
    const stored = await run.table.readSubject(subject);
    const seen = run.world.observations.filter((it) => it.subject === subjectKey(subject));
    for (const key of KEYS) {
      const known = stored?.findings[key]?.known;
      const wasKnown = seen.some(
        ({ saw, outcome }) =>
          outcome === 'stored' && saw !== 'gone' && saw[key] !== 'unknown' && saw[key] !== 'absent',
      );
      if (wasKnown) expect(known, `${subjectKey(subject)} ${key}`).toBeDefined();
      if (known) expect(seen.some((it) => isSeen(it, key, known))).toBe(true);
    }
  }
}

/** Whatever was recorded to the end is told by the next mail, without another scan of the subject. */
export async function checkAcknowledgedIsTold(run: Run): Promise<void> {
  for (const subject of SUBJECTS) {
    const seen = run.world.observations.filter((it) => it.subject === subjectKey(subject));
    const last = seen
      .map(({ observedAt, outcome }) => (outcome === 'stored' ? observedAt : ''))
      .sort()
      .at(-1);
    const unsure = seen.some(({ observedAt, outcome }) => outcome === 'unsure' && observedAt >= (last ?? ''));
    const stored = await run.table.readSubject(subject);
    if (stored && !unsure) expect(changesOf(stored), subjectKey(subject)).toEqual([]);
  }
}

/** What is stored is what the newest look saw that was stored, or one newer still whose process died over it. */
export async function checkNewestWins(run: Run): Promise<void> {
  for (const subject of SUBJECTS) {
    const seen = run.world.observations
      .filter((it) => it.subject === subjectKey(subject))
      .sort((left, right) => (left.observedAt < right.observedAt ? 1 : -1));
    const newest = seen.find(({ outcome }) => outcome === 'stored');
    const stored = await run.table.readSubject(subject);
    if (!newest || !stored) continue;
    const candidates = seen.filter(
      (it) => it === newest || (it.outcome === 'unsure' && it.observedAt > newest.observedAt),
    );
    for (const key of KEYS) {
      const known = stored.findings[key]?.known;
      if (known && candidates.every(({ saw }) => saw === 'gone' || saw[key] !== 'unknown')) {
        expect(
          candidates.some((it) => isSeen(it, key, known)),
          `${subjectKey(subject)} ${key}`,
        ).toBe(true);
      }
    }
  }
}

/** After a clean scan and its mail everything known is told, nothing waits, and it is what the world is. */
export async function checkNothingLost(
  run: Run,
  items: readonly Item[],
  told: Map<string, Stand>,
): Promise<void> {
  expect(items.filter((item) => String(item['pk']).startsWith('OUTBOX#'))).toEqual([]);
  for (const subject of SUBJECTS) {
    const stored = await run.table.readSubject(subject);
    const gone = run.world.isGone(subject);
    const facts = run.world.factsOf(subject);
    for (const key of KEYS) {
      const known = stored?.findings[key]?.known;
      const fact = gone ? 'absent' : facts[key];
      if (!known) {
        expect(fact, key).toBe('absent');
        continue;
      }
      const status = fact === 'absent' ? 'NOT_APPLICABLE' : fact.status;
      expect(known.status, `${subjectKey(subject)} ${key}`).toBe(status);
      expect(
        changeBetween(stored.findings[key]?.told, known),
        `${subjectKey(subject)} ${key}`,
      ).toBeUndefined();
      const said = told.get(`${subjectKey(subject)} ${key}`);
      if (isOpen(known))
        expect(said, `${subjectKey(subject)} ${key} was never told`).toMatchObject({ status });
      else expect(said && isOpen(said), `${subjectKey(subject)} ${key} was never closed`).not.toBe(true);
    }
  }
}

function storyOf({ subject, key }: Change): string {
  return `${subjectKey(subject)} ${key}`;
}

function essence({ status, reasonClass }: Stand): object {
  return { status, reasonClass };
}
