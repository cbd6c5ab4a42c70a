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
