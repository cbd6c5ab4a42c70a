/** The narrowest races, each made to happen: something else is done just before a certain call goes out. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IDENTITY, createBench, finding, startDatabase, type Bench, type TestDatabase } from './support.ts';

let database: TestDatabase;
let bench: Bench;
let intervene: { before: (call: string) => boolean; work: () => Promise<unknown> } | undefined;

/** Does the work once, just before the first call that `before` picks: its name and input as text. */
function watch(client: DynamoDBClient): DynamoDBClient {
  client.middlewareStack.add(
    (next, context) => async (input) => {
      const call = `${String(context['commandName'])} ${JSON.stringify(input.input)}`;
      const due = intervene?.before(call) ? intervene : undefined;
      if (due) {
        intervene = undefined;
        await due.work();
      }
      return next(input);
    },
    { step: 'initialize', name: 'intervene', priority: 'high' },
  );
  return client;
}

beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  intervene = undefined;
  bench = await createBench({ ...database, client: () => watch(database.client()) });
});

afterEach(() => {
  expect(intervene, 'the call to come before was never made').toBeUndefined();
});

const bodies = (): string[] => bench.mailbox.map(({ body }) => body);

async function tellFail(): Promise<void> {
  await bench.record([finding('DKIM-01', 'PASS')]);
  await bench.record([finding('DKIM-01', 'FAIL')], { scan: 's1' });
}

describe('between two calls of the mail step', () => {
  it('a change back while the digest is out is told by the next, though recording it saw nothing to tell', async () => {
    await tellFail();
    await bench.mail('s1', {
      publish: async (message) => {
        bench.mailbox.push(message);
        const outcome = await bench.record([finding('DKIM-01', 'PASS')], { scan: 's2' });
        expect(outcome.pendingChanges).toBe(0);
      },
    });
    await bench.mail('s2');
    expect(bodies()).toEqual(['REGRESSED DKIM-01 example.com', 'RESOLVED DKIM-01 example.com']);
  });

  it('a change recorded just before its outbox row is removed keeps the row', async () => {
    await tellFail();
    intervene = {
      before: (call) => call.startsWith('DeleteItem') && call.includes('OUTBOX#'),
      work: () => bench.record([finding('DKIM-01', 'PASS')], { scan: 's2' }),
    };
    await bench.mail('s1');
    await bench.mail('s2');
    expect(bodies()).toEqual(['REGRESSED DKIM-01 example.com', 'RESOLVED DKIM-01 example.com']);
  });

  it('a step that lost the race for the number cannot alter what the winner froze', async () => {
    await bench.record([finding('DKIM-01', 'FAIL')]);
    let left = 1;
    intervene = {
      before: (call) => call.startsWith('PutItem') && call.includes('ENTRY#'),
      work: async () => {
        await bench.record([finding('DKIM-01', 'WARN')], { scan: 's2' });
        // The winner has time to publish, not to tell the subjects.
        const publish = (message: (typeof bench.mailbox)[number]) => {
          left = 0;
          return Promise.resolve(void bench.mailbox.push(message));
        };
        await bench.mail('s2', { publish, msLeft: () => left });
      },
    };
    await bench.mail('s1');
    const stored = await bench.table.readSubject(IDENTITY);
    expect(bench.mailbox.map(({ number }) => number)).toEqual([1, 2]);
    expect(stored?.findings['DKIM-01']?.told).toMatchObject({ status: 'WARN', digest: 1 });
  });

  it('a subject that comes back just before its departure is told does not expire', async () => {
    await tellFail();
    await bench.mail('s1');
    await bench.table.retireSubject({ subject: IDENTITY, scan: { id: 's2' }, observedAt: bench.clock.time });
    intervene = {
      before: (call) =>
        call.startsWith('UpdateItem') && call.includes('IDENTITY#example.com') && call.includes('"digest":2'),
      work: () => bench.record([finding('DKIM-01', 'FAIL')], { scan: 's3' }),
    };
    await bench.mail('s2');
    const item = (await database.dump(bench.tableName)).find((it) => it['sk'] === 'IDENTITY#example.com');
    expect(item).not.toHaveProperty('expiresAt');
    await bench.mail('s3');
    expect(bodies()).toEqual([
      'REGRESSED DKIM-01 example.com',
      'RETIRED DKIM-01 example.com',
      'OPENED DKIM-01 example.com',
    ]);
  });

  it('a digest that another step makes meanwhile is finished first, and nothing is told twice', async () => {
    await tellFail();
    intervene = {
      before: (call) => call.startsWith('PutItem') && call.includes('"HEADER"'),
      work: () => bench.mail('s2'),
    };
    await bench.mail('s1');
    expect(bodies()).toEqual(['REGRESSED DKIM-01 example.com', '']);
  });

  it('nobody else publishes a digest while somebody does', async () => {
    await tellFail();
    let looks = 10;
    await bench.mail('s1', {
      publish: async (message) => {
        const other = await bench.mail('s2', { msLeft: () => (looks -= 1) });
        expect(other.done).toBe(false);
        expect(bench.mailbox).toEqual([]);
        bench.mailbox.push(message);
      },
    });
    expect(bodies()).toEqual(['REGRESSED DKIM-01 example.com']);
  });

  it('a second step of the same scan sends no second digest', async () => {
    await tellFail();
    intervene = {
      before: (call) => call.startsWith('PutItem') && call.includes('"HEADER"'),
      work: () => bench.mail('s1'),
    };
    expect(await bench.mail('s1')).toMatchObject({ digest: 1 });
    expect(bodies()).toEqual(['REGRESSED DKIM-01 example.com']);
  });
});

