/** Scans that break off, run twice or look at a part only: nothing is lost, nothing told twice, gaps are named. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { handlers } from '../../local/handlers.ts';
import { domain } from '../../local/organization/vocabulary.ts';
import type { World } from '../../local/organization/types.ts';
import type { IdentityFaultName } from '../../local/organization/faults/index.ts';
import type { Handler } from '../../local/workflow/lambda-context.ts';
import {
  coverageOf,
  everTold,
  findingsOf,
  flat,
  leftovers,
  mailsOf,
  messageOf,
  outcomesOf,
  readItems,
  smallWorld,
  standing,
  startSandbox,
  sumsOf,
  toldChanges,
  type Item,
  type Sandbox,
} from './support.ts';

const SHOP = '222222222222';
const NEWS = '333333333333';
const RETURNS = { kind: 'identity', accountId: SHOP, region: 'us-east-1', name: 'returns.example' } as const;
const LOTTERY = { kind: 'identity', accountId: NEWS, region: 'us-west-2', name: 'lottery.example' } as const;

/** Two accounts with three targets; `broken` gives two of their identities a new fault. */
function world(broken: { shop?: IdentityFaultName; news?: IdentityFaultName } = {}): World {
  const faults = (name: IdentityFaultName | undefined) => ({ faults: name ? [name] : [] });
  return smallWorld(
    [
      {
        id: SHOP,
        name: 'shop',
        in: 'ou-test-commerce',
        targets: {
          'us-east-1': {
            identities: [domain('shop.example'), domain('returns.example', faults(broken.shop))],
          },
          'eu-west-1': { identities: [domain('voucher.example', { faults: ['dkim-cname-wrong-target'] })] },
        },
      },
      {
        id: NEWS,
        name: 'news',
        in: 'ou-test-marketing',
        targets: { 'us-west-2': { identities: [domain('lottery.example', faults(broken.news))] } },
      },
    ],
    [
      { id: 'ou-test-commerce', name: 'Commerce', in: 'r-test' },
      { id: 'ou-test-marketing', name: 'Marketing', in: 'r-test' },
    ],
  );
}

const BROKEN = { shop: 'dkim-cname-missing', news: 'mail-from-absent' } as const;

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox(world());
});
afterEach(() => sandbox.close());

/** What an undisturbed organization is told: the baseline, then the two regressions. */
let undisturbed: { baseline: string[]; all: string[]; standing: { [finding: string]: string } };
beforeAll(async () => {
  const calm = await startSandbox(world());
  try {
    await calm.scan();
    const baseline = everTold(await readItems());
    calm.stack.setWorld(world(BROKEN));
    await calm.scan();
    const items = await readItems();
    undisturbed = { baseline, all: everTold(items), standing: standing(items) };
  } finally {
    await calm.close();
  }
});

async function expectUndisturbed(): Promise<void> {
  const items = await readItems();
  expect(everTold(items)).toEqual(undisturbed.all);
  expect(standing(items)).toEqual(undisturbed.standing);
  expect(leftovers(items)).toEqual([]);
}

/** The real handler, but for its n-th invocation (from 1). */
function onceAtCall(
  name: string,
  n: number,
  instead: (real: () => Promise<unknown>) => Promise<unknown>,
): Handler {
  let calls = 0;
  return (event, context) => {
    calls += 1;
    const real = async (): Promise<unknown> => handlers[name]?.(event, context);
    return calls === n ? instead(real) : real();
  };
}

const broken = async (): Promise<never> => {
  throw new TypeError('Cannot read properties of undefined');
};

describe('the undisturbed organization', () => {
  it('is told each thing once', () => {
    expect(undisturbed.baseline).toEqual([
      'BASELINE DKIM-06 of identity 222222222222 eu-west-1 voucher.example',
    ]);
    expect(undisturbed.all).toEqual(
      [
        ...undisturbed.baseline,
        'REGRESSED DKIM-05 of identity 222222222222 us-east-1 returns.example',
        'WEAKENED ALIGN-01 of identity 333333333333 us-west-2 lottery.example',
        'WEAKENED MF-01 of identity 333333333333 us-west-2 lottery.example',
      ].sort(),
    );
  });
});

