/** Waivers as they are recorded, counted, listed and mailed. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Waiver } from '../../lambda/contract.ts';
import type { Change } from '../../lambda/findings/types.ts';
import { countWaiverMatches } from '../../lambda/findings/waiver-matches.ts';
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

const WAIVER: Waiver = {
  ...{ control: 'DKIM-*', account: '*', region: '*', subject: 'example.com' },
  ...{ reason: 'old keys until the move', owner: 'Mail team', expires: '2026-11-30' },
};
const BEFORE = '2026-11-21T06:00:00.000Z';
const AFTER = '2026-12-05T06:00:00.000Z';

const under = (startTime: string, waivers: Waiver[] = [WAIVER]) => ({
  extra: { waivers, scan: { id: startTime, startTime, full: true } },
});
const bodies = (): string[] => bench.mailbox.map(({ body }) => body);
/** What the mails said; a NOTED change is in the digest, never in a mail. */
const told = (): string[] => bodies().map((body) => body.replace(/^NOTED .*$/gm, '').trim());

describe('a finding under a waiver', () => {
  it('stays visible with owner, reason and end, and is never mailed', async () => {
    await bench.record([finding('DKIM-04', 'FAIL')], under(BEFORE));
    await bench.mail('s1');
    const stored = (await bench.table.readSubject(IDENTITY))?.findings['DKIM-04'];
    expect(stored).toMatchObject({
      latest: { status: 'FAIL' },
      known: {
        status: 'FAIL',
        waived: { owner: 'Mail team', reason: WAIVER.reason, expires: '2026-11-30' },
      },
      told: { status: 'FAIL', waived: { owner: 'Mail team', expires: '2026-11-30' } },
    });
    expect(told()).toEqual(['']);
  });

  it('carries no longer what follows from it: that is counted and told by itself, with the waiver of its cause', async () => {
    const elsewhere = { kind: 'domain', name: 'example.com' } as const;
    const cause = { controlId: 'DKIM-04', subject: IDENTITY };
    await bench.record(
      [finding('DKIM-04', 'FAIL'), finding('ALIGN-01', 'FAIL', { cause })],
      under(BEFORE, [{ ...WAIVER, control: 'DKIM-04' }]),
    );
    await bench.record([finding('BULK-02', 'FAIL', { cause })], { subject: elsewhere });
    expect(await bench.table.countFindings()).toMatchObject({ waived: 1, open: { HIGH: 1 } });
    let changes: Change[] = [];
    await bench.mail('s1', {
      render: ({ entries }) => {
        changes = entries.flatMap((entry) => entry.changes);
        return { subject: 's', body: 'b' };
      },
    });
    const byKey = Object.fromEntries(changes.map(({ key, causeWaived }) => [key, causeWaived]));
    const waived = { owner: 'Mail team', expires: '2026-11-30' };
    expect(byKey).toEqual({ 'ALIGN-01': waived, 'BULK-02': waived });
  });

  it('is counted as waived, not as open, and is no line of the index', async () => {
    await bench.record([finding('DKIM-04', 'FAIL')], under(BEFORE));
    expect(await bench.table.countFindings()).toMatchObject({ open: {}, waived: 1, findings: { FAIL: 1 } });
    const item = (await database.dump(bench.tableName)).find((it) => it['sk'] === 'IDENTITY#example.com');
    expect(item).not.toHaveProperty('gsiPk');
  });

  it.each(['FAIL', 'WARN'] as const)(
    'leaves the open ones silently when it was told as %s',
    async (status) => {
      await bench.record([finding('DKIM-04', status)]);
      await bench.mail('s1');
      await bench.record([finding('DKIM-04', status)], under(BEFORE));
      await bench.mail('s2');
      expect(told()).toEqual(['OPENED DKIM-04 example.com', '']);
    },
  );

  it('gets worse and resolves without a word, and regresses aloud once it resolved and the waiver is over', async () => {
    await bench.record([finding('DKIM-04', 'WARN')], under(BEFORE));
    await bench.mail('s1');
    await bench.record([finding('DKIM-04', 'FAIL')], under(BEFORE));
    await bench.mail('s2');
    await bench.record([finding('DKIM-04', 'PASS')], under(BEFORE));
    await bench.mail('s3');
    await bench.record([finding('DKIM-04', 'FAIL')], under(AFTER));
    await bench.mail('s4');
    expect(told()).toEqual(['', '', '', 'REGRESSED DKIM-04 example.com']);
  });

  it('retires without a word', async () => {
    await bench.record([finding('DKIM-04', 'FAIL')], under(BEFORE));
    await bench.mail('s1');
    await bench.table.retireSubject({ subject: IDENTITY, scan: { id: 's2' }, observedAt: bench.clock.time });
    await bench.mail('s2');
    expect(told()).toEqual(['', '']);
    const rows = (await database.dump(bench.tableName)).filter((it) =>
      String(it['pk']).startsWith('OUTBOX#'),
    );
    expect(rows).toEqual([]);
  });
});

