import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SCAN_TIMEOUT_SECONDS } from '../../lambda/contract.ts';
import type { Subject } from '../../lambda/controls/types.ts';
import type { FindingFilter } from '../../lambda/findings/table.ts';
import type { ScanRecord } from '../../lambda/findings/types.ts';
import { shardOf } from '../../lambda/findings/schema.ts';
import { IDENTITY, createBench, finding, startDatabase, type Bench, type TestDatabase } from './support.ts';

let database: TestDatabase;
let bench: Bench;

beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  bench = await createBench(database);
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

const SHOP = '111111111111';
const NEWS = '222222222222';

describe('coverage', () => {
  const accounts = [
    { id: SHOP, name: 'Shop', ouPath: '/prod' },
    { id: NEWS, name: 'News', ouPath: '/prod' },
  ];

  it('begins PENDING, and a retry overwrites no outcome', async () => {
    await bench.table.putPendingCoverage('s1', accounts);
    await bench.table.setAccountCoverage('s1', SHOP, { outcome: 'SCANNED' });
    await bench.table.putPendingCoverage('s1', accounts);
    const coverage = await collect(bench.table.listCoverage('s1'));
    expect(coverage.map(({ accountName, outcome }) => `${accountName} ${outcome}`).sort()).toEqual([
      'News PENDING',
      'Shop SCANNED',
    ]);
  });

  it('takes Regions of one account side by side', async () => {
    await bench.table.putPendingCoverage('s1', accounts);
    const regions = ['eu-west-1', 'us-east-1', 'ap-northeast-1', 'eu-central-1'];
    await Promise.all(
      regions.map((region) =>
        bench.table.setRegionCoverage('s1', SHOP, region, { outcome: 'SCANNED', listed: 2, judged: 2 }),
      ),
    );
    const coverage = await bench.table.readAccountCoverage('s1', SHOP);
    expect(Object.keys(coverage?.regions ?? {}).sort()).toEqual([...regions].sort());
  });

  it('forgets a detail that no longer holds, and makes a row for an account nobody announced', async () => {
    await bench.table.setAccountCoverage('s1', SHOP, { outcome: 'FAILED', detail: 'x'.repeat(900) });
    expect((await bench.table.readAccountCoverage('s1', SHOP))?.detail).toHaveLength(500);
    await bench.table.setAccountCoverage('s1', SHOP, { outcome: 'SCANNED' });
    expect(await bench.table.readAccountCoverage('s1', SHOP)).toEqual({
      accountId: SHOP,
      accountName: SHOP,
      ouPath: '',
      outcome: 'SCANNED',
      regions: {},
    });
  });

  it('keeps scans apart', async () => {
    await bench.table.putPendingCoverage('s1', accounts);
    expect(await collect(bench.table.listCoverage('s2'))).toEqual([]);
  });
});

describe('accounts', () => {
  it('keep their Regions when their name changes, and write nothing that is known', async () => {
    await bench.table.addAccountRegion(SHOP, 'eu-west-1');
    await bench.table.putAccount({ accountId: SHOP, name: 'Shop', ouPath: '/prod' });
    await bench.table.markRegionCovered(SHOP, 'eu-west-1', 's1');
    const before = await database.dump(bench.tableName);
    await bench.table.markRegionCovered(SHOP, 'eu-west-1', 's2');
    await bench.table.addAccountRegion(SHOP, 'eu-west-1');
    await bench.table.putAccount({ accountId: SHOP, name: 'Shop', ouPath: '/prod' });
    expect(await database.dump(bench.tableName)).toEqual(before);
    expect(await bench.table.readAccount(SHOP)).toEqual({
      accountId: SHOP,
      name: 'Shop',
      ouPath: '/prod',
      regions: ['eu-west-1'],
      coveredRegions: { 'eu-west-1': 's1' },
    });
  });

  it('take the first of two scans that cover a Region at once', async () => {
    await bench.table.putAccount({ accountId: SHOP, name: 'Shop', ouPath: '' });
    await Promise.all(['s1', 's2'].map((scan) => bench.table.markRegionCovered(SHOP, 'eu-west-1', scan)));
    const winner = (await bench.table.readAccount(SHOP))?.coveredRegions['eu-west-1'];
    await bench.table.markRegionCovered(SHOP, 'eu-west-1', 's3');
    expect((await bench.table.readAccount(SHOP))?.coveredRegions['eu-west-1']).toBe(winner);
  });

  it('are listed in order', async () => {
    for (const id of [NEWS, SHOP]) await bench.table.putAccount({ accountId: id, name: id, ouPath: '' });
    expect((await bench.table.listAccounts()).map(({ accountId }) => accountId)).toEqual([SHOP, NEWS]);
  });
});