describe('a scan killed midway', () => {
  it.each([
    ['survey-account', 1],
    ['scan-region', 1],
    ['scan-region', 3],
    ['judge-domains', 9],
  ])(
    'in the week in which things broke, at the end of %s number %i: the next scan tells all',
    async (handler, n) => {
      await sandbox.scan();
      sandbox.stack.setWorld(world(BROKEN));
      const controller = new AbortController();
      let ended = 0;
      const killed = await sandbox.scan({
        signal: controller.signal,
        onEvent({ kind, handler: name }) {
          if (kind === 'ended' && name === handler && (ended += 1) === n) controller.abort();
        },
      });
      expect(killed.execution.status).toBe('ABORTED');
      expect(killed.scan?.state).toBe('ABORTED');
      expect(killed.scan?.endTime).toBeDefined();
      expect(mailsOf(sandbox.stack)).toHaveLength(1);
      expect((await sandbox.scan()).execution.status).toBe('SUCCEEDED');
      expect(mailsOf(sandbox.stack)).toHaveLength(2);
      await expectUndisturbed();
    },
  );

  it('while it is the first of all: the next one is a baseline still', async () => {
    const controller = new AbortController();
    const killed = await sandbox.scan({
      signal: controller.signal,
      onEvent: ({ handler, kind }) => handler === 'survey-account' && kind === 'ended' && controller.abort(),
    });
    expect(killed.scan?.state).toBe('ABORTED');
    const pending = await coverageOf(sandbox.table, killed.scan?.id ?? '');
    const outcomes = Object.values(pending).flatMap((row) => [
      row.outcome,
      ...Object.values(outcomesOf(row)),
    ]);
    expect(outcomes, 'what was not reached says so').toContain('PENDING');
    const again = await sandbox.scan();
    expect(again.digest?.subject).toContain('1 open at the first scan');
    expect(everTold(await readItems())).toEqual(undisturbed.baseline);
  });

  it('before it began: leaves nothing behind', async () => {
    const controller = new AbortController();
    controller.abort();
    const killed = await sandbox.scan({ signal: controller.signal });
    expect(killed.execution.status).toBe('ABORTED');
    expect([...(await readItems()).keys()]).toEqual([]);
  });
});

