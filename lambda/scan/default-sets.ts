/** Which configuration sets are an identity's default (CS-02). */
import type { ConfigurationSetsFacts, Permitted } from '../facts/types.ts';

/**
 * @param defaults names of the sets that identities of the target have as their default
 * @param complete whether `defaults` holds those of every identity; if not, any other set may be one, too
 */
export function markDefaults(
  sets: Permitted<ConfigurationSetsFacts> | undefined,
  defaults: readonly string[],
  complete: boolean,
): { configurationSets?: Permitted<ConfigurationSetsFacts> } {
  if (sets === undefined) return {};
  if (sets.kind !== 'seen') return { configurationSets: sets };
  const marked = sets.value.sets.map((set) => ({
    ...set,
    isDefault: defaults.includes(set.name) || (complete ? false : ('unknown' as const)),
  }));
  return { configurationSets: { kind: 'seen', value: { ...sets.value, sets: marked } } };
}
