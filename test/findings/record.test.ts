import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SubjectBefore } from '../../lambda/controls/types.ts';
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

async function stored() {
  const subject = await bench.table.readSubject(IDENTITY);
  if (!subject) throw new Error('nothing is stored');
  return subject;
}

async function outbox() {
  return (await database.dump(bench.tableName)).filter((item) => String(item['pk']).startsWith('OUTBOX#'));
}

describe('recording a subject for the first time', () => {
  it('tells a PASS without a word and leaves nothing to mail', async () => {
    const outcome = await bench.record([finding('DKIM-01', 'PASS')]);
    expect(outcome).toEqual({ result: 'written', pendingChanges: 0 });
    expect((await stored()).findings['DKIM-01']?.told).toMatchObject({ status: 'PASS', digest: 0 });
    expect(await outbox()).toEqual([]);
  });

  it('puts a FAIL into the outbox, told nothing yet', async () => {
    expect(await bench.record([finding('DKIM-01', 'FAIL')])).toEqual({
      result: 'written',
      pendingChanges: 1,
    });
    expect((await stored()).findings['DKIM-01']).toMatchObject({ known: { status: 'FAIL' } });
    expect((await stored()).findings['DKIM-01']?.told).toBeUndefined();
    expect(await outbox()).toMatchObject([{ subject: IDENTITY }]);
  });

  it('knows nothing from an UNKNOWN', async () => {
    await bench.record([finding('DKIM-01', 'UNKNOWN')]);
    expect((await stored()).findings['DKIM-01']).toMatchObject({
      latest: { status: 'UNKNOWN' },
      unknownScans: 1,
    });
    expect((await stored()).findings['DKIM-01']).not.toHaveProperty('known');
  });

  it('is found by the listings', async () => {
    await bench.record([finding('DKIM-01', 'FAIL')]);
    expect(await bench.table.listIdentityNames('111111111111', 'eu-west-1')).toEqual(['example.com']);
    expect(await bench.table.listAccounts()).toMatchObject([
      { accountId: '111111111111', regions: ['eu-west-1'] },
    ]);
  });

  it('stands in the index under its worst open severity', async () => {
    await bench.record([
      finding('A-01', 'WARN', { severity: 'LOW' }),
      finding('B-01', 'FAIL', { severity: 'CRITICAL' }),
    ]);
    const item = (await database.dump(bench.tableName)).find((it) => it['sk'] === 'IDENTITY#example.com');
    const alike = { firm: false, follows: false, count: 1 };
    expect(item).toMatchObject({
      gsiPk: 'OPEN#CRITICAL',
      counts: {
        open: [
          { severity: 'LOW', ...alike },
          { severity: 'CRITICAL', ...alike },
        ],
        waived: 0,
      },
    });
    await bench.record([finding('A-01', 'PASS'), finding('B-01', 'PASS')]);
    const after = (await database.dump(bench.tableName)).find((it) => it['sk'] === 'IDENTITY#example.com');
    expect(after).not.toHaveProperty('gsiPk');
  });
});

