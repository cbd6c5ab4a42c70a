/** One domain over accounts and Regions, from SES's answers to the findings: what is stored, compared and remembered. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ScanSettings } from '../../lambda/contract.ts';
import { shardOf } from '../../lambda/findings/schema.ts';
import { readProviders } from '../../lambda/report/providers.ts';
import { domain } from '../../local/organization/vocabulary.ts';
import type { World } from '../../local/organization/types.ts';
import { findingsOf, readItems, says, smallWorld, startSandbox, type Sandbox } from './support.ts';

const SHOP = '222222222222';
const BLOG = '333333333333';
const TWO_REGIONS = {
  id: SHOP,
  name: 'shop',
  targets: {
    'eu-west-1': { identities: [domain('example.com')] },
    'us-east-1': {
      identities: [
        domain('example.com', { faults: ['dkim-1024'], mxRegion: 'eu-west-1' }),
        domain('news.example.com'),
      ],
    },
  },
};

let sandbox: Sandbox;
afterEach(() => sandbox.close());

async function start(world: World, settings: Partial<ScanSettings> = {}): Promise<void> {
  sandbox = await startSandbox(world, settings);
}

async function scan(input: object = {}): Promise<string> {
  const outcome = await sandbox.scan({ input });
  expect(outcome.execution.status).toBe('SUCCEEDED');
  return outcome.scan?.id ?? '';
}

const said = async (name: string, controlId: string): Promise<string[]> =>
  (await findingsOf(sandbox.table, { kind: 'domain', name }, controlId))
    .map(({ latest }) => says(latest))
    .sort();

describe('a domain in two Regions of one account and one of another', () => {
  it('is compared over all of them, and says how old the oldest fact is', async () => {
    const blog = {
      id: BLOG,
      name: 'blog',
      targets: { 'eu-west-1': { identities: [domain('example.com')] } },
    };
    await start(smallWorld([TWO_REGIONS, blog]), { domainOwners: { 'example.com': [SHOP] } });
    await scan();
    const drift = async () => {
      const [stored] = await findingsOf(sandbox.table, { kind: 'domain', name: 'example.com' }, 'IDENT-09');
      return stored?.latest;
    };
    expect(says(await drift())).toBe('WARN SETTINGS_DIVERGE');
    expect((await drift())?.evidence).toMatchObject({ diverging: ['keyBits'], oldestFact: 'this scan' });
    expect((await drift())?.evidence['targets']).toHaveLength(3);
    expect(await said('example.com', 'IDENT-10')).toEqual(['WARN ACCOUNT_NOT_OWNER']);
    expect(await said('example.com', 'DKIM-13')).toEqual(['PASS SIGNED_IN_EVERY_REGION']);
    expect(await said('bounce.example.com', 'MF-08')).toEqual(['PASS SHARED_BY_REGIONS']);
    const rows = await readProviders(sandbox.table, 'example.com');
    expect(rows.map((row) => row.domain)).toEqual(['example.com', 'news.example.com']);
    expect(rows[0]?.cells.Gmail.state).toBe('ready');

    const denied = { ...TWO_REGIONS, deniedRegions: ['us-east-1'], faults: ['region-denied' as const] };
    sandbox.stack.setWorld(smallWorld([denied, blog]));
    await scan();
    expect(says(await drift()), 'what was seen is enough').toBe('WARN SETTINGS_DIVERGE');
    expect((await drift())?.evidence['oldestFact']).toMatch(/^20\d\d-/);
    expect((await drift())?.summary).toMatch(/as last seen on 20/);
    expect(await said('example.com', 'DKIM-13')).toEqual(['UNKNOWN COVERAGE_INCOMPLETE']);
  }, 60_000);
});

describe('what is under a registrable domain, and what nobody uses', () => {
  const under = async (): Promise<string[]> =>
    [...(await readItems()).keys()].filter((key) => key.startsWith('DOMAIN#example.com/UNDER#'));
  const parked = { kind: 'domain', name: 'parked.example' } as const;

  it('is learned by full scans, and not forgotten by narrowed ones', async () => {
    await start(smallWorld([TWO_REGIONS]), { parkedDomains: ['parked.example'] });
    await scan({ accounts: [SHOP] });
    expect(await sandbox.table.readSubject(parked), 'a narrowed scan judges what it met').toBeUndefined();
    expect(await said('example.com', 'BULK-07')).toEqual(['UNKNOWN VOLUME_UNKNOWN']);

    await scan();
    expect(await under()).toHaveLength(3);
    const known = await said('example.com', 'BULK-07');
    expect(known[0]).toMatch(/^PASS /);
    expect(await said('news.example.com', 'BULK-07')).toEqual(known);
    expect(await sandbox.table.listStoredDomains(shardOf('parked.example'))).toContain('parked.example');

    await scan({ regions: ['eu-west-1'] });
    expect(await said('example.com', 'BULK-07')).toEqual(known);

    const one = { 'eu-west-1': { identities: [domain('example.com')] } };
    sandbox.stack.setWorld(smallWorld([{ id: SHOP, name: 'shop', targets: one }]));
    await scan();
    expect(await under()).toEqual(['DOMAIN#example.com/UNDER#222222222222#eu-west-1#example.com']);
    expect((await sandbox.table.readSubject(parked))?.retiredAt, 'nobody uses it, as before').toBeUndefined();
  }, 120_000);
});