describe('scans', () => {
  const scan = (id: string, more: Partial<ScanRecord> = {}): ScanRecord => ({
    id,
    name: id,
    executionArn: `arn:${id}`,
    startTime: '2026-11-21T06:00:00.000Z',
    state: 'RUNNING',
    full: true,
    notify: true,
    input: {},
    accountsInScope: 2,
    problems: [],
    ...more,
  });

  it('start once; a retry of the same execution resumes', async () => {
    expect((await bench.table.startScan(scan('a'))).kind).toBe('started');
    await bench.table.updateScan('a', { accountsInScope: 3 });
    const again = await bench.table.startScan(scan('a'));
    expect(again).toMatchObject({ kind: 'resumed', scan: { accountsInScope: 3 } });
  });

  it('serve a scheduled time once, however it is written', async () => {
    await bench.table.startScan(scan('a', { scheduledTime: '2026-11-21T06:00:00Z' }));
    expect(await bench.table.startScan(scan('b', { scheduledTime: '2026-11-21T07:00:00+01:00' }))).toEqual({
      kind: 'duplicate',
      scanId: 'a',
    });
    expect((await bench.table.startScan(scan('a', { scheduledTime: '2026-11-21T06:00:00Z' }))).kind).toBe(
      'resumed',
    );
    expect(await bench.table.readScan('b')).toBeUndefined();
  });

  it('read as timed out when they run for longer than the workflow may', async () => {
    await bench.table.startScan(scan('a', { startTime: bench.clock.time }));
    expect((await bench.table.readScan('a'))?.state).toBe('RUNNING');
    bench.clock.advance(SCAN_TIMEOUT_SECONDS + 1);
    expect((await bench.table.readScan('a'))?.state).toBe('TIMED_OUT');
  });

  it.each([
    { first: 'SUCCEEDED', then: 'FAILED', state: 'SUCCEEDED' },
    { first: 'FAILED', then: 'SUCCEEDED', state: 'SUCCEEDED' },
    { first: 'FAILED', then: 'ABORTED', state: 'FAILED' },
  ] as const)('closed as $first and then as $then end as $state', async ({ first, then, state }) => {
    await bench.table.startScan(scan('a'));
    await bench.table.closeScan('a', { state: first, endTime: '2026-11-21T07:00:00.000Z' });
    await bench.table.closeScan('a', { state: then, endTime: '2026-11-21T08:00:00.000Z' });
    expect((await bench.table.readScan('a'))?.state).toBe(state);
  });

  it('closed before they were ever started leave no record', async () => {
    await bench.table.closeScan('a', { state: 'FAILED', endTime: '2026-11-21T07:00:00.000Z' });
    await bench.table.addScanProblem('a', 'nothing');
    expect(await bench.table.readScan('a')).toBeUndefined();
  });

  it('keep the same problem once', async () => {
    await bench.table.startScan(scan('a'));
    for (const problem of ['b', 'a', 'b']) await bench.table.addScanProblem('a', problem);
    expect((await bench.table.readScan('a'))?.problems).toEqual(['a', 'b']);
  });

  it('are listed newest first; the last successful full one is found behind others', async () => {
    const day = (date: string, more: Partial<ScanRecord>) => scan(`${date}T06:00:00.000Z#w`, more);
    await bench.table.startScan(day('2026-11-07', { state: 'SUCCEEDED' }));
    await bench.table.startScan(day('2026-11-14', { state: 'SUCCEEDED', full: false }));
    await bench.table.startScan(day('2026-11-21', { state: 'FAILED' }));
    expect((await bench.table.listScans(2)).map(({ id }) => id.slice(0, 10))).toEqual([
      '2026-11-21',
      '2026-11-14',
    ]);
    expect((await bench.table.lastSuccessfulFullScan())?.id.slice(0, 10)).toBe('2026-11-07');
  });
});