describe('recording it again', () => {
  it('remembers the known status behind an UNKNOWN, and resolves nothing', async () => {
    await bench.record([finding('DKIM-01', 'FAIL')]);
    const outcome = await bench.record([finding('DKIM-01', 'UNKNOWN')], { scan: 's2' });
    expect(outcome.pendingChanges).toBe(1);
    expect((await stored()).findings['DKIM-01']).toMatchObject({
      latest: { status: 'UNKNOWN' },
      known: { status: 'FAIL' },
      knownFinding: { reason: 'DKIM-01_FAIL' },
    });
  });

  it('counts full scans that end UNKNOWN, not narrowed ones, and starts over when something is known', async () => {
    const unknownScans = async () => (await stored()).findings['DKIM-01']?.unknownScans;
    await bench.record([finding('DKIM-01', 'UNKNOWN')], { scan: 's1' });
    await bench.record([finding('DKIM-01', 'UNKNOWN')], { scan: 's1' });
    expect(await unknownScans()).toBe(1);
    await bench.record([finding('DKIM-01', 'UNKNOWN')], { scan: 's2' });
    await bench.record([finding('DKIM-01', 'UNKNOWN')], { scan: 's3', full: false });
    expect(await unknownScans()).toBe(2);
    await bench.record([finding('DKIM-01', 'PASS')], { scan: 's4' });
    expect(await unknownScans()).toBe(0);
  });

  it('keeps since when a status holds', async () => {
    await bench.record([finding('DKIM-01', 'FAIL')], { observedAt: '2026-11-01T00:00:00.000Z' });
    await bench.record([finding('DKIM-01', 'FAIL', { summary: 'Otherwise put.' })], { scan: 's2' });
    expect((await stored()).findings['DKIM-01']?.known).toMatchObject({
      since: '2026-11-01T00:00:00.000Z',
      summary: 'Otherwise put.',
    });
  });

  it('judges a retry against what the scan found at first', async () => {
    await bench.record([finding('DKIM-01', 'PASS')], { scan: 's1' });
    const seen: (SubjectBefore | undefined)[] = [];
    const judging = (status: 'FAIL' | 'UNKNOWN') => ({
      scan: 's2',
      extra: {
        judge: (before: SubjectBefore | undefined) => {
          seen.push(before);
          return [finding('DKIM-01', status)];
        },
      },
    });
    await bench.record([finding('DKIM-01', 'FAIL')], judging('FAIL'));
    await bench.record([finding('DKIM-01', 'FAIL')], judging('UNKNOWN'));
    expect(seen.map((before) => before?.findings['DKIM-01']?.status)).toEqual(['PASS', 'PASS']);
    await bench.record([finding('DKIM-01', 'FAIL')], { ...judging('FAIL'), scan: 's3' });
    expect(seen[2]?.findings['DKIM-01']).toMatchObject({ status: 'UNKNOWN', knownStatus: 'FAIL' });
  });

  it('refuses an older observation, whichever scan brings it', async () => {
    await bench.record([finding('DKIM-01', 'PASS')], { observedAt: '2026-11-21T07:00:00.000Z' });
    const late = await bench.record([finding('DKIM-01', 'FAIL')], {
      scan: 's2',
      observedAt: '2026-11-21T06:59:59.999Z',
    });
    expect(late.result).toBe('stale');
    expect((await stored()).findings['DKIM-01']?.known?.status).toBe('PASS');
  });

  it('puts a fresh token whether or not this call changed anything, so that a lost row heals', async () => {
    await bench.record([finding('DKIM-01', 'FAIL')]);
    const [row] = await outbox();
    await bench.record([finding('DKIM-01', 'FAIL')], { scan: 's2' });
    const [again] = await outbox();
    expect(again?.['token']).not.toBe(row?.['token']);
  });

  it('keeps a line of history of each change of status or reason', async () => {
    await bench.record([finding('DKIM-01', 'PASS')]);
    await bench.record([finding('DKIM-01', 'FAIL')], { scan: 's2' });
    await bench.record([finding('DKIM-01', 'FAIL', { summary: 'Otherwise put.' })], { scan: 's3' });
    const history = (await database.dump(bench.tableName)).filter((it) =>
      String(it['pk']).startsWith('HISTORY#'),
    );
    expect(history).toMatchObject([{ status: 'FAIL', from: { status: 'PASS' }, scanId: 's2' }]);
  });

  it('refuses two findings of one key', async () => {
    await expect(bench.record([finding('A-01', 'PASS'), finding('A-01', 'FAIL')])).rejects.toThrow('A-01');
  });

  it('bounds evidence and keeps the item storable', async () => {
    const big = Array.from({ length: 120 }, (_, index) =>
      finding(`A-${index}`, 'FAIL', { evidence: { text: 'x'.repeat(4000) } }),
    );
    await bench.record([...big, finding('B-01', 'FAIL', { evidence: { text: 'x'.repeat(5000) } })]);
    const { findings } = await stored();
    expect(Object.keys(findings)).toHaveLength(121);
    expect(findings['B-01']?.latest.evidence).toHaveProperty('truncated', true);
    expect(Buffer.byteLength(JSON.stringify(await stored()))).toBeLessThan(200 * 1024);
  });
});

