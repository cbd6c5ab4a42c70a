/** Waivers: findings that the operator accepts for a while (settings.waivers; docs/judgement.md). Pure, without a clock. */
import type { Waiver } from '../contract.ts';
import type { Subject } from './types.ts';

const DAY_MS = 24 * 3600 * 1000;

/**
 * Whether a text is what a pattern says; `*` stands for any characters, none included. Letter case does not count.
 * Each piece between two `*` is looked for once, from the left, and never again: there is no backtracking.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const pieces = pattern.toLowerCase().split('*');
  const rest = text.toLowerCase();
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)];
  if (pieces.length === 1) return rest === first;
  if (rest.length < first.length + last.length || !rest.startsWith(first) || !rest.endsWith(last))
    return false;
  const end = rest.length - last.length;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = rest.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

/**
 * Whether a waiver is about this finding, whenever it ends.
 *
 * A domain and an account have no Region, a domain no account: they are covered only where the waiver leaves that open.
 * The subject pattern is held against the name of the identity or domain, and against the finding's sub-key.
 *
 * @param key `<control>` or `<control>#<sub-key>`
 */
export function covers(waiver: Waiver, subject: Subject, key: string): boolean {
  const hash = key.indexOf('#');
  const [controlId, subKey] = hash < 0 ? [key, undefined] : [key.slice(0, hash), key.slice(hash + 1)];
  return (
    matchesPattern(waiver.control, controlId) &&
    fits(waiver.account, 'accountId' in subject ? subject.accountId : undefined) &&
    fits(waiver.region, 'region' in subject ? subject.region : undefined) &&
    (fits(waiver.subject, 'name' in subject ? subject.name : undefined) || fits(waiver.subject, subKey))
  );
}

function fits(pattern: string, text: string | undefined): boolean {
  return text === undefined ? /^\*+$/.test(pattern) : matchesPattern(pattern, text);
}

/**
 * The waiver in force that covers the finding; of several the one that holds longest, else the first.
 *
 * @param scanStartTime ISO 8601; a waiver holds through the end of its day, UTC
 */
export function waiverFor(
  waivers: readonly Waiver[],
  { subject, key }: { subject: Subject; key: string },
  scanStartTime: string,
): Waiver | undefined {
  let longest: Waiver | undefined;
  for (const waiver of waivers) {
    if (longest && waiver.expires <= longest.expires) continue;
    if (!hasEnded(waiver, scanStartTime) && covers(waiver, subject, key)) longest = waiver;
  }
  return longest;
}

/** @param time ISO 8601 */
export function hasEnded({ expires }: Pick<Waiver, 'expires'>, time: string): boolean {
  return expires < dayOf(time);
}

/** Whether the waiver still holds, but for `noticeDays` more at most. */
export function endsSoon(waiver: Pick<Waiver, 'expires'>, time: string, noticeDays: number): boolean {
  if (hasEnded(waiver, time)) return false;
  return Date.parse(waiver.expires) - Date.parse(dayOf(time)) <= noticeDays * DAY_MS;
}

function dayOf(time: string): string {
  return new Date(time).toISOString().slice(0, 10);
}