describe('domains', () => {
  const user = { accountId: SHOP, region: 'eu-west-1', identity: 'example.com', use: 'FROM' } as const;

  it('know who uses them, one entry a use', async () => {
    await bench.table.putDependent('example.com', user);
    await bench.table.putDependent('example.com', { ...user, use: 'DMARC_RECORD' });
    await bench.table.putDependent('example.com', user);
    expect(await bench.table.listDependents('example.com')).toHaveLength(2);
    await bench.table.removeDependent('example.com', user);
    expect(await bench.table.listDependents('example.com')).toEqual([{ ...user, use: 'DMARC_RECORD' }]);
  });

  it('are met by a scan in the shard of their name', async () => {
    for (const name of ['example.com', 'shop.example', 'example.com'])
      await bench.table.addScanDomain('s1', name);
    expect(await bench.table.listScanDomains('s1', Number(shardOf('example.com')))).toContain('example.com');
    expect(await bench.table.countScanDomains('s1')).toBe(2);
    expect(await bench.table.countScanDomains('s2')).toBe(0);
  });

  it('are stored until their departure is told', async () => {
    const subject: Subject = { kind: 'domain', name: 'example.com' };
    const shard = Number(shardOf('example.com'));
    await bench.record([finding('DMARC-01', 'FAIL')], { subject });
    await bench.mail('s1');
    await bench.table.retireSubject({ subject, scan: { id: 's2' }, observedAt: bench.clock.time });
    expect(await bench.table.listStoredDomains(shard)).toEqual(['example.com']);
    await bench.mail('s2');
    expect(await bench.table.listStoredDomains(shard)).toEqual([]);
  });
});

