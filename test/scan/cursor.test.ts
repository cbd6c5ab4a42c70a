/**
 * A target that does not fit one Lambda's time: ScanRegion hands back a cursor and goes on from there. The time left is
 * told by a script; RESERVE_MS in lambda/scan/scan-region.ts is 90 s, a third of which is kept from SES calls, too.
 */
import type { Context } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import type { ScanRegionInput, ScanRegionOutput } from '../../lambda/contract.ts';
import type { RegionCoverage } from '../../lambda/findings/types.ts';
import { handlers } from '../../local/handlers.ts';
import { address, domain, type IdentitySpec } from '../../local/organization/vocabulary.ts';
import type { World } from '../../local/organization/types.ts';
import type { ScanOutcome } from '../../local/run-scan.ts';
import type { Handler } from '../../local/workflow/lambda-context.ts';
import {
  coverageOf,
  findingsOf,
  readItems,
  smallWorld,
  standing,
  startSandbox,
  type Sandbox,
} from './support.ts';

const NEWS = '333333333333';
const REGION = 'us-west-2';
const BRANDS = 32;
/** Milliseconds: time for SES calls, but not for another batch of ten. */
const ONE_BATCH = 80_000;
/** Milliseconds: not even for a call. */
const NOTHING = 20_000;
const PLENTY = 900_000;

const brand = (n: number): string => `brand-${String(n).padStart(2, '0')}@campaigns.example`;

/** Addresses of one domain, so that DNS is soon asked. */
function world({ brands = BRANDS, without = [] }: { brands?: number; without?: number[] } = {}): World {
  const identities: IdentitySpec[] = [domain('campaigns.example')];
  for (let n = 1; n <= brands; n += 1)
    if (!without.includes(n))
      identities.push(address(brand(n), n % 10 === 3 ? { faults: ['address-link-unclicked'] } : {}));
  return smallWorld([
    { id: NEWS, name: 'newsletter', targets: { [REGION]: { listPageSize: 10, identities } } },
  ]);
}

let sandbox: Sandbox;
afterEach(() => sandbox.close());

/** What is of no matter here costs no time: domains and report. */
const ELSEWHERE: { [name: string]: Handler } = Object.fromEntries(
  ['judge-domains', 'write-report'].map((name) => [
    name,
    async (event: object) => ({ ...event, done: true }),
  ]),
);

interface Round {
  input: ScanRegionInput;
  output: ScanRegionOutput;
  /** Brands found retired after it. */
  retired: number[];
}

/** Scans with a ScanRegion whose clock is the script's; watches what each round leaves behind. */
async function scan(
  msLeft: () => number,
  watched: number[] = [],
): Promise<{ outcome: ScanOutcome; rounds: Round[]; coverage: RegionCoverage | undefined }> {
  const rounds: Round[] = [];
  const real = handlers['scan-region'] as unknown as (event: unknown, context: Context) => Promise<unknown>;
  const scripted: Handler = async (event, context) => {
    const output = (await real(event, { ...context, getRemainingTimeInMillis: msLeft })) as ScanRegionOutput;
    const retired: number[] = [];
    for (const n of watched) if ((await readBrand(n))?.retiredAt) retired.push(n);
    rounds.push({ input: event, output, retired });
    return output;
  };
  const outcome = await sandbox.scan({
    input: { regions: [REGION] },
    handlers: { ...ELSEWHERE, 'scan-region': scripted },
  });
  const rows = await coverageOf(sandbox.table, outcome.scan?.id ?? '');
  return { outcome, rounds, coverage: rows[NEWS]?.regions[REGION] };
}

function readBrand(n: number): ReturnType<Sandbox['table']['readSubject']> {
  return sandbox.table.readSubject({ kind: 'identity', accountId: NEWS, region: REGION, name: brand(n) });
}

function calls(action: string): number {
  return sandbox.stack.gateway
    .counts()
    .filter((row) => row.action === action && row.region === REGION && row.accountId === NEWS)
    .reduce((sum, row) => sum + row.calls, 0);
}

