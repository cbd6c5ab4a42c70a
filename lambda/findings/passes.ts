/**
 * Passes: who is working on an area (a target, an account, a shard of domains) right now.
 *
 * "The newer observation wins" rests on a stored `observedAt`, and "nothing changed: nothing is written" would leave it
 * old: a late invocation that gathered *before* an unchanged newer look could then write its older view. So an unchanged
 * observation is left unwritten only by a worker that knows to be alone; otherwise its `observedAt` is written.
 *
 * Why that is enough. A worker opens its pass before it gathers anything, and writes nothing after the pass has run out.
 * Say B looks at a subject at time b, finds nothing new, and afterwards reads the area's passes without seeing A's. Then A
 * opened its pass after that reading, gathers after b, and is newer. If B sees A's pass, B writes `observedAt`.
 */
import { randomUUID } from 'node:crypto';
import type { Subject } from '../controls/types.ts';
import { keys, shardOf, targetPk } from './schema.ts';
import { TableError, type Store } from './store.ts';

/** A Lambda lives for 15 minutes. Seconds. */
const PASS_SECONDS = 16 * 60;
/** For a write under way when the pass runs out, and for clocks that differ. Milliseconds. */
const GRACE_MS = 60_000;

export interface Pass {
  readonly area: string;
  /** Whether nobody else can be about to write what was gathered before `observedAt`. */
  isAlone(observedAt: string): Promise<boolean>;
  /** @throws TableError when the pass has run out: its holder was given up, others count on its silence. */
  assertValid(): void;
  /** Ends the pass; call it when everything gathered under it is recorded. A pass never closed runs out by itself. */
  close(): Promise<void>;
}

export function areaOf(subject: Subject): string {
  switch (subject.kind) {
    case 'identity':
    case 'target':
      return targetPk(subject.accountId, subject.region);
    case 'account':
      return `ACCOUNT#${subject.accountId}`;
    case 'domain':
      return domainArea(shardOf(subject.name));
  }
}

export function domainArea(shard: string): string {
  return `DOMAINS#${shard}`;
}

export async function openPass(store: Store, area: string, seconds = PASS_SECONDS): Promise<Pass> {
  const id = randomUUID();
  const until = new Date(store.now().getTime() + seconds * 1000);
  const key = keys.pass(area, id);
  await store.put({
    ...key,
    until: until.toISOString(),
    expiresAt: Math.ceil(until.getTime() / 1000) + 3600,
  });
  let lastReading: { at: string; alone: boolean } | undefined;

  const readOthers = async (): Promise<boolean> => {
    const limit = new Date(store.now().getTime() - GRACE_MS).toISOString();
    for await (const other of store.query(key.pk)) {
      if (other['sk'] !== id && String(other['until']) > limit) return false;
    }
    return true;
  };

  return {
    area,
    async isAlone(observedAt) {
      if (lastReading && lastReading.at >= observedAt) return lastReading.alone;
      const at = store.now().toISOString();
      const alone = await readOthers();
      lastReading = { at, alone };
      return alone;
    },
    assertValid() {
      if (store.now() <= until) return;
      throw new TableError(
        `The work on ${area} was to end by ${until.toISOString()} and is late. Nothing was stored; scan it again.`,
      );
    },
    async close() {
      await store.remove(key);
    },
  };
}