describe('a ScanRegion that breaks', () => {
  it.each([
    ['before it has looked', 'FAILED', broken],
    ['after it has stored', 'PARTIAL', (real: () => Promise<unknown>) => real().then(broken)],
  ])(
    '%s is a gap in coverage; the findings inside stand, and the next scan tells what it missed',
    async (_, lost, instead) => {
      await sandbox.scan();
      sandbox.stack.setWorld(world(BROKEN));
      const gap = await sandbox.scan({ handlers: { 'scan-region': onceAtCall('scan-region', 1, instead) } });
      expect(gap.execution.status).toBe('SUCCEEDED');
      expect(gap.scan).toMatchObject({
        state: 'SUCCEEDED',
        totals: { targetOutcomes: { [lost]: 1, SCANNED: 2 } },
      });
      expect(gap.digest?.subject).toContain('1 lost from sight');
      const coverage = await coverageOf(sandbox.table, gap.scan?.id ?? '');
      const failed = Object.values(coverage).flatMap(({ regions }) =>
        Object.values(regions).filter(({ outcome }) => outcome === lost),
      );
      expect(failed).toMatchObject([{ detail: 'TypeError: Cannot read properties of undefined' }]);
      const healed = await sandbox.scan();
      expect(healed.scan?.totals?.targetOutcomes).not.toHaveProperty(lost);
      const items = await readItems();
      const ofCoverage = (line: string): boolean => line.includes('SCAN-02');
      const told = everTold(items);
      expect(told.filter(ofCoverage).map((line) => line.split(' ')[0])).toEqual(['REGRESSED', 'RESOLVED']);
      expect(told.filter((line) => !ofCoverage(line))).toEqual(undisturbed.all);
      expect(standing(items)).toEqual(undisturbed.standing);
    },
  );

  it('never returns: is given up at the end of its time, and harmless when it wakes after all', async () => {
    await sandbox.scan();
    sandbox.stack.setWorld(world(BROKEN));
    const late: Promise<unknown>[] = [];
    let wake = (): void => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    const stuck = await sandbox.scan({
      input: { accounts: [NEWS] },
      lambdaTimeoutMs: { 'scan-region': 150 },
      handlers: {
        'scan-region': async (event, context) => {
          const work = asleep.then(() => handlers['scan-region']?.(event, context));
          late.push(work);
          return work;
        },
      },
    });
    expect(late, 'tried once more, in case the sandbox was to blame').toHaveLength(2);
    expect(stuck.scan?.totals?.targetOutcomes).toMatchObject({ TIMED_OUT: 1 });
    const [row] = Object.values(await coverageOf(sandbox.table, stuck.scan?.id ?? ''));
    expect(row?.regions['us-west-2']?.detail).toMatch(
      /^Sandbox\.Timedout: .*Task timed out after 0\.15 seconds$/,
    );
    expect((await findingsOf(sandbox.table, LOTTERY, 'MF-01'))[0]?.known?.status).toBe('PASS');
    await sandbox.scan();
    const before = await readItems();
    wake();
    const ends = await Promise.allSettled(late);
    expect(ends).toHaveLength(2);
    await sandbox.scan();
    const items = await readItems();
    expect(standing(items)).toEqual(standing(before));
    expect(standing(items)).toEqual(undisturbed.standing);
    expect(everTold(items)).toEqual(everTold(before));
    expect(new Set(everTold(items)).size).toBe(everTold(items).length);
  });

  it('and cannot even be written down: ConcludeScan finds it PENDING and calls it FAILED', async () => {
    const outcome = await sandbox.scan({
      handlers: {
        'scan-region': onceAtCall('scan-region', 1, broken),
        'record-failure': broken,
      },
    });
    expect(outcome.execution.status).toBe('SUCCEEDED');
    const coverage = Object.values(await coverageOf(sandbox.table, outcome.scan?.id ?? ''));
    const outcomes = coverage.flatMap((row) => Object.values(outcomesOf(row)));
    expect(outcomes).not.toContain('PENDING');
    expect(outcomes.filter((one) => one === 'FAILED')).toHaveLength(1);
    expect(coverage.map((row) => row.outcome)).not.toContain('PENDING');
    expect(sumsOf(outcome.scan?.totals)).toEqual({
      accounts: outcome.scan?.totals?.accounts,
      targets: outcome.scan?.totals?.targets,
    });
  });
});

describe('a SurveyAccount that breaks', () => {
  it('loses that account from sight alone', async () => {
    await sandbox.scan();
    const outcome = await sandbox.scan({
      handlers: { 'survey-account': onceAtCall('survey-account', 2, broken) },
    });
    expect(outcome.scan?.totals?.accountOutcomes).toEqual({ SCANNED: 2, FAILED: 1 });
    expect(outcome.digest?.subject).toContain('1 lost from sight');
    expect(flat(outcome.digest?.body)).toContain('3 accounts: 2 scanned, 1 failed.');
  });
});

