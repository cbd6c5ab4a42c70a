/** What could not be judged for one and the same loss: shown together with a count, not as a line each. */
import type { Cause } from '../controls/subjects.ts';
import type { Finding, Subject } from '../controls/types.ts';
import { isOpen } from './compare.ts';
import type { Known } from './types.ts';

/** What is needed of a finding to put it with others of its kind. */
export interface Unjudged {
  latest: Pick<Finding, 'status' | 'cause'>;
  known?: Pick<Known, 'status' | 'reason' | 'reasonClass'>;
}

/** Several only where `lost` says what all of them follow from. */
export interface ShownTogether<T> {
  items: T[];
  lost?: Cause;
}

/**
 * Puts together what follows from one loss, where the first of it stood; all else stays by itself. So does what was open
 * when it was last seen: it is not to be overlooked for a count.
 */
export function togetherByLoss<T>(items: readonly T[], of: (item: T) => Unjudged): ShownTogether<T>[] {
  const shown: ShownTogether<T>[] = [];
  const byLoss = new Map<string, ShownTogether<T>>();
  for (const item of items) {
    const lost = lossOf(of(item));
    const key = JSON.stringify(lost);
    const others = lost && byLoss.get(key);
    if (others) {
      others.items.push(item);
      continue;
    }
    const together = { items: [item], ...(lost && { lost }) };
    shown.push(together);
    if (lost) byLoss.set(key, together);
  }
  return shown.map(({ items: all, lost }) =>
    all.length > 1 && lost ? { items: all, lost } : { items: all },
  );
}

/** What the finding follows from, where that is why nobody could judge it and nothing open is known of it. */
export function lossOf({ latest, known }: Unjudged): Cause | undefined {
  if (latest.status !== 'UNKNOWN' || (known && isOpen(known))) return undefined;
  return latest.cause;
}

/** `SCAN-01 of account 666666666666` */
export function lossText({ controlId, subject }: Cause): string {
  const account = 'accountId' in subject ? ` of account ${subject.accountId}` : '';
  return `${controlId}${account}${'region' in subject ? ` ${subject.region}` : ''}`;
}

/** Each name once, in order; accounts and targets by their ids. */
export function namesOf(subjects: readonly Subject[]): string[] {
  const names = subjects.map((subject) => {
    if ('name' in subject) return subject.name;
    return 'region' in subject ? `${subject.accountId} ${subject.region}` : subject.accountId;
  });
  return [...new Set(names)].sort();
}
