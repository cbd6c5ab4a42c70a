import {
  GetAccountCommand,
  GetDedicatedIpsCommand,
  ListMultiRegionEndpointsCommand,
  ListRecommendationsCommand,
  ListReputationEntitiesCommand,
  type ListRecommendationsCommandInput,
  type ListReputationEntitiesCommandInput,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorldTarget } from '../../local/organization/types.ts';
import { allPages, assumeMember, refusalOf, type Sandbox, startSandbox } from './harness.ts';
import { MEMBER, memberKeys, worldWithTarget } from './world.ts';

let sandbox: Sandbox;
let client: SESv2Client;
beforeAll(async () => {
  sandbox = await startSandbox();
  client = new SESv2Client(sandbox.config(memberKeys, 'eu-west-1'));
});
afterAll(() => sandbox.close());

const serve = (more: Partial<WorldTarget>): void => sandbox.gateway.setWorld(worldWithTarget(more));
const arn = (resource: string): string => `arn:aws:ses:eu-west-1:${MEMBER}:${resource}`;

describe('GetAccount', () => {
  it('tells suppression, VDM and plan where they were set', async () => {
    serve({ suppressedReasons: ['BOUNCE'], vdm: true, pricingPlan: 'ESSENTIALS' });
    expect(await client.send(new GetAccountCommand({}))).toMatchObject({
      SuppressionAttributes: { SuppressedReasons: ['BOUNCE'] },
      VdmAttributes: { VdmEnabled: 'ENABLED', DashboardAttributes: { EngagementMetrics: 'ENABLED' } },
      PricingAttributes: { CurrentPlan: 'ESSENTIALS' },
    });
  });

  it('tells an empty suppression list and VDM off where nobody switched them on', async () => {
    serve({});
    const answer = await client.send(new GetAccountCommand({}));
    expect(answer.SuppressionAttributes).toEqual({ SuppressedReasons: [] });
    expect(answer.VdmAttributes).toEqual({ VdmEnabled: 'DISABLED' });
    expect(answer.PricingAttributes).toBeUndefined();
  });
});

describe('ListRecommendations', () => {
  const created = '2026-11-01T00:00:00Z';
  const recommendations: WorldTarget['recommendations'] = [
    ['a.example', 'DKIM', 'OPEN', 'HIGH'] as const,
    ['b.example', 'SPF', 'OPEN', 'LOW'] as const,
    ['c.example', 'DKIM', 'FIXED', 'HIGH'] as const,
  ].map(([name, type, status, impact]) => {
    const description = `${type} of ${name}`;
    return { resourceArn: arn(`identity/${name}`), type, status, impact, description, created };
  });
  const names = async (input: ListRecommendationsCommandInput): Promise<string[]> => {
    const { items } = await allPages(async (NextToken) => {
      const page = await client.send(new ListRecommendationsCommand({ ...input, NextToken }));
      return { items: page.Recommendations, token: page.NextToken };
    });
    return items.map(({ Description = '' }) => Description);
  };

  it.each<[string, ListRecommendationsCommandInput['Filter'], string[]]>([
    ['nothing', undefined, ['DKIM of a.example', 'SPF of b.example', 'DKIM of c.example']],
    ['the status', { STATUS: 'OPEN' }, ['DKIM of a.example', 'SPF of b.example']],
    ['the impact', { IMPACT: 'HIGH' }, ['DKIM of a.example', 'DKIM of c.example']],
    ['type and status together', { TYPE: 'DKIM', STATUS: 'OPEN' }, ['DKIM of a.example']],
    ['the resource', { RESOURCE_ARN: arn('identity/b.example') }, ['SPF of b.example']],
  ])('filters by %s, page by page', async (_case, Filter, expected) => {
    serve({ vdm: true, recommendations });
    expect(await names({ Filter, PageSize: 1 })).toEqual(expected);
  });

  it('tells all of one', async () => {
    serve({ vdm: true, recommendations });
    const { Recommendations } = await client.send(new ListRecommendationsCommand({ PageSize: 1 }));
    expect(Recommendations).toEqual([
      {
        ResourceArn: arn('identity/a.example'),
        Type: 'DKIM',
        Description: 'DKIM of a.example',
        Status: 'OPEN',
        Impact: 'HIGH',
        CreatedTimestamp: new Date(created),
        LastUpdatedTimestamp: new Date(created),
      },
    ]);
  });

  it.each<[string, ListRecommendationsCommandInput]>([
    ['a filter that SES does not know', { Filter: { COLOUR: 'red' } as never }],
    ['a made-up token', { NextToken: 'made-up' }],
    ['a page of 1,001', { PageSize: 1001 }],
  ])('answers BadRequestException to %s', async (_case, input) => {
    serve({ recommendations });
    const refusal = await refusalOf(client.send(new ListRecommendationsCommand(input)));
    expect(refusal).toMatchObject({ name: 'BadRequestException', status: 400 });
  });

  it('takes no token of another filter', async () => {
    serve({ recommendations });
    const first = new ListRecommendationsCommand({ Filter: { STATUS: 'OPEN' }, PageSize: 1 });
    const { NextToken } = await client.send(first);
    const next = new ListRecommendationsCommand({ Filter: { IMPACT: 'HIGH' }, PageSize: 1, NextToken });
    expect(await refusalOf(client.send(next))).toMatchObject({ name: 'BadRequestException' });
  });
});