describe('listing findings', () => {
  const target: Subject = { kind: 'target', accountId: NEWS, region: 'us-east-1' };
  const address: Subject = {
    kind: 'identity',
    accountId: NEWS,
    region: 'us-east-1',
    name: 'a@news.example.com',
  };

  beforeEach(async () => {
    await bench.record([
      finding('DKIM-01', 'FAIL'),
      finding('MF-01', 'PASS'),
      finding('SPF-03', 'UNKNOWN', { reason: 'DNS_TIMEOUT' }),
    ]);
    await bench.record([finding('ACCT-01', 'WARN', { severity: 'LOW' })], { subject: target });
    await bench.record([finding('IDENT-03', 'FAIL', { severity: 'MEDIUM' })], { subject: address });
    await bench.record([finding('SCAN-01', 'PASS')], { subject: { kind: 'account', accountId: SHOP } });
    await bench.record([finding('DMARC-01', 'FAIL')], { subject: { kind: 'domain', name: 'example.com' } });
    await bench.table.putDependent('example.com', {
      accountId: SHOP,
      region: 'eu-west-1',
      identity: 'example.com',
      use: 'FROM',
    });
  });

  it.each<{ filter: FindingFilter; found: string[] }>([
    { filter: {}, found: ['ACCT-01', 'DKIM-01', 'DMARC-01', 'IDENT-03'] },
    { filter: { accountId: NEWS }, found: ['ACCT-01', 'IDENT-03'] },
    { filter: { accountId: SHOP }, found: ['DKIM-01', 'DMARC-01'] },
    { filter: { region: 'eu-west-1' }, found: ['DKIM-01', 'DMARC-01'] },
    { filter: { domain: 'example.com' }, found: ['DKIM-01', 'DMARC-01', 'IDENT-03'] },
    { filter: { domain: 'news.example.com' }, found: ['IDENT-03'] },
    { filter: { controlId: 'DKIM-01' }, found: ['DKIM-01'] },
    { filter: { severities: ['LOW', 'MEDIUM'] }, found: ['ACCT-01', 'IDENT-03'] },
    { filter: { statuses: ['PASS'] }, found: ['MF-01', 'SCAN-01'] },
    { filter: { statuses: ['UNKNOWN'] }, found: ['SPF-03'] },
  ])('by $filter', async ({ filter, found }) => {
    const listed = await collect(bench.table.listFindings(filter));
    expect(listed.map(({ key }) => key).sort()).toEqual(found);
  });

  it('still lists what was known behind an UNKNOWN', async () => {
    await bench.record([finding('DKIM-01', 'UNKNOWN'), finding('MF-01', 'PASS')], { scan: 's2' });
    const listed = await collect(bench.table.listFindings({ controlId: 'DKIM-01' }));
    expect(listed).toMatchObject([{ finding: { latest: { status: 'UNKNOWN' }, known: { status: 'FAIL' } } }]);
  });

  it('counts the same, with the reasons of what is unknown', async () => {
    expect(await bench.table.countFindings()).toEqual({
      findings: { FAIL: 3, WARN: 1, PASS: 2, UNKNOWN: 1 },
      open: { HIGH: 2, MEDIUM: 1, LOW: 1 },
      consequences: {},
      waived: 0,
      openUnseen: 0,
      unknown: 1,
      unknownReasons: { DNS_TIMEOUT: 1 },
      unknownCauses: [],
      unknownSubjects: [
        { subject: expect.anything(), accountName: SHOP, count: 1, reasons: ['DNS_TIMEOUT'] },
      ],
    });
  });

  it('counts what one loss leaves unjudged under it, and the rest under its subject', async () => {
    const lost: Subject = { kind: 'account', accountId: NEWS };
    const cause = { controlId: 'SCAN-01', subject: lost };
    const unseen = { reason: 'COVERAGE_INCOMPLETE', cause };
    for (const name of ['a.example', 'b.example']) {
      await bench.record(
        [
          finding('DANG-01', 'UNKNOWN', unseen),
          finding('DANG-02', 'UNKNOWN', unseen),
          finding('SPF-01', 'UNKNOWN', { reason: 'DNS_TIMEOUT' }),
        ],
        { subject: { kind: 'domain', name } },
      );
    }
    const counts = await bench.table.countFindings();
    expect(counts.unknown).toBe(7);
    expect(counts.unknownReasons).toEqual({ DNS_TIMEOUT: 3, COVERAGE_INCOMPLETE: 4 });
    expect(counts.unknownCauses).toEqual([
      {
        controlId: 'SCAN-01',
        subject: lost,
        accountName: NEWS,
        count: 4,
        subjects: 2,
        reasons: ['COVERAGE_INCOMPLETE'],
      },
    ]);
    expect(counts.unknownSubjects).toHaveLength(3);
    for (const one of counts.unknownSubjects)
      expect(one).toMatchObject({ count: 1, reasons: ['DNS_TIMEOUT'] });
  });

  it('leaves out the retired', async () => {
    await bench.table.retireSubject({ subject: IDENTITY, scan: { id: 's2' }, observedAt: bench.clock.time });
    expect((await collect(bench.table.listFindings())).map(({ key }) => key)).not.toContain('DKIM-01');
    expect((await bench.table.countFindings()).findings).toEqual({ FAIL: 2, WARN: 1, PASS: 1 });
  });

  it('lists the subjects of an account', async () => {
    expect(await bench.table.listSubjectsOfAccount(NEWS)).toEqual([address, target]);
    expect(await bench.table.listTargets(NEWS)).toEqual([target]);
    expect(await bench.table.listSubjectsOfAccount(SHOP)).toEqual([
      IDENTITY,
      { kind: 'account', accountId: SHOP },
    ]);
  });
});

describe('errors', () => {
  it('are sentences that say what to do', async () => {
    const { createFindingsTable } = await import('../../lambda/findings/table.ts');
    const nowhere = createFindingsTable({
      client: database.client(),
      tableName: 'nowhere',
      retentionDays: 365,
    });
    await expect(nowhere.readScan('a')).rejects.toThrow(
      'The table nowhere did not answer as it should (ResourceNotFoundException: Requested resource not found). Deploy the scanner stack, or name an existing table.',
    );
  });
});
