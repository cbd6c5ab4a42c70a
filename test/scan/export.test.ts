/** The SQL export of scans of a small organization: whole, in rounds, once more, of a narrowed scan, and when S3 refuses. */
import type { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ReportCursor, Scan, WriteReportInput } from '../../lambda/contract.ts';
import { exportScan } from '../../lambda/scan/export.ts';
import { runtimeFromEnvironment } from '../../lambda/scan/runtime.ts';
import { writeReport } from '../../lambda/scan/write-report.ts';
import { domain } from '../../local/organization/vocabulary.ts';
import type { World } from '../../local/organization/types.ts';
import type { ScanOutcome } from '../../local/run-scan.ts';
import { partsOf, rowsOf, type Part, type Row } from './export.ts';
import { smallWorld, startSandbox, type Sandbox } from './support.ts';

const SHOP = '222222222222';
const NEWS = '333333333333';
/** Milliseconds. */
const PLENTY = 900_000;
const NO_TIME = 1_000;

function world(shops = ['shop.example', 'returns.example']): World {
  return smallWorld([
    {
      ...{ id: SHOP, name: 'shop' },
      targets: {
        'eu-west-1': { identities: shops.map((name) => domain(name)) },
        'us-east-1': { identities: [domain('us.shop.example', { faults: ['dkim-cname-missing'] })] },
      },
    },
    { id: NEWS, name: 'news', targets: { 'us-west-2': { identities: [domain('news.example')] } } },
  ]);
}

/** The scan as its states hand it on. */
function scanOf({ scan, execution }: ScanOutcome): Scan {
  if (!scan) throw new Error(`The scan left no record: ${execution.error?.Cause}`);
  const { id, name, startTime, executionArn, full, notify } = scan;
  return { ...{ id, name, startTime, executionArn, full, notify }, first: false, regions: [] };
}

/** All rounds of an export in which every one ends after its first part. */
async function inRounds(scan: Scan, limits: { lines: number; bytes: number }): Promise<ReportCursor[]> {
  const cursors: ReportCursor[] = [];
  let cursor: ReportCursor | undefined = { after: '', part: 0, round: 1 };
  while (cursor) {
    cursors.push(cursor);
    cursor = await exportScan(scan, runtimeFromEnvironment(), { cursor, msLeft: () => NO_TIME, limits });
    if (cursor)
      cursor = { ...(JSON.parse(JSON.stringify(cursor)) as ReportCursor), round: cursors.length + 1 };
  }
  return cursors;
}

/** As if a policy of the bucket denied what begins with `exports/`. */
function refusingExports(s3: S3Client): S3Client {
  const send = (command: PutObjectCommand): Promise<unknown> =>
    command.input.Key?.startsWith('exports/')
      ? Promise.reject(new Error('AccessDenied: not authorized to perform s3:PutObject'))
      : s3.send(command);
  return { send } as unknown as S3Client;
}

const subjectsOf = (rows: Row[]): unknown[] => [...new Set(rows.map((row) => row['subject_id']))];

