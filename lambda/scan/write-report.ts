/** Reads what the table holds after a scan and puts the report into the bucket. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { WriteReportInput, WriteReportOutput } from '../contract.ts';
import type { ListedFinding } from '../findings/table.ts';
import type { AccountCoverage } from '../findings/types.ts';
import { createWaiverCount, type WaiverUse } from '../findings/waiver-matches.ts';
import { renderReport, type ReportRow } from '../report/html.ts';
import { readProviders } from '../report/providers.ts';
import { reportLocation } from '../report/location.ts';
import { emptyTotals } from './totals.ts';
import type { Runtime } from './runtime.ts';

/** Rows beyond this are counted, not shown: a page of this size still opens. */
const MAX_ROWS = 5_000;

export async function writeReport(event: WriteReportInput, runtime: Runtime): Promise<WriteReportOutput> {
  const { scan } = event;
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
    noticeDays: runtime.settings.thresholds.expiryNoticeDays,
  });
  const { bucket, key } = reportLocation(scan, runtime.reportBucketName, runtime.homeRegion);
  await runtime.s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: html, ContentType: 'text/html; charset=utf-8' }),
  );
  return { scan, done: true };
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
  };
}
