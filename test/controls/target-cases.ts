/** Cases that the controls on a target's content and on its configuration sets share, whatever they judge. */
import type { SetsReason } from '../../lambda/controls/configuration-sets.ts';
import type { TargetFacts } from '../../lambda/facts/types.ts';
import { OFF, seen, setsFacts, targetFacts, UNSEEN } from './facts.ts';
import type { Case } from './paired.ts';

/** A read that is switched off, denied, or was never done. */
export function readCases<Key extends keyof TargetFacts>(
  key: Key,
): Case<TargetFacts, 'NOT_PERMITTED_BY_SETTINGS' | 'ACCESS_DENIED' | 'TARGET_UNSEEN' | 'NO_IDENTITIES'>[] {
  const facts = (value: unknown): TargetFacts => targetFacts((one) => Object.assign(one, { [key]: value }));
  return [
    {
      when: `the settings switch ${key} off`,
      facts: facts(OFF),
      says: { status: 'NOT_APPLICABLE', reason: 'NOT_PERMITTED_BY_SETTINGS' },
    },
    ...unseenCases(key),
  ];
}

/** The same of a read that cannot be switched off. */
export function unseenCases<Key extends keyof TargetFacts>(
  key: Key,
): Case<TargetFacts, 'ACCESS_DENIED' | 'TARGET_UNSEEN' | 'NO_IDENTITIES'>[] {
  return [
    {
      when: `${key} was denied`,
      facts: targetFacts((one) => Object.assign(one, { [key]: UNSEEN })),
      says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
    },
    {
      when: `${key} was never read`,
      facts: targetFacts((one) => delete one[key]),
      says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
    },
    {
      when: 'the Region could not be read',
      facts: targetFacts((one) => (one.outcome = 'DENIED_BY_POLICY')),
      says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
    },
    {
      when: 'there is no identity',
      facts: targetFacts((one) => Object.assign(one, { outcome: 'EMPTY', listed: 0 })),
      says: { status: 'NOT_APPLICABLE', reason: 'NO_IDENTITIES' },
    },
  ];
}

/** What every control on configuration sets says where there is none, or not all were read. */
export const SETS_CASES: Case<
  TargetFacts,
  | Extract<SetsReason, 'NOT_PERMITTED_BY_SETTINGS' | 'ACCESS_DENIED' | 'TARGET_UNSEEN' | 'NO_IDENTITIES'>
  | 'NO_CONFIGURATION_SETS'
  | 'LIST_INCOMPLETE'
>[] = [
  ...readCases('configurationSets'),
  {
    when: 'there is no set',
    facts: targetFacts((facts) => (facts.configurationSets = seen({ sets: [], listed: 0, missing: [] }))),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_CONFIGURATION_SETS' },
  },
  {
    when: 'there are more sets than were read',
    facts: targetFacts((facts) => (facts.configurationSets = seen({ ...setsFacts(), listed: 300 }))),
    says: { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE', evidence: { unread: 299 } },
  },
];

/** A target whose one configuration set is changed. */
export function withSet(
  change: (set: ReturnType<typeof setsFacts>['sets'][number]) => void,
  more?: (facts: TargetFacts) => void,
): TargetFacts {
  return targetFacts((facts) => {
    const sets = setsFacts();
    sets.sets.forEach(change);
    facts.configurationSets = seen(sets);
    more?.(facts);
  });
}
