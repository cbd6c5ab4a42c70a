/** Reading everything stored: partition by partition, never from the index, which lags. */
import { severityInUse, type Use } from '../controls/severity.ts';
import type { Severity, Status, Subject } from '../controls/types.ts';
import { isOpen } from './compare.ts';
import { listDependents, listStoredDomains } from './domains.ts';
import { listAccounts, readAccount } from './registry.ts';
import { SHARDS, shardOf, subjectItemKey, targetPk } from './schema.ts';
import { inPages, type Item, type Store } from './store.ts';
import { stateOf } from './subject-item.ts';
import { isAwaited } from './subjects.ts';
import type { AccountRecord, StoredFinding, StoredSubject } from './types.ts';
import { createUseLookup, type UseLookup } from './use.ts';

export interface FindingFilter {
  /** A domain belongs to the accounts and Regions that use it. */
  accountId?: string;
  region?: string;
  /** A domain with everything under it: its identities, addresses and subdomains. */
  domain?: string;
  controlId?: string;
  /** As shown, that is by use. */
  severities?: readonly Severity[];
  /** Of the latest word. Default: what is open, that is known to be FAIL or WARN, whatever the latest word. */
  statuses?: readonly Status[];
  /** Only what is open and waived, or only what is not. Default: both. */
  waived?: boolean;
  /** Only subjects behind this one, in the order of the listing: for whoever goes on where an earlier call ended. */
  after?: Subject;
}

export interface ListedFinding {
  subject: Subject;
  key: string;
  finding: StoredFinding;
  firstSeen: string;
  /** Start of the gathering that the subject's stored findings rest on; a look that found nothing new leaves it. */
  observedAt: string;
  /** As shown: the finding's own, lowered by use. */
  severity: Severity;
  use?: Use;
}

/** Subjects worked on side by side. */
export const PAGE = 32;

/**
 * Findings of live subjects: account by account (its own, then Region by Region), then domains, shard by shard; those of a
 * subject stand together.
 */
export async function* listFindings(store: Store, filter: FindingFilter = {}): AsyncGenerator<ListedFinding> {
  const uses = useLookup(store);
  for await (const items of inPages(subjectItems(store, filter), PAGE)) {
    const listed = await Promise.all(items.map((item) => listedOf(item, filter, uses)));
    yield* listed.flat();
  }
}

async function listedOf(item: Item, filter: FindingFilter, uses: UseLookup): Promise<ListedFinding[]> {
  const stored = stateOf(item);
  if (!stored || stored.retiredAt) return [];
  const { subject, firstSeen, observedAt } = stored;
  const matching = matchingOf(stored, filter);
  if (matching.length === 0) return [];
  const use = await uses.of(item);
  return matching
    .map(([key, finding]): ListedFinding => {
      const severity = severityInUse({ ...finding.latest, severity: tableSeverity(finding) }, use);
      return { subject, key, finding, firstSeen, observedAt, severity, ...(use && { use }) };
    })
    .filter(({ severity }) => filter.severities?.includes(severity) ?? true);
}

function matchingOf(stored: StoredSubject, filter: FindingFilter): [string, StoredFinding][] {
  if (filter.domain !== undefined && !isUnder(stored.subject, filter.domain)) return [];
  return Object.entries(stored.findings)
    .filter(([, finding]) => matches(finding, filter))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function matches({ latest, known }: StoredFinding, filter: FindingFilter): boolean {
  const { controlId, statuses, waived } = filter;
  if (controlId !== undefined && latest.controlId !== controlId) return false;
  const open = known !== undefined && isOpen(known);
  if (waived !== undefined && (open && known.waived !== undefined) !== waived) return false;
  return statuses ? statuses.includes(latest.status) : open;
}

/** Of the latest word; of an UNKNOWN one, that of what is known. */
export function tableSeverity({ latest, known }: StoredFinding): Severity {
  return latest.status === 'UNKNOWN' && known ? known.severity : latest.severity;
}

export function useLookup(store: Store): UseLookup {
  return createUseLookup(store, (domain) => listDependents(store, domain));
}

function isUnder(subject: Subject, domain: string): boolean {
  if (subject.kind === 'account' || subject.kind === 'target') return false;
  const name = subject.name.slice(subject.name.lastIndexOf('@') + 1).toLowerCase();
  return name === domain || name.endsWith(`.${domain}`);
}

type Items = AsyncGenerator<{ [attribute: string]: unknown }>;

/** Every stored subject, or the given attributes of it: accounts and targets first, then domains. */
export async function* subjectItems(store: Store, filter: FindingFilter, attributes?: string[]): Items {
  const accounts = (await listAccounts(store)).filter(
    ({ accountId }) =>
      (filter.accountId === undefined || accountId === filter.accountId) && !isPast(accountId, filter),
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
  { region: wanted, domain, after }: FindingFilter,
  attributes?: string[],
): Items {
  const { accountId } = account;
  const within = after && 'accountId' in after && after.accountId === accountId ? after : undefined;
  if (wanted === undefined && domain === undefined && !within) {
    const item = await store.get(subjectItemKey({ kind: 'account', accountId }));
    if (item) yield item;
  }
  for (const region of account.regions) {
    if (wanted !== undefined && region !== wanted) continue;
    const last = within && 'region' in within ? within : undefined;
    if (last && region < last.region) continue;
    yield* store.query(targetPk(accountId, region), {
      ...(attributes && { attributes }),
      ...(last?.region === region && { after: subjectItemKey(last).sk }),
    });
  }
}

/** Whether the account stands before the subject that an earlier call ended with; behind all accounts stand the domains. */
function isPast(accountId: string, { after }: FindingFilter): boolean {
  return after !== undefined && (after.kind === 'domain' || accountId < after.accountId);
}

async function* domainItems(store: Store, filter: FindingFilter): Items {
  const first = filter.after?.kind === 'domain' ? SHARDS.indexOf(shardOf(filter.after.name)) : 0;
  for (const shard of SHARDS.slice(first)) {
    for await (const names of inPages(domainNames(store, shard, filter), PAGE)) {
      const items = await Promise.all(
        names.map((name) => store.get(subjectItemKey({ kind: 'domain', name }))),
      );
      yield* items.filter((item) => item !== undefined);
    }
  }
}

async function* domainNames(store: Store, shard: string, filter: FindingFilter): AsyncGenerator<string> {
  const { after } = filter;
  const past = after?.kind === 'domain' && shardOf(after.name) === shard ? after.name : '';
  for (const name of await listStoredDomains(store, shard)) {
    if (name <= past) continue;
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
