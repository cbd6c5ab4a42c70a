/** The digest's figures: coverage totals that add up, what is open, what could not be judged. */
import { SEVERITIES } from '../controls/types.ts';
import type { ScanTotals, UnknownSubject } from '../findings/types.ts';
import { accountOf } from './problems.ts';
import { clean, countOf, words, wrap } from './text.ts';

const MAX_REASONS = 5;
const MAX_UNKNOWN = 8;

export function coverageLines(totals: ScanTotals): string[] {
  const { accounts, accountOutcomes, targets, targetOutcomes, identitiesListed, identitiesJudged } = totals;
  return [
    ...wrap(`${countOf(accounts, 'account')}${sumOf(accounts, accountOutcomes)}.`, '  ', '    '),
    ...wrap(
      `${countOf(targets, 'target')} (account and Region)${sumOf(targets, targetOutcomes)}.`,
      '  ',
      '    ',
    ),
    `  Identities: ${identitiesListed} listed, ${identitiesJudged} judged. Domains judged: ${totals.domainsJudged}.`,
    ...wrap(`Could not be judged: ${totals.unknown}${reasonsOf(totals)}.`, '  ', '    '),
    ...unknownLines(totals),
    ...unseenLines(totals),
    ...wrap(`Open now: ${openNow(totals)}.`, '  ', '    '),
    ...(totals.waived ? [`  Waived: ${totals.waived}.`] : []),
  ];
}

/** `2 critical, 4 high, and 3 consequences (1 critical, 2 high)`: causes, and what follows from them. */
export function openNow({ open, consequences = {} }: Pick<ScanTotals, 'open' | 'consequences'>): string {
  const [causes, following] = [openLine(open), openLine(consequences)];
  const count = sumOfCounts(consequences);
  const followers = count > 0 ? `${countOf(count, 'consequence')} (${following})` : '';
  return [causes, followers].filter(Boolean).join(', and ') || 'nothing';
}

export function sumOfCounts(counts: { [name: string]: number | undefined }): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

/** What was lost from sight keeps its findings; that they still stand is not to be taken for seen. */
function unseenLines({ openUnseen = 0 }: ScanTotals): string[] {
  if (openUnseen === 0) return [];
  const stand = openUnseen === 1 ? 'stands' : 'stand';
  const text = `Not seen by this scan: ${countOf(openUnseen, 'open finding')} of accounts and Regions that could not be read ${stand} as last seen.`;
  return wrap(text, '  ', '    ');
}

/** `: 9 scanned, 2 empty, 1 role missing`; a sum that is not the total says so. */
function sumOf(total: number, outcomes: { [outcome: string]: number | undefined }): string {
  const parts = sorted(outcomes).map(([outcome, count]) => `${count} ${words(outcome)}`);
  const missing = total - sorted(outcomes).reduce((sum, [, count]) => sum + count, 0);
  if (missing !== 0) parts.push(`${missing} not accounted for`);
  return parts.length > 0 ? `: ${parts.join(', ')}` : '';
}

/** Named, so that what is hidden is not taken for fine: what was lost with all that follows from it, then the rest. */
function unknownLines({ unknownCauses = [], unknownSubjects = [] }: ScanTotals): string[] {
  const lost = unknownCauses.map(
    ({ controlId, subjects, ...cause }) =>
      `${unknownName(cause)} is out of sight (${clean(controlId, 20)}): ${unknownCount(cause, subjects)}`,
  );
  const others = unknownSubjects.map((unknown) => `${unknownName(unknown)}: ${unknownCount(unknown)}`);
  const all = [...lost, ...others];
  const lines = all.slice(0, MAX_UNKNOWN).flatMap((line) => wrap(line, '    - ', '      '));
  return all.length > MAX_UNKNOWN ? [...lines, `    - and more`] : lines;
}

function unknownName({ subject, accountName }: Pick<UnknownSubject, 'subject' | 'accountName'>): string {
  const place = 'accountId' in subject ? placeOf(subject, accountName) : '';
  const name = 'name' in subject ? clean(subject.name, 100) : '';
  return name && place ? `${name} in ${place}` : name || place;
}

/** `45 findings of 15 subjects, COVERAGE_INCOMPLETE` */
function unknownCount({ count, reasons }: Pick<UnknownSubject, 'count' | 'reasons'>, subjects = 1): string {
  const of = subjects > 1 ? ` of ${countOf(subjects, 'subject')}` : '';
  return `${countOf(count, 'finding')}${of}, ${reasons.map((it) => clean(it, 60)).join(', ')}`;
}

function placeOf(
  { accountId, region }: { accountId: string; region?: string },
  accountName: string | undefined,
): string {
  const account = accountOf(accountId, accountName);
  return region === undefined ? account : `${account}, ${clean(region, 30)}`;
}

function reasonsOf({ unknown, unknownReasons }: ScanTotals): string {
  const reasons = sorted(unknownReasons ?? {});
  if (unknown === 0 || reasons.length === 0) return '';
  const shown = reasons.slice(0, MAX_REASONS).map(([reason, count]) => `${count} ${clean(reason, 60)}`);
  const rest = reasons.slice(MAX_REASONS).reduce((sum, [, count]) => sum + count, 0);
  return ` (${[...shown, ...(rest > 0 ? [`${rest} for other reasons`] : [])].join(', ')})`;
}

/** Most first. */
function sorted(counts: { [name: string]: number | undefined }): [string, number][] {
  return Object.entries(counts)
    .flatMap(([name, count]): [string, number][] => (count ? [[name, count]] : []))
    .sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
}

/** `2 critical, 10 high`; empty where nothing is open. */
export function openLine(open: ScanTotals['open']): string {
  return SEVERITIES.flatMap((severity) =>
    open[severity] ? [`${open[severity]} ${severity.toLowerCase()}`] : [],
  ).join(', ');
}
