/** How much what findings are about is in use, from the stored facts of targets; for the severities that are shown. */
import { activity, busiest, type Use } from '../controls/severity.ts';
import type { Json, Subject } from '../controls/types.ts';
import type { Dependent } from '../facts/types.ts';
import { subjectItemKey, targetPk } from './schema.ts';
import type { Item, Store } from './store.ts';

const UNKNOWN: Use = { inUse: 'unknown', productionAccess: 'unknown' };

/** From the facts stored with an identity, or with a target in its summary; undefined where they tell nothing of use. */
export function useOfFacts(facts: { [key: string]: Json } | undefined): Use | undefined {
  const summary = facts?.['summary'];
  const told = { ...(isRecord(summary) ? summary : {}), ...facts };
  const [inUse, productionAccess] = [asKnown(told['inUse']), asKnown(told['productionAccess'])];
  if (inUse === undefined && productionAccess === undefined) return undefined;
  return { inUse: inUse ?? 'unknown', productionAccess: productionAccess ?? 'unknown' };
}

function isRecord(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asKnown(value: Json | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

export interface UseLookup {
  /** @param item the subject as stored, or its attributes `subject` and `use` */
  of(item: Item): Promise<Use | undefined>;
  /** Of who uses a domain: of the busiest target. */
  ofDependents(dependents: readonly Dependent[]): Promise<Use | undefined>;
}

/** Reads each target once; those whose items pass by are not read at all. */
export function createUseLookup(
  store: Store,
  listDependents: (domain: string) => Promise<Dependent[]>,
): UseLookup {
  const targets = new Map<string, Promise<Use>>();

  const ofTarget = (accountId: string, region: string): Promise<Use> => {
    const key = targetPk(accountId, region);
    const known = targets.get(key);
    if (known) return known;
    const read = store
      .get(subjectItemKey({ kind: 'target', accountId, region }))
      .then((item) => (item?.['use'] as Use | undefined) ?? UNKNOWN);
    targets.set(key, read);
    return read;
  };

  const ofDependents: UseLookup['ofDependents'] = async (dependents) => {
    const uses: Use[] = [];
    for (const { accountId, region } of dependents) {
      const use = await ofTarget(accountId, region);
      // Nothing can be busier.
      if (activity(use) === 2) return use;
      uses.push(use);
    }
    return busiest(uses);
  };

  return {
    ofDependents,
    async of(item) {
      const subject = item['subject'] as Subject;
      const use = item['use'] as Use | undefined;
      switch (subject.kind) {
        case 'account':
          return undefined;
        case 'identity':
          return use;
        case 'target':
          targets.set(targetPk(subject.accountId, subject.region), Promise.resolve(use ?? UNKNOWN));
          return use;
        case 'domain':
          return ofDependents(await listDependents(subject.name));
      }
    },
  };
}
