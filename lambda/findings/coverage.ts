/** Coverage: one row per scan and account, PENDING before anything is tried, so that a child that dies is seen. */
import { SHARDS, keys } from './schema.ts';
import { contentOf, forEachLimited, type Item, type Store } from './store.ts';
import type { AccountCoverage, RegionCoverage, ZonesCoverage } from './types.ts';

const MAX_DETAIL = 500;

/** Writes PENDING for every account of the scan. A retry overwrites no outcome. */
export async function putPendingCoverage(
  store: Store,
  scanId: string,
  accounts: readonly { id: string; name: string; ouPath: string }[],
): Promise<void> {
  await forEachLimited(accounts, async ({ id, name, ouPath }) => {
    await store.putIfAbsent(pendingRow(store, scanId, { accountId: id, accountName: name, ouPath }));
  });
}

export async function setAccountCoverage(
  store: Store,
  scanId: string,
  accountId: string,
  coverage: { outcome: AccountCoverage['outcome']; detail?: string },
): Promise<void> {
  await ensureRow(store, scanId, accountId, (condition) => ({
    UpdateExpression: `SET #outcome = :outcome${coverage.detail === undefined ? ' REMOVE detail' : ', detail = :detail'}`,
    ConditionExpression: condition,
    ExpressionAttributeNames: { '#outcome': 'outcome' },
    ExpressionAttributeValues: {
      ':outcome': coverage.outcome,
      ...(coverage.detail !== undefined && { ':detail': coverage.detail.slice(0, MAX_DETAIL) }),
    },
  }));
}

/** Notes how the account's hosted zones were read. */
export async function setZonesCoverage(
  store: Store,
  scanId: string,
  accountId: string,
  zones: ZonesCoverage,
): Promise<void> {
  await ensureRow(store, scanId, accountId, (condition) => ({
    UpdateExpression: 'SET #zones = :zones',
    ConditionExpression: condition,
    ExpressionAttributeNames: { '#zones': 'zones' },
    ExpressionAttributeValues: { ':zones': zones },
  }));
}

export function setRegionCoverage(
  store: Store,
  scanId: string,
  accountId: string,
  region: string,
  coverage: RegionCoverage,
): Promise<void> {
  return setRegionCoverages(store, scanId, accountId, { [region]: coverage });
}

/**
 * Writes several Regions of one account in one update; a scan asks some thirty of each account. Regions may be written
 * side by side, too: each is a path of its own.
 */
export async function setRegionCoverages(
  store: Store,
  scanId: string,
  accountId: string,
  coverages: { [region: string]: RegionCoverage },
): Promise<void> {
  const regions = Object.entries(coverages);
  if (regions.length === 0) return;
  const names = Object.fromEntries(regions.map(([region], index) => [`#r${index}`, region]));
  const values = Object.fromEntries(
    regions.map(([, coverage], index) => [
      `:r${index}`,
      { ...coverage, ...(coverage.detail && { detail: coverage.detail.slice(0, MAX_DETAIL) }) },
    ]),
  );
  await ensureRow(store, scanId, accountId, (condition) => ({
    UpdateExpression: `SET ${regions.map((_, index) => `#regions.#r${index} = :r${index}`).join(', ')}`,
    ConditionExpression: condition,
    ExpressionAttributeNames: { '#regions': 'regions', ...names },
    ExpressionAttributeValues: values,
  }));
}

export async function readAccountCoverage(
  store: Store,
  scanId: string,
  accountId: string,
): Promise<AccountCoverage | undefined> {
  const item = await store.get(keys.coverage(scanId, accountId));
  return item && coverageOf(item);
}

/** Every account of the scan, in no particular order. */
export async function* listCoverage(store: Store, scanId: string): AsyncGenerator<AccountCoverage> {
  for (const shard of SHARDS) {
    for await (const item of store.query(`SCAN#${scanId}#${shard}`)) yield coverageOf(item);
  }
}

/** An account that nobody wrote PENDING for (a scan begun by hand) gets its row with the first word on it. */
async function ensureRow(
  store: Store,
  scanId: string,
  accountId: string,
  update: (condition: string) => Parameters<Store['update']>[1],
): Promise<void> {
  const key = keys.coverage(scanId, accountId);
  if (await store.update(key, update('attribute_exists(pk)'))) return;
  await store.putIfAbsent(pendingRow(store, scanId, { accountId, accountName: accountId, ouPath: '' }));
  await store.update(key, update('attribute_exists(pk)'));
}

function pendingRow(
  store: Store,
  scanId: string,
  account: Pick<AccountCoverage, 'accountId' | 'accountName' | 'ouPath'>,
): Item & { pk: string; sk: string } {
  const row: AccountCoverage = { ...account, outcome: 'PENDING', regions: {} };
  return { ...keys.coverage(scanId, account.accountId), ...row, expiresAt: store.expiry() };
}

function coverageOf(item: Item): AccountCoverage {
  return contentOf(item) as unknown as AccountCoverage;
}
