/** Digests as stored: a header that is put only if absent, frozen entries under it, and which one is the newest. */
import { keys } from './schema.ts';
import type { Key } from './schema.ts';
import { contentOf, forEachLimited, type Item, type Store } from './store.ts';
import type { DigestEntry } from './types.ts';

export interface DigestHeader {
  number: number;
  /** FROZEN: to be published. SENT: to be told to the subjects. APPLIED: done. */
  state: 'FROZEN' | 'SENT' | 'APPLIED';
  /** The scan whose mail step froze it. */
  scanId: string;
  frozenAt: string;
  /** Subjects with a change. */
  entries: number;
  /** The text as it is sent, however often. Absent where nothing is said and only remembered. */
  message?: { subject: string; body: string };
  /** Where its entries stand: each segment was written by one invocation and was complete before it was listed here. */
  segments: string[];
  /** How far the telling has come. */
  applied?: { segment: number; after: string };
  /** Who publishes it now, and until when nobody else may. */
  lease?: { holder: string; until: string };
}

/** An entry as frozen; without changes it only has its outbox row removed. */
export type FrozenEntry = DigestEntry;

/** The pointer may lag by one behind a crash; a gap would mean that headers were lost. */
const MAX_AHEAD = 100;

/** @returns the newest digest there is: its number (0 before the first), and its header unless that has expired. */
export async function newestDigest(store: Store): Promise<{ number: number; header?: DigestHeader }> {
  let number = ((await store.get(keys.newestDigest))?.['number'] as number | undefined) ?? 0;
  let header = number > 0 ? await readDigest(store, number) : undefined;
  for (let ahead = 0; ahead < MAX_AHEAD; ahead += 1) {
    const next = await readDigest(store, number + 1);
    if (!next) break;
    number += 1;
    header = next;
  }
  return { number, ...(header && { header }) };
}

export async function readDigest(store: Store, number: number): Promise<DigestHeader | undefined> {
  const item = await store.get(keys.digest(number));
  return item && (contentOf(item) as unknown as DigestHeader);
}

/** Makes the digest. @returns false when another one of this number was made first. It expires once it is applied. */
export async function commitDigest(store: Store, header: DigestHeader): Promise<boolean> {
  return store.putIfAbsent({ ...keys.digest(header.number), ...header });
}

/** @returns whether the digest is now this holder's to publish. */
export async function claimDigest(
  store: Store,
  number: number,
  lease: { holder: string; until: string },
): Promise<boolean> {
  const claimed = await store.update(keys.digest(number), {
    UpdateExpression: 'SET lease = :lease',
    ConditionExpression: '#state = :frozen AND (attribute_not_exists(lease) OR lease.#until < :now)',
    ExpressionAttributeNames: { '#state': 'state', '#until': 'until' },
    ExpressionAttributeValues: { ':frozen': 'FROZEN', ':lease': lease, ':now': store.now().toISOString() },
  });
  return claimed !== undefined;
}

/** Gives the lease back after a failed publish, so that the next try need not wait it out. */
export async function releaseDigest(store: Store, number: number, holder: string): Promise<void> {
  await store.update(keys.digest(number), {
    UpdateExpression: 'REMOVE lease',
    ConditionExpression: '#state = :frozen AND lease.holder = :holder',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':frozen': 'FROZEN', ':holder': holder },
  });
}

/** FROZEN to SENT, by whoever published it: also when its lease was taken over meanwhile, since the mail is out. */
export async function markSent(store: Store, number: number): Promise<void> {
  await store.update(keys.digest(number), {
    UpdateExpression: 'SET #state = :sent REMOVE lease',
    ConditionExpression: '#state = :frozen',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':sent': 'SENT', ':frozen': 'FROZEN' },
  });
}

/** Remembers how far the entries are told. Two at once may set each other back: telling again does no harm. */
export async function markProgress(
  store: Store,
  number: number,
  applied: NonNullable<DigestHeader['applied']>,
): Promise<void> {
  await store.update(keys.digest(number), {
    UpdateExpression: 'SET applied = :applied',
    ConditionExpression: '#state = :sent',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':sent': 'SENT', ':applied': applied },
  });
}

/**
 * The digest's end. In this order: its scan's mail step is over; the pointer moves; the digest is APPLIED and may expire.
 * Whoever sees APPLIED therefore also sees the other two.
 */
export async function markApplied(store: Store, header: DigestHeader): Promise<void> {
  const { number, scanId, message, entries } = header;
  const mailed: Mailed = { digest: number, published: message !== undefined, entries };
  await store.put({ ...keys.scanMailed(scanId), ...mailed, expiresAt: store.expiry() });
  await store.update(keys.newestDigest, {
    UpdateExpression: 'SET #number = :number',
    ConditionExpression: 'attribute_not_exists(#number) OR #number < :number',
    ExpressionAttributeNames: { '#number': 'number' },
    ExpressionAttributeValues: { ':number': number },
  });
  await store.update(keys.digest(number), {
    UpdateExpression: 'SET #state = :applied, expiresAt = :expiry',
    ConditionExpression: '#state = :sent',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':applied': 'APPLIED', ':sent': 'SENT', ':expiry': store.expiry() },
  });
}

export interface Mailed {
  digest: number;
  published: boolean;
  entries: number;
}

/** @returns how the scan's mail step ended, once it has. */
export async function readMailed(store: Store, scanId: string): Promise<Mailed | undefined> {
  return (await store.get(keys.scanMailed(scanId))) as Mailed | undefined;
}

const entryPrefix = (segment: string): string => `ENTRY#${segment}#`;

/** Entries expire whether or not their digest is ever made. */
export async function putEntries(
  store: Store,
  number: number,
  segment: string,
  entries: readonly (FrozenEntry & { key: string })[],
): Promise<void> {
  const { pk } = keys.digest(number);
  await forEachLimited(entries, async ({ key, ...entry }) => {
    await store.put({ pk, sk: `${entryPrefix(segment)}${key}`, entry, expiresAt: store.expiry() });
  });
}

/** Entries of one segment in order, each with the sort key to go on from. */
export async function* readEntries(
  store: Store,
  number: number,
  segment: string,
  after?: string,
): AsyncGenerator<{ sk: string; entry: FrozenEntry }> {
  const { pk }: Key = keys.digest(number);
  for await (const item of store.query(pk, { prefix: entryPrefix(segment), ...(after && { after }) })) {
    yield { sk: item['sk'] as string, entry: (item as Item & { entry: FrozenEntry }).entry };
  }
}
