/** A plan for people: numbered steps, then what is not in the plan, then what was not judged. */
import { printable } from '../controls/bounds.ts';
import { refText, subjectText } from './names.ts';
import { cautions, zoneData } from './render-bind.ts';
import { zoneName } from './escape.ts';
import { isInOrder } from './own-words.ts';
import type { Advice, FindingRef, NotJudged, Plan, RecordSetChange, Step } from './types.ts';

const WIDTH = 100;

/** @returns lines ended by `\n`, nothing unprintable but that */
export function renderText(plan: Plan): string {
  const lines = [
    `Fix plan for ${plan.domain}`,
    ...wrapped(summaryOf(plan), ''),
    ...plan.steps.flatMap((step, index) => ['', ...stepLines(step, index + 1)]),
    ...followLines(plan),
    ...conflictLines(plan),
    ...adviceLines(plan),
    ...notJudgedLines(plan),
    ...waivedLines(plan),
    ...lastSeenLines(plan),
    ...(plan.steps.length > 0
      ? [
          '',
          ...wrapped(
            'Afterwards scan again: what is healed shows as resolved, and what is left is planned anew.',
            '',
          ),
        ]
      : []),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

export function isEmpty(plan: Plan): boolean {
  return plan.steps.length + plan.conflicts.length + plan.advice.length + plan.follows.length === 0;
}

/** One or two sentences that never let "no plan" read as "fine". */
export function summaryOf(plan: Plan): string {
  const { steps, heals, begins, conflicts, advice, notJudged } = plan;
  const unknown =
    notJudged.length === 0
      ? ''
      : ` ${count(notJudged.length, 'finding')} could not be judged, so nothing is said of ${notJudged.length === 1 ? 'it' : 'them'} here but that.`;
  if (isEmpty(plan)) {
    return notJudged.length === 0
      ? `Nothing to fix: no finding of the domain is open${plan.waived.length > 0 ? ' but the waived ones' : ''}, and every control could judge it.`
      : `No finding is known to be open, which does not mean that all is well.${unknown}`;
  }
  if (isInOrder(plan)) {
    const more = [
      ...(advice.length > 0 ? [`${count(advice.length, 'finding')} with advice only`] : []),
      ...(notJudged.length > 0 ? [`${count(notJudged.length, 'finding')} that could not be judged`] : []),
    ];
    return `Nothing to fix: no finding of the domain itself is open. What follows is of the accounts and Regions that hold it, whoever else sends there: ${more.join(', ')}.`;
  }
  const said = [
    steps.length === 0
      ? 'There is no step to take'
      : `${count(steps.length, 'step')} for ${count(heals.length + begins.length, 'finding')}`,
    ...(conflicts.length > 0 ? [`${count(conflicts.length, 'conflict')} to be decided by you`] : []),
    ...(advice.length > 0 ? [`${count(advice.length, 'finding')} with advice only`] : []),
  ];
  return `${said.join('; ')}.${unknown}`;
}

function stepLines(step: Step, number: number): string[] {
  const head = `${String(number).padStart(2)}. ${step.title}`;
  const where = step.kind === 'command' ? ` in account ${step.accountId}, ${step.region}` : '';
  return [
    head + where,
    ...labelled('Wrong now', step.wrong),
    ...(step.kind === 'dns' ? step.changes.flatMap(changeLines) : []),
    ...(step.kind === 'dns' ? labelled('Caution', [...new Set(step.changes.flatMap(cautions))]) : []),
    ...(step.kind === 'command' ? [`    Run: ${step.command}`] : []),
    ...labelled('Note', step.notes),
    ...step.check.map((line) => `    Check: ${line}`),
    ...(step.kind === 'command' && step.begins
      ? labelled('Then', ['SES names the records only now: scan again, and the plan gives them.'])
      : []),
    ...labelled(step.kind === 'command' && step.begins ? 'Begins to heal' : 'Heals', step.heals.map(refText)),
    ...labelled('Needed for', step.serves.map(refText)),
  ];
}

function changeLines(change: RecordSetChange): string[] {
  const { name, type, values, found, displaces } = change;
  const line = (label: string, at: string, kind: RecordSetChange['type'], value: string): string =>
    `    ${label}: ${zoneName(at)} ${kind} ${zoneData(kind, value)}`;
  const gone = found.filter((value) => !values.includes(value));
  return [
    ...values.map((value) =>
      line(found.includes(value) ? 'Keep' : gone.length > 0 ? 'Replace by' : 'Publish', name, type, value),
    ),
    ...gone.map((value) => line('Remove', name, type, value)),
    ...displaces.map((record) => line('Remove in the same change', record.name, record.type, record.value)),
  ];
}

function followLines({ follows }: Plan): string[] {
  if (follows.length === 0) return [];
  return [
    '',
    'Should end with them',
    ...follows.flatMap(({ finding, cause }) =>
      wrapped(`${refText(finding)}: follows from ${refText(cause)}.`, '  '),
    ),
  ];
}

function conflictLines({ conflicts }: Plan): string[] {
  if (conflicts.length === 0) return [];
  return [
    '',
    'Conflicts, not in the plan: decide which it shall be',
    ...conflicts.flatMap(({ about, wishes }) => [
      `  ${about}`,
      ...wishes.map(({ finding, wants }) => `    ${refText(finding)} wants ${wants}`),
    ]),
  ];
}

function adviceLines({ advice }: Plan): string[] {
  if (advice.length === 0) return [];
  return ['', 'Advice, not in the plan', ...advice.flatMap(oneAdvice)];
}

function oneAdvice(advice: Advice): string[] {
  const { finding, severity, summary, text, first, command, account, records, ends } = advice;
  const record = (
    label: string,
    { name, type, value }: { name: string; type: RecordSetChange['type']; value: string },
  ): string => `      ${label}: ${zoneName(name)} ${type} ${zoneData(type, value)}`;
  return [
    ...wrapped(`${severity.toLowerCase()} ${refText(finding)}: ${summary}`, '  ', '    '),
    ...wrapped(`What to do: ${text}`, '    ', '      '),
    ...wrapped(`First: ${first}`, '    ', '      '),
    ...(records?.publish ?? []).map((one) => record('Would publish', one)),
    ...(records?.remove ?? []).map((one) => record('Would remove', one)),
    ...(command === undefined
      ? []
      : [`      Command${account === undefined ? '' : ` (account ${account})`}: ${command}`]),
    ...labelled('Should end with it', ends.length > 0 ? [ends.map(refText).join(', ')] : []),
  ];
}

/** One paragraph for each subject and reason: one server that is silent leaves a dozen controls without a word. */
function notJudgedLines({ notJudged }: Plan): string[] {
  if (notJudged.length === 0) return [];
  const groups = new Map<string, NotJudged[]>();
  for (const one of notJudged) {
    const place = `${subjectText(one.subject)} ${one.reason}`;
    groups.set(place, [...(groups.get(place) ?? []), one]);
  }
  return [
    '',
    'Not judged: whether something is wrong here is not known',
    ...[...groups.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const keys = group.map(({ key }) => key).join(', ');
      return wrapped(
        `${keys} of ${subjectText(first.subject)} (${first.reason}): ${first.summary}`,
        '  ',
        '    ',
      );
    }),
  ];
}

function waivedLines({ waived }: Plan): string[] {
  if (waived.length === 0) return [];
  return [
    '',
    'Waived, not in the plan',
    ...waived.map(
      ({ finding, owner, expires }) => `  ${refText(finding)}: accepted by ${owner} until ${expires}`,
    ),
  ];
}

function lastSeenLines({ lastSeen }: Plan): string[] {
  if (lastSeen.length === 0) return [];
  return [
    '',
    'Planned from an earlier sight, because the latest scan could not judge it: look before you change',
    ...lastSeen.map(
      ({ finding, at }: { finding: FindingRef; at: string }) => `  ${refText(finding)}, seen ${at}`,
    ),
  ];
}

function labelled(label: string, texts: readonly string[]): string[] {
  return texts.flatMap((text) => wrapped(`${label}: ${text}`, '    ', '      '));
}

/** Breaks at blanks; a longer word stays whole, so that names can be copied. */
function wrapped(text: string, indent: string, hanging = indent): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(' ')) {
    const start = lines.length === 0 ? indent : hanging;
    if (line !== '' && start.length + line.length + 1 + word.length > WIDTH) {
      lines.push(start + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, (lines.length === 0 ? indent : hanging) + line];
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
