/** What was seen, what was not and why: of AWS, and of DNS. */
import type { AbsentReason, UnknownReason } from '../dns/types.ts';

export type UnseenReason = 'ACCESS_DENIED' | 'THROTTLED' | 'TIMED_OUT' | 'FAILED';

/** Something AWS was asked for: seen, or not and why. */
export type Observed<T> =
  { kind: 'seen'; value: T } | { kind: 'unseen'; because: UnseenReason; detail: string };

/** The same where the operator may switch the read off (setting `permissions`). */
export type Permitted<T> = Observed<T> | { kind: 'off' };

/**
 * A DNS answer reduced to what controls need. `unconfirmed`: a second opinion was wanted, but could not be reached, and
 * the first resolver's word stands alone.
 */
export type DnsFact<T> =
  | { kind: 'found'; records: T[]; aliases: string[]; unconfirmed?: true }
  | { kind: 'absent'; because: AbsentReason; aliases: string[]; unconfirmed?: true }
  | { kind: 'unknown'; because: UnknownReason; detail: string };

/** A DNS question without an answer to rely on. */
export interface UnansweredQuestion {
  name: string;
  type: string;
  because: UnknownReason;
  /** The first resolver answered; the second opinion said something else, or nothing. */
  secondOpinion?: true;
  /** Both answers in words, at most 450 characters; only with `secondOpinion`. */
  detail?: string;
}
