/** Scans: their records, the list of them, and who serves a scheduled time. */
import { SCAN_TIMEOUT_SECONDS } from '../contract.ts';
import { keys } from './schema.ts';
import { contentOf, type Item, type Store } from './store.ts';
import type { ScanRecord, ScanState, ScanTotals } from './types.ts';

const MAX_PROBLEM = 500;
const MAX_PROBLEMS = 200;

export type StartOutcome =
  | { kind: 'started'; scan: ScanRecord }
  /** The same execution again: its first state was retried. */
  | { kind: 'resumed'; scan: ScanRecord }
  /** Another execution serves, or has served, the same scheduled time. */
  | { kind: 'duplicate'; scanId: string };

export async function startScan(store: Store, record: ScanRecord): Promise<StartOutcome> {
  if (record.scheduledTime) {
    const other = await claimSchedule(store, record.scheduledTime, record.id);
    if (other) return { kind: 'duplicate', scanId: other };
  }
  // An empty set cannot be stored: problems begin absent.
  const item = { ...keys.scan(record.id), ...record, problems: undefined, expiresAt: store.expiry() };
  const fresh = await store.putIfAbsent(item);
  await store.put({ ...keys.scanListed(record.id), expiresAt: store.expiry() });
  if (fresh) return { kind: 'started', scan: record };
  return { kind: 'resumed', scan: (await readScan(store, record.id)) ?? record };
}

/** @returns the id of another scan that has the scheduled time already. */
async function claimSchedule(store: Store, time: string, scanId: string): Promise<string | undefined> {
  const key = keys.schedule(new Date(time).toISOString());
  if (await store.putIfAbsent({ ...key, scanId, expiresAt: store.expiry() })) return undefined;
  const holder = (await store.get(key))?.['scanId'] as string | undefined;
  return holder === scanId ? undefined : holder;
}

/** A scan RUNNING for longer than the state machine allows reads as TIMED_OUT: whoever ran it has died. */
export async function readScan(store: Store, scanId: string): Promise<ScanRecord | undefined> {
  const item = await store.get(keys.scan(scanId));
  return item && scanOf(item, store.now());
}

/** Sets the parts given. Does nothing for a scan that was never started. */
export async function updateScan(
  store: Store,
  scanId: string,
  change: { state?: ScanState; totals?: ScanTotals; accountsInScope?: number; digest?: number },
): Promise<void> {
  await set(store, scanId, change, 'attribute_exists(pk)');
}

/**
 * Ends the scan. A success stays one, whatever a late message says; a failure can still become a success by a redrive.
 */
export async function closeScan(
  store: Store,
  scanId: string,
  end: { state: ScanState; endTime: string; digest?: number },
): Promise<void> {
  const condition = end.state === 'SUCCEEDED' ? 'attribute_exists(pk)' : '#state = :running';
  await set(store, scanId, { ...end }, condition);
}

/** A sentence about what broke outside any account; the same one twice is kept once. */
export async function addScanProblem(store: Store, scanId: string, problem: string): Promise<void> {
  await store.update(keys.scan(scanId), {
    UpdateExpression: 'ADD problems :problem',
    ConditionExpression:
      'attribute_exists(pk) AND (attribute_not_exists(problems) OR size(problems) < :most)',
    ExpressionAttributeValues: {
      ':problem': new Set([problem.slice(0, MAX_PROBLEM)]),
      ':most': MAX_PROBLEMS,
    },
  });
}

/** Newest first. */
export async function listScans(store: Store, limit: number): Promise<ScanRecord[]> {
  const scans: ScanRecord[] = [];
  for await (const scan of scansNewestFirst(store)) {
    if (scans.length >= limit) break;
    scans.push(scan);
  }
  return scans;
}

export async function lastSuccessfulFullScan(store: Store): Promise<ScanRecord | undefined> {
  for await (const scan of scansNewestFirst(store)) {
    if (scan.full && scan.state === 'SUCCEEDED') return scan;
  }
  return undefined;
}

async function* scansNewestFirst(store: Store): AsyncGenerator<ScanRecord> {
  for await (const { sk } of store.query('SCANS', { newestFirst: true })) {
    const scan = await readScan(store, sk as string);
    if (scan) yield scan;
  }
}

async function set(
  store: Store,
  scanId: string,
  change: { [attribute: string]: unknown },
  condition: string,
): Promise<void> {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return;
  const names = Object.fromEntries(entries.map(([name], index) => [`#n${index}`, name]));
  const values = Object.fromEntries(entries.map(([, value], index) => [`:v${index}`, value]));
  const ifRunning = condition.includes('#state');
  await store.update(keys.scan(scanId), {
    UpdateExpression: `SET ${entries.map((_, index) => `#n${index} = :v${index}`).join(', ')}`,
    ConditionExpression: condition,
    ExpressionAttributeNames: { ...names, ...(ifRunning && { '#state': 'state' }) },
    ExpressionAttributeValues: { ...values, ...(ifRunning && { ':running': 'RUNNING' }) },
  });
}

function scanOf(item: Item, now: Date): ScanRecord {
  const scan = contentOf(item) as unknown as ScanRecord;
  const died =
    scan.state === 'RUNNING' && now.getTime() - Date.parse(scan.startTime) > SCAN_TIMEOUT_SECONDS * 1000;
  return {
    ...scan,
    problems: [...((item['problems'] as Set<string> | undefined) ?? [])].sort(),
    ...(died && { state: 'TIMED_OUT' as const }),
  };
}
