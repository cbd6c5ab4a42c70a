/** Which accounts, Regions and domains there are: a table cannot be asked for its partitions. */
import type { Subject } from '../controls/types.ts';
import { keys } from './schema.ts';
import type { Item, Store } from './store.ts';
import type { AccountRecord } from './types.ts';

/** Makes sure that a subject about to be stored for the first time will be found by the listings. */
export async function registerSubject(store: Store, subject: Subject): Promise<void> {
  switch (subject.kind) {
    case 'domain':
      await store.put(keys.domainListed(subject.name));
      return;
    case 'account':
      await ensureAccount(store, subject.accountId);
      return;
    case 'identity':
    case 'target':
      await addAccountRegion(store, subject.accountId, subject.region);
  }
}

/** Strongly consistent. */
export async function readAccount(store: Store, accountId: string): Promise<AccountRecord | undefined> {
  const item = await store.get(keys.account(accountId));
  return item && accountOf(accountId, item);
}

/** Stores what the organization says of the account; its Regions stay. Writes only what differs. */
export async function putAccount(
  store: Store,
  account: { accountId: string; name: string; ouPath: string },
): Promise<void> {
  const { accountId, name, ouPath } = account;
  const stored = await ensureAccount(store, accountId);
  if (stored.name === name && stored.ouPath === ouPath) return;
  await store.update(keys.account(accountId), {
    UpdateExpression: 'SET #name = :name, ouPath = :ouPath',
    ExpressionAttributeNames: { '#name': 'name' },
    ExpressionAttributeValues: { ':name': name, ':ouPath': ouPath },
  });
}

/** Notes that the Region has stored subjects: from now on it is visited even when SES lists nothing there. */
export async function addAccountRegion(store: Store, accountId: string, region: string): Promise<void> {
  const stored = await ensureAccount(store, accountId);
  if (stored.regions.includes(region)) return;
  await store.update(keys.account(accountId), {
    UpdateExpression: 'ADD #regions :region',
    ExpressionAttributeNames: { '#regions': 'regions' },
    ExpressionAttributeValues: { ':region': new Set([region]) },
  });
}

/** Notes that the scan covered the Region whole; the first to say so stays. */
export async function markRegionCovered(
  store: Store,
  accountId: string,
  region: string,
  scanId: string,
): Promise<void> {
  const stored = await ensureAccount(store, accountId);
  if (stored.coveredRegions[region] !== undefined) return;
  await store.update(keys.account(accountId), {
    UpdateExpression: 'SET coveredRegions.#region = if_not_exists(coveredRegions.#region, :scan)',
    ExpressionAttributeNames: { '#region': region },
    ExpressionAttributeValues: { ':scan': scanId },
  });
}

/** Every account that was ever stored, by id. */
export async function listAccounts(store: Store): Promise<AccountRecord[]> {
  const ids: string[] = [];
  for await (const { sk } of store.query('ACCOUNTS')) ids.push(sk as string);
  const accounts: AccountRecord[] = [];
  const batch = 100;
  for (let start = 0; start < ids.length; start += batch) {
    const read = await Promise.all(ids.slice(start, start + batch).map((id) => readAccount(store, id)));
    accounts.push(...read.filter((account) => account !== undefined));
  }
  return accounts;
}

async function ensureAccount(store: Store, accountId: string): Promise<AccountRecord> {
  const stored = await readAccount(store, accountId);
  if (stored) return stored;
  // The listing first: an account that is listed and not yet stored is passed over, the other way round it would be lost.
  await store.put(keys.accountListed(accountId));
  const fresh = { name: accountId, ouPath: '', coveredRegions: {} };
  await store.putIfAbsent({ ...keys.account(accountId), ...fresh });
  return { accountId, regions: [], ...fresh };
}

function accountOf(accountId: string, item: Item): AccountRecord {
  return {
    accountId,
    name: item['name'] as string,
    ouPath: item['ouPath'] as string,
    regions: [...((item['regions'] as Set<string> | undefined) ?? [])].sort(),
    coveredRegions: item['coveredRegions'] as AccountRecord['coveredRegions'],
  };
}
