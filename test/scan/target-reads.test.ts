/** What a target's scan reads beside its identities, over the wire against the simulated AWS and its DNS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  memberActions,
  PERMISSION_GROUPS,
  scanSettingsSchema,
  type PermissionGroup,
} from '../../lambda/contract.ts';
import { createDnsClient } from '../../lambda/dns/client.ts';
import type { TargetFacts } from '../../lambda/facts/types.ts';
import { surveyAccount } from '../../lambda/organization/survey.ts';
import { createTargetReads, type TargetReads } from '../../lambda/scan/target-reads.ts';
import { TimeBudgetExceeded } from '../../lambda/ses/pacing.ts';
import { createSesReader, type SesReader } from '../../lambda/ses/reader.ts';
import { startDnsServer, type DnsServer } from '../../local/dns/server.ts';
import { startGateway, type Gateway } from '../../local/gateway/server.ts';
import type { WorldTarget } from '../../local/organization/types.ts';
import { makeIdentity, makeTarget, MEMBER, memberKeys, worldWithTarget } from '../gateway/world.ts';

const REGION = 'eu-west-1';
const NOW = new Date('2026-11-21T09:00:00Z');
const BOUNCES = `arn:aws:sns:${REGION}:${MEMBER}:bounces`;
const COMPLAINTS = `arn:aws:sns:${REGION}:${MEMBER}:complaints`;
const ELSEWHERE = `arn:aws:sns:${REGION}:999999999999:central`;
const STREAM = `arn:aws:firehose:${REGION}:${MEMBER}:deliverystream/mail-events`;
const GONE = `${STREAM}-of-last-year`;
const FAR = STREAM.replace(REGION, 'us-east-1');
const roleArn = `arn:aws:iam::${MEMBER}:role/ses-to-firehose`;

/** A target that has something of everything. */
const TARGET: Partial<WorldTarget> = {
  identities: [
    makeIdentity('example.com', {
      configurationSet: 'main',
      bounceTopic: BOUNCES,
      complaintTopic: COMPLAINTS,
    }),
    makeIdentity('news@example.com', { configurationSet: 'deleted', bounceTopic: ELSEWHERE }),
  ],
  configurationSets: [
    {
      name: 'main',
      sendingEnabled: true,
      reputationMetricsEnabled: true,
      tlsPolicy: 'REQUIRE',
      customRedirectDomain: 'click.example.com',
      httpsPolicy: 'REQUIRE',
      eventDestinations: [
        { name: 'to-sns', enabled: true, matchingEventTypes: ['BOUNCE'], snsTopicArn: BOUNCES },
        ...[STREAM, GONE, FAR, STREAM].map((streamArn, index) => ({
          ...{ name: `to-stream-${index}`, enabled: true, matchingEventTypes: ['SEND'] },
          firehose: { streamArn, roleArn },
        })),
      ],
    },
  ],
  sendStatistics: [
    { timestamp: '2026-11-20T10:15:00Z', deliveryAttempts: 40, bounces: 1, complaints: 0, rejects: 2 },
  ],
  suppressedReasons: ['BOUNCE'],
  vdm: true,
  pricingPlan: 'ESSENTIALS',
  recommendations: ['OPEN', 'FIXED'].map((status) => ({
    resourceArn: `arn:aws:ses:${REGION}:${MEMBER}:identity/example.com`,
    type: 'DMARC' as const,
    description: 'DMARC1',
    status: status as 'OPEN',
    impact: 'HIGH' as const,
    created: '2026-11-01T00:00:00Z',
  })),
  dedicatedIps: ['192.0.2.10', '192.0.2.11', '192.0.2.12'].map((ip) => ({
    ip,
    warmupStatus: 'DONE' as const,
    warmupPercentage: 100,
    pool: 'own',
  })),
  reputationEntities: [
    { reference: 'arn:tenant', type: 'RESOURCE', sendingStatus: 'DISABLED', impact: 'HIGH' },
  ],
  multiRegionEndpoints: [
    {
      name: 'global',
      id: 'abc',
      status: 'READY',
      regions: [REGION, 'us-east-1'],
      created: '2026-01-01T00:00:00Z',
    },
  ],
  receiptRuleSet: {
    name: 'default',
    created: '2026-01-01T00:00:00Z',
    rules: [
      { name: 'in', enabled: true, tlsPolicy: 'Require', scanEnabled: true, recipients: ['in.example.com'] },
    ],
  },
  metrics: [{ name: 'Reputation.BounceRate', points: [{ timestamp: '2026-11-21T08:00:00Z', value: 0.02 }] }],
  alarms: [
    {
      name: 'ses-bounces',
      namespace: 'AWS/SES',
      metric: 'Reputation.BounceRate',
      threshold: 0.05,
      comparison: 'GreaterThanThreshold',
      actionsEnabled: true,
      alarmActions: [BOUNCES],
      state: 'OK',
    },
  ],
  topics: [
    { arn: BOUNCES, subscriptions: [{ protocol: 'sqs', endpoint: 'arn:q', confirmed: true }] },
    { arn: COMPLAINTS, subscriptions: [{ protocol: 'email', endpoint: 'a@example.com', confirmed: false }] },
  ],
  streams: [
    {
      name: 'mail-events',
      status: 'ACTIVE',
      source: 'DirectPut',
      roleArn: `arn:aws:iam::${MEMBER}:role/firehose-to-s3`,
      bucketArn: 'arn:aws:s3:::mail-events',
      created: '2026-01-01T00:00:00Z',
    },
  ],
};