describe('a target of 33 identities, time for ten a round', () => {
  it('takes four rounds, each from the last name judged, and ends as one that fits', async () => {
    sandbox = await startSandbox(world());
    const { outcome, rounds, coverage } = await scan(() => ONE_BATCH);
    expect(outcome.execution.status).toBe('SUCCEEDED');
    expect(rounds.map(({ output }) => [output.done, output.listed, output.judged])).toEqual([
      [false, 33, 10],
      [false, 33, 20],
      [false, 33, 30],
      [true, 33, 33],
    ]);
    expect(rounds.map(({ input }) => [input.cursor?.round, input.cursor?.after])).toEqual([
      [undefined, undefined],
      [1, brand(10)],
      [2, brand(20)],
      [3, brand(30)],
    ]);
    expect(coverage).toEqual({ outcome: 'SCANNED', listed: 33, judged: 33 });
    // The survey's first look, then four pages in each round.
    expect(calls('ListEmailIdentities')).toBe(1 + 4 * 4);
    const inRounds = standing(await readItems());
    await sandbox.close();
    sandbox = await startSandbox(world());
    const whole = await scan(() => PLENTY);
    expect(whole.rounds).toHaveLength(1);
    expect(standing(await readItems())).toEqual(inRounds);
  });

  it('reads what only the target’s own controls need in the last round, and the rest once a round', async () => {
    sandbox = await startSandbox(world());
    await scan(() => ONE_BATCH);
    expect(['GetMetricData', 'ListReputationEntities'].map(calls)).toEqual([1, 1]);
    const each = [
      'GetAccount',
      'ListConfigurationSets',
      'GetIdentityNotificationAttributes',
      'GetDedicatedIps',
    ];
    expect(each.map(calls)).toEqual([4, 4, 4, 4]);
  });

  it('is given a round of its own for them when the time ends after the last identity', async () => {
    sandbox = await startSandbox(world());
    let short = true;
    const { rounds, coverage } = await scan(() => {
      if (!short || calls('GetEmailIdentity') < 33) return PLENTY;
      short = false;
      return NOTHING;
    });
    expect(rounds.map(({ output }) => [output.done, output.judged])).toEqual([
      [false, 33],
      [true, 33],
    ]);
    expect(rounds[1]?.input.cursor).toMatchObject({ after: 'campaigns.example', round: 1 });
    expect(calls('GetEmailIdentity')).toBe(33);
    expect(coverage).toEqual({ outcome: 'SCANNED', listed: 33, judged: 33 });
  });

  it('keeps with the target that it is in use, for 90 days after it last sent', async () => {
    sandbox = await startSandbox(world({ brands: 1 }));
    const stored = async () =>
      (await sandbox.table.readSubject({ kind: 'target', accountId: NEWS, region: REGION }))?.facts?.[
        'summary'
      ];
    await scan(() => PLENTY);
    const first = (await stored()) as { lastUsed: string; sentLast24Hours: number };
    expect(first).toMatchObject({ productionAccess: true, inUse: true });
    expect(first.sentLast24Hours).toBeGreaterThan(0);
    const silent = world({ brands: 1 });
    for (const { targets } of silent.accounts) {
      for (const target of Object.values(targets)) {
        target.sentLast24Hours = 0;
        target.sendStatistics = [];
      }
    }
    sandbox.stack.setWorld(silent);
    await scan(() => PLENTY);
    expect(await stored()).toEqual({
      sentLast24Hours: 0,
      productionAccess: true,
      inUse: true,
      lastUsed: first.lastUsed,
      dedicatedIps: { ips: [] },
    });
    expect((await readBrand(1))?.facts).toMatchObject({
      inUse: true,
      summary: { name: brand(1), verified: true },
    });
  });

  it('retires what is gone in the last round only', async () => {
    sandbox = await startSandbox(world());
    await scan(() => PLENTY);
    sandbox.stack.setWorld(world({ without: [1, 31] }));
    const { rounds, outcome } = await scan(() => ONE_BATCH, [1, 31]);
    expect(rounds.map(({ output, retired }) => [output.done, retired])).toEqual([
      [false, []],
      [false, []],
      [false, []],
      [true, [1, 31]],
    ]);
    expect(outcome.scan?.totals).toMatchObject({ identitiesListed: 31, identitiesJudged: 31 });
  });

  it('retires nothing that the listing lacks but SES still describes', async () => {
    sandbox = await startSandbox(world());
    await scan(() => PLENTY);
    sandbox.stack.setWorld(world({ without: [2, 31] }));
    sandbox.stack.gateway.resetCounts();
    let listed = false;
    await scan(() => {
      // GetAccount follows the listing: from then on brand 31 is there again.
      if (!listed && calls('GetAccount') > 0) {
        listed = true;
        sandbox.stack.setWorld(world({ without: [2] }));
      }
      return PLENTY;
    });
    expect(listed).toBe(true);
    expect((await readBrand(2))?.retiredAt).toBeDefined();
    expect((await readBrand(31))?.retiredAt).toBeUndefined();
  });

  it('retires nothing while SES refuses to describe', async () => {
    sandbox = await startSandbox(world());
    await scan(() => PLENTY);
    const before = await readBrand(32);
    sandbox.stack.setWorld(world({ without: [32] }));
    sandbox.stack.gateway.resetCounts();
    let denied = false;
    const { coverage } = await scan(() => {
      // All that are listed are described; what comes now asks for brand 32.
      if (!denied && calls('GetEmailIdentity') === 32) {
        denied = true;
        sandbox.stack.gateway.inject({
          match: { action: 'GetEmailIdentity' },
          respond: {
            status: 403,
            code: 'AccessDeniedException',
            message: 'User is not authorized to do this',
          },
        });
      }
      return PLENTY;
    });
    expect(denied).toBe(true);
    expect(coverage).toMatchObject({ outcome: 'PARTIAL', judged: 32 });
    expect(coverage?.detail).toMatch(/^ACCESS_DENIED after 32 identities: /);
    expect((await readBrand(32))?.findings).toEqual(before?.findings);
  });
});

