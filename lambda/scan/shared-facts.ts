/**
 * What a domain's controls compare over accounts and Regions: the stored summaries of its identities and targets, with
 * their age. Read while the domains are judged, when every target of this scan has been recorded.
 */
import pLimit from 'p-limit';
import type { Scan } from '../contract.ts';
import { registrableDomain } from '../controls/fixes.ts';
import { reachesBulk } from '../controls/bulk-volume.ts';
import type { Subject } from '../controls/types.ts';
import { readStoredAddresses } from '../facts/dedicated-addresses.ts';
import { readStoredReverseDns } from '../facts/stored-reverse-dns.ts';
import { readSummary } from '../facts/summary.ts';
import type {
  Dependent,
  DomainFacts,
  IdentitySummary,
  OutOfSight,
  TargetSummary,
  VolumeFacts,
} from '../facts/types.ts';
import type { StoredSubject } from '../findings/types.ts';
import { memoize } from './memoize.ts';
import type { Runtime } from './runtime.ts';
import { isUnseen } from './totals.ts';

const MAX_IDENTITIES = 1_000;
const MAX_TARGETS = 1_000;
/** Reads of whole subjects side by side, over all domains of the invocation. */
const CONCURRENCY = 16;

export type SharedFacts = Pick<
  DomainFacts,
  'identities' | 'identitiesUnread' | 'targets' | 'coverageComplete' | 'outOfSight' | 'volume'
>;

interface Target {
  summary: TargetSummary;
  /** ISO 8601: when all of it was last read; undefined while it is not. */
  readAt?: string;
}

export type SharedFactsReader = (name: string, dependents: readonly Dependent[]) => Promise<SharedFacts>;

/** @returns a reader of one invocation: what several domains share is read once. */
export function createSharedFacts(scan: Scan, runtime: Runtime): SharedFactsReader {
  const limit = pLimit(CONCURRENCY);
  const read = (subject: Subject): Promise<StoredSubject | undefined> =>
    limit(() => runtime.table.readSubject(subject));
  const coverage = once(() => readCoverage(scan, runtime));
  const targetOf = memoize((key: string) => readTarget(key, scan, read));
  const volumeOf = memoize((registrable: string) => readVolume(registrable, runtime, targetOf));
  return async (name, dependents) => {
    const users = dependents
      .filter(({ use }) => use !== 'DMARC_RECORD')
      .sort((left, right) => (left.use === right.use ? 0 : left.use === 'FROM' ? -1 : 1));
    const looked = await Promise.all(
      users.slice(0, MAX_IDENTITIES).map((user) => readIdentity(user, read, targetOf)),
    );
    const identities = looked.filter((summary) => typeof summary === 'object');
    const unread = users.length - identities.length - looked.filter((one) => one === 'gone').length;
    const keys = [...new Set(identities.map(targetKey))];
    const targets = await Promise.all(keys.map(targetOf));
    return {
      identities,
      ...(unread > 0 ? { identitiesUnread: unread } : {}),
      targets: targets.flatMap((target) => target?.summary ?? []),
      ...(await coverage()),
      ...(users.some(({ use }) => use === 'FROM') ? { volume: await volumeOf(registrableDomain(name)) } : {}),
    };
  };
}

/** `gone`: retired since, so that it uses the domain no more. `unread`: nothing comparable is stored. */
async function readIdentity(
  { accountId, region, identity: name, use }: Dependent,
  read: (subject: Subject) => Promise<StoredSubject | undefined>,
  targetOf: (key: string) => Promise<Target | undefined>,
): Promise<IdentitySummary | 'gone' | 'unread'> {
  const stored = await read({ kind: 'identity', accountId, region, name });
  if (stored?.retiredAt !== undefined) return 'gone';
  if (stored === undefined) return 'unread';
  // A subject in which nothing changed is not written again: that all of its target was read is what tells its age.
  const target = await targetOf(targetKey({ accountId, region }));
  const observedAt = later(stored.observedAt, target?.readAt);
  return readSummary(stored.facts?.['summary'], { observedAt, use }) ?? 'unread';
}

