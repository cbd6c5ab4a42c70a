/**
 * One MAIL FROM domain may serve several Regions while its MX names one of them; SES hands bounces to the Region that
 * sent. Asked of SES in the Region that the MX names: for the identity of the same name, and for those that the table knows
 * to use the domain there. In a first scan it may not know them yet; then those of another name are met by the next one.
 */
import type { Scan } from '../contract.ts';
import { feedbackRegion } from '../controls/mail-from.ts';
import { placeOf } from '../controls/across-targets.ts';
import type { Dependent } from '../facts/types.ts';
import { TimeBudgetExceeded } from '../ses/pacing.ts';
import type { SesReader } from '../ses/reader.ts';

/** Identities that are described in the other Region; the first one decides wherever Regions are set up alike. */
const MAX_ASKED = 10;

export interface SharedMailFromQuestion {
  /** Host of the one MX at the MAIL FROM domain. */
  exchange: string;
  mailFromDomain: string;
  /** The identity whose MAIL FROM this is. */
  identityName: string;
  accountId: string;
  region: string;
  scan: Scan;
  /** Asks once for each identity; memoized by the caller, because many identities may share the MAIL FROM. */
  makeReader: (region: string) => Pick<SesReader, 'describeIdentity'>;
  /** Who uses a domain, as this scan and earlier ones stored it; who was retired is no longer among them. */
  usersOf: (domain: string) => Promise<readonly Dependent[]>;
}

/**
 * @returns the other Region when an identity of the account uses the same MAIL FROM there; `unknown` when it cannot be asked,
 * or is outside this scan and nothing is stored of it.
 */
export async function sharedMailFromRegions(question: SharedMailFromQuestion): Promise<string[] | 'unknown'> {
  const named = feedbackRegion(question.exchange);
  if (named === undefined || named === question.region) return [];
  const known = await knownUsers(question, named);
  if (!question.scan.regions.includes(named)) return known.length > 0 ? [named] : 'unknown';
  const names = [...new Set([question.identityName, ...known])];
  const reader = question.makeReader(named);
  let unasked = names.length > MAX_ASKED;
  for (const name of names.slice(0, MAX_ASKED)) {
    try {
      const other = await reader.describeIdentity(name);
      if (other !== 'gone' && other.mailFrom?.domain === question.mailFromDomain) return [named];
    } catch (error) {
      // That Region may be denied or throttled while this one is not; its own coverage says so.
      if (error instanceof TimeBudgetExceeded) throw error;
      unasked = true;
    }
  }
  return unasked ? 'unknown' : [];
}

/** Domains before addresses, which mostly have no MAIL FROM of their own. */
async function knownUsers(
  { usersOf, mailFromDomain, accountId }: SharedMailFromQuestion,
  region: string,
): Promise<string[]> {
  const users = (await usersOf(mailFromDomain)).filter(
    (user) => user.use === 'MAIL_FROM' && user.accountId === accountId && user.region === region,
  );
  const names = users.map(({ identity }) => identity);
  return [...names.filter((name) => !name.includes('@')), ...names.filter((name) => name.includes('@'))];
}

/** Identities of other targets that are stored as the domain or as addresses at it, e.g. `example.com in 111111111111 eu-west-1`. */
export function sendersElsewhere(
  users: readonly Dependent[],
  here: { accountId: string; region: string },
): string[] {
  return users
    .filter((user) => user.use === 'FROM' && placeOf(user) !== placeOf(here))
    .map((user) => `${user.identity} in ${placeOf(user)}`);
}
