/** The digest's figures: coverage totals that add up, what is open, what could not be judged. */
import { SEVERITIES } from '../controls/types.ts';
import type { ScanTotals } from '../findings/types.ts';
import { clean, countOf, words, wrap } from './text.ts';

const MAX_REASONS = 5;
const MAX_UNKNOWN = 8;

export function coverageLines(totals: ScanTotals): string[] {
  const { accounts, accountOutcomes, targets, targetOutcomes, identitiesListed, identitiesJudged } = totals;
  const open = openLine(totals.open);
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
    ...wrap(`Open now, consequences included: ${open || 'nothing'}.`, '  ', '    '),
  ];
}

/** `: 9 scanned, 2 empty, 1 role missing`; a sum that is not the total says so. */
function sumOf(total: number, outcomes: { [outcome: string]: number | undefined }): string {
  const parts = sorted(outcomes).map(([outcome, count]) => `${count} ${words(outcome)}`);
  const missing = total - sorted(outcomes).reduce((sum, [, count]) => sum + count, 0);
  if (missing !== 0) parts.push(`${missing} not accounted for`);
  return parts.length > 0 ? `: ${parts.join(', ')}` : '';
}

/** Named, so that what is hidden is not taken for fine. */
function unknownLines({ unknownSubjects }: ScanTotals): string[] {
  const all = unknownSubjects ?? [];
  const lines = all.slice(0, MAX_UNKNOWN).flatMap(({ subject, count, reasons }) => {
    const place = 'accountId' in subject ? placeOf(subject) : '';
    const name = 'name' in subject ? clean(subject.name, 100) : '';
    const what = name && place ? `${name} (${place})` : name || place;
    return wrap(
      `${what}: ${countOf(count, 'finding')}, ${reasons.map((it) => clean(it, 60)).join(', ')}`,
      '    - ',
      '      ',
    );
  });
  const more = all.length - MAX_UNKNOWN;
  return more > 0 ? [...lines, `    - and more`] : lines;
}

function placeOf(subject: { accountId: string; region?: string }): string {
  return subject.region === undefined
    ? subject.accountId
    : `${subject.accountId}, ${clean(subject.region, 30)}`;
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