describe('a digest that SNS refuses', () => {
  it('fails the scan, and is sent by the next one with the same words, once', async () => {
    await sandbox.scan();
    sandbox.stack.setWorld(world(BROKEN));
    const mend = sandbox.stack.gateway.inject({
      match: { service: 'sns', action: 'Publish' },
      respond: { status: 403, code: 'AuthorizationError', message: 'not allowed' },
    });
    const refused = await sandbox.scan();
    mend();
    expect(refused.execution).toMatchObject({ status: 'FAILED', error: { Error: 'DigestNotPublished' } });
    expect(messageOf(refused)).toMatch(
      /^Digest 2 could not be published .* then run a scan; the digest is sent then\.$/,
    );
    expect(refused.scan?.state).toBe('FAILED');
    expect(mailsOf(sandbox.stack)).toHaveLength(1);
    const frozen = (await readItems()).get('DIGEST#2/HEADER')?.['message'] as {
      subject: string;
      body: string;
    };
    await sandbox.scan();
    const [, second, third, ...more] = mailsOf(sandbox.stack);
    expect(flat(second?.body)).toBe(flat(frozen.body));
    expect(second?.subject).toBe(frozen.subject);
    expect(third?.subject).toContain('all quiet');
    expect(more).toEqual([]);
    await expectUndisturbed();
  });
});

describe('notify: false', () => {
  it('stores and mails nothing; the next notifying scan tells it, once', async () => {
    await sandbox.scan();
    sandbox.stack.setWorld(world(BROKEN));
    const silent = await sandbox.scan({ input: { notify: false } });
    expect(silent.scan).toMatchObject({ state: 'SUCCEEDED', notify: false });
    expect(silent.digest).toBeUndefined();
    expect(mailsOf(sandbox.stack)).toHaveLength(1);
    expect((await findingsOf(sandbox.table, RETURNS, 'DKIM-05'))[0]).toMatchObject({
      known: { status: 'FAIL' },
      told: { status: 'PASS' },
    });
    expect((await sandbox.scan()).digest?.subject).toMatch(/1 regressed, 1 weakened/);
    await expectUndisturbed();
  });
});

