/** Complete listings: every page, or an error. */
import { OperatorError } from './errors.ts';

/** One page of an AWS listing. A page may be empty and still have a successor. */
export interface Page<Item> {
  items: readonly Item[] | undefined;
  next: string | undefined;
}

/** 10,000 accounts at 20 a page are 500 pages; nothing listed here is longer than twice that. */
const MAX_PAGES = 1_000;

/**
 * Every item of a listing that AWS hands out in pages, in AWS's order.
 *
 * A listing is complete or it is an error: a token that comes back a second time (which would go round for ever) and a
 * listing without end are refused, never cut.
 *
 * @param what the listing's name for the error's sentence, e.g. `organizations:ListAccounts`
 * @param fetch asks for the page that the token names; without a token, the first
 * @param maxPages where a listing is known to be short, so that one without end is found out sooner
 * @throws OperatorError `ListingIncomplete`, or whatever `fetch` throws
 */
export async function collectPages<Item>(
  what: string,
  fetch: (token: string | undefined) => Promise<Page<Item>>,
  maxPages = MAX_PAGES,
): Promise<Item[]> {
  const items: Item[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await fetch(token);
    items.push(...(page.items ?? []));
    token = page.next || undefined;
    if (token === undefined) return items;
    if (seen.has(token)) {
      throw new OperatorError(
        'ListingIncomplete',
        `${what} handed out the same page token twice, so the listing cannot be completed. Start the scan again.`,
      );
    }
    seen.add(token);
  } while (seen.size < maxPages);
  throw new OperatorError(
    'ListingIncomplete',
    `${what} did not end after ${maxPages} pages, so the listing cannot be completed. Start the scan again.`,
  );
}
