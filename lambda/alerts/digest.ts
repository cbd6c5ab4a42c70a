/** The digest: the one e-mail a scan sends. Plain text; the same input gives the same text, byte for byte. */
import type { ChangeKind, ChangeTally, DigestEntry, ScanTotals } from '../findings/types.ts';
import { byHeading, problemsOf, type Problem } from './problems.ts';
import { Spelling } from './spelling.ts';
import { coverageLines, openLine, sumOfCounts } from './statistics.ts';
import { asciiOf, clean, countOf, dateOf, wrap } from './text.ts';
import { announcement, waiverSections, type WaiverNotices } from './waivers.ts';

export interface DigestHeader {
  organizationName: string;
  number: number;
  /** ISO 8601: when the digest was frozen. */
  date: string;
  /** Every change, counted; `entries` may hold only the worst of many. */
  tally: ChangeTally;
  scan: { name: string; startTime: string; full: boolean; first: boolean };
  totals: ScanTotals;
  /** Sentences about what broke outside any account. */
  problems?: readonly string[];
  waivers?: WaiverNotices;
  links?: { execution?: string; report?: string };
}

export interface Digest {
  /** Printable ASCII, below 100 characters: SNS refuses anything else. */
  subject: string;
  /** At most 262,144 bytes. */
  body: string;
}

/** What SNS takes. Bytes. */
const MAX_BODY = 262_144;
const MAX_SUBJECT = 99;
const MAX_PROBLEMS = 20;
const MAX_WORST = 10;

const WORSE: readonly ChangeKind[] = ['REGRESSED', 'WEAKENED', 'OPENED', 'WAIVER_ENDED'];

/** @returns the mail for what is new; a single line where nothing is. */
export function renderDigest({ header, entries }: { header: DigestHeader; entries: DigestEntry[] }): Digest {
  const problems = sortOut(entries);
  const counts = countLines(header, problems);
  const said = counts.map(({ count, text }) => `${count} ${text}`).join(', ');
  const body = said === '' ? allQuiet(header) : compose(header, problems, said);
  return { subject: subjectLine(header, counts), body: withinLimit(body) };
}

interface SortedProblems {
  lost: Problem[];
  worse: Problem[];
  resolved: Problem[];
  retired: Problem[];
  baseline: Problem[];
}

function sortOut(entries: DigestEntry[]): SortedProblems {
  const worse = problemsOf(entries, WORSE);
  return {
    lost: worse.filter(isLost),
    worse: worse.filter((problem) => !isLost(problem)),
    resolved: problemsOf(entries, ['RESOLVED']),
    retired: problemsOf(entries, ['RETIRED']),
    baseline: problemsOf(entries, ['BASELINE']).filter(({ told }) =>
      told.some(({ change }) => isOpenNow(change.known.status)),
    ),
  };
}

function isOpenNow(status: string): boolean {
  return status === 'FAIL' || status === 'WARN';
}

/** An account or a Region that was seen before and is not any more. */
function isLost({ kind, controlId }: Problem): boolean {
  return kind === 'REGRESSED' && (controlId === 'SCAN-01' || controlId === 'SCAN-02');
}

interface Count {
  count: number;
  text: string;
  /** Left to the headline where the subject has anything weightier to say. */
  minor?: boolean;
}

/** What subject and headline count: problems, not the places they show in nor what follows from them. */
function countLines({ tally, scan }: DigestHeader, sorted: SortedProblems): Count[] {
  const ofKind = (kind: ChangeKind): number => sorted.worse.filter((it) => it.kind === kind).length;
  const baseline = scan.first ? 'open at the first scan' : 'as baseline';
  return [
    { count: ofKind('REGRESSED'), text: 'regressed' },
    { count: sorted.lost.length, text: 'lost from sight' },
    { count: ofKind('WEAKENED'), text: 'weakened' },
    { count: ofKind('OPENED'), text: 'new' },
    { count: ofKind('WAIVER_ENDED'), text: 'no longer waived' },
    { count: sorted.resolved.length, text: 'resolved' },
    { count: sorted.retired.length, text: 'retired', minor: true },
    { count: tally.changes.EASED ?? 0, text: 'eased', minor: true },
    { count: baselineCount(tally) || tally.baselineConsequences, text: baseline, minor: true },
  ].filter(({ count }) => count > 0);
}