describe('GetDedicatedIps', () => {
  const dedicatedIps: WorldTarget['dedicatedIps'] = [
    { ip: '192.0.2.10', warmupStatus: 'DONE', warmupPercentage: 100, pool: 'bulk' },
    { ip: '192.0.2.11', warmupStatus: 'IN_PROGRESS', warmupPercentage: 35 },
  ];

  it('pages over the addresses with pool and warm-up', async () => {
    serve({ dedicatedIps });
    const { items, pages } = await allPages(async (NextToken) => {
      const page = await client.send(new GetDedicatedIpsCommand({ PageSize: 1, NextToken }));
      return { items: page.DedicatedIps, token: page.NextToken };
    });
    expect(items).toEqual([
      { Ip: '192.0.2.10', WarmupStatus: 'DONE', WarmupPercentage: 100, PoolName: 'bulk' },
      { Ip: '192.0.2.11', WarmupStatus: 'IN_PROGRESS', WarmupPercentage: 35 },
    ]);
    expect(pages).toEqual([1, 1]);
  });

  it('tells those of one pool, none where there are none, and does not know an absent pool', async () => {
    serve({ dedicatedIps });
    const ofPool = await client.send(new GetDedicatedIpsCommand({ PoolName: 'bulk' }));
    expect(ofPool.DedicatedIps?.map(({ Ip }) => Ip)).toEqual(['192.0.2.10']);
    const absent = await refusalOf(client.send(new GetDedicatedIpsCommand({ PoolName: 'absent' })));
    expect(absent).toMatchObject({ name: 'NotFoundException', status: 404 });
    serve({});
    expect((await client.send(new GetDedicatedIpsCommand({}))).DedicatedIps).toEqual([]);
  });
});

