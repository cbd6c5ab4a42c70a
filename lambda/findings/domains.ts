/** Who uses which domain, and which domains a scan has met. */
import type { Dependent } from '../facts/types.ts';
import { keys, subjectItemKey } from './schema.ts';
import type { Store } from './store.ts';
import { isAwaited } from './subjects.ts';

/** Writes only what is not there yet. */
export async function putDependent(store: Store, domain: string, dependent: Dependent): Promise<void> {
  const key = keys.dependent(domain, dependent);
  if (await store.get(key)) return;
  await store.put({ ...key, dependent });
}

export async function removeDependent(store: Store, domain: string, dependent: Dependent): Promise<void> {
  await store.remove(keys.dependent(domain, dependent));
}

/** In order of account, Region, identity. */
export async function listDependents(store: Store, domain: string): Promise<Dependent[]> {
  const dependents: Dependent[] = [];
  for await (const { dependent } of store.query(`DOMAIN#${domain}`, { prefix: 'DEPENDENT#' })) {
    dependents.push(dependent as Dependent);
  }
  return dependents;
}

/** Notes that an identity stands at or below the registrable domain (BULK-07). Writes only what is not there yet. */
export async function putUnder(
  store: Store,
  registrable: string,
  identity: Omit<Dependent, 'use'>,
): Promise<void> {
  const key = keys.under(registrable, identity);
  if (await store.get(key)) return;
  await store.put({ ...key, accountId: identity.accountId, region: identity.region });
}

export async function removeUnder(
  store: Store,
  registrable: string,
  identity: Omit<Dependent, 'use'>,
): Promise<void> {
  await store.remove(keys.under(registrable, identity));
}

/** Every target with an identity at or below the registrable domain, once each, in order. */
export async function listTargetsUnder(
  store: Store,
  registrable: string,
): Promise<{ accountId: string; region: string }[]> {
  const targets = new Map<string, { accountId: string; region: string }>();
  const attributes = ['accountId', 'region'];
  for await (const item of store.query(`DOMAIN#${registrable}`, { prefix: 'UNDER#', attributes })) {
    const target = item as { accountId: string; region: string };
    targets.set(`${target.accountId}#${target.region}`, target);
  }
  return [...targets.values()];
}

/** @returns ISO 8601, since when the registrable domain counts as a bulk sender; undefined when it never did. */
export async function readBulkSince(store: Store, registrable: string): Promise<string | undefined> {
  return (await store.get(keys.bulk(registrable)))?.['since'] as string | undefined;
}

/** The first to say so stays. */
export async function markBulk(store: Store, registrable: string, since: string): Promise<void> {
  await store.putIfAbsent({ ...keys.bulk(registrable), since });
}

/** Names the domain to the scan's domain stage; again does no harm. */
export async function addScanDomain(store: Store, scanId: string, domain: string): Promise<void> {
  await store.put({ ...keys.scanDomain(scanId, domain), expiresAt: store.expiry() });
}

/** Domains of the shard that the scan has met. */
export async function listScanDomains(store: Store, scanId: string, shard: string): Promise<string[]> {
  return sortKeys(store, `SCAN#${scanId}#DOMAINS#${shard}`);
}

/** Domains of the shard whose findings are stored, the retired ones left out unless that is still to be told. */
export async function listStoredDomains(store: Store, shard: string): Promise<string[]> {
  const stored: string[] = [];
  for (const name of await sortKeys(store, `DOMAINS#${shard}`)) {
    const item = await store.get(subjectItemKey({ kind: 'domain', name }));
    if (item && isAwaited(item)) stored.push(name);
  }
  return stored;
}

async function sortKeys(store: Store, pk: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { sk } of store.query(pk, { attributes: ['sk'] })) names.push(sk as string);
  return names;
}
