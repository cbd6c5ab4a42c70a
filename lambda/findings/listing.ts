/** Reading everything stored: partition by partition, never from the index, which lags. */
import type { Severity, Status, Subject } from '../controls/types.ts';
import { isOpen } from './compare.ts';
import { listDependents, listStoredDomains } from './domains.ts';
import { listAccounts, readAccount } from './registry.ts';
import { SHARDS, subjectItemKey, targetPk } from './schema.ts';
import { inPages, type Store } from './store.ts';
import { stateOf, type SubjectCounts } from './subject-item.ts';
import { isAwaited } from './subjects.ts';
import type { AccountRecord, StoredFinding, StoredSubject, UnknownSubject } from './types.ts';

export interface FindingFilter {
  /** A domain belongs to the accounts and Regions that use it. */
  accountId?: string;
  region?: string;
  /** A domain with everything under it: its identities, addresses and subdomains. */
  domain?: string;
  controlId?: string;
  severities?: readonly Severity[];
  /** Of the latest word. Default: what is open, that is known to be FAIL or WARN, whatever the latest word. */
  statuses?: readonly Status[];
}

export interface ListedFinding {
  subject: Subject;
  key: string;
  finding: StoredFinding;
  firstSeen: string;
}

const PAGE = 32;
const MAX_UNKNOWN_SUBJECTS = 20;
const COUNTED = ['subject', 'counts', 'retiredAt'];

/** Findings of live subjects: accounts and targets first, then domains. */
export async function* listFindings(store: Store, filter: FindingFilter = {}): AsyncGenerator<ListedFinding> {
  for await (const item of subjectItems(store, filter)) {
    const subject = stateOf(item);
    if (subject && !subject.retiredAt) yield* matching(subject, filter);
  }
}

function* matching(stored: StoredSubject, filter: FindingFilter): Generator<ListedFinding> {
  const { subject, firstSeen } = stored;
  if (filter.domain !== undefined && !isUnder(subject, filter.domain)) return;
  for (const [key, finding] of Object.entries(stored.findings).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (matches(finding, filter)) yield { subject, key, finding, firstSeen };
  }
}

function matches({ latest, known }: StoredFinding, filter: FindingFilter): boolean {
  const { controlId, severities, statuses } = filter;
  if (controlId !== undefined && latest.controlId !== controlId) return false;
  const open = known !== undefined && isOpen(known);
  const severity = latest.status === 'UNKNOWN' && known ? known.severity : latest.severity;
  if (severities && !severities.includes(severity)) return false;
  return statuses ? statuses.includes(latest.status) : open;
}

function isUnder(subject: Subject, domain: string): boolean {
  if (subject.kind === 'account' || subject.kind === 'target') return false;
  const name = subject.name.slice(subject.name.lastIndexOf('@') + 1).toLowerCase();
  return name === domain || name.endsWith(`.${domain}`);
}

export interface FindingCounts {
  /** By latest status. */
  findings: { [status in Status]?: number };
  /** Known FAIL or WARN, by severity. */
  open: { [severity in Severity]?: number };
  unknown: number;
  unknownReasons: { [reason: string]: number };
  /** At most 20, those with the most unknown findings first. */
  unknownSubjects: UnknownSubject[];
}

/** Totals over everything stored, from each subject's own counts. */
export async function countFindings(store: Store): Promise<FindingCounts> {
  const totals: FindingCounts = {
    findings: {},
    open: {},
    unknown: 0,
    unknownReasons: {},
    unknownSubjects: [],
  };
  for await (const { subject, counts } of subjectItems(store, {}, COUNTED)) {
    const { findings, open, unknown } = (counts ?? {}) as Partial<SubjectCounts>;
    add(totals.findings, findings ?? {});
    add(totals.open, open ?? {});
    add(totals.unknownReasons, unknown ?? {});
    totals.unknownSubjects = withUnknown(totals.unknownSubjects, subject as Subject, unknown ?? {});
  }
  totals.unknown = totals.findings.UNKNOWN ?? 0;
  return totals;
}