describe('ListReputationEntities', () => {
  const reputationEntities: WorldTarget['reputationEntities'] = [
    { reference: arn('tenant/good'), type: 'RESOURCE', sendingStatus: 'ENABLED', impact: 'LOW' },
    {
      reference: arn('tenant/bad'),
      type: 'RESOURCE',
      sendingStatus: 'DISABLED',
      impact: 'HIGH',
      cause: 'Too many bounces',
    },
  ];

  it.each<[string, ListReputationEntitiesCommandInput['Filter'], string[]]>([
    ['nothing', undefined, ['good', 'bad']],
    ['the impact', { REPUTATION_IMPACT: 'HIGH' }, ['bad']],
    ['the sending status', { SENDING_STATUS: 'ENABLED' }, ['good']],
    ['the beginning of the reference', { ENTITY_REFERENCE_PREFIX: arn('tenant/b') }, ['bad']],
  ])('filters by %s', async (_case, Filter, expected) => {
    serve({ reputationEntities });
    const { items } = await allPages(async (NextToken) => {
      const page = await client.send(new ListReputationEntitiesCommand({ Filter, PageSize: 1, NextToken }));
      return { items: page.ReputationEntities, token: page.NextToken };
    });
    expect(items.map((one) => one.ReputationEntityReference?.split('/')[1])).toEqual(expected);
  });

  it('tells who stopped it, and why', async () => {
    serve({ reputationEntities });
    const { ReputationEntities } = await client.send(new ListReputationEntitiesCommand({}));
    expect(ReputationEntities?.[1]).toMatchObject({
      ReputationEntityType: 'RESOURCE',
      SendingStatusAggregate: 'DISABLED',
      AwsSesManagedStatus: { Status: 'DISABLED', Cause: 'Too many bounces' },
      CustomerManagedStatus: { Status: 'ENABLED' },
    });
  });
});

describe('ListMultiRegionEndpoints', () => {
  it('pages over endpoints with status and Regions', async () => {
    const created = '2026-10-01T00:00:00Z';
    const regions = ['eu-west-1', 'eu-west-2'];
    const status = 'READY' as const;
    serve({
      multiRegionEndpoints: ['one', 'two'].map((name) => ({
        name,
        id: `${name}.abc`,
        status,
        regions,
        created,
      })),
    });
    const { items } = await allPages(async (NextToken) => {
      const page = await client.send(new ListMultiRegionEndpointsCommand({ PageSize: 1, NextToken }));
      return { items: page.MultiRegionEndpoints, token: page.NextToken };
    });
    const [first, second] = items;
    expect(first).toMatchObject({
      EndpointName: 'one',
      EndpointId: 'one.abc',
      Status: status,
      Regions: regions,
    });
    expect(second?.CreatedTimestamp).toEqual(new Date(created));
  });
});

describe('a role without the permission', () => {
  it.each([
    ['ses:ListRecommendations', new ListRecommendationsCommand({})],
    ['ses:ListReputationEntities', new ListReputationEntitiesCommand({})],
    ['ses:ListMultiRegionEndpoints', new ListMultiRegionEndpointsCommand({})],
  ])('is refused %s', async (action, command) => {
    const role = new SESv2Client(sandbox.config(await assumeMember(sandbox), 'eu-west-1'));
    const { name, message } = await refusalOf(role.send(command as ListRecommendationsCommand));
    expect(name).toBe('AccessDeniedException');
    expect(message).toContain(`because no identity-based policy allows the ${action} action`);
  });

  it('is refused ses:GetDedicatedIps by a session policy that lacks it', async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'ses:GetAccount', Resource: '*' }],
    };
    const session = await assumeMember(sandbox, JSON.stringify(policy));
    const role = new SESv2Client(sandbox.config(session, 'eu-west-1'));
    await expect(role.send(new GetAccountCommand({}))).resolves.toBeDefined();
    const { message } = await refusalOf(role.send(new GetDedicatedIpsCommand({})));
    expect(message).toMatch(/because no session policy allows the ses:GetDedicatedIps action$/);
  });
});

describe('the rate of SES', () => {
  it('holds the new calls too, counted together with the others', async () => {
    const paced = await startSandbox({ requestsPerSecond: 1, monotonicMs: () => 0 });
    try {
      const ses = new SESv2Client(paced.config(memberKeys, 'eu-west-1'));
      await ses.send(new GetAccountCommand({}));
      const refusal = await refusalOf(ses.send(new ListReputationEntitiesCommand({})));
      expect(refusal).toMatchObject({ name: 'TooManyRequestsException', status: 429 });
    } finally {
      await paced.close();
    }
  });
});