/** Causes only, like everything that is counted here. */
function baselineCount({ changes, baselineConsequences }: ChangeTally): number {
  return (changes.BASELINE ?? 0) - baselineConsequences;
}

/** Counts are left out from the end, and then the name is cut, where it would grow too long. */
function subjectLine(header: DigestHeader, all: Count[]): string {
  const weighty = all.filter(({ minor }) => !minor);
  const counts = weighty.length > 0 ? weighty : all;
  const broken = (header.problems ?? []).length > 0;
  const calm = waiverSections(header.waivers).length > 0 ? announcement(header.waivers) : 'all quiet';
  const quiet = broken ? 'the scan met problems' : calm;
  const name = asciiOf(clean(header.organizationName, 60)) || 'AWS Organization';
  const prefix = '[SES posture] ';
  const date = `, ${dateOf(header.date)}`;
  for (let shown = Math.max(counts.length, 1); shown > 0; shown -= 1) {
    const said = counts.slice(0, shown).map(({ count, text }) => `${count} ${text}`);
    const more = shown < counts.length ? ' and more' : '';
    const line = `${prefix}${said.join(', ') || quiet}${more} - ${name}${date}`;
    if (line.length <= MAX_SUBJECT) return line;
  }
  const first = counts[0] ? `${counts[0].count} ${counts[0].text} and more` : quiet;
  const room = MAX_SUBJECT - `${prefix}${first} - ${date}`.length;
  return `${prefix}${first} - ${name.slice(0, room)}${date}`;
}

/** Without an earlier digest nothing can be unchanged, and a scan that met problems is not quiet. */
function quietWords(first: boolean, broken: boolean): string {
  if (broken) return 'Nothing new is known, but the scan met problems (see below).';
  return first
    ? 'All quiet: the first scan found nothing open.'
    : 'All quiet: nothing changed since the last digest.';
}

function allQuiet({ scan, totals, problems, waivers, links }: DigestHeader): string {
  const { accounts, targets, identitiesJudged, unknown } = totals;
  const seen = `${countOf(accounts, 'account')}, ${countOf(targets, 'target')}, ${countOf(identitiesJudged, 'identity', 'identities')} judged`;
  const following = sumOfCounts(totals.consequences ?? {});
  const followers = following > 0 ? ` and ${countOf(following, 'consequence')}` : '';
  const waived = totals.waived ? `, ${totals.waived} waived` : '';
  const open = `${sumOfCounts(totals.open)} open${followers}${waived}${scan.first ? '' : ' as before'}`;
  const line = `${quietWords(scan.first, (problems ?? []).length > 0)} ${seen}; ${open}; could not be judged: ${unknown}.`;
  const report = links?.report ? ` ${clean(links.report, 2000)}` : '';
  const sections = waiverSections(waivers).flatMap(({ title, lines }) => ['', title, ...lines]);
  return [line + report, ...brokenLines(problems ?? []), ...sections].join('\n') + '\n';
}

