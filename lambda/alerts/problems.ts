/** Changes put together as a person reads them: one problem a line, whatever follows from it beneath. */
import { getDomain } from 'tldts';
import { loweredBecause } from '../controls/severity.ts';
import { SEVERITIES, type Severity, type Subject } from '../controls/types.ts';
import { rootCauses, type Placed } from '../findings/causes.ts';
import { shownSeverity } from '../findings/freeze.ts';
import type { Change, ChangeKind, DigestEntry } from '../findings/types.ts';
import { clean } from './text.ts';

/** A change with the entry that holds its account's name or its domain's users. */
export interface Told {
  change: Change;
  entry: DigestEntry;
}

/** The same thing wrong with the same name, in however many targets. */
export interface Problem {
  kind: ChangeKind;
  /** The worst of what stands in it, by use. */
  severity: Severity;
  controlId: string;
  /** What it is wrong with: an identity, a domain, a target, an account. */
  name: string;
  /** Where it is listed: the registrable domain, or the account. */
  heading: string;
  told: Told[];
  /** Changes that follow from it. */
  consequences: Told[];
}

const MAX_NAME = 254;

/**
 * @returns the problems of the given kinds, worst first. A change whose cause is among them stands beneath that cause.
 */
export function problemsOf(entries: readonly DigestEntry[], kinds: readonly ChangeKind[]): Problem[] {
  const told = entries.flatMap((entry) => entry.changes.map((change) => ({ change, entry })));
  const wanted = told.filter(({ change }) => kinds.includes(change.kind));
  const roots = rootCauses(wanted, ({ change }) => placeOf(change));
  const problems = new Map<string, Problem>();
  const following: { root: Told; told: Told }[] = [];
  for (const it of wanted) {
    const root = roots.get(it) ?? it;
    if (root === it) join(problems, it);
    else following.push({ root, told: it });
  }
  for (const { root, told: it } of following) follow(problems.get(problemKey(root)), it);
  return [...problems.values()].sort(worstFirst);
}

/** What is over names no cause any more: it has the one that it had while it was open. */
function placeOf({ kind, subject, finding, known }: Change): Placed {
  const over = kind === 'RESOLVED' || kind === 'RETIRED';
  const cause = finding.cause ?? (over ? known.cause : undefined);
  return { subject, finding: { controlId: finding.controlId, ...(cause && { cause }) } };
}

function join(problems: Map<string, Problem>, told: Told): void {
  const key = problemKey(told);
  const problem = problems.get(key);
  const { change, entry } = told;
  const severity = shownSeverity(change, entry);
  if (!problem) {
    problems.set(key, {
      kind: change.kind,
      severity,
      controlId: change.finding.controlId,
      name: nameOf(change.subject),
      heading: headingOf(entry),
      told: [told],
      consequences: [],
    });
    return;
  }
  problem.told.push(told);
  if (rank(severity) < rank(problem.severity)) problem.severity = severity;
}

/** A line is as grave as the worst of what stands in it: mail that is dropped does not hide beneath a medium cause. */
function follow(problem: Problem | undefined, told: Told): void {
  problem?.consequences.push(told);
  const severity = shownSeverity(told.change, told.entry);
  if (problem && rank(severity) < rank(problem.severity)) problem.severity = severity;
}

/** What makes a line graver than its own finding is, if anything does: the gravest of what follows from it. */
export function gravestConsequence({ told, consequences }: Problem): Told | undefined {
  const rankOf = ({ change, entry }: Told): number => rank(shownSeverity(change, entry));
  const own = Math.min(...told.map(rankOf));
  const [gravest] = [...consequences].sort((left, right) => rankOf(left) - rankOf(right));
  return gravest && rankOf(gravest) < own ? gravest : undefined;
}

/** Why the whole line is shown lower than its controls say, such as `idle; HIGH when in use`. */
export function loweredAs({ severity, told, consequences }: Problem): string | undefined {
  const graver = [...told, ...consequences]
    .filter(({ change }) => rank(change.known.severity) < rank(severity))
    .sort((left, right) => rank(left.change.known.severity) - rank(right.change.known.severity));
  const [first] = graver;
  if (!first) return undefined;
  const { known, finding } = first.change;
  return loweredBecause({ controlId: finding.controlId, severity: known.severity }, first.entry.use);
}

function problemKey({ change, entry }: Told): string {
  const { kind, finding, known, subject } = change;
  return JSON.stringify([kind, finding.controlId, known.reason, headingOf(entry), nameOf(subject)]);
}

/** The identity or domain; for a target its Region, for an account nothing but the account itself. */
export function nameOf(subject: Subject): string {
  switch (subject.kind) {
    case 'identity':
    case 'domain':
      return clean(subject.name, MAX_NAME);
    case 'target':
      return 'SES of the account';
    case 'account':
      return 'the account';
  }
}

function headingOf(entry: DigestEntry): string {
  const { subject } = entry;
  if (subject.kind === 'account' || subject.kind === 'target') {
    return `Account ${accountOf(subject.accountId, entry.accountName)}`;
  }
  const host = subject.name.slice(subject.name.lastIndexOf('@') + 1).toLowerCase();
  return clean(getDomain(host, { allowPrivateDomains: true }) ?? host, MAX_NAME);
}

/** `Shop (111111111111)`. */
export function accountOf(accountId: string, name: string | undefined): string {
  const shown = clean(name ?? '', 60);
  return shown === '' || shown === accountId ? accountId : `${shown} (${accountId})`;
}

/** Where the change is: account and Region, or who uses the domain. */
export function placesOf({ change, entry }: Told): string[] {
  const { subject } = change;
  switch (subject.kind) {
    case 'identity':
    case 'target':
      return [`${accountOf(subject.accountId, entry.accountName)}, ${clean(subject.region, 30)}`];
    case 'account':
      return [accountOf(subject.accountId, entry.accountName)];
    case 'domain':
      return [
        ...new Set(
          (entry.users ?? []).map(
            ({ accountId, accountName, region }) =>
              `${accountOf(accountId, accountName)}, ${clean(region, 30)}`,
          ),
        ),
      ];
  }
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

function worstFirst(left: Problem, right: Problem): number {
  return (
    rank(left.severity) - rank(right.severity) ||
    compare(left.heading, right.heading) ||
    compare(left.controlId, right.controlId) ||
    compare(left.name, right.name) ||
    compare(left.kind, right.kind)
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Problems under their headings: the heading with the worst problem first, problems of one heading together. */
export function byHeading(problems: readonly Problem[]): { heading: string; problems: Problem[] }[] {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const group = groups.get(problem.heading) ?? [];
    group.push(problem);
    groups.set(problem.heading, group);
  }
  return [...groups].map(([heading, of]) => ({ heading, problems: of }));
}
