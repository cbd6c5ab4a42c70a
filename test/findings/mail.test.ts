import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { digestsOf } from './model/invariants.ts';
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

const bodies = (): string[] => bench.mailbox.map(({ body }) => body);
const digests = async () => digestsOf(await database.dump(bench.tableName));
const tracked = (rank: number) => ({ tracked: { name: 'policy', value: String(rank), rank } });

async function outboxRows() {
  return (await database.dump(bench.tableName)).filter((item) => String(item['pk']).startsWith('OUTBOX#'));
}

describe('the mail step', () => {
  it('tells what was recorded, once', async () => {
    await bench.record([finding('DKIM-01', 'FAIL'), finding('MF-01', 'PASS')]);
    expect(await bench.mail('s1')).toEqual({ done: true, digest: 1, published: true, entries: 1 });
    expect(await bench.mail('s1')).toEqual({ done: true, digest: 1, published: true, entries: 1 });
    expect(bodies()).toEqual(['OPENED DKIM-01 example.com']);
    expect(await outboxRows()).toEqual([]);
    const stored = await bench.table.readSubject(IDENTITY);
    expect(stored?.findings['DKIM-01']?.told).toMatchObject({ status: 'FAIL', digest: 1 });
  });

  it('sends an all-quiet digest once a scan, too', async () => {
    await bench.mail('s1');
    await bench.mail('s1');
    await bench.mail('s2');
    expect(bench.mailbox.map(({ number, body }) => [number, body])).toEqual([
      [1, ''],
      [2, ''],
    ]);
  });

  it('sends nothing where there is nothing to say and all-quiet is off', async () => {
    expect(await bench.mail('s1', { sendAllQuiet: false })).toEqual({
      done: true,
      published: false,
      entries: 0,
    });
    expect(bench.mailbox).toEqual([]);
  });

  it('remembers a better value without a word, so that its fall is told later', async () => {
    await bench.record([finding('DMARC-06', 'PASS', tracked(1))]);
    await bench.record([finding('DMARC-06', 'PASS', tracked(3))], { scan: 's2' });
    expect(await bench.mail('s2', { sendAllQuiet: false })).toMatchObject({ done: true, published: false });
    expect(bench.mailbox).toEqual([]);
    await bench.record([finding('DMARC-06', 'PASS', tracked(2))], { scan: 's3' });
    await bench.mail('s3', { sendAllQuiet: false });
    expect(bodies()).toEqual(['WEAKENED DMARC-06 example.com']);
  });

  it('leaves to the next notifying scan what one that does not notify has found', async () => {
    await bench.record([finding('DKIM-01', 'PASS')]);
    await bench.mail('s1');
    await bench.record([finding('DKIM-01', 'FAIL')], { scan: 's2' });
    await bench.record([finding('DKIM-01', 'FAIL')], { scan: 's3' });
    await bench.mail('s3');
    expect(bodies()).toEqual(['', 'REGRESSED DKIM-01 example.com']);
  });

  it('says nothing of what came and went between two digests', async () => {
    await bench.record([finding('DKIM-01', 'PASS')]);
    await bench.mail('s1');
    await bench.record([finding('DKIM-01', 'FAIL')], { scan: 's2' });
    await bench.record([finding('DKIM-01', 'PASS')], { scan: 's3' });
    await bench.mail('s3');
    expect(bodies()).toEqual(['', '']);
    expect(await outboxRows()).toEqual([]);
  });

  it('tells the account name and who uses a domain', async () => {
    await bench.table.putAccount({ accountId: '111111111111', name: 'Shop', ouPath: '/prod' });
    const user = {
      accountId: '111111111111',
      region: 'eu-west-1',
      identity: 'example.com',
      use: 'FROM',
    } as const;
    await bench.table.putDependent('example.com', user);
    await bench.record([finding('DMARC-01', 'FAIL')], { subject: { kind: 'domain', name: 'example.com' } });
    await bench.record([finding('DKIM-01', 'FAIL')]);
    await bench.mail('s1');
    const entries = (await digests())[0]?.frozen;
    expect(entries?.find(({ subject }) => subject.kind === 'identity')?.accountName).toBe('Shop');
    expect(entries?.find(({ subject }) => subject.kind === 'domain')).toMatchObject({
      users: [{ ...user, accountName: 'Shop' }],
      userCount: 1,
    });
  });
});