function compose(header: DigestHeader, sorted: SortedProblems, said: string): string {
  const spelling = new Spelling(header.date);
  const { tally, links, scan } = header;
  spelling.add(...wrap(`${clean(header.organizationName, 60)}: ${said}.`, ''));
  spelling.add(
    `Digest ${header.number}, ${dateOf(header.date)}, after ${scan.full ? 'the' : 'a narrowed'} scan ${clean(scan.name, 80)} of ${timeOf(scan.startTime)}.`,
  );
  if (sorted.lost.length > 0) spelling.section('LOST FROM SIGHT');
  for (const problem of sorted.lost) spelling.problem(problem, { withHeading: true });
  if (sorted.worse.length > 0) spelling.section('WHAT GOT WORSE, AND WHAT IS NEW');
  for (const { heading, problems } of byHeading(sorted.worse)) {
    spelling.heading(heading);
    for (const problem of problems) spelling.problem(problem);
  }
  if (sorted.resolved.length > 0) spelling.section('RESOLVED');
  for (const problem of sorted.resolved) spelling.oneLine(problem);
  if (sorted.retired.length > 0) spelling.section('RETIRED (no longer there, or no longer applies)');
  for (const problem of sorted.retired) spelling.oneLine(problem);
  if (tally.changes.EASED) {
    spelling.section('EASED');
    spelling.add(`  ${countOf(tally.changes.EASED, 'failure')} became a warning: better, not yet resolved.`);
  }
  if (tally.changes.BASELINE) baselineSection(spelling, header, sorted.baseline);
  spelling.addRest(tally);
  for (const { title, lines } of waiverSections(header.waivers)) {
    spelling.section(title);
    spelling.add(...lines);
  }
  spelling.section('COVERAGE');
  spelling.add(...coverageLines(header.totals));
  const broken = brokenLines(header.problems ?? []);
  if (broken.length > 0) spelling.section('WHAT WENT WRONG IN THE SCAN');
  spelling.add(...broken);
  if (links?.report || links?.execution) spelling.section('MORE');
  if (links?.report) spelling.add(`  Report:    ${clean(links.report, 2000)}`);
  if (links?.execution) spelling.add(`  Execution: ${clean(links.execution, 2000)}`);
  return spelling.text();
}

/** One count line and the worst of it: what was found at the first look is not news of this week. */
function baselineSection(spelling: Spelling, { tally, scan }: DigestHeader, worst: Problem[]): void {
  const open = openLine(tally.baselineOpen);
  const count = sumOfCounts(tally.baselineOpen);
  const closed = baselineCount(tally) - count;
  spelling.section('BASELINE');
  const what = scan.first
    ? 'The first scan of this organization found'
    : 'Judged for the first time (a new target, a new or revised control):';
  const also = closed > 0 ? ` ${countOf(closed, 'finding')} no longer open under a revised control.` : '';
  const following = tally.baselineConsequences;
  const graver = openLine(tally.baselineFollowing ?? {});
  const found = [
    ...(count > 0 || following === 0 ? [`${countOf(count, 'open finding')}${open ? `: ${open}` : ''}`] : []),
    ...(following > 0 ? [`${countOf(following, 'consequence')}${graver ? ` (${graver})` : ''}`] : []),
  ].join(', and ');
  spelling.add(...wrap(`${what} ${found}.${also}`, '  '));
  if (worst.length > 0)
    spelling.add(`  The worst of it${following > 0 ? ', each as grave as what follows from it' : ''}:`);
  for (const problem of worst.slice(0, MAX_WORST)) spelling.worst(problem);
  const more = worst.length - MAX_WORST;
  if (more > 0) spelling.add(`    ... and more; \`ses-posture findings\` and the report list all.`);
}

function brokenLines(problems: readonly string[]): string[] {
  const lines = problems.slice(0, MAX_PROBLEMS).flatMap((it) => wrap(clean(it, 500), '  ! ', '    '));
  const more = problems.length - MAX_PROBLEMS;
  return more > 0 ? [...lines, `  ! and ${more} more`] : lines;
}

function timeOf(time: string): string {
  return `${dateOf(time)} ${time.slice(11, 16)} UTC`;
}

/** Spelling stops long before; this only holds should a header be larger than any real one. */
function withinLimit(body: string): string {
  const bytes = Buffer.from(body);
  if (bytes.length <= MAX_BODY) return body;
  const end = '\n(cut here; the report holds the rest)\n';
  // A character cut in half at the end reads as U+FFFD, and is dropped.
  const kept = bytes
    .subarray(0, MAX_BODY - Buffer.byteLength(end))
    .toString('utf8')
    .replace(/\ufffd+$/, '');
  return kept + end;
}
