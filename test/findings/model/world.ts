/** The world that is scanned, as plain as can be, and everything that was ever seen of it. */
import type { Waiver } from '../../../lambda/contract.ts';
import type { Finding, Subject } from '../../../lambda/controls/types.ts';
import { subjectKey } from '../../../lambda/findings/schema.ts';
import type { Stand } from '../../../lambda/findings/types.ts';
import { finding } from '../support.ts';

export const SUBJECTS: readonly Subject[] = [
  { kind: 'identity', accountId: '111111111111', region: 'eu-west-1', name: 'example.com' },
  { kind: 'identity', accountId: '111111111111', region: 'eu-west-1', name: 'shop.example' },
];

/** Two plain controls, and one with sub-keys that come and go. */
export const KEYS = ['DKIM-01', 'DMARC-06', 'DKIM-05#a'] as const;
export type FindingKey = (typeof KEYS)[number];

export type Fact = Pick<Stand, 'status' | 'reasonClass'> & { rank?: number };

/** What a fact can be; the last stands for a sub-key that is not there. */
export const FACTS: readonly (Fact | 'absent')[] = [
  { status: 'PASS', reasonClass: 0, rank: 2 },
  { status: 'PASS', reasonClass: 0, rank: 1 },
  { status: 'FAIL', reasonClass: 1 },
  { status: 'FAIL', reasonClass: 2, rank: 0 },
  { status: 'WARN', reasonClass: 0, rank: 1 },
  { status: 'NOT_APPLICABLE', reasonClass: 0 },
  'absent',
];

/** What the operator may accept, and take back: one finding of one subject, and one of both that tracks a value. */
export const WAIVERS: readonly Waiver[] = [
  { control: 'DKIM-*', subject: 'example.com' },
  { control: 'DMARC-06', subject: '*' },
].map((pattern) => ({
  ...{ account: '*', region: '*', reason: 'known', owner: 'Mail team', expires: '2027-01-01' },
  ...pattern,
}));

export interface Observation {
  subject: string;
  observedAt: string;
  /** `gone`: seen to be gone. By key, UNKNOWN where the observer was not answered. */
  saw: 'gone' | { [key in FindingKey]: Fact | 'absent' | 'unknown' };
  /** What recording it said: a crash leaves it `unsure`. */
  outcome: 'stored' | 'stale' | 'unsure' | 'not stored';
}

export class World {
  readonly observations: Observation[] = [];
  revision = 1;
  /** Those of WAIVERS that the settings hold now. */
  waivers: readonly Waiver[] = [];
  readonly #facts = new Map<string, { [key in FindingKey]: Fact | 'absent' }>();
  readonly #gone = new Set<string>();
  #undo: () => void = () => undefined;

  constructor() {
    const passing = FACTS[0] ?? 'absent';
    for (const subject of SUBJECTS) {
      this.#facts.set(subjectKey(subject), { 'DKIM-01': passing, 'DMARC-06': passing, 'DKIM-05#a': passing });
    }
  }

  change(
    change:
      | { subject: number; key: number; fact: number }
      | 'release'
      | 'back'
      | { toggle: number }
      | { waiver: number },
  ): void {
    if (typeof change === 'object' && 'waiver' in change) {
      const waiver = at(WAIVERS, change.waiver);
      this.waivers = this.waivers.includes(waiver)
        ? this.waivers.filter((it) => it !== waiver)
        : [...this.waivers, waiver];
      return;
    }
    if (change === 'back') {
      this.#undo();
      return;
    }
    if (change === 'release') {
      this.revision += 1;
      return;
    }
    if ('toggle' in change) {
      const key = subjectKey(at(SUBJECTS, change.toggle));
      if (!this.#gone.delete(key)) this.#gone.add(key);
      return;
    }
    const facts = this.#facts.get(subjectKey(at(SUBJECTS, change.subject)));
    const key = at(KEYS, change.key);
    const fact = at(FACTS, change.fact);
    // Only a sub-key can be absent; a control always says something.
    if (!facts || (fact === 'absent' && !key.includes('#'))) return;
    const before = facts[key];
    this.#undo = () => {
      facts[key] = before;
    };
    facts[key] = fact;
  }

  isGone(subject: Subject): boolean {
    return this.#gone.has(subjectKey(subject));
  }

  factsOf(subject: Subject): { [key in FindingKey]: Fact | 'absent' } {
    const facts = this.#facts.get(subjectKey(subject));
    if (!facts) throw new Error('no such subject');
    return { ...facts };
  }

  /** Looks at the subject now; `unanswered` says for which keys no answer comes. */
  observe(subject: Subject, observedAt: string, unanswered: (key: number) => boolean): Observation {
    const facts = this.factsOf(subject);
    const answers = KEYS.map((key, index) => [key, unanswered(index) ? 'unknown' : facts[key]]);
    const saw = this.isGone(subject) ? 'gone' : (Object.fromEntries(answers) as Observation['saw']);
    const observation: Observation = { subject: subjectKey(subject), observedAt, saw, outcome: 'unsure' };
    this.observations.push(observation);
    return observation;
  }
}

/** What the controls say of an observation. */
export function findingsOf(saw: Exclude<Observation['saw'], 'gone'>, revision: number): Finding[] {
  return KEYS.flatMap((key) => {
    const fact = saw[key];
    if (fact === 'absent') return [];
    // A control that was not answered does not know its sub-keys either.
    if (fact === 'unknown') return [finding(key.split('#')[0] ?? key, 'UNKNOWN', { revision })];
    const { status, reasonClass, rank } = fact;
    const tracked = rank === undefined ? undefined : { name: 'policy', value: String(rank), rank };
    return [finding(key, status, { reasonClass, revision, ...(tracked && { tracked }) })];
  });
}

export function at<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('an empty list');
  return item;
}