describe('when nothing changed', () => {
  const facts = { dependsOn: ['example.com'] };

  async function dumpAfter(write: () => Promise<unknown>) {
    await write();
    return database.dump(bench.tableName);
  }

  it('writes nothing at all for a worker that is alone', async () => {
    const write = (scan: string) => async () => {
      const pass = await bench.table.openPass(IDENTITY);
      const extra = { facts, pass };
      const outcome = await bench.record([finding('DKIM-01', 'PASS')], { scan, extra });
      await pass.close();
      return outcome;
    };
    const first = await dumpAfter(write('s1'));
    expect(await dumpAfter(write('s2'))).toEqual(first);
  });

  it('writes only that it was seen for one that cannot know', async () => {
    await bench.record([finding('DKIM-01', 'PASS')], { extra: { facts } });
    const before = await stored();
    const outcome = await bench.record([finding('DKIM-01', 'PASS')], { scan: 's2', extra: { facts } });
    expect(outcome.result).toBe('unchanged');
    expect(await stored()).toEqual({ ...before, observedAt: (await stored()).observedAt, scanId: 's2' });
    expect((await stored()).observedAt > before.observedAt).toBe(true);
  });

  it('keeps a target\'s "last seen" even for a worker that is alone', async () => {
    const subject = { kind: 'target', accountId: '111111111111', region: 'eu-west-1' } as const;
    await bench.record([finding('SCAN-02', 'PASS')], { subject });
    const pass = await bench.table.openPass(subject);
    await bench.record([finding('SCAN-02', 'PASS')], { subject, scan: 's2', extra: { pass } });
    expect((await bench.table.readSubject(subject))?.scanId).toBe('s2');
  });

  it('keeps a late worker from writing its older view over an unchanged newer one', async () => {
    await bench.record([finding('DKIM-01', 'PASS')]);
    const late = await bench.table.openPass(IDENTITY);
    const lateObservation = bench.clock.time;
    const pass = await bench.table.openPass(IDENTITY);
    await bench.record([finding('DKIM-01', 'PASS')], { scan: 's2', extra: { pass } });
    await pass.close();
    const outcome = await bench.record([finding('DKIM-01', 'FAIL')], {
      scan: 's1',
      observedAt: lateObservation,
      extra: { pass: late },
    });
    expect(outcome.result).toBe('stale');
  });

  it('writes nothing after the pass has run out', async () => {
    const pass = await bench.table.openPass(IDENTITY, 60);
    bench.clock.advance(61);
    await expect(bench.record([finding('DKIM-01', 'PASS')], { extra: { pass } })).rejects.toThrow('is late');
    expect(await bench.table.readSubject(IDENTITY)).toBeUndefined();
  });

  it('refuses a pass over another area', async () => {
    const pass = await bench.table.openPass({ kind: 'account', accountId: '111111111111' });
    await expect(bench.record([finding('DKIM-01', 'PASS')], { extra: { pass } })).rejects.toThrow(
      'does not cover',
    );
  });
});

