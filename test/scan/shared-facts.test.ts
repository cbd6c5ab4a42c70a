/** What one domain's identities and targets are compared by, out of the table. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scanSettingsSchema, type Scan } from '../../lambda/contract.ts';
import type { Json, Subject } from '../../lambda/controls/types.ts';
import { summaryOf } from '../../lambda/facts/summary.ts';
import type { CoverageOutcome, Dependent } from '../../lambda/facts/types.ts';
import { createSharedFacts } from '../../lambda/scan/shared-facts.ts';
import type { Runtime } from '../../lambda/scan/runtime.ts';
import { identityFacts } from '../controls/facts.ts';
import { createBench, finding, startDatabase, type Bench, type TestDatabase } from '../findings/support.ts';

const SHOP = '222222222222';
const BLOG = '333333333333';
const settings = scanSettingsSchema.parse({});
const EARLIER = '2026-11-14T06:00:00.000Z';
const NOW = '2026-11-21T06:30:00.000Z';
const scan: Scan = {
  id: 's1',
  name: 's1',
  startTime: '2026-11-21T06:00:00.000Z',
  executionArn: 'arn',
  full: true,
  notify: false,
  first: false,
  regions: [],
};

let database: TestDatabase;
let bench: Bench;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  bench = await createBench(database);
});

const from = (accountId: string, use: Dependent['use'] = 'FROM', identity = 'example.com'): Dependent => ({
  accountId,
  region: 'eu-west-1',
  identity,
  use,
});

/** Stores an identity as a scan does. */
async function store(accountId: string, observedAt: string, more: { summary?: boolean } = {}): Promise<void> {
  const subject: Subject = { kind: 'identity', accountId, region: 'eu-west-1', name: 'example.com' };
  const facts = identityFacts((one) => (one.accountId = accountId));
  const summary = summaryOf(facts, settings) as unknown as Json;
  await bench.record([finding('DKIM-01', 'PASS')], {
    subject,
    observedAt,
    extra: { facts: more.summary === false ? { dependsOn: [] } : { summary } },
  });
}

async function storeTarget(
  accountId: string,
  target: { observedAt: string; seen: boolean; sent?: number },
): Promise<void> {
  const { observedAt, seen, sent } = target;
  await bench.record([finding('SCAN-02', seen ? 'PASS' : 'FAIL')], {
    subject: { kind: 'target', accountId, region: 'eu-west-1' },
    observedAt,
    extra: {
      facts: {
        summary: {
          productionAccess: true,
          inUse: true,
          ...(sent === undefined ? {} : { sentLast24Hours: sent }),
        },
      },
    },
  });
  await bench.table.putUnder('example.com', { accountId, region: 'eu-west-1', identity: 'example.com' });
}

const reader = (more: Partial<Scan> = {}) => {
  const runtime = { table: bench.table, settings, now: () => new Date(NOW) } as unknown as Runtime;
  return createSharedFacts({ ...scan, ...more }, runtime);
};
const shared = (dependents: Dependent[], more: Partial<Scan> = {}, name = 'example.com') =>
  reader(more)(name, dependents);

describe('the identities of a domain', () => {
  it('come from what is stored, each with its use and its age', async () => {
    await store(SHOP, EARLIER);
    await storeTarget(SHOP, { observedAt: EARLIER, seen: true });
    const { identities, identitiesUnread } = await shared([from(SHOP), from(SHOP, 'MAIL_FROM')]);
    expect(identities).toMatchObject([
      { accountId: SHOP, name: 'example.com', use: 'FROM', observedAt: EARLIER, verdict: 'BOTH' },
      { use: 'MAIL_FROM' },
    ]);
    expect(identitiesUnread).toBeUndefined();
  });

  it('are as young as the last reading of their whole target: what did not change is not written again', async () => {
    await store(SHOP, EARLIER);
    await storeTarget(SHOP, { observedAt: NOW, seen: true });
    expect((await shared([from(SHOP)])).identities?.[0]?.observedAt).toBe(NOW);
  });

  it('stay as old as they are where the target could not be read', async () => {
    await store(SHOP, EARLIER);
    await storeTarget(SHOP, { observedAt: NOW, seen: false });
    expect((await shared([from(SHOP)])).identities?.[0]?.observedAt).toBe(EARLIER);
  });

  it('leave out the retired', async () => {
    await store(SHOP, EARLIER);
    const subject: Subject = { kind: 'identity', accountId: SHOP, region: 'eu-west-1', name: 'example.com' };
    await bench.table.retireSubject({ subject, scan, observedAt: NOW });
    expect(await shared([from(SHOP)])).toMatchObject({ identities: [] });
    expect((await shared([from(SHOP)])).identitiesUnread).toBeUndefined();
  });

  it('count those of which nothing comparable is stored', async () => {
    await store(SHOP, EARLIER, { summary: false });
    expect(await shared([from(SHOP), from(BLOG)])).toMatchObject({ identities: [], identitiesUnread: 2 });
  });

  it('are not those that merely inherit its DMARC record', async () => {
    await store(SHOP, EARLIER);
    expect(await shared([from(SHOP, 'DMARC_RECORD')])).toMatchObject({ identities: [], targets: [] });
  });
});

