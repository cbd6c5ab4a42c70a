/** Severity by use where findings are counted, listed and mailed; causes apart from consequences. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Finding, Json, Subject } from '../../lambda/controls/types.ts';
import type { DigestEntry } from '../../lambda/findings/types.ts';
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

const TARGET: Subject = { kind: 'target', accountId: '111111111111', region: 'eu-west-1' };
const OTHER: Subject = { kind: 'target', accountId: '222222222222', region: 'us-east-1' };
const DOMAIN: Subject = { kind: 'domain', name: 'example.com' };
const IDLE = { inUse: false, productionAccess: true };
const BUSY = { inUse: true, productionAccess: true };
const SANDBOX = { inUse: true, productionAccess: false };

async function record(subject: Subject, findings: Finding[], facts?: { [key: string]: Json }): Promise<void> {
  await bench.record(findings, { subject, ...(facts && { extra: { facts } }) });
}

async function usedBy(target: Subject): Promise<void> {
  if (target.kind !== 'target') throw new Error('a target');
  const { accountId, region } = target;
  await bench.table.putDependent('example.com', { accountId, region, identity: 'example.com', use: 'FROM' });
}

async function open(): Promise<object> {
  return (await bench.table.countFindings()).open;
}

async function listed(filter = {}): Promise<string[]> {
  const lines: string[] = [];
  for await (const { key, severity } of bench.table.listFindings(filter)) lines.push(`${severity} ${key}`);
  return lines;
}

describe('an open finding counts by what it weighs in use:', () => {
  it.each<[string, { [key: string]: Json } | undefined, object]>([
    ['in use', BUSY, { HIGH: 1 }],
    ['idle', IDLE, { MEDIUM: 1 }],
    ['in the sandbox', SANDBOX, { LOW: 1 }],
    ['nobody knows', { inUse: 'unknown', productionAccess: 'unknown' }, { HIGH: 1 }],
    ['never stored', undefined, { HIGH: 1 }],
  ])('an identity, %s', async (_what, facts, counted) => {
    await record(IDENTITY, [finding('DKIM-01', 'FAIL')], facts);
    expect(await open()).toEqual(counted);
    expect(await listed()).toEqual([`${Object.keys(counted)[0]} DKIM-01`]);
  });

  it('a target by its summary', async () => {
    await record(TARGET, [finding('ACCT-01', 'FAIL'), finding('ACCT-02', 'FAIL')], { summary: IDLE });
    expect(await open()).toEqual({ MEDIUM: 1, HIGH: 1 });
    expect(await listed()).toEqual(['MEDIUM ACCT-01', 'HIGH ACCT-02']);
  });

  it('an account as it is', async () => {
    await record({ kind: 'account', accountId: '111111111111' }, [finding('SCAN-01', 'FAIL')]);
    expect(await open()).toEqual({ HIGH: 1 });
  });

  it.each<[string, Subject[], object]>([
    ['its one idle target', [TARGET], { MEDIUM: 1 }],
    ['the busier of two targets', [TARGET, OTHER], { HIGH: 1 }],
    ['a target that nobody has seen', [{ ...TARGET, region: 'eu-west-3' }], { HIGH: 1 }],
    ['nobody', [], { HIGH: 1 }],
  ])('a domain by %s', async (_what, targets, counted) => {
    await record(TARGET, [], { summary: IDLE });
    await record(OTHER, [], { summary: BUSY });
    for (const target of targets) await usedBy(target);
    await record(DOMAIN, [finding('DMARC-01', 'FAIL')]);
    expect(await open()).toEqual(counted);
    expect(await listed({ severities: Object.keys(counted) })).toEqual([
      `${Object.keys(counted)[0]} DMARC-01`,
    ]);
  });

  it('and another use alone is no change', async () => {
    await record(IDENTITY, [finding('DKIM-01', 'FAIL')], BUSY);
    await bench.mail('s1');
    await record(IDENTITY, [finding('DKIM-01', 'FAIL')], IDLE);
    await bench.mail('s2');
    expect(bench.mailbox.map(({ body }) => body)).toEqual(['OPENED DKIM-01 example.com', '']);
    expect(await open()).toEqual({ MEDIUM: 1 });
  });
});

it('a digest gets the use with each entry, of a domain that of its busiest target', async () => {
  await record(TARGET, [], { summary: IDLE });
  await record(OTHER, [], { summary: BUSY });
  await usedBy(TARGET);
  await usedBy(OTHER);
  await record(IDENTITY, [finding('DKIM-01', 'FAIL')], IDLE);
  await record(DOMAIN, [finding('DMARC-01', 'FAIL')]);
  let frozen: DigestEntry[] = [];
  await bench.mail('s1', {
    render: ({ entries }) => {
      frozen = entries;
      return { subject: 's', body: 'b' };
    },
  });
  expect(frozen.map(({ subject, use }) => [subject.kind, use])).toEqual([
    ['domain', BUSY],
    ['identity', IDLE],
  ]);
});

describe('causes and consequences', () => {
  const cause = { controlId: 'DKIM-05', subject: IDENTITY };
  const counted = async () => {
    const { open: causes, consequences } = await bench.table.countFindings();
    return { causes, consequences };
  };

  it('are counted apart', async () => {
    await record(IDENTITY, [
      finding('DKIM-05', 'FAIL', { severity: 'MEDIUM' }),
      finding('ALIGN-01', 'FAIL', { cause }),
    ]);
    expect(await counted()).toEqual({ causes: { MEDIUM: 1 }, consequences: { HIGH: 1 } });
  });

  it('a consequence of what is not open, or waived, is counted by itself', async () => {
    const waiver = {
      ...{ control: 'DKIM-05', account: '*', region: '*', subject: '*' },
      ...{ reason: 'r', owner: 'o', expires: '2027-01-01' },
    };
    await bench.record([finding('DKIM-05', 'FAIL'), finding('ALIGN-01', 'FAIL', { cause })], {
      extra: { waivers: [waiver] },
    });
    expect(await counted()).toEqual({ causes: { HIGH: 1 }, consequences: {} });
  });

  it('a cause on another subject is taken at its word', async () => {
    const elsewhere = { controlId: 'SPF-01', subject: DOMAIN };
    await record(IDENTITY, [finding('ALIGN-01', 'FAIL', { cause: elsewhere })]);
    expect(await counted()).toEqual({ causes: {}, consequences: { HIGH: 1 } });
  });

  it('what is over remembers what it followed from, until it opens again', async () => {
    const known = async () => (await bench.table.readSubject(IDENTITY))?.findings['ALIGN-01']?.known;
    await record(IDENTITY, [finding('ALIGN-01', 'FAIL', { cause })]);
    await record(IDENTITY, [finding('ALIGN-01', 'PASS')]);
    expect(await known()).toMatchObject({ status: 'PASS', cause });
    await record(IDENTITY, [finding('ALIGN-01', 'FAIL')]);
    expect(await known()).not.toHaveProperty('cause');
  });

  it('what is gone remembers it, too', async () => {
    await record(IDENTITY, [finding('ALIGN-01', 'FAIL', { cause })]);
    await bench.table.retireSubject({ subject: IDENTITY, scan: { id: 's2' }, observedAt: bench.clock.time });
    const stored = await bench.table.readSubject(IDENTITY);
    expect(stored?.findings['ALIGN-01']?.known).toMatchObject({ reason: 'RETIRED', cause });
  });
});

it('open findings of what the scan did not see are counted', async () => {
  await record(IDENTITY, [finding('DKIM-01', 'FAIL'), finding('MF-01', 'PASS')]);
  await record(DOMAIN, [finding('DMARC-01', 'FAIL')]);
  const { openUnseen } = await bench.table.countFindings(({ kind }) => kind === 'identity');
  expect(openUnseen).toBe(1);
});