describe('time that ends inside a batch', () => {
  it('counts and keeps the batches before it, and begins that one again', async () => {
    sandbox = await startSandbox(world());
    let round = 0;
    const { rounds, coverage } = await scan(() => {
      if (round === 0 && calls('GetEmailIdentity') >= 15) round = 1;
      return round === 1 ? ((round = 2), NOTHING) : PLENTY;
    });
    expect(rounds.map(({ output }) => [output.done, output.judged])).toEqual([
      [false, 10],
      [true, 33],
    ]);
    expect(rounds[1]?.input.cursor).toMatchObject({ after: brand(10), round: 1, judged: 10, vanished: 0 });
    expect(coverage).toEqual({ outcome: 'SCANNED', listed: 33, judged: 33 });
    const scan03 = await findingsOf(
      sandbox.table,
      { kind: 'target', accountId: NEWS, region: REGION },
      'SCAN-03',
    );
    expect(scan03[0]?.latest.status).toBe('PASS');
  });

  it('in the first batch of all: the target is TIMED_OUT, and its findings stand', async () => {
    sandbox = await startSandbox(world());
    await scan(() => PLENTY);
    const before = standing(await readItems());
    sandbox.stack.gateway.resetCounts();
    const { rounds, coverage } = await scan(() => (calls('GetEmailIdentity') >= 5 ? NOTHING : PLENTY));
    expect(rounds).toHaveLength(1);
    expect(coverage).toMatchObject({ outcome: 'TIMED_OUT' });
    expect(coverage?.detail).toContain('No time was left for ses:GetEmailIdentity');
    const after = standing(await readItems());
    const target = `of target ${NEWS} ${REGION}`;
    const inside = (all: { [finding: string]: string }): [string, string][] =>
      Object.entries(all).filter(([key]) => !key.endsWith(target));
    expect(inside(after)).toEqual(inside(before));
    expect(after[`SCAN-02 ${target}`]).toBe('known FAIL TIMED_OUT, told FAIL TIMED_OUT');
  });

  it('in the first batch of a later round: the target is PARTIAL', async () => {
    sandbox = await startSandbox(world());
    const { rounds, coverage } = await scan(() => (calls('GetEmailIdentity') >= 14 ? NOTHING : ONE_BATCH));
    expect(rounds.map(({ output }) => [output.done, output.judged])).toEqual([
      [false, 10],
      [true, 10],
    ]);
    expect(coverage).toMatchObject({ outcome: 'PARTIAL', judged: 10 });
    expect(await readBrand(3)).toBeDefined();
    expect(await readBrand(20)).toBeUndefined();
  });
});

describe('a target that SES throttles', () => {
  it('is scanned whole at the pace that SES allows', async () => {
    sandbox = await startSandbox(world({ brands: 11 }), { requestsPerSecond: 50 }, { requestsPerSecond: 8 });
    const { coverage } = await scan(() => PLENTY);
    const throttled = sandbox.stack.gateway
      .counts()
      .filter(({ service, region }) => service.startsWith('ses') && region === REGION)
      .reduce((sum, { errors }) => sum + errors, 0);
    expect(throttled).toBeGreaterThan(0);
    expect(coverage).toEqual({ outcome: 'SCANNED', listed: 12, judged: 12 });
  });
});

describe('a task that never ends', () => {
  it('is given up after its rounds, with what it has judged', async () => {
    sandbox = await startSandbox(world());
    const { rounds, coverage } = await scan(() => ONE_BATCH);
    const last = rounds.at(-1)?.input;
    const cursor = { after: brand(10), round: 200, judged: 10, vanished: 0, unanswered: [], unreadable: [] };
    const output = await handlers['scan-region']?.(
      { ...last, cursor } as never,
      { getRemainingTimeInMillis: () => PLENTY } as Context,
    );
    expect(coverage?.outcome).toBe('SCANNED');
    expect(output).toMatchObject({ done: true });
    const scanId = last?.scan.id ?? '';
    const now = (await coverageOf(sandbox.table, scanId))[NEWS]?.regions[REGION];
    expect(now).toMatchObject({
      outcome: 'PARTIAL',
      judged: 10,
      detail: `TIMED_OUT after 10 identities: gave up after 200 rounds at ${brand(10)}`,
    });
  });
});