describe('the volume under a registrable domain', () => {
  const sender = [from(SHOP)];

  it('spans every target with an identity under it, whichever of its names is judged', async () => {
    await storeTarget(SHOP, { observedAt: NOW, seen: true, sent: 100 });
    await storeTarget(BLOG, { observedAt: NOW, seen: true, sent: 200 });
    for (const name of ['example.com', 'news.example.com']) {
      const { volume } = await shared(sender, {}, name);
      expect(volume).toMatchObject({
        registrable: 'example.com',
        unread: 0,
        targets: [
          { accountId: SHOP, sentLast24Hours: 100 },
          { accountId: BLOG, sentLast24Hours: 200 },
        ],
      });
      expect(volume?.bulkSince).toBeUndefined();
    }
  });

  it('is never as young as this scan where the target was lost in it', async () => {
    await storeTarget(SHOP, { observedAt: NOW, seen: false, sent: 100 });
    expect((await shared(sender)).volume?.targets).toMatchObject([
      { sentLast24Hours: 100, observedAt: '2026-11-21T05:59:59.999Z' },
    ]);
  });

  it('counts targets of which nothing is stored, and does not invent numbers', async () => {
    await storeTarget(SHOP, { observedAt: NOW, seen: true });
    await bench.table.putUnder('example.com', {
      accountId: BLOG,
      region: 'eu-west-1',
      identity: 'x.example.com',
    });
    const { volume } = await shared(sender);
    expect(volume?.unread).toBe(1);
    expect(volume?.targets).toEqual([
      { accountId: SHOP, region: 'eu-west-1', observedAt: NOW, productionAccess: true, inUse: true },
    ]);
  });

  it('once it was bulk is remembered for ever, for all its names', async () => {
    await storeTarget(SHOP, { observedAt: EARLIER, seen: true, sent: 5000 });
    expect((await shared(sender)).volume?.bulkSince).toBe(NOW);
    await storeTarget(SHOP, { observedAt: NOW, seen: true, sent: 0 });
    expect((await shared(sender, {}, 'news.example.com')).volume).toMatchObject({
      bulkSince: NOW,
      targets: [{ sentLast24Hours: 0 }],
    });
  });

  it('forgets an identity that has gone', async () => {
    await storeTarget(SHOP, { observedAt: NOW, seen: true, sent: 100 });
    await bench.table.removeUnder('example.com', {
      accountId: SHOP,
      region: 'eu-west-1',
      identity: 'example.com',
    });
    expect((await shared(sender)).volume).toMatchObject({ targets: [], unread: 0 });
  });

  it('is no matter of a MAIL FROM domain', async () => {
    expect((await shared([from(SHOP, 'MAIL_FROM')])).volume).toBeUndefined();
  });
});

describe('coverage is complete', () => {
  async function cover(account: CoverageOutcome, region: CoverageOutcome): Promise<void> {
    await bench.table.setAccountCoverage('s1', SHOP, { outcome: account });
    await bench.table.setRegionCoverage('s1', SHOP, 'eu-west-1', { outcome: region });
  }

  it.each<[CoverageOutcome, CoverageOutcome, boolean]>([
    ['SCANNED', 'SCANNED', true],
    ['SCANNED', 'EMPTY', true],
    ['SCANNED', 'REGION_DISABLED', true],
    ['SCANNED', 'NOT_OFFERED', true],
    ['SCANNED', 'EXPECTED_DENIAL', true],
    ['EXCLUDED', 'EMPTY', true],
    ['ROLE_MISSING', 'SCANNED', false],
    ['SCANNED', 'PENDING', false],
    ['SCANNED', 'PARTIAL', false],
    ['SCANNED', 'DENIED_BY_POLICY', false],
    ['SCANNED', 'THROTTLED', false],
  ])('account %s, Region %s: %s', async (account, region, complete) => {
    await cover(account, region);
    expect((await shared([])).coverageComplete).toBe(complete);
  });

  it('never in a narrowed scan, which lost nothing', async () => {
    await cover('ROLE_MISSING', 'PENDING');
    const facts = await shared([], { full: false });
    expect(facts.coverageComplete).toBe(false);
    expect(facts.outOfSight).toBeUndefined();
  });

  it('names what was lost first, a whole account before a Region, and counts the rest', async () => {
    await cover('SCANNED', 'DENIED_BY_POLICY');
    await bench.table.setRegionCoverage('s1', SHOP, 'us-east-1', { outcome: 'TIMED_OUT' });
    expect((await shared([])).outOfSight).toEqual({
      accountId: SHOP,
      region: 'eu-west-1',
      outcome: 'DENIED_BY_POLICY',
      others: 1,
    });
    await bench.table.setAccountCoverage('s1', BLOG, { outcome: 'ROLE_MISSING' });
    expect((await shared([])).outOfSight).toEqual({ accountId: BLOG, outcome: 'ROLE_MISSING', others: 2 });
  });

  it('counts the Regions of an account that was seen in part, not the account beside them', async () => {
    await cover('PARTIAL', 'PARTIAL');
    expect((await shared([])).outOfSight).toEqual({
      accountId: SHOP,
      region: 'eu-west-1',
      outcome: 'PARTIAL',
      others: 0,
    });
  });
});