describe('a narrowed scan', () => {
  /** Keys of what belongs to the account: its own items, and those of its domains. */
  const belongs = (key: string, account: string, domains: string): boolean =>
    key.includes(account) ||
    new RegExp(`^(DOMAIN#|HISTORY#DOMAIN#|OUTBOX#\\d+/DOMAIN#)[a-z.]*(${domains})`).test(key);
  const isScan = (key: string): boolean => /^(SCANS?[#/]|DIGEST)/.test(key);

  it.each([
    ['an account', { accounts: [NEWS] }],
    ['an organizational unit', { organizationalUnits: ['ou-test-marketing'] }],
    ['a Region', { regions: ['us-west-2'] }],
  ])('to %s touches only what it covers, and leaves the rest to a full scan', async (_, input) => {
    await sandbox.scan();
    const before = await readItems();
    sandbox.stack.setWorld(world(BROKEN));
    const narrowed = await sandbox.scan({ input });
    expect(narrowed.scan).toMatchObject({ state: 'SUCCEEDED', full: false });
    const after = await readItems();
    const touched = changedKeys(before, after).filter((key) => !isScan(key));
    const regional = 'regions' in input;
    const others = touched
      .filter((key) => !belongs(key, NEWS, 'lottery\\.example'))
      .filter((key) => !(regional && /^ACCOUNT#\d+\/FINDINGS$/.test(key)));
    expect(others).toEqual([]);
    expect(touched.length).toBeGreaterThan(0);
    const coverage = await coverageOf(sandbox.table, narrowed.scan?.id ?? '');
    const scanned = Object.values(coverage).flatMap((row) => Object.keys(row.regions));
    if (regional) expect(new Set(scanned)).toEqual(new Set(['us-west-2']));
    else expect(Object.keys(coverage)).toEqual([NEWS]);
    expect(toldChanges(after).filter((line) => line.startsWith('2 '))).toEqual([
      '2 WEAKENED ALIGN-01 of identity 333333333333 us-west-2 lottery.example',
      '2 WEAKENED MF-01 of identity 333333333333 us-west-2 lottery.example',
    ]);
    expect(flat(narrowed.digest?.body)).toContain('after a narrowed scan');
    await sandbox.scan();
    await expectUndisturbed();
  });

  it('retires no account that it does not look at', async () => {
    await sandbox.scan();
    const { accounts, ...rest } = world();
    sandbox.stack.setWorld({ ...rest, accounts: accounts.filter(({ id }) => id !== SHOP) });
    await sandbox.scan({ input: { accounts: [NEWS] } });
    expect((await sandbox.table.readSubject(RETURNS))?.retiredAt).toBeUndefined();
  });
});

describe('an account that', () => {
  const without = (change: (world: World) => World['accounts']): World => {
    const whole = world();
    return { ...whole, accounts: change(whole) };
  };

  it.each([
    ['left the organization', (it: World) => it.accounts.filter(({ id }) => id !== SHOP)],
    [
      'was closed',
      (it: World) => it.accounts.map((one) => (one.id === SHOP ? { ...one, state: 'CLOSED' as const } : one)),
    ],
  ])('%s has its findings retired by a full scan, told once', async (_, change) => {
    await sandbox.scan();
    sandbox.stack.setWorld(without(change));
    const outcome = await sandbox.scan();
    expect(flat(outcome.digest?.body)).toMatch(/RETIRED .*\* DKIM-06 voucher\.example/);
    expect((await sandbox.table.readSubject(RETURNS))?.retiredAt).toBeDefined();
    const quiet = await sandbox.scan();
    expect(quiet.digest?.subject).toContain('all quiet');
    expect(leftovers(await readItems())).toEqual([]);
  });

  it('is suspended keeps them as they were', async () => {
    await sandbox.scan();
    const before = await readItems();
    sandbox.stack.setWorld(
      without((it) => it.accounts.map((one) => (one.id === SHOP ? { ...one, state: 'SUSPENDED' } : one))),
    );
    const outcome = await sandbox.scan();
    expect(outcome.scan?.totals?.accountOutcomes).toEqual({ SCANNED: 2, EXCLUDED: 1 });
    expect(outcome.digest?.subject).toContain('all quiet');
    const after = await readItems();
    const inside = [...before.keys()].filter((key) => key.startsWith(`TARGET#${SHOP}`));
    expect(inside).not.toEqual([]);
    for (const key of inside) expect(after.get(key), key).toEqual(before.get(key));
  });
});

describe('two executions', () => {
  it('for the same scheduled time: the second ends as a duplicate and touches nothing', async () => {
    const first = await sandbox.scan({ input: { scheduledTime: '2026-11-21T06:00:00Z' } });
    expect(first.scan?.state).toBe('SUCCEEDED');
    const before = await readItems();
    const second = await sandbox.scan({ input: { scheduledTime: '2026-11-21T07:00:00+01:00' } });
    expect(second.execution.status).toBe('SUCCEEDED');
    expect(second.execution.output).toMatchObject({ duplicate: true, accounts: [] });
    expect(second.scan).toBeUndefined();
    expect(changedKeys(before, await readItems())).toEqual([]);
    expect(mailsOf(sandbox.stack)).toHaveLength(1);
  });

  it('at once tell each change once between them', async () => {
    await sandbox.scan();
    sandbox.stack.setWorld(world(BROKEN));
    const both = await Promise.all([sandbox.scan(), sandbox.scan()]);
    expect(both.map(({ scan }) => scan?.state)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(both[0].scan?.id).not.toBe(both[1].scan?.id);
    await expectUndisturbed();
    const numbers = mailsOf(sandbox.stack).map(({ body }) => /^Digest (\d+),/m.exec(body)?.[1]);
    const spoken = numbers.filter((number) => number !== undefined);
    expect(new Set(spoken).size).toBe(spoken.length);
  });
});

function changedKeys(before: Map<string, Item>, after: Map<string, Item>): string[] {
  const all = new Set([...before.keys(), ...after.keys()]);
  return [...all].filter((key) => JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key)));
}