const ZONES = {
  zones: [
    { name: '10.2.0.192.in-addr.arpa', type: 'PTR' as const, data: 'mta.example.com' },
    { name: 'mta.example.com', type: 'A' as const, data: '192.0.2.10' },
    { name: '11.2.0.192.in-addr.arpa', type: 'PTR' as const, data: 'stranger.example.com' },
    { name: 'stranger.example.com', type: 'A' as const, data: '192.0.2.99' },
    { name: 'click.example.com', type: 'CNAME' as const, data: `r.${REGION}.awstrack.me` },
  ],
  zoneApexes: ['example.com', 'in-addr.arpa', 'awstrack.me'],
  dnsFaults: [],
};

const folder = mkdtempSync(join(tmpdir(), 'ses-posture-target-reads-'));
let gateway: Gateway;
let dnsServer: DnsServer;
let reader: SesReader | undefined;
let readers: SesReader[] = [];

async function serve(target: Partial<WorldTarget>): Promise<void> {
  const world = worldWithTarget(target);
  const targets = world.accounts.find(({ id }) => id === MEMBER)?.targets ?? {};
  // What the other Region of the endpoint holds.
  targets['us-east-1'] = makeTarget({ identities: [makeIdentity('example.com')] });
  gateway = await startGateway({
    world,
    outboxFolder: folder,
    bucketFolder: folder,
  });
  vi.stubEnv('AWS_ENDPOINT_URL', gateway.url);
}

beforeEach(async () => {
  await serve(TARGET);
  dnsServer = await startDnsServer({ world: ZONES });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const one of readers) one.close();
  readers = [];
  await gateway.close();
  await dnsServer.close();
  rmSync(folder, { recursive: true, force: true });
});

type Permissions = { [group in PermissionGroup]?: boolean };

async function open(
  permissions: Permissions = {},
  deadline: () => number = () => 60_000,
): Promise<TargetReads> {
  const makeReader = (region: string): SesReader => {
    const made = createSesReader({
      credentials: { ...memberKeys },
      accountId: MEMBER,
      region,
      requestsPerSecond: 10_000,
      deadline,
      clock: { now: () => performance.now(), sleep: () => Promise.resolve(), random: () => 0 },
    });
    readers.push(made);
    return made;
  };
  const made = makeReader(REGION);
  reader = made;
  return createTargetReads({
    reader: made,
    settings: scanSettingsSchema.parse({ permissions }),
    accountId: MEMBER,
    region: REGION,
    names: (await made.listIdentities()).map(({ name }) => name),
    dns: createDnsClient({ servers: [dnsServer.address] }),
    now: () => NOW,
    scanRegions: [REGION, 'us-east-1'],
    makeReader,
  });
}

async function readAll(permissions: Permissions = {}) {
  const reads = await open(permissions);
  const ofIdentities = await reads.ofIdentities();
  const identity = {
    notifications: await ofIdentities.notificationsOf?.('example.com'),
    configurationSets: await ofIdentities.configurationSetsWith?.(['main']),
    receiptDomains: ofIdentities.receiptDomains,
  };
  const { facts, unanswered } = await reads.ofTarget(['main', 'deleted']);
  return { identity, facts, unanswered };
}

