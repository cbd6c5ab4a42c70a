/** Everything the table knows of a domain: its own findings, its identities', and those of the places that hold them. */
import type { Subject } from '../../lambda/controls/types.ts';
import { STATUSES } from '../../lambda/controls/types.ts';
import type { StoredWord } from '../../lambda/fixes/plan-input.ts';
import { subjectId } from '../../lambda/fixes/names.ts';
import type { FindingsTable } from '../../lambda/findings/table.ts';

/**
 * @param table where earlier scans stored what they found
 * @throws Error in one sentence when no scan has met the domain
 */
export async function readWords(table: FindingsTable, domain: string): Promise<StoredWord[]> {
  const words: StoredWord[] = [];
  for await (const { subject, finding } of table.listFindings({ domain, statuses: STATUSES })) {
    words.push({ subject, finding });
  }
  if (words.length === 0) {
    throw new Error(
      `No scan has met ${domain}: it is no identity, From domain or MAIL FROM domain of the accounts that were scanned. See what is there with \`ses-posture findings --status pass\`, or scan first.`,
    );
  }
  const places = await placesOf(table, domain, words);
  for (const place of places) {
    const stored = await table.readSubject(place);
    if (!stored || stored.retiredAt !== undefined) continue;
    words.push(...Object.values(stored.findings).map((finding) => ({ subject: place, finding })));
  }
  return words;
}

/** The targets and accounts of the identities, and of whoever uses the domain. */
async function placesOf(table: FindingsTable, domain: string, words: StoredWord[]): Promise<Subject[]> {
  const holders = words.flatMap(({ subject }) => (subject.kind === 'identity' ? [subject] : []));
  const users = await table.listDependents(domain);
  const places = [...holders, ...users].flatMap(({ accountId, region }): Subject[] => [
    { kind: 'account', accountId },
    { kind: 'target', accountId, region },
  ]);
  const unique = new Map(places.map((place) => [subjectId(place), place]));
  return [...unique.values()].sort((left, right) => (subjectId(left) < subjectId(right) ? -1 : 1));
}