describe('a mail step that was broken off', () => {
  const broken = () => Promise.reject(new Error('SNS is away'));

  it('is taken up by the next scan, with the number and the text it had', async () => {
    await bench.record([finding('DKIM-01', 'FAIL')]);
    await expect(bench.mail('s1', { publish: broken })).rejects.toThrow('SNS is away');
    await bench.record([finding('DKIM-01', 'PASS')], { scan: 's2' });
    expect(await bench.mail('s2')).toMatchObject({ digest: 2 });
    expect(bench.mailbox.map(({ number, body }) => [number, body])).toEqual([
      [1, 'OPENED DKIM-01 example.com'],
      [2, 'RESOLVED DKIM-01 example.com'],
    ]);
  });

  it('waits for a lease no longer than it lasts', async () => {
    await bench.record([finding('DKIM-01', 'FAIL')]);
    // Dies in the middle of publishing: the lease stays.
    const dying = bench.mail('s1', { publish: () => new Promise(() => undefined) });
    while ((await digests())[0]?.lease === undefined) await new Promise(setImmediate);
    let waited = 0;
    await bench.mail('s2', {
      wait: (ms) => {
        waited += ms;
        return Promise.resolve(bench.clock.advance(ms / 1000));
      },
    });
    expect(waited).toBeGreaterThan(100_000);
    expect(waited).toBeLessThan(130_000);
    expect(bodies()).toEqual(['OPENED DKIM-01 example.com', '']);
    void dying;
  });

  it('hands back when its time ends, and goes on where it was', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `shop${index}.example`);
    for (const name of names) {
      await bench.record([finding('DKIM-01', 'FAIL')], {
        subject: { ...IDENTITY, kind: 'identity', name } as never,
      });
    }
    let resume: string | undefined;
    let invocations = 0;
    let published = false;
    for (; !published && invocations < 100; invocations += 1) {
      let looks = 6;
      const outcome = await bench.mail('s1', { msLeft: () => (looks -= 1), ...(resume && { resume }) });
      resume = outcome.resume;
      published = outcome.done;
    }
    expect(invocations).toBeGreaterThan(2);
    expect(bodies()).toEqual([
      names
        .map((name) => `OPENED DKIM-01 ${name}`)
        .sort()
        .join('\n'),
    ]);
    expect(await outboxRows()).toEqual([]);
  });
});

describe('many changes', () => {
  it('tells every finding of a subject, however many', async () => {
    const many = Array.from({ length: 150 }, (_, index) => finding(`DKIM-05#${index}`, 'FAIL'));
    await bench.record(many);
    await bench.mail('s1');
    const stored = await bench.table.readSubject(IDENTITY);
    expect(Object.values(stored?.findings ?? {}).filter(({ told }) => told?.digest === 1)).toHaveLength(150);
    expect(await outboxRows()).toEqual([]);
  });

  it('hands the renderer the worst of a large baseline and counts all of it', async () => {
    const many = Array.from({ length: 120 }, (_, index) =>
      finding(`DKIM-05#${index}`, 'FAIL', { severity: index < 3 ? 'CRITICAL' : 'LOW' }),
    );
    await bench.record(many, { baseline: true });
    let shown = 0;
    await bench.mail('s1', {
      render: ({ header, entries }) => {
        shown = entries.flatMap(({ changes }) => changes).length;
        return { subject: 's', body: JSON.stringify(header) };
      },
    });
    expect(shown).toBe(53);
    expect(JSON.parse(bodies()[0] ?? '')).toMatchObject({
      subjects: 1,
      changes: { BASELINE: 120 },
      baselineOpen: { CRITICAL: 3, LOW: 117 },
    });
  });
});
