/** Accounts, sessions, surveys, readers and facts against the simulated organization, over HTTP and DNS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import { createDnsClient } from '../../lambda/dns/client.ts';
import { gatherIdentityFacts } from '../../lambda/facts/gather-identity.ts';
import { listAccountsInScope } from '../../lambda/organization/accounts.ts';
import { openMemberSession } from '../../lambda/organization/member-session.ts';
import { listSesRegions } from '../../lambda/organization/ses-regions.ts';
import { surveyAccount } from '../../lambda/organization/survey.ts';
import { createSesReader, type SesReader } from '../../lambda/ses/reader.ts';
import { startDnsServer, type DnsServer } from '../../local/dns/server.ts';
import { startGateway, type Gateway } from '../../local/gateway/server.ts';
import { buildWorld, MANAGEMENT_CREDENTIALS } from '../../local/organization/build-world.ts';
import { expectedCoverage } from '../../local/organization/expectations.ts';

const EXTERNAL_ID = 'example-external-id';
const SETTINGS = scanSettingsSchema.parse({ externalId: EXTERNAL_ID, requestsPerSecond: 10_000 });
const HOME = 'ap-northeast-1';
const SCAN = { id: '2026-11-21T09:00:00.000Z#test' };
const folder = mkdtempSync(join(tmpdir(), 'ses-posture-reader-'));
const world = buildWorld({ week: 1, now: new Date('2026-11-21T09:00:00Z'), externalId: EXTERNAL_ID });

let gateway: Gateway;
let dnsServer: DnsServer;
const undo: (() => void)[] = [];

beforeAll(async () => {
  gateway = await startGateway({ world, outboxFolder: folder, bucketFolder: folder });
  dnsServer = await startDnsServer({ world });
  vi.stubEnv('AWS_ENDPOINT_URL', gateway.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', MANAGEMENT_CREDENTIALS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', MANAGEMENT_CREDENTIALS.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', '');
});
afterEach(() => {
  for (const dispose of undo.splice(0)) dispose();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await gateway.close();
  await dnsServer.close();
  rmSync(folder, { recursive: true });
});

const organizations = () => new OrganizationsClient({ region: HOME, maxAttempts: 1 });
const session = (accountId: string, settings = SETTINGS) =>
  openMemberSession({
    sts: new STSClient({ region: HOME, maxAttempts: 1 }),
    settings,
    scan: SCAN,
    accountId,
  });

async function openTarget(accountId: string, region: string, settings = SETTINGS): Promise<SesReader> {
  const opened = await session(accountId, settings);
  if (opened.kind !== 'open') throw new Error(opened.detail);
  return createSesReader({
    credentials: opened.credentials,
    accountId,
    region,
    requestsPerSecond: 10_000,
    deadline: () => 60_000,
  });
}

describe('the simulated organization', () => {
  it('is listed whole, by name and state', async () => {
    const { managementAccountId, inScope, excluded } = await listAccountsInScope({
      organizations: organizations(),
      settings: SETTINGS,
      input: {},
    });
    expect(managementAccountId).toBe(world.organization.managementAccountId);
    const active = world.accounts.filter(({ state }) => state === 'ACTIVE');
    expect(inScope.map(({ id }) => id)).toEqual(active.map(({ id }) => id).sort());
    expect(excluded).toHaveLength(world.accounts.length - active.length);
    expect(inScope.find(({ id }) => id === '222222222222')).toMatchObject({
      name: 'shop-production',
      ouPath: 'Root/Workloads/Production/Commerce',
    });
  });

  it('tells a caller without the right what to do', async () => {
    const member = await session('222222222222');
    if (member.kind !== 'open') throw new Error(member.detail);
    const client = new OrganizationsClient({ region: HOME, maxAttempts: 1, credentials: member.credentials });
    await expect(
      listAccountsInScope({ organizations: client, settings: SETTINGS, input: {} }),
    ).rejects.toMatchObject({ name: 'OrganizationsDenied' });
  });

  it('offers SES in the Regions of its parameter', async () => {
    const regions = await listSesRegions((region) => new SSMClient({ region, maxAttempts: 1 }), HOME);
    expect(regions).toEqual([...world.sesRegions].sort());
  });
});

describe('the survey of every account', () => {
  const expected = expectedCoverage(1).filter(({ outcome }) => outcome !== 'EXCLUDED');

  it.each(expected)('finds $accountId as described: $outcome', async ({ accountId, outcome, regions }) => {
    const opened = await session(accountId);
    if (opened.kind === 'refused') {
      expect(opened.outcome).toBe(outcome);
      return;
    }
    expect(outcome).toBe('SCANNED');
    const survey = await surveyAccount({
      credentials: opened.credentials,
      accountId,
      regions: world.sesRegions,
      settings: SETTINGS,
    });
    const found = Object.entries(survey).map(([region, { outcome: of }]) => [
      region,
      of === 'HAS_IDENTITIES' ? 'SCANNED' : of,
    ]);
    expect(Object.fromEntries(found)).toEqual(regions);
  });
});

describe('a session that the gateway throttles or cuts', () => {
  it.each([
    [{ status: 400, code: 'Throttling', message: 'Rate exceeded' }, 'THROTTLED'],
    ['reset', 'FAILED'],
  ] as const)('is refused: %j', async (respond, outcome) => {
    undo.push(gateway.inject({ match: { service: 'sts' }, respond }));
    expect(await session('222222222222')).toMatchObject({ kind: 'refused', outcome });
  });
});

describe('a target of several pages', () => {
  it('is read whole, and each identity described', async () => {
    const reader = await openTarget('333333333333', 'us-west-2');
    const target = world.accounts.find(({ id }) => id === '333333333333')?.targets['us-west-2'];
    const listed = await reader.listIdentities();
    expect(listed.map(({ name }) => name)).toEqual(target?.identities.map(({ name }) => name).sort());
    const described = await Promise.all(listed.map(({ name }) => reader.describeIdentity(name)));
    expect(described.map((each) => each !== 'gone' && each.verificationStatus)).toEqual(
      listed.map(({ name }) => target?.identities.find((each) => each.name === name)?.verificationStatus),
    );
    expect(await reader.describeIdentity('never.example')).toBe('gone');
    reader.close();
  });

  it('is read whole although SES throttles', async () => {
    const reader = await openTarget('333333333333', 'us-west-2');
    const respond = { status: 429, code: 'TooManyRequestsException', message: 'Rate exceeded' };
    undo.push(gateway.inject({ match: { action: 'ListEmailIdentities' }, times: 1, respond }));
    const target = world.accounts.find(({ id }) => id === '333333333333')?.targets['us-west-2'];
    const listed = await reader.listIdentities();
    expect(listed.length).toBeGreaterThan(2 * (target?.listPageSize ?? Infinity));
    expect(listed.length).toBe(target?.identities.length);
    reader.close();
  });

  it('gives its account and what it sent', async () => {
    const reader = await openTarget('333333333333', 'eu-west-2');
    expect(await reader.getAccount()).toMatchObject({
      account: { kind: 'seen', value: { enforcementStatus: 'PROBATION' } },
    });
    expect(await reader.sendStatistics()).toMatchObject({ kind: 'seen' });
    reader.close();
  });

  it('refuses what the role allows where the settings switch it off: the session policy leaves it out', async () => {
    const off = scanSettingsSchema.parse({ ...SETTINGS, permissions: { notifications: false } });
    const refused = await openTarget('333333333333', 'us-west-2', off);
    await expect(refused.batch.notification(['campaigns.example'])).rejects.toThrow(
      /no session policy allows/,
    );
    refused.close();
    const allowed = await openTarget('333333333333', 'us-west-2');
    expect((await allowed.batch.notification(['campaigns.example'])).size).toBe(1);
    allowed.close();
  });
});

describe('the facts of identities', () => {
  async function gather(accountId: string, region: string, name: string) {
    const reader = await openTarget(accountId, region);
    const identity = await reader.describeIdentity(name);
    if (identity === 'gone') throw new Error(`${name} is gone`);
    const { facts } = await gatherIdentityFacts({
      accountId,
      region,
      identity,
      describe: (other) => reader.describeIdentity(other),
      listed: new Set((await reader.listIdentities()).map((each) => each.name)),
      target: { productionAccess: true, inUse: true },
      sharedMailFromRegions: () => Promise.resolve([]),
      settings: SETTINGS,
      dns: createDnsClient({ servers: [dnsServer.address] }),
      observedAt: '2026-11-21T09:00:00.000Z',
    });
    reader.close();
    return facts;
  }

  it('of a healthy domain are healthy', async () => {
    const facts = await gather('222222222222', 'us-east-1', 'shop.example');
    expect(facts.effective.dkim).toMatchObject({ kind: 'own', signingDomain: 'shop.example' });
    expect(facts.dkimRecords.map(({ key }) => key?.usable)).toEqual([true, true, true]);
    expect(facts.mailFrom?.spf.sesNetworks?.every(({ result }) => result === 'pass')).toBe(true);
    expect(facts.alignment).toMatchObject({ dkim: { real: true }, spf: { real: true } });
    expect(facts.dmarc.status).toBe('found');
  });

  it('of a subdomain without tokens of its own are inherited', async () => {
    const facts = await gather('222222222222', 'us-east-1', 'cart.shop.example');
    expect(facts.effective.dkim).toMatchObject({ kind: 'inherited', signer: 'shop.example' });
    expect(facts.dkimRecords).toHaveLength(3);
  });

  it('of an address are its domain’s', async () => {
    const facts = await gather('222222222222', 'us-east-1', 'orders@shop.example');
    expect(facts.effective.dkim).toMatchObject({ kind: 'inherited', signer: 'shop.example' });
    expect(facts.dkimRecords.map(({ key }) => key?.usable)).toEqual([true, true, true]);
  });

  it('of a domain with a missing CNAME show it absent', async () => {
    const facts = await gather('222222222222', 'us-east-1', 'returns.example');
    expect(facts.dkimRecords.filter(({ txt }) => txt.kind === 'absent')).toHaveLength(1);
  });

  it('of a domain in a Region with a zone of its own expect that zone', async () => {
    const facts = await gather('555555555555', 'eu-south-1', 'milano.example');
    expect(facts.dkimRecords[0]?.expectedTarget).toMatch(/\.dkim\.eu-south-1\.amazonses\.com$/);
    expect(facts.dkimRecords.map(({ key }) => key?.usable)).toEqual([true, true, true]);
  });
});