describe('the end of a waiver', () => {
  it.each([
    ['it has expired', under(AFTER)],
    ['it was taken out of the settings', under(BEFORE, [])],
    ['another account is meant', under(BEFORE, [{ ...WAIVER, account: '222222222222' }])],
  ])('alerts again where %s, once', async (_why, how) => {
    await bench.record([finding('DKIM-04', 'FAIL')], under(BEFORE));
    await bench.mail('s1');
    await bench.record([finding('DKIM-04', 'FAIL')], how);
    await bench.mail('s2');
    await bench.record([finding('DKIM-04', 'FAIL')], how);
    await bench.mail('s3');
    expect(told()).toEqual(['', 'WAIVER_ENDED DKIM-04 example.com', '']);
  });

  it('alerts although the latest look learned nothing: what is known still stands', async () => {
    await bench.record([finding('DKIM-04', 'FAIL')], under(BEFORE));
    await bench.mail('s1');
    await bench.record([finding('DKIM-04', 'UNKNOWN')], under(AFTER));
    await bench.mail('s2');
    expect(told()).toEqual(['', 'WAIVER_ENDED DKIM-04 example.com']);
  });

  it('alerts for a sub-key that an UNKNOWN hides', async () => {
    await bench.record([finding('DKIM-05#token', 'FAIL')], under(BEFORE));
    await bench.mail('s1');
    await bench.record([finding('DKIM-05', 'UNKNOWN')], under(AFTER));
    await bench.mail('s2');
    expect(told()).toEqual(['', 'WAIVER_ENDED DKIM-05#token example.com']);
  });

  it('says nothing where the subject was not seen', async () => {
    await bench.record([finding('DKIM-04', 'FAIL')], under(BEFORE));
    await bench.mail('s1');
    await bench.mail('s2');
    expect(told()).toEqual(['', '']);
    expect(await bench.table.countFindings()).toMatchObject({ waived: 1 });
  });

  it('is announced even where quiet scans send no mail', async () => {
    const quiet = { sendAllQuiet: false };
    expect(await bench.mail('s1', { ...quiet, announces: () => Promise.resolve(false) })).toMatchObject({
      published: false,
    });
    expect(await bench.mail('s2', { ...quiet, announces: () => Promise.resolve(true) })).toMatchObject({
      published: true,
    });
  });
});

describe('listing and counting by waiver', () => {
  beforeEach(async () => {
    await bench.record([finding('DKIM-04', 'FAIL'), finding('MF-01', 'WARN')], under(BEFORE));
  });

  it.each([
    [undefined, ['DKIM-04', 'MF-01']],
    [true, ['DKIM-04']],
    [false, ['MF-01']],
  ])('lists by waived: %s', async (waived, keys) => {
    const listed: string[] = [];
    for await (const { key } of bench.table.listFindings(waived === undefined ? {} : { waived }))
      listed.push(key);
    expect(listed).toEqual(keys);
  });

  it('counts what each waiver covers, ended or not; one that covers nothing has 0', async () => {
    const waivers = [
      WAIVER,
      { ...WAIVER, expires: '2020-01-01' },
      { ...WAIVER, control: '*', expires: '2020-01-01' },
      { ...WAIVER, subject: '*.example.net' },
    ];
    const counted = await countWaiverMatches(bench.table.store, waivers);
    expect(counted.map(({ open }) => open)).toEqual([1, 1, 2, 0]);
  });
});