describe('baseline', () => {
  const known = async (key: string) => (await stored()).findings[key]?.known;

  it('marks what a new target holds, where the caller says so', async () => {
    await bench.record([finding('DKIM-01', 'FAIL')], { baseline: true });
    expect(await known('DKIM-01')).toMatchObject({ baseline: true });
  });

  it('marks the first evaluation of a control on a subject already known, by a release', async () => {
    await bench.record([finding('DKIM-01', 'PASS')]);
    await bench.record([finding('DKIM-01', 'PASS'), finding('MF-01', 'FAIL')], { scan: 's2' });
    expect(await known('MF-01')).toMatchObject({ baseline: true, because: 'RELEASE' });
  });

  it('marks the first evaluation of a new revision', async () => {
    await bench.record([finding('DKIM-01', 'PASS')]);
    await bench.record([finding('DKIM-01', 'FAIL', { revision: 2 })], { scan: 's2' });
    expect(await known('DKIM-01')).toMatchObject({ baseline: true, because: 'RELEASE', revision: 2 });
  });

  it('waits for the first known word of a control that began UNKNOWN', async () => {
    await bench.record([finding('DKIM-01', 'UNKNOWN')], { baseline: true });
    await bench.record([finding('DKIM-01', 'FAIL')], { scan: 's2' });
    expect(await known('DKIM-01')).toMatchObject({ baseline: true });
  });

  it('is none for a new identity of a covered target that began UNKNOWN', async () => {
    await bench.record([finding('DKIM-01', 'UNKNOWN')], { baseline: false });
    await bench.record([finding('DKIM-01', 'FAIL')], { scan: 's2' });
    expect(await known('DKIM-01')).not.toHaveProperty('baseline');
  });

  it('is none for a new sub-key of a control evaluated before', async () => {
    await bench.record([finding('DKIM-05#a', 'PASS')], { baseline: true });
    await bench.record([finding('DKIM-05#a', 'PASS'), finding('DKIM-05#b', 'FAIL')], { scan: 's2' });
    expect(await known('DKIM-05#b')).not.toHaveProperty('baseline');
  });

  it('ends when the finding gets worse before it was told', async () => {
    await bench.record([finding('DKIM-01', 'WARN')], { baseline: true });
    await bench.record([finding('DKIM-01', 'FAIL')], { scan: 's2' });
    expect(await known('DKIM-01')).not.toHaveProperty('baseline');
  });

  it('ends when it was told', async () => {
    await bench.record([finding('DKIM-01', 'FAIL')], { baseline: true });
    await bench.mail('s1');
    await bench.record([finding('DKIM-01', 'PASS')], { scan: 's2' });
    await bench.mail('s2');
    expect(bench.mailbox.map(({ body }) => body)).toEqual([
      'BASELINE DKIM-01 example.com',
      'RESOLVED DKIM-01 example.com',
    ]);
  });
});

describe('what made a change', () => {
  const facts = { policy: 'none' };

  it('is a setting, where the same facts are judged under other settings', async () => {
    await bench.record([finding('DMARC-05', 'PASS')], { extra: { facts, settings: 'a' } });
    await bench.record([finding('DMARC-05', 'FAIL')], { scan: 's2', extra: { facts, settings: 'b' } });
    expect((await stored()).findings['DMARC-05']?.known?.because).toBe('SETTING');
  });

  it('is the world, where the facts changed as well', async () => {
    await bench.record([finding('DMARC-05', 'PASS')], { extra: { facts, settings: 'a' } });
    const extra = { facts: { policy: 'gone' }, settings: 'b' };
    await bench.record([finding('DMARC-05', 'FAIL')], { scan: 's2', extra });
    expect((await stored()).findings['DMARC-05']?.known).not.toHaveProperty('because');
  });
});

describe('a key that a later judgement lacks', () => {
  it('no longer applies', async () => {
    await bench.record([finding('DKIM-05#a', 'FAIL'), finding('DKIM-05#b', 'PASS')]);
    await bench.mail('s1');
    await bench.record([finding('DKIM-05#b', 'PASS')], { scan: 's2' });
    expect((await stored()).findings['DKIM-05#a']?.latest).toMatchObject({
      status: 'NOT_APPLICABLE',
      reason: 'GONE',
    });
    await bench.mail('s2');
    expect(bench.mailbox[1]?.body).toBe('RETIRED DKIM-05#a example.com');
  });

  it('stays as it is while another word of its control is UNKNOWN', async () => {
    await bench.record([finding('DKIM-05#a', 'FAIL')]);
    await bench.record([finding('DKIM-05', 'UNKNOWN')], { scan: 's2' });
    expect((await stored()).findings['DKIM-05#a']?.latest.status).toBe('FAIL');
  });

  it('goes with its control when a release takes that away', async () => {
    await bench.record([finding('OLD-01', 'FAIL'), finding('DKIM-01', 'PASS')]);
    await bench.record([finding('DKIM-01', 'PASS')], { scan: 's2' });
    expect((await stored()).findings['OLD-01']?.known).toMatchObject({ reason: 'GONE', because: 'RELEASE' });
  });
});

