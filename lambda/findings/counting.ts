/** Totals over everything stored, from each subject's own counts. */
import { severityInUse, type Use } from '../controls/severity.ts';
import type { Severity, Status, Subject } from '../controls/types.ts';
import { PAGE, subjectItems, useLookup } from './listing.ts';
import { readAccount } from './registry.ts';
import { inPages, type Item, type Store } from './store.ts';
import type { OpenCount, SubjectCounts } from './subject-item.ts';
import type { UnknownCause, UnknownSubject } from './types.ts';
import type { UseLookup } from './use.ts';

const MAX_UNKNOWN_SUBJECTS = 20;
const MAX_UNKNOWN_CAUSES = 20;
const COUNTED = ['subject', 'counts', 'retiredAt', 'use'];

type BySeverity = { [severity in Severity]?: number };

export interface FindingCounts {
  /** By latest status. */
  findings: { [status in Status]?: number };
  /** Known FAIL or WARN and not waived, by severity in use: those that follow from no other finding, and those that do. */
  open: BySeverity;
  consequences: BySeverity;
  waived: number;
  /** Open findings of what the scan was to see and did not. */
  openUnseen: number;
  unknown: number;
  unknownReasons: { [reason: string]: number };
  /** What was lost from sight, at most 20: that from which the most unknown findings follow first. */
  unknownCauses: UnknownCause[];
  /** Of what follows from no loss, at most 20: those with the most unknown findings first. */
  unknownSubjects: UnknownSubject[];
}

/**
 * @param isUnseen whether the scan was to see the subject and did not
 */
export async function countFindings(
  store: Store,
  isUnseen: (subject: Subject) => boolean = () => false,
): Promise<FindingCounts> {
  const totals: FindingCounts = {
    findings: {},
    open: {},
    consequences: {},
    waived: 0,
    openUnseen: 0,
    unknown: 0,
    unknownReasons: {},
    unknownCauses: [],
    unknownSubjects: [],
  };
  const causes = new Map<string, UnknownCause>();
  const uses = useLookup(store);
  for await (const items of inPages(subjectItems(store, {}, COUNTED), PAGE)) {
    const counted = await Promise.all(items.map((item) => countedOf(item, uses)));
    for (const { subject, counts, use } of counted) {
      const { findings, open = [], waived, unknown } = counts;
      add(totals.findings, findings ?? {});
      addOpen(totals, open, use);
      totals.waived += waived ?? 0;
      if (isUnseen(subject)) totals.openUnseen += open.reduce((sum, { count }) => sum + count, 0);
      add(totals.unknownReasons, unknown ?? {});
      for (const one of counts.unjudged ?? []) addCause(causes, one);
      totals.unknownSubjects = withUnknown(totals.unknownSubjects, subject, unexplained(counts));
    }
  }
  totals.unknown = totals.findings.UNKNOWN ?? 0;
  totals.unknownSubjects = await Promise.all(totals.unknownSubjects.map((it) => withAccount(store, it)));
  const worst = [...causes.values()].sort(mostFirst).slice(0, MAX_UNKNOWN_CAUSES);
  totals.unknownCauses = await Promise.all(worst.map((it) => withAccount(store, it)));
  return totals;
}

type Unjudged = NonNullable<SubjectCounts['unjudged']>[number];

function addCause(causes: Map<string, UnknownCause>, { cause, unknown }: Unjudged): void {
  const key = JSON.stringify([cause.controlId, cause.subject]);
  const { count, subjects, reasons } = causes.get(key) ?? { count: 0, subjects: 0, reasons: [] };
  causes.set(key, {
    ...cause,
    count: count + sumOf(unknown),
    subjects: subjects + 1,
    reasons: [...new Set([...reasons, ...Object.keys(unknown)])].sort(),
  });
}

/** What is unknown of the subject and follows from nothing that was lost. */
function unexplained({ unknown = {}, unjudged = [] }: Partial<SubjectCounts>): { [reason: string]: number } {
  const left = { ...unknown };
  for (const one of unjudged)
    for (const [reason, count] of Object.entries(one.unknown)) left[reason] = (left[reason] ?? 0) - count;
  return Object.fromEntries(Object.entries(left).filter(([, count]) => count > 0));
}

interface Counted {
  subject: Subject;
  counts: Partial<SubjectCounts>;
  use?: Use;
}

async function countedOf(item: Item, uses: UseLookup): Promise<Counted> {
  const subject = item['subject'] as Subject;
  const counts = (item['counts'] ?? {}) as Partial<SubjectCounts>;
  // Where use changes nothing it is not looked up: for a domain that costs a query.
  const matters = subject.kind === 'target' || (counts.open ?? []).some(({ firm }) => !firm);
  const use = subject && matters ? await uses.of(item) : undefined;
  return { subject, counts, ...(use && { use }) };
}

function addOpen(totals: FindingCounts, open: readonly OpenCount[], use: Use | undefined): void {
  for (const { severity, firm, follows, count } of open) {
    const shown = firm ? severity : severityInUse({ controlId: '', severity }, use);
    add(follows ? totals.consequences : totals.open, { [shown]: count } as BySeverity);
  }
}

async function withAccount<T extends { subject: Subject }>(
  store: Store,
  unknown: T,
): Promise<T & { accountName?: string }> {
  const { subject } = unknown;
  const account = 'accountId' in subject ? await readAccount(store, subject.accountId) : undefined;
  return account ? { ...unknown, accountName: account.name } : unknown;
}

function withUnknown(
  most: UnknownSubject[],
  subject: Subject,
  unknown: { [reason: string]: number },
): UnknownSubject[] {
  const reasons = Object.keys(unknown).sort();
  if (reasons.length === 0) return most;
  return [...most, { subject, count: sumOf(unknown), reasons }]
    .sort(mostFirst)
    .slice(0, MAX_UNKNOWN_SUBJECTS);
}

function mostFirst(left: { count: number }, right: { count: number }): number {
  return right.count - left.count;
}

function sumOf(counts: { [reason: string]: number }): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function add<K extends string>(totals: { [key in K]?: number }, counts: { [key in K]?: number }): void {
  for (const [key, count] of Object.entries(counts) as [K, number][])
    totals[key] = (totals[key] ?? 0) + count;
}
