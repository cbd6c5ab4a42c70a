/** Dedicated addresses from GetDedicatedIps to SPF: of the identity in its target, and of the domain over all its targets. */
import { afterEach, describe, expect, it } from 'vitest';
import { scanSettingsSchema, type ScanSettings } from '../../lambda/contract.ts';
import { domain, type AccountSpec } from '../../local/organization/vocabulary.ts';
import { findingsOf, readItems, says, smallWorld, startSandbox, type Sandbox } from './support.ts';

const SHOP = '222222222222';
const INSIDE = '203.0.113.10';
const OUTSIDE = '203.0.113.100';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const account = (targets: AccountSpec['targets']) => smallWorld([{ id: SHOP, name: 'shop', targets }]);

async function scan(settings?: Partial<ScanSettings>, world = TWO_REGIONS): Promise<void> {
  sandbox = await startSandbox(world, settings);
  await scanAgain();
}

async function scanAgain(): Promise<void> {
  expect((await sandbox.scan()).execution.status).toBe('SUCCEEDED');
}

/** One MAIL FROM domain in two Regions; one of them sends from an address that no network of SES holds. */
const TWO_REGIONS = account({
  'eu-west-1': { dedicatedIps: [INSIDE], identities: [domain('example.com')] },
  'us-east-1': {
    dedicatedIps: [INSIDE, OUTSIDE],
    identities: [domain('example.com', { mxRegion: 'eu-west-1' }), domain('news.example.com')],
  },
});

const calls = (action: string, region?: string): number =>
  sandbox.stack.gateway
    .counts()
    .filter((row) => row.action === action && (region === undefined || row.region === region))
    .reduce((sum, row) => sum + row.calls, 0);
const spf03 = async (name = 'bounce.example.com') =>
  (await findingsOf(sandbox.table, { kind: 'domain', name }, 'SPF-03'))[0]?.latest;
const verdictIn = async (region: string) => {
  const subject = { kind: 'identity', accountId: SHOP, region, name: 'example.com' } as const;
  return says((await findingsOf(sandbox.table, subject, 'ALIGN-01'))[0]?.latest);
};

describe('a MAIL FROM domain of two Regions, one of which sends from an address of its own', () => {
  it('fails as a domain, and as a leg only where that address sends; each Region is asked once', async () => {
    await scan();
    const finding = await spf03();
    expect(says(finding)).toBe('FAIL SPF_PARTIAL');
    expect(finding?.evidence).toMatchObject({ dedicated: [`${OUTSIDE}: softfail`, `${INSIDE}: pass`] });
    expect(finding?.fix?.publish?.map(({ value }) => value)).toEqual([
      `v=spf1 include:amazonses.com ip4:${OUTSIDE} ~all`,
    ]);
    expect([await verdictIn('eu-west-1'), await verdictIn('us-east-1')]).toEqual([
      'PASS BOTH_ALIGNED',
      'PASS DKIM_ONLY',
    ]);
    expect([calls('GetDedicatedIps', 'eu-west-1'), calls('GetDedicatedIps', 'us-east-1')]).toEqual([1, 1]);
    const target = (await readItems()).get(`TARGET#${SHOP}#us-east-1/TARGET`);
    expect(target?.['facts']).toMatchObject({ summary: { dedicatedIps: { ips: [INSIDE, OUTSIDE] } } });
  }, 60_000);

  it('is judged by what is stored of a Region that is lost', async () => {
    await scan();
    const lost = structuredClone(TWO_REGIONS);
    lost.accounts.find(({ id }) => id === SHOP)?.deniedRegions.push({ region: 'us-east-1' });
    sandbox.stack.setWorld(lost);
    await scanAgain();
    expect(says(await spf03())).toBe('FAIL SPF_PARTIAL');
  }, 60_000);

  it('is judged by SES’s networks alone where the settings permit no more', async () => {
    const { permissions } = scanSettingsSchema.parse({});
    await scan({ permissions: { ...permissions, dedicatedIps: false } });
    const finding = await spf03();
    expect(says(finding)).toBe('PASS SES_PASSES');
    expect(finding?.evidence['dedicated']).toMatch(/not read/);
    expect(await verdictIn('us-east-1')).toBe('PASS BOTH_ALIGNED');
    expect(calls('GetDedicatedIps')).toBe(0);
  }, 60_000);

  it('is not judged while one Region refuses to tell', async () => {
    const denied = structuredClone(TWO_REGIONS);
    for (const { id, roles } of denied.accounts) {
      if (id !== SHOP) continue;
      for (const role of roles)
        role.allowedActions = role.allowedActions.filter((action) => action !== 'ses:GetDedicatedIps');
    }
    await scan({ requireBothLegs: true }, denied);
    const finding = await spf03();
    expect(says(finding)).toBe('UNKNOWN DEDICATED_IPS_UNREAD');
    expect(finding?.evidence['dedicatedUnread']).toEqual([`${SHOP} eu-west-1`, `${SHOP} us-east-1`]);
    expect(await verdictIn('us-east-1')).toBe('UNKNOWN LEG_UNKNOWN');
  }, 60_000);
});

describe('a target none of whose identities has a MAIL FROM of its own', () => {
  it('is asked once, by its own controls', async () => {
    const targets = {
      'us-east-1': {
        dedicatedIps: [OUTSIDE],
        identities: [domain('example.com', { faults: ['mail-from-absent'] })],
      },
    };
    await scan({}, account(targets));
    expect(calls('GetDedicatedIps')).toBe(1);
    expect(await spf03()).toBeUndefined();
  }, 60_000);
});