describe('retiring a subject', () => {
  const retire = (scan: string) =>
    bench.table.retireSubject({ subject: IDENTITY, scan: { id: scan }, observedAt: bench.clock.time });

  it('keeps a tombstone until its departure is told, then lets it expire', async () => {
    await bench.record([finding('DKIM-01', 'FAIL')]);
    await bench.mail('s1');
    expect((await retire('s2')).pendingChanges).toBe(1);
    expect(await bench.table.listIdentityNames('111111111111', 'eu-west-1')).toEqual(['example.com']);
    await bench.mail('s2');
    expect(bench.mailbox[1]?.body).toBe('RETIRED DKIM-01 example.com');
    expect(await bench.table.listIdentityNames('111111111111', 'eu-west-1')).toEqual([]);
    const item = (await database.dump(bench.tableName)).find((it) => it['sk'] === 'IDENTITY#example.com');
    expect(item?.['expiresAt']).toBeTypeOf('number');
    expect(item).not.toHaveProperty('gsiPk');
  });

  it('says nothing of one that was in order, or whose failure was never told', async () => {
    await bench.record([finding('DKIM-01', 'PASS'), finding('MF-01', 'FAIL')]);
    expect((await retire('s2')).pendingChanges).toBe(0);
    await bench.mail('s2');
    expect(bench.mailbox.map(({ body }) => body)).toEqual(['']);
  });

  it.each(['FAIL', 'PASS'] as const)('opens anew when it comes back failing after a %s', async (status) => {
    await bench.record([finding('DKIM-01', status)]);
    await bench.mail('s1');
    await retire('s2');
    await bench.mail('s2');
    await bench.record([finding('DKIM-01', 'FAIL')], { scan: 's3' });
    await bench.mail('s3');
    expect(bench.mailbox.at(-1)?.body).toBe('OPENED DKIM-01 example.com');
    const item = (await database.dump(bench.tableName)).find((it) => it['sk'] === 'IDENTITY#example.com');
    expect(item).not.toHaveProperty('expiresAt');
    expect(item).not.toHaveProperty('retiredAt');
  });

  it('regresses when it comes back in order and fails later', async () => {
    await bench.record([finding('DKIM-01', 'FAIL')]);
    await bench.mail('s1');
    await retire('s2');
    await bench.mail('s2');
    await bench.record([finding('DKIM-01', 'PASS')], { scan: 's3' });
    await bench.record([finding('DKIM-01', 'FAIL')], { scan: 's4' });
    await bench.mail('s4');
    expect(bench.mailbox.at(-1)?.body).toBe('REGRESSED DKIM-01 example.com');
  });

  it('judges it as new when it comes back', async () => {
    await bench.record([finding('DKIM-01', 'FAIL')]);
    await retire('s2');
    let before: SubjectBefore | undefined = { firstSeen: '', findings: {} };
    const extra = {
      judge: (it: SubjectBefore | undefined) => {
        before = it;
        return [];
      },
    };
    await bench.record([], { scan: 's3', extra });
    expect(before).toBeUndefined();
  });

  it('leaves alone what was seen more recently, and what was never stored', async () => {
    expect((await retire('s1')).result).toBe('unchanged');
    await bench.record([finding('DKIM-01', 'PASS')], { observedAt: '2027-01-01T00:00:00.000Z' });
    expect((await retire('s1')).result).toBe('stale');
  });

  it('puts a lost outbox row again when it is done again', async () => {
    await bench.record([finding('DKIM-01', 'FAIL')]);
    await bench.mail('s1');
    await retire('s2');
    const [row] = await outbox();
    await retire('s2');
    expect((await outbox())[0]?.['token']).not.toBe(row?.['token']);
  });
});
