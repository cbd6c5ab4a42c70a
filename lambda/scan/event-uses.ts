/** Who names which topic or stream: what reading topics and streams share. */
import type {
  ConfigurationSetsFacts,
  EventDestinationFacts,
  Permitted,
  TargetFacts,
} from '../facts/types.ts';

/** Uses that a target's facts hold, of topics and of streams each. */
export const MAX_USES = 200;

/** `by` is an identity, or `configuration set/event destination`. */
export interface EventUse {
  arn: string;
  by: string;
}

/** Uses of the same ARN together, in the order in which the ARNs are first named. */
export function usesByArn<Use extends EventUse>(uses: readonly Use[]): Map<string, Use[]> {
  const byArn = new Map<string, Use[]>();
  for (const use of uses) {
    const known = byArn.get(use.arn);
    if (known) known.push(use);
    else byArn.set(use.arn, [use]);
  }
  return byArn;
}

/** At most 200 uses, of as many ARNs as possible. */
export function boundedUses(byArn: ReadonlyMap<string, readonly EventUse[]>): EventUse[] {
  const all = [...byArn.values()];
  const first = all.flatMap((uses) => uses.slice(0, 1));
  const others = all.flatMap((uses) => uses.slice(1));
  return [...first, ...others].slice(0, MAX_USES).map(({ arn, by }) => ({ arn, by }));
}

/** The event destinations of one kind that name an ARN, with the name of their set. */
export function destinationsOf(
  sets: Permitted<ConfigurationSetsFacts>,
  kind: EventDestinationFacts['kind'],
): { arn: string; by: string; set: string }[] {
  if (sets.kind !== 'seen') return [];
  return sets.value.sets.flatMap(({ name: set, destinations }) =>
    destinations.flatMap((one) =>
      one.kind === kind && one.arn ? [{ arn: one.arn, by: `${set}/${one.name}`, set }] : [],
    ),
  );
}

/** Why a read does not tell everything that is named there; the sets also where there are more than were read. */
export function unreadOf(read: Permitted<unknown>): TargetFacts['usesUnread'] {
  if (read.kind === 'seen') return undefined;
  return read.kind === 'off' ? 'NOT_PERMITTED_BY_SETTINGS' : read.because;
}

export function unreadOfSets(sets: Permitted<ConfigurationSetsFacts>): TargetFacts['usesUnread'] {
  if (sets.kind !== 'seen') return unreadOf(sets);
  return sets.value.listed > sets.value.sets.length ? 'LIST_INCOMPLETE' : undefined;
}
