/** The outbox: subjects that have something to tell. A row carries a token that is fresh at every put. */
import { randomUUID } from 'node:crypto';
import type { Subject } from '../controls/types.ts';
import { keys } from './schema.ts';
import type { Item, Store } from './store.ts';

export interface OutboxRow {
  subject: Subject;
  token: string;
}

export async function putOutboxRow(store: Store, subject: Subject): Promise<void> {
  await store.put(newRow(store, subject));
}

/** For what is pending without a row, whatever lost it; an existing row and its token stay. */
export async function ensureOutboxRow(store: Store, subject: Subject): Promise<void> {
  await store.putIfAbsent(newRow(store, subject));
}

/** Removes the row unless something was recorded since it was read. */
export async function removeOutboxRow(store: Store, row: OutboxRow): Promise<void> {
  await store.remove(keys.outbox(row.subject), { attribute: 'token', equals: row.token });
}

export async function* readOutboxShard(store: Store, shard: string): AsyncGenerator<OutboxRow> {
  for await (const { subject, token } of store.query(`OUTBOX#${shard}`)) {
    yield { subject: subject as Subject, token: token as string };
  }
}

function newRow(store: Store, subject: Subject): Item & { pk: string; sk: string } {
  return { ...keys.outbox(subject), subject, token: randomUUID(), putAt: store.now().toISOString() };
}
