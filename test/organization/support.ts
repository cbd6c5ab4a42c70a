/** Reading a World in tests: by its identities and through the same look-ups that the DNS server makes. */
import { indexZones, type ZoneIndex } from '../../local/dns/lookup.ts';
import { buildWorld, deriveWorld } from '../../local/organization/build-world.ts';
import type { World, WorldIdentity, WorldRecord, WorldTarget } from '../../local/organization/types.ts';
import type { AccountSpec, IdentitySpec } from '../../local/organization/vocabulary.ts';

export const NOW = new Date('2026-11-21T06:00:00.000Z');

export function worldOf(week: 1 | 2): World {
  return buildWorld({ week, now: NOW });
}

export interface Placed {
  accountId: string;
  region: string;
  target: WorldTarget;
  identity: WorldIdentity;
}

export function identitiesOf(world: World): Placed[] {
  return world.accounts.flatMap(({ id: accountId, targets }) =>
    Object.entries(targets).flatMap(([region, target]) =>
      target.identities.map((identity) => ({ accountId, region, target, identity })),
    ),
  );
}

export function identityIn(world: World, accountId: string, region: string, name: string): WorldIdentity {
  const found = identitiesOf(world).find(
    (one) => one.accountId === accountId && one.region === region && one.identity.name === name,
  );
  if (!found) throw new Error(`No identity ${name} in ${accountId} ${region}.`);
  return found.identity;
}

/** What a resolver gets: the data at the end of the chain as text, or why there is none. */
export function resolve(index: ZoneIndex, name: string, type: WorldRecord['type']): string[] | string {
  const result = index.lookup(name, type);
  if (result.kind === 'silence') return 'silence';
  if (result.kind === 'failure') return result.rcode;
  const wanted = result.answers.filter((record) => record.type === type);
  if (wanted.length === 0) return result.rcode === 'NXDOMAIN' ? 'NXDOMAIN' : 'NODATA';
  return wanted.map((record) => (record.type === 'MX' ? `${record.preference} ${record.data}` : record.data));
}

/** Answers of a World's zones by name and type. */
export function dnsOf(world: World): (name: string, type: WorldRecord['type']) => string[] | string {
  const index = indexZones(world);
  return (name, type) => resolve(index, name, type);
}

/** A World of one account with one target. */
export function worldWith(
  identities: IdentitySpec[],
  region = 'us-east-1',
  more: Partial<AccountSpec> = {},
): World {
  const account = {
    id: '222222222222',
    name: 'one',
    in: 'r-test',
    targets: { [region]: { identities } },
    ...more,
  };
  const organization = { id: 'o-test', name: 'Test', rootId: 'r-test', managementAccountId: '111111111111' };
  return deriveWorld({ ...organization, units: [], accounts: [account] }, { now: NOW });
}
