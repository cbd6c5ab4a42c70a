/** Freezing: what the outbox names is compared and kept as the entries of the next digest, so that its text cannot change. */
import { randomUUID } from 'node:crypto';
import { severityInUse } from '../controls/severity.ts';
import type { Cause } from '../controls/subjects.ts';
import { SEVERITIES, type Severity } from '../controls/types.ts';
import { changesOf, isOpen } from './compare.ts';
import { putEntries, readEntries, type FrozenEntry } from './digest-store.ts';
import { listDependents } from './domains.ts';
import { readOutboxShard, type OutboxRow } from './outbox.ts';
import { readAccount } from './registry.ts';
import { SHARDS, subjectItemKey, subjectKey } from './schema.ts';
import { inPages, type Store } from './store.ts';
import { stateOf } from './subject-item.ts';
import type { Change, ChangeTally, DigestEntry, Waived } from './types.ts';
import { createUseLookup, type UseLookup } from './use.ts';

const PAGE = 100;
const MAX_USERS = 20;
/** Changes handed to the renderer of each severity; it spells out 200 in all, the rest is counted. */
const MAX_KEPT = 5_000;
const MAX_KEPT_BASELINE = 50;

export interface Frozen {
  segments: string[];
  /** Outbox rows read, those without a change included. */
  rows: number;
  tally: ChangeTally;
  /** For the renderer: every change worth a line, worst first where there are too many. */
  entries: DigestEntry[];
}

/** How far a freezing has come: shards read, and the segments that hold something of them. */
export interface FreezeProgress {
  shards: number;
  segments: string[];
}

/**
 * Reads the outbox shard by shard, each into a segment of its own under a name nobody else uses: a slow or repeated
 * invocation can therefore add nothing to a digest that another one has made.
 * @param done what earlier invocations of this mail step completed
 * @returns what is complete so far, when the time ended first
 */
export async function freezeOutbox(
  store: Store,
  number: number,
  done: FreezeProgress,
  isLate: () => boolean,
): Promise<Frozen | { late: FreezeProgress }> {
  const attempt = randomUUID();
  const lookups: Lookups = {
    nameOf: accountNames(store),
    uses: createUseLookup(store, (domain) => listDependents(store, domain)),
    causeWaived: waivedCauses(store),
  };
  const progress = { shards: done.shards, segments: [...done.segments] };
  for (const shard of SHARDS.slice(done.shards)) {
    const segment = `${attempt}.${shard}`;
    let empty = true;
    for await (const rows of inPages(readOutboxShard(store, shard), PAGE)) {
      if (isLate()) return { late: progress };
      const entries = await Promise.all(rows.map((row) => freezeRow(store, row, lookups)));
      await putEntries(store, number, segment, entries);
      empty = false;
    }
    progress.shards += 1;
    if (!empty) progress.segments.push(segment);
  }
  const { segments } = progress;
  return { segments, ...(await foldEntries(store, number, segments)) };
}

/** Each reads the same thing once. */
interface Lookups {
  nameOf: (accountId: string) => Promise<string | undefined>;
  uses: UseLookup;
  causeWaived: (cause: Cause) => Promise<Waived | undefined>;
}

async function freezeRow(
  store: Store,
  { subject, token }: OutboxRow,
  { nameOf, uses, causeWaived }: Lookups,
): Promise<FrozenEntry & { key: string }> {
  const item = await store.get(subjectItemKey(subject));
  const state = stateOf(item);
  const bare = (state ? changesOf(state) : []).map(withoutEvidence);
  const changes = await Promise.all(bare.map((change) => withWaivedCause(change, causeWaived)));
  const entry = { key: subjectKey(subject), subject, token, changes };
  if (!item || changes.length === 0) return entry;
  if (subject.kind !== 'domain') {
    const [accountName, use] = [await nameOf(subject.accountId), await uses.of(item)];
    return { ...entry, ...(accountName !== undefined && { accountName }), ...(use && { use }) };
  }
  const users = await listDependents(store, subject.name);
  const use = await uses.ofDependents(users);
  const named = users.slice(0, MAX_USERS).map(async (user) => {
    const accountName = await nameOf(user.accountId);
    return { ...user, ...(accountName !== undefined && { accountName }) };
  });
  return { ...entry, ...(use && { use }), users: await Promise.all(named), userCount: users.length };
}

function withoutEvidence(change: Change): Change {
  return { ...change, finding: { ...change.finding, evidence: {} } };
}