describe('the export of a scan', () => {
  let sandbox: Sandbox;
  let outcome: ScanOutcome;
  /** What the scan itself exported; the tests export it anew, each in its own way. */
  let whole: Row[];
  beforeAll(async () => {
    sandbox = await startSandbox(world());
    outcome = await sandbox.scan();
    whole = rowsOf(sandbox.stack, 'findings');
  });
  afterAll(() => sandbox.close());
  const filledParts = ({ id } = scanOf(outcome)): Part[] =>
    partsOf(sandbox.stack, 'findings').filter(({ rows }) => rows[0]?.['scan_id'] === id);

  it('has every stored finding once, in the counts of the scan’s totals, and every account and Region', async () => {
    const byStatus: { [status: string]: number } = {};
    for (const { status } of whole) byStatus[String(status)] = (byStatus[String(status)] ?? 0) + 1;
    expect(byStatus).toEqual(outcome.scan?.totals?.findings);
    expect(byStatus['PASS']).toBeGreaterThan(100);
    const keys = whole.map((row) => [row['subject_id'], row['control_id'], row['sub_key']].join(' '));
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(whole.map((row) => row['scan_id']))).toEqual(new Set([outcome.scan?.id]));
    expect(whole.find((row) => row['control_id'] === 'DKIM-05' && row['status'] === 'FAIL')).toMatchObject({
      ...{ account_id: SHOP, account_name: 'shop', region: 'us-east-1', mail_domain: 'us.shop.example' },
      ...{ registrable_domain: 'shop.example', is_open: true, tier: 1 },
      scan_date: outcome.scan?.startTime.slice(0, 10),
      records_to_publish: expect.stringContaining('_domainkey.us.shop.example') as string,
    });
    const coverage = rowsOf(sandbox.stack, 'coverage');
    const { accounts, targets, identitiesJudged } = outcome.scan?.totals ?? {};
    expect(coverage.filter(({ region }) => region === null)).toHaveLength(accounts ?? 0);
    expect(coverage.filter(({ region }) => region !== null)).toHaveLength(targets ?? 0);
    const judged = coverage.reduce((sum, row) => sum + Number(row['identities_judged'] ?? 0), 0);
    expect(judged).toBe(identitiesJudged);
    expect(outcome.exportFolder).toBeDefined();
  });

  it('in rounds of one part is the same as in one go, and no subject is torn apart', async () => {
    const cursors = await inRounds(scanOf(outcome), { lines: 1, bytes: PLENTY });
    const parts = filledParts();
    expect(parts.flatMap(({ rows }) => rows)).toEqual(whole);
    // A part ends with the subject that fills it; the last round but one has the rest, the last the coverage.
    expect(cursors.length).toBeGreaterThan(10);
    expect(cursors.map(({ part }) => part)).toEqual([...parts.keys(), parts.length - 1]);
    expect(cursors.at(-1)?.findingsDone).toBe(true);
    const torn = parts.flatMap(({ rows }) => subjectsOf(rows));
    expect(new Set(torn).size).toBe(torn.length);
    const kinds = new Set(cursors.slice(1).map(({ after }) => (JSON.parse(after) as { kind: string }).kind));
    expect(kinds).toEqual(new Set(['account', 'identity', 'target', 'domain']));
  });

  it('cuts parts by their bytes, too', async () => {
    await inRounds(scanOf(outcome), { lines: 1_000_000, bytes: 100_000 });
    const parts = filledParts();
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.length).toBeLessThan(20);
    expect(parts.flatMap(({ rows }) => rows)).toEqual(whole);
  });

  it('once more replaces its own files, empties those it no longer needs, and touches no other scan’s', async () => {
    const scan = scanOf(outcome);
    const other = { ...scan, id: `${scan.startTime}#other`, name: 'other' };
    await inRounds(other, { lines: 50, bytes: PLENTY });
    await inRounds(scan, { lines: 50, bytes: PLENTY });
    const files = (): string[] => partsOf(sandbox.stack, 'findings').map(({ key }) => key);
    const [before, othersBefore] = [files(), filledParts(other)];
    expect(othersBefore.length).toBeGreaterThan(3);
    const again = { cursor: { after: '', part: 0, round: 1 }, msLeft: () => PLENTY };
    expect(await exportScan(scan, runtimeFromEnvironment(), again)).toBeUndefined();
    expect(files()).toEqual(before);
    expect(filledParts().map(({ rows }) => rows)).toEqual([whole]);
    expect(filledParts(other)).toEqual(othersBefore);
  });

  it('after the page waits for a round of its own where the time is short', async () => {
    const scan = scanOf(outcome);
    const runtime = runtimeFromEnvironment();
    const first = await writeReport({ scan }, runtime, () => NO_TIME);
    expect(first).toEqual({ scan, cursor: { after: '', part: 0, round: 1 }, done: false });
    const second = await writeReport(first, runtime, () => PLENTY);
    expect(second).toEqual({ scan, done: true });
    const endless = { scan, cursor: { after: '', part: 0, round: 200 } };
    await expect(writeReport(endless, runtime, () => PLENTY)).rejects.toThrow(/not finished in 200 rounds/);
  });
});

describe('the export', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox(world());
  });
  afterEach(() => sandbox.close());

  it('of a narrowed scan tells of everything stored, as the report does, and of its own coverage', async () => {
    const full = await sandbox.scan();
    sandbox.stack.setWorld(world(['shop.example']));
    const narrowed = await sandbox.scan({ input: { accounts: [NEWS] } });
    const rows = rowsOf(sandbox.stack, 'findings');
    const [before, after] = [full, narrowed].map(({ scan }) =>
      rows.filter((row) => row['scan_id'] === scan?.id),
    );
    // What the narrowed scan did not look at stands, though it is gone by now.
    expect(subjectsOf(after ?? []).sort()).toEqual(subjectsOf(before ?? []).sort());
    expect(subjectsOf(after ?? [])).toContain(`${SHOP}/eu-west-1/returns.example`);
    expect(new Set(after?.map((row) => row['scan_full']))).toEqual(new Set([false]));
    const coverage = rowsOf(sandbox.stack, 'coverage').filter((row) => row['scan_id'] === narrowed.scan?.id);
    expect(new Set(coverage.map((row) => row['account_id']))).toEqual(new Set([NEWS]));
  });

  it('that fails is a problem of the scan, which has succeeded and has its page', async () => {
    const broken = await sandbox.scan({
      handlers: {
        'write-report': (event: WriteReportInput) => {
          const runtime = runtimeFromEnvironment();
          return writeReport(event, { ...runtime, s3: refusingExports(runtime.s3) }, () => PLENTY);
        },
      },
    });
    expect(broken.execution.status).toBe('SUCCEEDED');
    expect(broken.reportFile).toMatch(/report\.html$/);
    expect(broken.scan?.problems.join()).toContain('The report or its export could not be written');
  });
});
