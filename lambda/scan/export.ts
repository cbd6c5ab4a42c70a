/** The SQL export: everything stored as lines of JSON, in compressed parts of bounded size. docs/queries.md reads it. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { paginateListObjectsV2, PutObjectCommand } from '@aws-sdk/client-s3';
import type { ReportCursor, Scan } from '../contract.ts';
import { STATUSES, type Subject } from '../controls/types.ts';
import { RETIRED_REASON } from '../findings/compare.ts';
import { subjectKey } from '../findings/schema.ts';
import { COVERAGE_COLUMNS, coverageRows, FINDING_COLUMNS } from '../report/export-columns.ts';
import { lineOf } from '../report/export-line.ts';
import { exportKey, exportPrefix, type Dataset } from '../report/location.ts';
import type { Runtime } from './runtime.ts';
import { isUnseen } from './totals.ts';

/** What a part holds: about 8 MB of text in memory, half a megabyte in the bucket. */
export const PART_LIMITS = { lines: 10_000, bytes: 8 * 1024 * 1024 };
/** A part takes seconds; the coverage of 10,000 accounts, which is not interrupted, about a minute. */
const RESERVE_MS = 120_000;

export interface ExportWork {
  /** Where the rounds before ended; the caller counts them. */
  cursor: ReportCursor;
  msLeft: () => number;
  limits?: { lines: number; bytes: number };
}

/**
 * Goes on from the cursor, and ends whole or, when the time is up, between two parts. The same data makes the same parts
 * however often it is interrupted. Coverage comes last: a scan that has coverage rows is exported whole.
 *
 * @returns the cursor to go on from; undefined when all is exported.
 */
export async function exportScan(
  scan: Scan,
  runtime: Runtime,
  { cursor, msLeft, limits = PART_LIMITS }: ExportWork,
): Promise<ReportCursor | undefined> {
  const isLate = (): boolean => msLeft() < RESERVE_MS;
  // The first round has written the page before; every other has all its time, and does at least a part.
  if (cursor.round === 0 && isLate()) return cursor;
  if (!cursor.findingsDone) {
    const rest = await exportFindings(scan, runtime, { cursor, isLate, limits });
    if (rest) return rest;
    if (isLate()) return { ...cursor, findingsDone: true };
  }
  await exportCoverage(scan, runtime, limits);
  return undefined;
}

async function exportFindings(
  scan: Scan,
  runtime: Runtime,
  work: { cursor: ReportCursor; isLate: () => boolean; limits: typeof PART_LIMITS },
): Promise<ReportCursor | undefined> {
  const { cursor, isLate, limits } = work;
  const accounts = new Map(
    (await runtime.table.listAccounts()).map((account) => [account.accountId, account] as const),
  );
  const parts = createParts(scan, runtime, { dataset: 'findings', written: cursor.part, limits });
  const after = cursor.after === '' ? undefined : (JSON.parse(cursor.after) as Subject);
  let last: Subject | undefined;
  for await (const listed of runtime.table.listFindings({ statuses: STATUSES, ...(after && { after }) })) {
    const { subject, finding } = listed;
    if (last && parts.isFull() && subjectKey(last) !== subjectKey(subject)) {
      await parts.write();
      if (isLate()) return { ...cursor, after: JSON.stringify(last), part: parts.written() };
    }
    last = subject;
    // What a subject's departure leaves for the mail is no finding.
    if (finding.latest.reason === RETIRED_REASON) continue;
    const account = 'accountId' in subject ? accounts.get(subject.accountId) : undefined;
    parts.add(lineOf(FINDING_COLUMNS, { scan, listed, ...(account && { account }) }));
  }
  await parts.end();
  return undefined;
}

async function exportCoverage(scan: Scan, runtime: Runtime, limits: typeof PART_LIMITS): Promise<void> {
  const parts = createParts(scan, runtime, { dataset: 'coverage', written: 0, limits });
  for await (const account of runtime.table.listCoverage(scan.id)) {
    if (parts.isFull()) await parts.write();
    for (const row of coverageRows(scan, account, isUnseen)) parts.add(lineOf(COVERAGE_COLUMNS, row));
  }
  await parts.end();
}

interface Parts {
  add: (line: string) => void;
  isFull: () => boolean;
  /** Puts what was added as the next part. */
  write: () => Promise<void>;
  /** How many there are in the bucket. */
  written: () => number;
  /** Puts the last part, and empties those that a longer export of this scan left behind. */
  end: () => Promise<void>;
}

function createParts(
  scan: Scan,
  runtime: Runtime,
  options: { dataset: Dataset; written: number; limits: typeof PART_LIMITS },
): Parts {
  const { limits } = options;
  const prefix = exportPrefix(scan, options.dataset);
  let { written } = options;
  let [lines, bytes]: [string[], number] = [[], 0];
  const write = async (): Promise<void> => {
    await putPart(runtime, exportKey(prefix, written + 1), lines.join(''));
    written += 1;
    [lines, bytes] = [[], 0];
  };
  return {
    add(line) {
      lines.push(line);
      bytes += Buffer.byteLength(line);
    },
    isFull: () => lines.length >= limits.lines || bytes >= limits.bytes,
    write,
    written: () => written,
    async end() {
      if (lines.length > 0) await write();
      await emptyBehind(runtime, prefix, written);
    },
  };
}

/** A scan written once more, of less than the first time, must not leave rows that count twice. Nothing is deleted. */
async function emptyBehind(runtime: Runtime, prefix: string, written: number): Promise<void> {
  const pages = paginateListObjectsV2(
    { client: runtime.s3 },
    { Bucket: runtime.reportBucketName, Prefix: `${prefix}-`, StartAfter: exportKey(prefix, written) },
  );
  for await (const { Contents } of pages) {
    for (const { Key, Size = 0 } of Contents ?? []) {
      if (Key !== undefined && Size > EMPTY_BYTES) await putPart(runtime, Key, '');
    }
  }
}

/** What nothing takes compressed. */
const EMPTY_BYTES = 20;

const compress = promisify(gzip);

async function putPart(runtime: Runtime, key: string, text: string): Promise<void> {
  const body = await compress(text);
  await runtime.s3.send(
    new PutObjectCommand({
      Bucket: runtime.reportBucketName,
      Key: key,
      Body: body,
      ContentType: 'application/gzip',
    }),
  );
}
