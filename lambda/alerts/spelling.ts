/** Spelling problems out, as far as the mail's bounds allow; what is not spelled out is counted. */
import type { DnsRecordToPublish, Fix, Severity } from '../controls/types.ts';
import type { Change, ChangeKind, ChangeTally } from '../findings/types.ts';
import { shownSeverity } from '../findings/freeze.ts';
import { gravestConsequence, loweredAs, nameOf, placesOf, type Problem, type Told } from './problems.ts';
import { WIDTH, clean, countOf, dateOf, wrap } from './text.ts';

/** Changes spelled out, and bytes: SNS takes 262,144, the rest of the mail needs room. */
const MAX_SPELLED = 200;
const MAX_BYTES = 200_000;
/** Within one problem. */
const MAX_PLACES = 20;
const MAX_SUMMARIES = 3;
const MAX_RECORDS = 12;
const MAX_CONSEQUENCES = 12;
/** Characters. */
const MAX_SENTENCE = 400;
const MAX_VALUE = 1_000;

const KIND_WORDS: { [kind in ChangeKind]: string } = {
  REGRESSED: 'regressed',
  OPENED: 'new',
  WEAKENED: 'weakened',
  RESOLVED: 'resolved',
  RETIRED: 'retired',
  WAIVER_ENDED: 'no longer waived',
  EASED: 'eased',
  BASELINE: 'baseline',
  NOTED: 'noted',
};

/** Kinds of which each change is a line or a place in one; the others have a count line of their own. */
const SPELLED_KINDS: readonly ChangeKind[] = [
  'REGRESSED',
  'WEAKENED',
  'OPENED',
  'WAIVER_ENDED',
  'RESOLVED',
  'RETIRED',
];

export class Spelling {
  /** ISO 8601: of the digest. */
  readonly #date: string;
  readonly #lines: string[] = [];
  readonly #spelled: { [kind in ChangeKind]?: number } = {};
  #bytes = 0;
  #changes = 0;

  constructor(date: string) {
    this.#date = date;
  }

  add(...lines: string[]): void {
    for (const line of lines) {
      this.#lines.push(line);
      this.#bytes += Buffer.byteLength(line) + 1;
    }
  }

  section(title: string): void {
    this.add('', title);
  }