/** IAM actions of every call so far. */
function called(): string[] {
  const prefix: { [service: string]: string } = { sesv2: 'ses', monitoring: 'cloudwatch' };
  const actions = gateway.counts().map(({ service, action }) => `${prefix[service] ?? service}:${action}`);
  return [...new Set(actions)].sort();
}

describe('everything switched on', () => {
  it('gives the facts that identities are judged with', async () => {
    const { identity } = await readAll();
    expect(identity).toMatchObject({
      notifications: {
        kind: 'seen',
        value: { bounceTopic: BOUNCES, complaintTopic: COMPLAINTS, forwarding: true },
      },
      configurationSets: { kind: 'seen', value: { sets: [{ name: 'main' }], listed: 1, missing: [] } },
      receiptDomains: { kind: 'seen', value: ['in.example.com'] },
    });
  });

  it('gives the facts of the target', async () => {
    const { facts, unanswered } = await readAll();
    expect(facts).toMatchObject({
      sendStatistics: { kind: 'seen', value: { attempts: 40, bounces: 1, complaints: 0, rejects: 2 } },
      suppressedReasons: { kind: 'seen', value: ['BOUNCE'] },
      vdmEnabled: { kind: 'seen', value: true },
      pricingPlan: 'ESSENTIALS',
      reputation: { kind: 'seen', value: { bounceRate: 0.02, at: '2026-11-21T08:00:00.000Z' } },
      reputationAlarms: {
        kind: 'seen',
        value: [{ name: 'ses-bounces', metric: 'Reputation.BounceRate', threshold: 0.05, actions: true }],
      },
      recommendations: { kind: 'seen', value: [{ type: 'DMARC', impact: 'HIGH', description: 'DMARC1' }] },
      configurationSets: {
        kind: 'seen',
        value: {
          sets: [
            {
              name: 'main',
              tracking: {
                domain: 'click.example.com',
                cname: { kind: 'found', records: [`r.${REGION}.awstrack.me`] },
              },
            },
          ],
          missing: ['deleted'],
        },
      },
      reputationEntities: {
        kind: 'seen',
        value: [{ arn: 'arn:tenant', sendingStatus: 'DISABLED', impact: 'HIGH' }],
      },
      multiRegionEndpoints: {
        kind: 'seen',
        value: [
          {
            name: 'global',
            status: 'READY',
            comparison: {
              gaps: [{ identity: 'news@example.com', region: 'us-east-1', differs: 'MISSING' }],
              gapCount: 1,
              uncompared: [],
            },
          },
        ],
      },
    } satisfies { [fact in keyof TargetFacts]?: unknown });
    expect(unanswered).toEqual([]);
  });

  it('tells each topic once, with who uses it', async () => {
    const { facts } = await readAll();
    expect(facts.topics).toEqual({
      kind: 'seen',
      value: [
        { arn: BOUNCES, state: 'found', confirmed: 1, pending: 0, admitsSes: true },
        { arn: COMPLAINTS, state: 'found', confirmed: 0, pending: 1, admitsSes: true },
        { arn: ELSEWHERE, state: 'foreign' },
      ],
    });
    expect(facts.topicUses).toEqual([
      { arn: BOUNCES, by: 'example.com' },
      { arn: COMPLAINTS, by: 'example.com' },
      { arn: ELSEWHERE, by: 'news@example.com' },
      { arn: BOUNCES, by: 'main/to-sns' },
    ]);
  });

  it('tells each stream once, with the event destinations that name it; what is in another Region is not asked for', async () => {
    const { facts } = await readAll();
    expect(facts.streams).toEqual({
      kind: 'seen',
      value: [
        { arn: STREAM, state: 'found', status: 'ACTIVE', source: 'DirectPut', destinations: ['S3'] },
        { arn: GONE, state: 'missing' },
        { arn: FAR, state: 'elsewhere' },
      ],
    });
    expect(facts.streamUses).toEqual([
      { arn: STREAM, by: 'main/to-stream-0' },
      { arn: GONE, by: 'main/to-stream-1' },
      { arn: FAR, by: 'main/to-stream-2' },
      { arn: STREAM, by: 'main/to-stream-3' },
    ]);
    expect(facts).not.toHaveProperty('usesUnread');
    const asked = gateway.counts().filter(({ service }) => service === 'firehose');
    expect(asked).toMatchObject([{ action: 'DescribeDeliveryStream', region: REGION, calls: 2 }]);
  });

  it('follows each dedicated IP to its name and back', async () => {
    const { facts } = await readAll();
    const ips = facts.dedicatedIps?.kind === 'seen' ? facts.dedicatedIps.value : [];
    expect(ips.map(({ ip, names, back }) => [ip, names.kind, back])).toEqual([
      ['192.0.2.10', 'found', true],
      ['192.0.2.11', 'found', false],
      ['192.0.2.12', 'absent', false],
    ]);
  });

  it('calls every action of the member role, and no other (hosted zones are read elsewhere)', async () => {
    const reads = await open();
    await surveyAccount({
      credentials: memberKeys,
      accountId: MEMBER,
      regions: [REGION],
      settings: scanSettingsSchema.parse({}),
    });
    await reader?.describeIdentity('example.com');
    await (await reads.ofIdentities()).notificationsOf?.('example.com');
    await reads.ofTarget([]);
    expect(called()).toEqual(memberActions(scanSettingsSchema.parse({}).permissions));
  });

  it('holds two Regions against each other only for an endpoint that is READY', async () => {
    await gateway.close();
    const endpoints = TARGET.multiRegionEndpoints?.map((one) => ({ ...one, status: 'CREATING' as const }));
    await serve({ ...TARGET, multiRegionEndpoints: endpoints ?? [] });
    const { facts } = await readAll();
    const alone = { name: 'global', status: 'CREATING', regions: [REGION, 'us-east-1'] };
    expect(facts.multiRegionEndpoints).toEqual({ kind: 'seen', value: [alone] });
    expect(gateway.counts().filter(({ region }) => region === 'us-east-1')).toEqual([]);
    expect(called().filter((action) => /Dkim|MailFrom/.test(action))).toEqual([]);
  });

  it('reads everything once, however many ask; a listing again, to be compared', async () => {
    const reads = await open();
    for (let round = 0; round < 3; round += 1) {
      const { notificationsOf, configurationSetsWith } = await reads.ofIdentities();
      await Promise.all([notificationsOf?.('example.com'), notificationsOf?.('news@example.com')]);
      await configurationSetsWith?.(['main']);
    }
    await reads.ofTarget(['main']);
    const more = gateway
      .counts()
      .filter(({ region }) => region === REGION)
      .filter(
        ({ calls, action }) =>
          calls !==
          (['GetTopicAttributes', 'DescribeDeliveryStream', 'ListEmailIdentities'].includes(action) ? 2 : 1),
      );
    expect(more).toEqual([]);
  });
});

