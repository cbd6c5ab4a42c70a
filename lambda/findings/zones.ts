/** Records of SES in the organization's hosted zones, kept beside the domain that they speak of. */
import type { ZoneRecord } from '../facts/types.ts';
import { keys } from './schema.ts';
import type { Store } from './store.ts';

/** Those of one account, as a reading that began at `observedAt` (ISO 8601) found them. */
export interface StoredZoneRecords {
  accountId: string;
  observedAt: string;
  records: ZoneRecord[];
}

/** The newer reading wins. */
export async function putZoneRecords(
  store: Store,
  domain: string,
  { accountId, observedAt, records }: StoredZoneRecords,
): Promise<void> {
  await store.update(keys.zoneRecords(domain, accountId), {
    UpdateExpression: 'SET accountId = :account, observedAt = :at, records = :records',
    ConditionExpression: 'attribute_not_exists(pk) OR observedAt <= :at',
    ExpressionAttributeValues: { ':account': accountId, ':at': observedAt, ':records': records },
  });
}

/** Unless another reading has written them since. */
export async function removeZoneRecords(
  store: Store,
  domain: string,
  { accountId, observedAt }: StoredZoneRecords,
): Promise<void> {
  await store.remove(keys.zoneRecords(domain, accountId), { attribute: 'observedAt', equals: observedAt });
}

/** In order of account. */
export async function listZoneRecords(store: Store, domain: string): Promise<StoredZoneRecords[]> {
  const stored: StoredZoneRecords[] = [];
  for await (const item of store.query(`DOMAIN#${domain}`, { prefix: 'ZONE#' })) {
    const { accountId, observedAt, records } = item as unknown as StoredZoneRecords;
    stored.push({ accountId, observedAt, records });
  }
  return stored;
}

/** The first to say so stays. */
export async function markZonesRead(store: Store, accountId: string, scanId: string): Promise<void> {
  await store.putIfAbsent({ ...keys.zonesSince(accountId), scanId });
}

/** The scan that first read the account's zones to their end. */
export async function readZonesSince(store: Store, accountId: string): Promise<string | undefined> {
  return (await store.get(keys.zonesSince(accountId)))?.['scanId'] as string | undefined;
}
