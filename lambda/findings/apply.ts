/** Applying: what a sent digest said becomes what its subjects were told. Done twice, or by two at once, it is done once. */
import { changesOf, standOf } from './compare.ts';
import {
  markApplied,
  markProgress,
  readEntries,
  type DigestHeader,
  type FrozenEntry,
} from './digest-store.ts';
import { ensureOutboxRow, removeOutboxRow } from './outbox.ts';
import { subjectItemKey, subjectKey } from './schema.ts';
import { TableError, forEachLimited, inPages, type Store } from './store.ts';
import { stateOf, toldUpdate, withTold } from './subject-item.ts';
import type { StoredState } from './state.ts';
import type { Told } from './types.ts';

const PAGE = 100;
const MAX_TRIES = 10;
/** An update expression may hold 4 KB. */
const MAX_TOLD_AT_ONCE = 60;

/** @returns false when the time ended first; the next call goes on from there. */
export async function applyDigest(
  store: Store,
  header: DigestHeader,
  isLate: () => boolean,
): Promise<boolean> {
  const { number, segments } = header;
  const from = header.applied ?? { segment: 0, after: '' };
  for (const [segment, name] of segments.entries()) {
    if (segment < from.segment) continue;
    const after = segment === from.segment && from.after !== '' ? from.after : undefined;
    for await (const page of inPages(readEntries(store, number, name, after), PAGE)) {
      if (isLate()) return false;
      await forEachLimited(page, ({ entry }) => applyEntry(store, number, entry));
      await markProgress(store, number, { segment, after: page.at(-1)?.sk ?? '' });
    }
  }
  await markApplied(store, header);
  return true;
}

async function applyEntry(store: Store, number: number, entry: FrozenEntry): Promise<void> {
  const { subject, token } = entry;
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const state = stateOf(await store.get(subjectItemKey(subject)));
    if (!state) return removeOutboxRow(store, { subject, token });
    const told = untold(state, number, entry);
    if (Object.keys(told).length === 0) return settleOutbox(store, state, token);
    await tell(store, state, told);
  }
  throw new TableError(
    `${subjectKey(subject)} was changed by others ${MAX_TRIES} times while digest ${number} was applied to it. The mail step goes on there when it is run again.`,
  );
}

/** What the digest said of it, where nothing newer was said since. */
function untold(state: StoredState, number: number, entry: FrozenEntry): { [key: string]: Told } {
  const told = entry.changes
    .filter(({ key }) => (state.findings[key]?.told?.digest ?? -1) < number)
    .slice(0, MAX_TOLD_AT_ONCE)
    .map(({ key, known }) => [key, { ...standOf(known), digest: number }]);
  return Object.fromEntries(told) as { [key: string]: Told };
}

/** A tombstone that has nothing left to tell may expire. */
async function tell(store: Store, state: StoredState, told: { [key: string]: Told }): Promise<void> {
  const ends = state.retiredAt !== undefined && changesOf(withTold(state, told)).length === 0;
  await store.update(
    subjectItemKey(state.subject),
    toldUpdate(state, told, ends ? store.expiry() : undefined),
  );
}

async function settleOutbox(store: Store, state: StoredState, token: string): Promise<void> {
  const { subject } = state;
  if (changesOf(state).length > 0) await ensureOutboxRow(store, subject);
  else await removeOutboxRow(store, { subject, token });
}
