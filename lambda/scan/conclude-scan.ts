/** The last word: what is still PENDING becomes FAILED, accounts that left are retired, totals, the digest. */
import { MAX_ROUNDS, type ConcludeScanInput, type ConcludeScanOutput, type Scan } from '../contract.ts';
import type { AccountCoverage, ScanTotals } from '../findings/types.ts';
import { exclusionByState } from '../organization/scope.ts';
import { unregisterDependents } from './dependents.ts';
import { recordAccount, recordTarget } from './record.ts';
import { sendDigest, type DigestSent } from './digest.ts';
import { addCoverage, addLost, emptyTotals, isLost, unseen, type Lost } from './totals.ts';
import type { Runtime } from './runtime.ts';
import { overdueProblems } from './scan-age.ts';

const NEVER_TRIED = 'the scan ended before anything was learned';
const RESERVE_MS = 60_000;

export interface Conclusion {
  output: ConcludeScanOutput;
  totals: ScanTotals;
  accountsUnseen: number;
  targetsUnseen: number;
  changesReported: number;
}

/**
 * Everything here can be done again: coverage only moves from PENDING, and the digest finishes what an earlier call began.
 * `done` is false when the time ended before the digest was applied.
 */
export async function concludeScan(
  event: ConcludeScanInput,
  runtime: Runtime,
  msLeft: () => number,
): Promise<Conclusion> {
  const { scan } = event;
  const { totals: coverage, lost } = await concludeCoverage(scan, runtime);
  const domainsJudged = await runtime.table.countScanDomains(scan.id);
  const counted = await runtime.table.countFindings((subject) => isLost(lost, subject));
  const totals: ScanTotals = { ...coverage, domainsJudged, ...counted };
  await runtime.table.updateScan(scan.id, { totals });
  const record = await runtime.table.readScan(scan.id);
  const digest: DigestSent = scan.notify
    ? await sendDigest(scan, runtime, {
        totals,
        problems: [...(record?.problems ?? []), ...(await overdueProblems(scan, runtime))],
        msLeft: () => msLeft() - RESERVE_MS,
        ...(event.cursor?.after ? { resume: event.cursor.after } : {}),
      })
    : { done: true, changes: 0 };
  if (!digest.done) {
    const cursor = { after: digest.resume ?? '', round: (event.cursor?.round ?? 0) + 1 };
    if (cursor.round >= MAX_ROUNDS)
      throw new Error(
        `The digest was not finished in ${cursor.round} rounds. Start a narrowed scan to send it.`,
      );
    return { output: { scan, cursor, done: false }, totals, ...unseen(totals), changesReported: 0 };
  }
  await runtime.table.closeScan(scan.id, {
    state: 'SUCCEEDED',
    endTime: runtime.now().toISOString(),
    ...(digest.number === undefined ? {} : { digest: digest.number }),
  });
  return { output: { scan, done: true }, totals, ...unseen(totals), changesReported: digest.changes };
}

async function concludeCoverage(scan: Scan, runtime: Runtime): Promise<{ totals: ScanTotals; lost: Lost }> {
  const totals = emptyTotals();
  const lost: Lost = { accounts: new Set(), targets: new Set() };
  const present = new Set<string>();
  for await (const coverage of runtime.table.listCoverage(scan.id)) {
    if (!isClosed(coverage)) present.add(coverage.accountId);
    const concluded = await concludeAccount(scan, runtime, coverage);
    addCoverage(totals, concluded);
    addLost(lost, concluded);
  }
  if (scan.full) await retireAbsentAccounts(scan, runtime, present);
  return { totals, lost };
}

/** @returns the account's coverage with nothing PENDING left in it. */
async function concludeAccount(
  scan: Scan,
  runtime: Runtime,
  coverage: AccountCoverage,
): Promise<AccountCoverage> {
  const { accountId } = coverage;
  const observedAt = runtime.now().toISOString();
  const concluded: AccountCoverage = { ...coverage, regions: { ...coverage.regions } };
  if (coverage.outcome === 'PENDING') {
    await recordAccount(scan, runtime, { accountId, outcome: 'FAILED', detail: NEVER_TRIED, observedAt });
    concluded.outcome = 'FAILED';
    concluded.detail = NEVER_TRIED;
  }
  if (coverage.outcome === 'EXCLUDED' && !isClosed(coverage)) {
    const { detail } = coverage;
    await recordAccount(scan, runtime, {
      accountId,
      outcome: 'EXCLUDED',
      observedAt,
      ...(detail ? { detail } : {}),
    });
  }
  for (const [region, { outcome }] of Object.entries(coverage.regions)) {
    if (outcome !== 'PENDING') continue;
    await recordTarget(scan, runtime, {
      accountId,
      region,
      observedAt,
      outcome: 'FAILED',
      detail: NEVER_TRIED,
    });
    concluded.regions[region] = { outcome: 'FAILED', detail: NEVER_TRIED };
  }
  return concluded;
}

/** Organizations lists a closed account for 90 days more; what was found in it is over. */
function isClosed({ outcome, detail }: AccountCoverage): boolean {
  return outcome === 'EXCLUDED' && detail === exclusionByState('CLOSED');
}

/** Only a full scan with a complete listing knows that an account left the organization. */
async function retireAbsentAccounts(scan: Scan, runtime: Runtime, present: Set<string>): Promise<void> {
  if (runtime.settings.accountAccess === 'ownCredentials') return;
  for (const account of await runtime.table.listAccounts()) {
    if (present.has(account.accountId)) continue;
    for (const subject of await runtime.table.listSubjectsOfAccount(account.accountId)) {
      if (subject.kind === 'identity') {
        await unregisterDependents(scan, runtime, subject);
      }
      await runtime.table.retireSubject({ subject, scan, observedAt: runtime.now().toISOString() });
    }
  }
}