function withUnknown(
  most: UnknownSubject[],
  subject: Subject,
  unknown: { [reason: string]: number },
): UnknownSubject[] {
  const reasons = Object.keys(unknown).sort();
  if (reasons.length === 0) return most;
  const count = Object.values(unknown).reduce((sum, each) => sum + each, 0);
  return [...most, { subject, count, reasons }]
    .sort((left, right) => right.count - left.count)
    .slice(0, MAX_UNKNOWN_SUBJECTS);
}

function add<K extends string>(totals: { [key in K]?: number }, counts: { [key in K]?: number }): void {
  for (const [key, count] of Object.entries(counts) as [K, number][])
    totals[key] = (totals[key] ?? 0) + count;
}

type Items = AsyncGenerator<{ [attribute: string]: unknown }>;

async function* subjectItems(store: Store, filter: FindingFilter, attributes?: string[]): Items {
  const accounts = (await listAccounts(store)).filter(
    ({ accountId }) => filter.accountId === undefined || accountId === filter.accountId,
  );
  for (let start = 0; start < accounts.length; start += PAGE) {
    const page = accounts.slice(start, start + PAGE);
    const read = await Promise.all(
      page.map((account) => firstPages(accountItems(store, account, filter, attributes))),
    );
    for (const { head, rest } of read) {
      yield* head;
      yield* rest;
    }
  }
  yield* domainItems(store, filter);
}

/** Starts many queries side by side while holding at most one page of each in memory. */
async function firstPages<T>(items: AsyncGenerator<T>): Promise<{ head: T[]; rest: AsyncGenerator<T> }> {
  const head: T[] = [];
  while (head.length < PAGE) {
    const next = await items.next();
    if (next.done) break;
    head.push(next.value);
  }
  return { head, rest: items };
}

async function* accountItems(
  store: Store,
  account: AccountRecord,
  { region: wanted, domain }: FindingFilter,
  attributes?: string[],
): Items {
  const { accountId } = account;
  if (wanted === undefined && domain === undefined) {
    const item = await store.get(subjectItemKey({ kind: 'account', accountId }));
    if (item) yield item;
  }
  for (const region of account.regions) {
    if (wanted !== undefined && region !== wanted) continue;
    yield* store.query(targetPk(accountId, region), attributes && { attributes });
  }
}

async function* domainItems(store: Store, filter: FindingFilter): Items {
  for (const shard of SHARDS) {
    for await (const names of inPages(domainNames(store, shard, filter), PAGE)) {
      const items = await Promise.all(
        names.map((name) => store.get(subjectItemKey({ kind: 'domain', name }))),
      );
      yield* items.filter((item) => item !== undefined);
    }
  }
}

async function* domainNames(store: Store, shard: string, filter: FindingFilter): AsyncGenerator<string> {
  for (const name of await listStoredDomains(store, shard)) {
    if (filter.domain !== undefined && !isUnder({ kind: 'domain', name }, filter.domain)) continue;
    if ((filter.accountId ?? filter.region) !== undefined && !(await isUsedIn(store, name, filter))) continue;
    yield name;
  }
}

async function isUsedIn(store: Store, domain: string, filter: FindingFilter): Promise<boolean> {
  return (await listDependents(store, domain)).some(
    ({ accountId, region }) =>
      accountId === (filter.accountId ?? accountId) && region === (filter.region ?? region),
  );
}

/** Stored targets of the account, live or with their departure still to be told. */
export async function listTargets(
  store: Store,
  accountId: string,
): Promise<Extract<Subject, { kind: 'target' }>[]> {
  const subjects = await listSubjectsOfAccount(store, accountId);
  return subjects.filter((subject) => subject.kind === 'target');
}

/** Every stored subject of the account, live or with its departure still to be told: identities, targets, the account. */
export async function listSubjectsOfAccount(store: Store, accountId: string): Promise<Subject[]> {
  const account = (await store.get(subjectItemKey({ kind: 'account', accountId }))) ?? {};
  const subjects: Subject[] = [];
  const attributes = ['subject', 'retiredAt', 'expiresAt'];
  const record = await readAccount(store, accountId);
  for (const region of record?.regions ?? []) {
    for await (const item of store.query(targetPk(accountId, region), { attributes })) {
      if (item['subject'] !== undefined && isAwaited(item)) subjects.push(item['subject'] as Subject);
    }
  }
  if (account['subject'] !== undefined && isAwaited(account)) subjects.push(account['subject'] as Subject);
  return subjects;
}