describe('between two calls of recording', () => {
  it('a newer observation that another scan stores meanwhile wins', async () => {
    await bench.record([finding('DKIM-01', 'WARN')]);
    const observedAt = bench.clock.time;
    intervene = {
      before: (call) => call.startsWith('UpdateItem') && call.includes('IDENTITY#'),
      work: () => bench.record([finding('DKIM-01', 'PASS')], { scan: 's3' }),
    };
    const outcome = await bench.record([finding('DKIM-01', 'FAIL')], { scan: 's2', observedAt });
    expect(outcome.result).toBe('stale');
    expect((await bench.table.readSubject(IDENTITY))?.findings['DKIM-01']?.known?.status).toBe('PASS');
  });

  it('an older observation that another scan stores meanwhile is overwritten', async () => {
    await bench.record([finding('DKIM-01', 'WARN')]);
    const older = bench.clock.time;
    intervene = {
      before: (call) => call.startsWith('UpdateItem') && call.includes('IDENTITY#'),
      work: () => bench.record([finding('DKIM-01', 'PASS')], { scan: 's3', observedAt: older }),
    };
    await bench.record([finding('DKIM-01', 'FAIL')], { scan: 's2' });
    expect((await bench.table.readSubject(IDENTITY))?.findings['DKIM-01']).toMatchObject({
      known: { status: 'FAIL' },
      told: { status: 'PASS', digest: 0 },
    });
  });

  it('what another scan came to know meanwhile is not lost to an UNKNOWN', async () => {
    await bench.record([finding('DKIM-01', 'WARN')]);
    const older = bench.clock.time;
    intervene = {
      before: (call) => call.startsWith('UpdateItem') && call.includes('IDENTITY#'),
      work: () => bench.record([finding('DKIM-01', 'FAIL')], { scan: 's3', observedAt: older }),
    };
    await bench.record([finding('DKIM-01', 'UNKNOWN')], { scan: 's2' });
    expect((await bench.table.readSubject(IDENTITY))?.findings['DKIM-01']).toMatchObject({
      latest: { status: 'UNKNOWN' },
      known: { status: 'FAIL' },
    });
  });
});
