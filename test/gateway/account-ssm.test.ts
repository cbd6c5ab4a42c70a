import {
  AccountClient,
  EnableRegionCommand,
  ListRegionsCommand,
  type RegionOptStatus,
} from '@aws-sdk/client-account';
import {
  GetParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allPages, assumeMember, refusalOf, type Sandbox, startSandbox } from './harness.ts';
import { makeWorld, MANAGEMENT, MEMBER, memberKeys } from './world.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

describe('Account Management stand-in', () => {
  const member = (): AccountClient => new AccountClient(sandbox.config(memberKeys));
  const statuses = async (
    client: AccountClient,
    RegionOptStatusContains?: RegionOptStatus[],
  ): Promise<string[]> => {
    const { items } = await allPages(async (NextToken) => {
      const page = await client.send(
        new ListRegionsCommand({ MaxResults: 4, NextToken, RegionOptStatusContains }),
      );
      return { items: page.Regions, token: page.NextToken };
    });
    return items.map(({ RegionName, RegionOptStatus }) => `${RegionName} ${RegionOptStatus}`);
  };

  it('lists every Region of the caller’s account with its status', async () => {
    const all = await statuses(member());
    expect(all).toHaveLength(makeWorld().regions.length);
    expect(all).toEqual(
      expect.arrayContaining(['us-east-1 ENABLED_BY_DEFAULT', 'eu-south-1 ENABLED', 'ca-west-1 DISABLED']),
    );
  });

  it('filters by status', async () => {
    expect(await statuses(member(), ['ENABLED'])).toEqual(['eu-south-1 ENABLED']);
    expect(await statuses(member(), ['DISABLED', 'ENABLED'])).toHaveLength(3);
  });

  it('answers a member’s role', async () => {
    expect(await statuses(new AccountClient(sandbox.config(await assumeMember(sandbox))))).not.toEqual([]);
  });

  it('lets the management account ask for a member, and nobody else for another', async () => {
    const management = new AccountClient(sandbox.config());
    const { Regions } = await management.send(new ListRegionsCommand({ AccountId: MEMBER }));
    expect(Regions).toContainEqual({ RegionName: 'eu-south-1', RegionOptStatus: 'ENABLED' });
    for (const [client, AccountId] of [
      [member(), MANAGEMENT],
      [management, MANAGEMENT],
    ] as const) {
      const refusal = await refusalOf(client.send(new ListRegionsCommand({ AccountId })));
      expect(refusal).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    }
  });

  it.each([
    ['a made-up token', { NextToken: 'made-up' }],
    ['a page of 51', { MaxResults: 51 }],
    ['a status that does not exist', { RegionOptStatusContains: ['ON'] as unknown as RegionOptStatus[] }],
  ])('answers ValidationException to %s', async (_case, input) => {
    const { name, status } = await refusalOf(member().send(new ListRegionsCommand(input)));
    expect({ name, status }).toEqual({ name: 'ValidationException', status: 400 });
  });

  it('does not offer to change anything', async () => {
    const { name } = await refusalOf(member().send(new EnableRegionCommand({ RegionName: 'ca-west-1' })));
    expect(name).toBe('UnknownOperationException');
  });
});

describe('SSM stand-in', () => {
  const Path = '/aws/service/global-infrastructure/services/ses/regions';
  const client = (region: string): SSMClient => new SSMClient(sandbox.config(undefined, region));

  it('lists the SES Regions, ten a page', async () => {
    const { items, pages } = await allPages(async (NextToken) => {
      const page = await client('eu-west-1').send(new GetParametersByPathCommand({ Path, NextToken }));
      return { items: page.Parameters, token: page.NextToken };
    });
    expect(items.map(({ Value }) => Value)).toEqual(makeWorld().sesRegions);
    expect(items[0]).toMatchObject({ Name: `${Path}/us-east-1`, Type: 'String', Version: 1 });
    expect(pages).toEqual([10, 3]);
  });

  it('gives one of them by name', async () => {
    const { Parameter } = await client('us-east-1').send(
      new GetParameterCommand({ Name: `${Path}/eu-west-1` }),
    );
    expect(Parameter?.Value).toBe('eu-west-1');
  });

  it('has the path in some Regions only: eu-south-1, switched on for the member, has nothing there', async () => {
    const elsewhere = new SSMClient(sandbox.config(memberKeys, 'eu-south-1'));
    expect((await elsewhere.send(new GetParametersByPathCommand({ Path }))).Parameters).toEqual([]);
    const { name } = await refusalOf(elsewhere.send(new GetParameterCommand({ Name: `${Path}/eu-west-1` })));
    expect(name).toBe('ParameterNotFound');
  });

  it.each([
    ['ValidationException', new GetParametersByPathCommand({ Path, MaxResults: 11 })],
    ['ValidationException', new GetParametersByPathCommand({ Path: 'no-slash' })],
    ['InvalidNextToken', new GetParametersByPathCommand({ Path, NextToken: 'made-up' })],
  ])('answers %s', async (code, command) => {
    expect(await refusalOf(client('us-east-1').send(command))).toMatchObject({ name: code, status: 400 });
  });

  it('does not offer to write', async () => {
    const { message } = await refusalOf(
      client('us-east-1').send(new PutParameterCommand({ Name: '/x', Value: 'y' })),
    );
    expect(message).toContain('ssm:PutParameter');
  });
});
