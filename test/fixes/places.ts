/** Where each fault of the simulated organization happens first, and in which domain. */
import { organizationOf } from '../../local/organization/build-world.ts';
import { FAULTS } from '../../local/organization/faults/index.ts';
import type { AccountSpec } from '../../local/organization/vocabulary.ts';
import { apexOf } from '../../local/organization/zone-preset.ts';

export interface FaultPlace {
  fault: string;
  group: keyof typeof FAULTS;
  week: 1 | 2;
  /** Registrable name of a domain that has the fault, or of one that is held where it is. */
  domain: string;
}

/** Driven by the list of faults. @throws Error when one happens nowhere */
export function faultPlaces(): FaultPlace[] {
  const groups = Object.keys(FAULTS) as (keyof typeof FAULTS)[];
  return groups.flatMap((group) =>
    Object.keys(FAULTS[group]).map((fault) => {
      for (const week of [1, 2] as const) {
        for (const account of organizationOf({ week }).accounts) {
          const domain = domainWith(account, group, fault);
          if (domain !== undefined) return { fault, group, week, domain };
        }
      }
      throw new Error(`The fault ${fault} happens nowhere in the simulated organization.`);
    }),
  );
}

/** An account without identities has no domain: the name of its own stands for that. */
function domainWith(account: AccountSpec, group: keyof typeof FAULTS, fault: string): string | undefined {
  const has = ({ faults = [] }: { faults?: string[] }): boolean => faults.includes(fault);
  const targets = Object.values(account.targets);
  const all = targets.flatMap(({ identities }) => identities);
  if (group === 'account') return has(account) ? (domainsOf(all)[0] ?? `${account.name}.example`) : undefined;
  if (group === 'target') return domainsOf(targets.find(has)?.identities ?? [])[0];
  return domainsOf(all.filter(has))[0];
}

function domainsOf(identities: { name: string }[]): string[] {
  return identities.map(({ name }) => apexOf(name.slice(name.lastIndexOf('@') + 1).toLowerCase()));
}