/** Of what is over nobody asks any more what it followed from. */
async function withWaivedCause(change: Change, causeWaived: Lookups['causeWaived']): Promise<Change> {
  const { cause } = change.finding;
  if (!cause || change.kind === 'RESOLVED' || change.kind === 'RETIRED') return change;
  const waived = await causeWaived(cause);
  return waived ? { ...change, causeWaived: waived } : change;
}

function waivedCauses(store: Store): Lookups['causeWaived'] {
  const read = async ({ controlId, subject }: Cause): Promise<Waived | undefined> => {
    const state = stateOf(await store.get(subjectItemKey(subject)));
    const open = Object.values(state?.findings ?? {}).flatMap(({ latest, known }) =>
      latest.controlId === controlId && known && isOpen(known) ? [known] : [],
    );
    if (!open.every(({ waived }) => waived)) return undefined;
    const waived = open[0]?.waived;
    return waived && { owner: waived.owner, expires: waived.expires };
  };
  const known = new Map<string, Promise<Waived | undefined>>();
  return (cause) => {
    const key = `${cause.controlId} ${subjectKey(cause.subject)}`;
    const asked = known.get(key) ?? read(cause);
    known.set(key, asked);
    return asked;
  };
}

function accountNames(store: Store): (accountId: string) => Promise<string | undefined> {
  const names = new Map<string, Promise<string | undefined>>();
  return (accountId) => {
    const known = names.get(accountId);
    if (known) return known;
    const name = readAccount(store, accountId).then((account) => account?.name);
    names.set(accountId, name);
    return name;
  };
}

async function foldEntries(
  store: Store,
  number: number,
  segments: readonly string[],
): Promise<Omit<Frozen, 'segments'>> {
  const fold = createFold();
  for (const segment of segments) {
    for await (const { entry } of readEntries(store, number, segment)) fold.add(entry);
  }
  return fold.result();
}

/** Counts every change, and keeps in bounded memory those that a person may read. */
export function createFold(): { add(entry: FrozenEntry): void; result(): Omit<Frozen, 'segments'> } {
  const tally: ChangeTally = {
    subjects: 0,
    changes: {},
    baselineOpen: {},
    baselineConsequences: 0,
    baselineFollowing: {},
    lostFromSight: 0,
  };
  const kept = new Map<string, DigestEntry[]>();
  let rows = 0;

  const keep = (entry: FrozenEntry, change: Change): void => {
    const group = change.kind !== 'BASELINE' ? 'news' : change.known.cause ? 'following' : 'baseline';
    const bucket = `${group}/${shownSeverity(change, entry)}`;
    const entries = kept.get(bucket) ?? [];
    if (entries.length >= (change.kind === 'BASELINE' ? MAX_KEPT_BASELINE : MAX_KEPT)) return;
    entries.push({ ...entry, changes: [change] });
    kept.set(bucket, entries);
  };

  return {
    add(entry) {
      rows += 1;
      if (entry.changes.length > 0) tally.subjects += 1;
      for (const change of entry.changes) {
        count(tally, change, entry);
        if (change.kind !== 'NOTED') keep(entry, change);
      }
    },
    result: () => {
      const worstFirst = SEVERITIES.flatMap((it) => [
        ...(kept.get(`news/${it}`) ?? []),
        ...(kept.get(`baseline/${it}`) ?? []),
        ...(kept.get(`following/${it}`) ?? []),
      ]);
      return { rows, tally, entries: bySubject(worstFirst) };
    },
  };
}

/** By use: docs/judgement.md. */
export function shownSeverity({ known, finding }: Change, { use }: Pick<DigestEntry, 'use'>): Severity {
  return severityInUse({ controlId: finding.controlId, severity: known.severity }, use);
}

function count(tally: ChangeTally, change: Change, entry: DigestEntry): void {
  const { kind, known, finding } = change;
  tally.changes[kind] = (tally.changes[kind] ?? 0) + 1;
  if (kind === 'BASELINE' && isOpen(known)) {
    const severity = shownSeverity(change, entry);
    const counted = known.cause ? (tally.baselineFollowing ??= {}) : tally.baselineOpen;
    counted[severity] = (counted[severity] ?? 0) + 1;
    if (known.cause) tally.baselineConsequences += 1;
  }
  if (kind === 'REGRESSED' && (finding.controlId === 'SCAN-01' || finding.controlId === 'SCAN-02')) {
    tally.lostFromSight += 1;
  }
}

/** One entry a subject again. */
function bySubject(entries: DigestEntry[]): DigestEntry[] {
  const merged = new Map<string, DigestEntry>();
  for (const entry of entries) {
    const key = subjectKey(entry.subject);
    const known = merged.get(key);
    if (known) known.changes.push(...entry.changes);
    else merged.set(key, entry);
  }
  return [...merged.values()];
}