describe('a group that is switched off', () => {
  const FACT: {
    [group in Exclude<PermissionGroup, 'hostedZones'>]:
      keyof TargetFacts | 'notifications' | 'receiptDomains';
  } = {
    configurationSets: 'configurationSets',
    notifications: 'notifications',
    topics: 'topics',
    deliveryStreams: 'streams',
    reputation: 'reputation',
    alarms: 'reputationAlarms',
    recommendations: 'recommendations',
    dedicatedIps: 'dedicatedIps',
    receiptRules: 'receiptDomains',
    reputationEntities: 'reputationEntities',
    multiRegionEndpoints: 'multiRegionEndpoints',
  };
  it.each(Object.entries(FACT) as [PermissionGroup, string][])(
    '%s: is off, and never called',
    async (group, fact) => {
      const { identity, facts } = await readAll({ [group]: false });
      expect({ ...facts, ...identity }).toMatchObject({ [fact]: { kind: 'off' } });
      const own: readonly string[] = PERMISSION_GROUPS[group];
      expect(called().filter((action) => own.includes(action))).toEqual([]);
    },
  );
});

describe('an optional read that fails', () => {
  /** Every optional operation, and the fact that is unseen without it. */
  const OPTIONAL: [operation: string, fact: string][] = [
    ['GetIdentityNotificationAttributes', 'notifications'],
    ['ListConfigurationSets', 'configurationSets'],
    ['GetConfigurationSet', 'configurationSets'],
    ['GetConfigurationSetEventDestinations', 'configurationSets'],
    ['DescribeActiveReceiptRuleSet', 'receiptDomains'],
    ['ListRecommendations', 'recommendations'],
    ['GetDedicatedIps', 'dedicatedIps'],
    ['ListReputationEntities', 'reputationEntities'],
    ['ListMultiRegionEndpoints', 'multiRegionEndpoints'],
    ['GetMetricData', 'reputation'],
    ['DescribeAlarms', 'reputationAlarms'],
    ['GetSendStatistics', 'sendStatistics'],
  ];
  it.each(OPTIONAL)('is unseen, and nothing else is: %s denied', async (action, fact) => {
    gateway.inject({
      match: { action },
      respond: { status: 403, code: 'AccessDeniedException', message: 'no' },
    });
    const { identity, facts } = await readAll();
    const unseen = Object.entries({ ...identity, ...facts }).filter(
      ([, read]) => (read as { kind?: string } | undefined)?.kind === 'unseen',
    );
    expect(unseen).toEqual([[fact, expect.objectContaining({ because: 'ACCESS_DENIED' })]]);
  });

  it('is unseen after throttling that does not end, at SES as at CloudWatch', async () => {
    for (const action of ['ListRecommendations', 'GetMetricData']) {
      gateway.inject({
        match: { action },
        respond: { status: 429, code: 'TooManyRequestsException', message: 'slow' },
      });
    }
    const { facts } = await readAll();
    expect(facts.recommendations).toMatchObject({ kind: 'unseen', because: 'THROTTLED' });
    expect(facts.reputation).toMatchObject({ kind: 'unseen', because: 'THROTTLED' });
    expect(facts.reputationAlarms?.kind).toBe('seen');
  });

  it('leaves a topic in that state', async () => {
    gateway.inject({
      match: { action: 'GetTopicAttributes' },
      respond: { status: 403, code: 'AuthorizationError', message: 'no' },
    });
    const { facts } = await readAll();
    expect(facts.topics).toMatchObject({
      kind: 'seen',
      value: [{ state: 'ACCESS_DENIED' }, {}, { state: 'foreign' }],
    });
  });

  it('leaves a stream in that state', async () => {
    gateway.inject({
      match: { action: 'DescribeDeliveryStream' },
      respond: { status: 400, code: 'AccessDeniedException', message: 'no' },
    });
    const { facts } = await readAll();
    expect(facts.streams).toMatchObject({
      kind: 'seen',
      value: [{ state: 'ACCESS_DENIED' }, { state: 'ACCESS_DENIED' }, { state: 'elsewhere' }],
    });
  });

  it.each([
    ['ListConfigurationSets', 'ACCESS_DENIED'],
    ['GetIdentityNotificationAttributes', 'ACCESS_DENIED'],
  ])('tells that topics or streams may be named that were not seen: %s denied', async (action, why) => {
    gateway.inject({
      match: { action },
      respond: { status: 403, code: 'AccessDeniedException', message: 'no' },
    });
    expect((await readAll()).facts.usesUnread).toBe(why);
    // An error outweighs what the settings do not permit.
    const other = action.startsWith('List') ? 'notifications' : 'configurationSets';
    expect((await readAll({ [other]: false })).facts.usesUnread).toBe(why);
  });

  it('is put off, not unseen, when the time is over', async () => {
    let left = 60_000;
    const reads = await open({}, () => left);
    left = 0;
    await expect(reads.ofIdentities()).rejects.toThrow(TimeBudgetExceeded);
    await expect(reads.ofTarget([])).rejects.toThrow(TimeBudgetExceeded);
  });
});

it('recommendations are not asked for where VDM is off', async () => {
  await gateway.close();
  await serve({ ...TARGET, vdm: false });
  const { facts } = await readAll();
  expect(facts).not.toHaveProperty('recommendations');
  expect(facts.vdmEnabled).toEqual({ kind: 'seen', value: false });
  expect(called()).not.toContain('ses:ListRecommendations');
});

it('an empty target costs its account and statistics, and no other call', async () => {
  await gateway.close();
  await serve({ ...TARGET, identities: [] });
  const reads = await open();
  expect((await reads.ofTarget([])).facts).toMatchObject({ suppressedReasons: { kind: 'seen' } });
  expect(called()).toEqual(['ses:GetAccount', 'ses:GetSendStatistics', 'ses:ListEmailIdentities']);
});