  heading(heading: string): void {
    if (this.#isFull()) return;
    this.add('', `  ${heading}`, `  ${'-'.repeat(Math.min([...heading].length, WIDTH - 2))}`);
  }

  /** In full: what, where, how to mend it, what follows from it. */
  problem(problem: Problem, how: { withHeading?: boolean } = {}): void {
    if (this.#isFull()) return;
    const { severity, controlId, kind, name, heading } = problem;
    const what = how.withHeading ? heading : name;
    const lowered = loweredAs(problem);
    const title = `${severity} ${clean(controlId, 20)} ${KIND_WORDS[kind]}: ${what}`;
    this.add(...wrap(lowered ? `${title} (${lowered})` : title, '  * ', '    '));
    this.add(...summariesOf(problem.told).flatMap((summary) => wrap(summary, '    ')));
    const shown = this.#take(problem.told, MAX_PLACES);
    this.add(...placeLines(shown, problem.told));
    this.add(...causeLines(problem.told, '    '));
    this.add(...waiverLines(problem.told, this.#date));
    const because = problem.told.find(({ change }) => change.known.because)?.change.known.because;
    if (because === 'SETTING') this.add('    Made so by a change of the settings, not by the world.');
    if (because === 'RELEASE') this.add('    Made so by a release of this software, not by the world.');
    this.add(...fixLines(problem.told.map(({ change }) => change.finding.fix)));
    const graver = gravestConsequence(problem);
    this.#consequences(problem.consequences, 'From this follows', graver);
  }

  /** What is over: what it was, and where. */
  oneLine(problem: Problem): void {
    if (this.#isFull()) return;
    const shown = this.#take(problem.told, MAX_PLACES);
    const places = [...new Set(shown.flatMap(placesOf))].slice(0, MAX_PLACES);
    const more = problem.told.length - shown.length;
    const where = [...places, ...(more > 0 ? [`${more} more`] : [])].join('; ');
    const title = `${clean(problem.controlId, 20)} ${problem.name}${where ? ` in ${where}` : ''}`;
    const [summary] = problem.kind === 'RESOLVED' ? summariesOf(problem.told) : [];
    this.add(...wrap(summary === undefined ? title : `${title}: ${summary}`, '  * ', '    '));
    this.#consequences(problem.consequences, 'With it');
  }

  /** Of a baseline: counted already, so that it takes nothing from what is spelled out. */
  worst(problem: Problem): void {
    const { told, severity, controlId, name } = problem;
    const places = new Set(told.flatMap(placesOf));
    const [place] = places;
    const where = places.size > 1 ? ` in ${places.size} targets` : place ? ` in ${place}` : '';
    const lowered = loweredAs(problem);
    const title = `${severity} ${clean(controlId, 20)} ${name}${where}${lowered ? ` (${lowered})` : ''}`;
    this.add(...wrap(title, '    * ', '      '));
    this.add(
      ...summariesOf(told)
        .slice(0, 1)
        .flatMap((summary) => wrap(summary, '      ')),
      ...causeLines(told, '      '),
    );
    const graver = gravestConsequence(problem);
    if (graver)
      this.add(...wrap(`From this follows ${consequenceOf([graver], severity)}`, '      ', '        '));
  }

  /** Says how many changes of each kind are not spelled out above. */
  addRest(tally: ChangeTally): void {
    const rest = SPELLED_KINDS.flatMap((kind) => {
      const count = (tally.changes[kind] ?? 0) - (this.#spelled[kind] ?? 0);
      return count > 0 ? [`${count} ${KIND_WORDS[kind]}`] : [];
    });
    if (rest.length === 0) return;
    this.add(
      '',
      ...wrap(`Not spelled out above: ${rest.join(', ')}. The report lists all that is open.`, ''),
    );
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  #isFull(): boolean {
    return this.#changes >= MAX_SPELLED || this.#bytes >= MAX_BYTES;
  }

  /** Takes as many changes as may still be spelled out. */
  #take(told: readonly Told[], most: number): Told[] {
    const taken = told.slice(0, Math.min(most, MAX_SPELLED - this.#changes));
    this.#changes += taken.length;
    for (const { change } of taken) this.#spelled[change.kind] = (this.#spelled[change.kind] ?? 0) + 1;
    return taken;
  }

  #consequences(told: readonly Told[], title: string, graver?: Told): void {
    if (told.length === 0) return;
    const lines = new Map<string, Told[]>();
    for (const it of this.#take(told, MAX_CONSEQUENCES)) {
      const { finding, subject, known } = it.change;
      const key = JSON.stringify([finding.controlId, nameOf(subject), known.summary]);
      lines.set(key, [...(lines.get(key) ?? []), it]);
    }
    const shown = [...lines.values()].flat().length;
    this.add(`    ${title}${shown === 0 ? ` (${countOf(told.length, 'change')})` : ''}:`);
    for (const same of lines.values()) {
      const severity =
        graver && same.includes(graver) ? shownSeverity(graver.change, graver.entry) : undefined;
      this.add(...wrap(consequenceOf(same, severity), '      - ', '        '));
    }
    if (shown > 0 && told.length > shown) this.add(`      - and ${told.length - shown} more`);
  }
}

/** What the lines follow from, where that is no line of this digest: told before, waived, or among what is only counted. */
function causeLines(told: readonly Told[], indent: string): string[] {
  const lines = told.flatMap(({ change: { subject, finding, causeWaived } }) => {
    if (!finding.cause) return [];
    const { controlId, subject: of } = finding.cause;
    const place =
      'accountId' in of && !('accountId' in subject && subject.accountId === of.accountId)
        ? ` in ${of.accountId}`
        : '';
    const waived = causeWaived
      ? `, which is waived by ${clean(causeWaived.owner, 120)} until ${dateOf(causeWaived.expires)}`
      : '';
    return [`Follows from ${clean(controlId, 20)} of ${nameOf(of)}${place}${waived}.`];
  });
  return [...new Set(lines)].slice(0, MAX_SUMMARIES).flatMap((line) => wrap(line, indent, `${indent}  `));
}

/**
 * One target is named, several are counted: they are those of the problem above.
 *
 * @param severity named where it is what makes the whole line as grave as it is
 */
function consequenceOf(same: readonly Told[], severity?: Severity): string {
  const [first] = same;
  if (!first) return '';
  const { finding, subject } = first.change;
  const places = [...new Set(same.flatMap(placesOf))];
  const where =
    places.length > 1 ? ` in ${countOf(places.length, 'target')}` : places[0] ? ` in ${places[0]}` : '';
  const grave = severity ? ` (${severity})` : '';
  return `${clean(finding.controlId, 20)}${grave} ${nameOf(subject)}${where}: ${sentenceOf(first.change)}`;
}

/** What is the case; of a tracked value that fell also what it was. */
function sentenceOf({ known, from }: Change): string {
  const [was, is] = [from?.tracked, known.tracked];
  const fell = was && is && was.rank > is.rank && was.value !== is.value;
  return clean(fell ? `${known.summary} (was ${was.value})` : known.summary, MAX_SENTENCE);
}

/** What was accepted, and is not any more. */
function waiverLines(told: readonly Told[], date: string): string[] {
  const lines = told.flatMap(({ change: { kind, from, known } }) => {
    if (kind !== 'WAIVER_ENDED' || !from?.waived) return [];
    const { owner, expires } = from.waived;
    const ended = expires < date.slice(0, 10);
    const how = ended
      ? `expired on ${dateOf(expires)}`
      : `until ${dateOf(expires)} was removed from the settings`;
    return [`The waiver by ${clean(owner, 120)} ${how}: still ${known.status}.`];
  });
  return [...new Set(lines)].slice(0, MAX_SUMMARIES).flatMap((line) => wrap(line, '    '));
}

function summariesOf(told: readonly Told[]): string[] {
  const all = [...new Set(told.map(({ change }) => sentenceOf(change)))];
  const more = all.length - MAX_SUMMARIES;
  return [...all.slice(0, MAX_SUMMARIES), ...(more > 0 ? [`(and ${more} more of the kind)`] : [])];
}

function placeLines(shown: readonly Told[], told: readonly Told[]): string[] {
  const [subject] = told.map(({ change }) => change.subject);
  // The account stands in the title already.
  if (subject?.kind === 'account') return [];
  const places = [...new Set(shown.flatMap(placesOf))];
  const unnamed = told.reduce(
    (sum, { entry }) => sum + (entry.userCount ?? 0) - (entry.users?.length ?? 0),
    0,
  );
  const hidden = told.length - shown.length + unnamed;
  const by = subject?.kind === 'domain' ? 'used by' : 'in';
  if (places.length === 0) return hidden > 0 ? [`    ${by} ${countOf(hidden, 'target')}`] : [];
  if (places.length === 1 && hidden === 0) return wrap(`${by} ${places[0]}`, '    ', '      ');
  const more = hidden + Math.max(0, places.length - MAX_PLACES);
  return [
    `    ${by} ${countOf(places.length + hidden, 'target')}:`,
    ...places.slice(0, MAX_PLACES).flatMap((place) => wrap(place, '      - ', '        ')),
    ...(more > 0 ? [`      - and ${more} more`] : []),
  ];
}

/** The sentence that all have in common, else the first; records of all of them. */
function fixLines(fixes: readonly (Fix | undefined)[]): string[] {
  const given = fixes.filter((fix) => fix !== undefined);
  const texts = [...new Set(given.map(({ text }) => clean(text, MAX_SENTENCE)))];
  const commands = [...new Set(given.flatMap(({ command }) => (command ? [clean(command, MAX_VALUE)] : [])))];
  return [
    ...texts.slice(0, 1).flatMap((text) => wrap(text, '    Fix: ', '         ')),
    ...recordLines(
      'Publish',
      given.flatMap(({ publish }) => publish ?? []),
    ),
    ...recordLines(
      'Remove',
      given.flatMap(({ remove }) => remove ?? []),
    ),
    ...commands.slice(0, 2).map((command) => `    Run: ${command}`),
    ...(commands.length > 2
      ? [`    Run the same for ${commands.length - 2} more; the report has the commands.`]
      : []),
  ];
}

/** A record to copy is never broken: on one line, or its value on a second. */
function recordLines(title: string, records: readonly DnsRecordToPublish[]): string[] {
  const lines = records.map(({ name, type, value }) => {
    const head = `      ${clean(name, 300)}  ${type}`;
    const shown = clean(value, MAX_VALUE);
    return head.length + 2 + shown.length <= WIDTH ? `${head}  ${shown}` : `${head}\n        ${shown}`;
  });
  const distinct = [...new Set(lines)];
  const more = distinct.length - MAX_RECORDS;
  if (distinct.length === 0) return [];
  return [
    `    ${title}:`,
    ...distinct.slice(0, MAX_RECORDS).flatMap((line) => line.split('\n')),
    ...(more > 0 ? [`      and ${countOf(more, 'record')} more in the report`] : []),
  ];
}
