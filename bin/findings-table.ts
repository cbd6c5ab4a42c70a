/** Findings as a table for the terminal. Words stay whole: what is too long for its column breaks where names do. */
import Table from 'cli-table3';
import pc from 'picocolors';
import { loweredBecause } from '../lambda/controls/severity.ts';
import type { Cause } from '../lambda/controls/subjects.ts';
import { SEVERITIES, type Severity, type Subject } from '../lambda/controls/types.ts';
import { listed as joined } from '../lambda/controls/say.ts';
import type { ListedFinding } from '../lambda/findings/table.ts';
import { lossText, namesOf, togetherByLoss } from '../lambda/findings/unjudged.ts';
import { printable } from './interruption.ts';

const COLOURS: { [severity in Severity]: (text: string) => string } = {
  CRITICAL: pc.magenta,
  HIGH: pc.red,
  MEDIUM: pc.yellow,
  LOW: pc.cyan,
  INFO: pc.gray,
};

/** Characters of the columns before the last one, with their padding; and of all lines between columns. */
const COLUMNS = [10, 16, 11];
const BORDERS = COLUMNS.length + 2;
const PADDING = 2;
/** Named in a row that stands for many. */
const MAX_CONTROLS = 3;

/** @param width characters of the terminal; the table is 80 to 160 wide */
export function tableOf(found: readonly ListedFinding[], width: number): string {
  const total = Math.max(80, Math.min(width, 160));
  const last = total - COLUMNS.reduce((sum, column) => sum + column, 0) - BORDERS;
  const table = new Table({
    head: ['Severity', 'Status', 'Control', 'Where, and what is the case'],
    colWidths: [...COLUMNS, last],
    style: { head: [], border: [] },
  });
  for (const { items, lost } of togetherByLoss(found, ({ finding }) => finding)) {
    const [first] = items;
    if (!first) continue;
    const [severity, ...cells] = lost ? unjudgedCells(items, lost) : cellsOf(first);
    const wrapped = cells.map((text, index) => fold(text, (COLUMNS[index + 1] ?? last) - PADDING));
    table.push([COLOURS[worstOf(items)](severity ?? ''), ...wrapped]);
  }
  return table.toString();
}

function worstOf(found: readonly ListedFinding[]): Severity {
  return SEVERITIES.find((severity) => found.some((one) => one.severity === severity)) ?? 'INFO';
}

/** One row for what nobody could judge for one loss. */
function unjudgedCells(found: readonly ListedFinding[], lost: Cause): string[] {
  const names = namesOf(found.map(({ subject }) => subject));
  const reasons = [...new Set(found.map(({ finding }) => finding.latest.reason))].sort();
  const controls = [...new Set(found.map(({ finding }) => finding.latest.controlId))].sort();
  const shown = controls.length > MAX_CONTROLS + 1 ? controls.slice(0, MAX_CONTROLS) : controls;
  const more = controls.length - shown.length;
  const lines = [
    joined(names),
    `${found.length} findings could not be judged: they follow from ${lossText(lost)} (${reasons.join(', ')})`,
  ];
  return [
    worstOf(found).toLowerCase(),
    'unknown',
    [...shown, ...(more > 0 ? [`${more} more`] : [])].map(printable).join('\n'),
    lines.map(printable).join('\n'),
  ];
}

function cellsOf({ subject, finding, severity, use }: ListedFinding): string[] {
  const { latest, known } = finding;
  const { status, key, summary, reason, controlId } = latest;
  // The column of ids is narrow, and sub-keys are ARNs and names: they stand where there is room.
  const subKey = key.slice(controlId.length);
  const table = status === 'UNKNOWN' && known ? known.severity : latest.severity;
  const lowered = loweredBecause({ controlId, severity: table }, use);
  const lines = [
    whereOf(subject),
    ...(subKey ? [subKey] : []),
    `${summary} (${reason})`,
    ...(lowered ? [`${severity.toLowerCase()}: ${lowered}`] : []),
    ...(known?.waived
      ? [`waived by ${known.waived.owner} until ${known.waived.expires}: ${known.waived.reason}`]
      : []),
  ];
  const waived = known?.waived ? '\nwaived' : '';
  return [
    severity.toLowerCase(),
    status.toLowerCase().replace('_', ' ') + waived,
    printable(controlId),
    lines.map(printable).join('\n'),
  ];
}

function whereOf(subject: Subject): string {
  switch (subject.kind) {
    case 'identity':
      return `${subject.name} (${subject.accountId} ${subject.region})`;
    case 'target':
      return `${subject.accountId} ${subject.region}`;
    case 'account':
      return subject.accountId;
    case 'domain':
      return subject.name;
  }
}

/** Breaks lines at blanks, and what is longer than a line behind one of `.@_-/,#:`; only then anywhere. */
export function fold(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => foldLine(line, width))
    .join('\n');
}

function foldLine(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((it) => piecesOf(it, width))) {
    const joined = line === '' || word.glued ? line + word.text : `${line} ${word.text}`;
    if (line !== '' && joined.length > width) {
      lines.push(line);
      line = word.text;
    } else line = joined;
  }
  return [...lines, line];
}

/** A word that fits a line as it is; a longer one in pieces that do, each glued to the one before. */
function piecesOf(word: string, width: number): { text: string; glued: boolean }[] {
  const pieces: { text: string; glued: boolean }[] = [];
  let rest = word;
  while (rest.length > width) {
    const head = rest.slice(0, width);
    const behind = Math.max(...[...'.@_-/,#:'].map((mark) => head.lastIndexOf(mark))) + 1;
    const cut = behind > 0 ? behind : width;
    pieces.push({ text: rest.slice(0, cut), glued: pieces.length > 0 });
    rest = rest.slice(cut);
  }
  return [...pieces, { text: rest, glued: pieces.length > 0 }];
}