async function readTarget(
  key: string,
  scan: Scan,
  read: (subject: Subject) => Promise<StoredSubject | undefined>,
): Promise<Target | undefined> {
  const [accountId = '', region = ''] = key.split('#');
  const stored = await read({ kind: 'target', accountId, region });
  if (stored === undefined || stored.retiredAt !== undefined) return undefined;
  const seen = stored.findings['SCAN-02'];
  const whole = seen?.latest.status === 'PASS';
  const { sentLast24Hours, productionAccess, inUse } = numbersOf(stored.facts?.['summary']);
  return {
    summary: {
      accountId,
      region,
      observedAt: whole ? stored.observedAt : beforeLoss(stored, scan),
      ...(sentLast24Hours === undefined ? {} : { sentLast24Hours }),
      productionAccess,
      inUse,
      ...readStoredAddresses(stored.facts?.['summary']),
      ...readStoredReverseDns(stored.facts?.['summary']),
    },
    ...(whole ? { readAt: stored.observedAt } : {}),
  };
}

/** Of a target out of sight: what is stored is older than the loss, and than this scan. */
function beforeLoss({ findings, firstSeen }: StoredSubject, scan: Scan): string {
  const since = findings['SCAN-02']?.known?.since ?? firstSeen;
  const beforeScan = new Date(Date.parse(scan.startTime) - 1).toISOString();
  return since < beforeScan ? since : beforeScan;
}

type Numbers = Pick<TargetSummary, 'sentLast24Hours' | 'productionAccess' | 'inUse'>;

/** What is missing is unknown. */
function numbersOf(summary: unknown): Numbers {
  const stored = (typeof summary === 'object' && summary !== null ? summary : {}) as Partial<Numbers>;
  const { sentLast24Hours, productionAccess, inUse } = stored;
  return {
    ...(typeof sentLast24Hours === 'number' ? { sentLast24Hours } : {}),
    productionAccess: typeof productionAccess === 'boolean' ? productionAccess : 'unknown',
    inUse: typeof inUse === 'boolean' ? inUse : 'unknown',
  };
}

/** Remembers for ever that a registrable domain reached the bulk volume: Gmail's status is permanent. */
async function readVolume(
  registrable: string,
  runtime: Runtime,
  targetOf: (key: string) => Promise<Target | undefined>,
): Promise<VolumeFacts> {
  const { table, settings } = runtime;
  const under = await table.listTargetsUnder(registrable);
  const read = await Promise.all(under.slice(0, MAX_TARGETS).map((target) => targetOf(targetKey(target))));
  const targets = read.flatMap((target) => target?.summary ?? []);
  const volume = { registrable, targets, unread: under.length - targets.length };
  const marked = await table.readBulkSince(registrable);
  if (marked !== undefined) return { ...volume, bulkSince: marked };
  if (!reachesBulk(volume, settings.thresholds.bulkVolume)) return volume;
  const bulkSince = runtime.now().toISOString();
  await table.markBulk(registrable, bulkSince);
  return { ...volume, bulkSince: (await table.readBulkSince(registrable)) ?? bulkSince };
}

/** What was lost: whole accounts before Regions, each in the order of their ids, so that the first is always the same. */
async function readCoverage(
  scan: Scan,
  runtime: Runtime,
): Promise<Pick<DomainFacts, 'coverageComplete' | 'outOfSight'>> {
  if (!scan.full) return { coverageComplete: false };
  const lost: Omit<OutOfSight, 'others'>[] = [];
  for await (const { accountId, outcome, regions } of runtime.table.listCoverage(scan.id)) {
    const targets = Object.entries(regions)
      .filter(([, region]) => isUnseen(region.outcome))
      .map(([region, { outcome: how }]) => ({ accountId, region, outcome: how }));
    const whole = isUnseen(outcome) && (outcome !== 'PARTIAL' || targets.length === 0);
    lost.push(...(whole ? [{ accountId, outcome }] : targets));
  }
  const order = ({ accountId, region = '' }: Omit<OutOfSight, 'others'>): string =>
    `${region === '' ? 0 : 1} ${accountId} ${region}`;
  const [first] = lost.sort((left, right) => (order(left) < order(right) ? -1 : 1));
  if (!first) return { coverageComplete: true };
  return { coverageComplete: false, outOfSight: { ...first, others: lost.length - 1 } };
}

function targetKey({ accountId, region }: { accountId: string; region: string }): string {
  return `${accountId}#${region}`;
}

function later(left: string, right: string | undefined): string {
  return right !== undefined && right > left ? right : left;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= work());
}
