/** Reads what the table holds after a scan, and puts the report and then the SQL export into the bucket. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { MAX_ROUNDS, type Scan, type WriteReportInput, type WriteReportOutput } from '../contract.ts';
import { isOpen } from '../findings/compare.ts';
import type { ListedFinding } from '../findings/table.ts';
import type { AccountCoverage } from '../findings/types.ts';
import { createWaiverCount, type WaiverUse } from '../findings/waiver-matches.ts';
import { renderReport, type ReportRow } from '../report/html.ts';
import { readProviders } from '../report/providers.ts';
import { reportLocation } from '../report/location.ts';
import { exportScan } from './export.ts';
import { emptyTotals } from './totals.ts';
import type { Runtime } from './runtime.ts';

/** Rows beyond this are counted, not shown: a page of this size still opens. */
const MAX_ROWS = 5_000;

/**
 * Both tell of everything stored, also after a narrowed scan. The page comes first, so that it stands whatever becomes of
 * the export; each can be done again.
 *
 * @param msLeft milliseconds until this invocation ends
 */
export async function writeReport(
  event: WriteReportInput,
  runtime: Runtime,
  msLeft: () => number,
): Promise<WriteReportOutput> {
  const { scan } = event;
  const round = event.cursor?.round ?? 0;
  if (round >= MAX_ROUNDS)
    throw new Error(`The export of ${scan.id} was not finished in ${round} rounds. The report is written.`);
  if (!event.cursor) await writePage(scan, runtime);
  const cursor = event.cursor ?? { after: '', part: 0, round };
  const rest = await exportScan(scan, runtime, { cursor, msLeft });
  return rest ? { scan, cursor: { ...rest, round: round + 1 }, done: false } : { scan, done: true };
}

async function writePage(scan: Scan, runtime: Runtime): Promise<void> {
  const record = await runtime.table.readScan(scan.id);
  if (!record) throw new Error(`The scan ${scan.id} has no record, so there is nothing to report on.`);
  const coverage: AccountCoverage[] = [];
  for await (const account of runtime.table.listCoverage(scan.id)) coverage.push(account);
  const { rows, rowCount, waivers } = await collectRows(runtime);
  const html = renderReport({
    organizationName: runtime.settings.organizationName,
    scan: record,
    totals: record.totals ?? emptyTotals(),
    coverage: coverage.sort((left, right) => (left.accountId < right.accountId ? -1 : 1)),
    accountNames: Object.fromEntries(
      (await runtime.table.listAccounts()).map(({ accountId, name }) => [accountId, name]),
    ),
    rows,
    rowCount,
    waivers,
    providers: await readProviders(runtime.table),
    attestations: runtime.settings.attestations,
    noticeDays: runtime.settings.thresholds.expiryNoticeDays,
  });
  const { bucket, key } = reportLocation(scan, runtime.reportBucketName, runtime.homeRegion);
  await runtime.s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: html, ContentType: 'text/html; charset=utf-8' }),
  );
}

async function collectRows(
  runtime: Runtime,
): Promise<{ rows: ReportRow[]; rowCount: number; waivers: WaiverUse[] }> {
  const rows: ReportRow[] = [];
  const waivers = createWaiverCount(runtime.settings.waivers);
  let rowCount = 0;
  for await (const listed of runtime.table.listFindings({ statuses: ['FAIL', 'WARN', 'UNKNOWN'] })) {
    waivers.add(listed);
    rowCount += 1;
    if (rows.length < MAX_ROWS) rows.push(rowOf(listed));
  }
  return { rows, rowCount, waivers: waivers.result() };
}

function rowOf({ subject, finding: { latest, known }, severity, use }: ListedFinding): ReportRow {
  return {
    subject,
    finding: latest,
    severity,
    ...(use ? { use } : {}),
    ...(known ? { since: known.since } : {}),
    ...(known?.waived ? { waived: known.waived } : {}),
    ...(latest.status === 'UNKNOWN' && known && isOpen(known) ? { openWhenSeen: true as const } : {}),
  };
}
