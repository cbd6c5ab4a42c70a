import {
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListPoliciesCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allPages, assumeMember, refusalOf, type Sandbox, startSandbox } from './harness.ts';
import { makeWorld, MANAGEMENT, MEMBER, memberKeys, SUSPENDED, WITHOUT_ROLE } from './world.ts';

let sandbox: Sandbox;
let client: OrganizationsClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  client = new OrganizationsClient(sandbox.config());
});
afterAll(() => sandbox.close());

describe('Organizations stand-in', () => {
  it('describes the organization to any of its accounts', async () => {
    const member = new OrganizationsClient(sandbox.config(memberKeys));
    const { Organization } = await member.send(new DescribeOrganizationCommand({}));
    expect(Organization).toMatchObject({
      Id: 'o-exampleorg1',
      MasterAccountId: MANAGEMENT,
      FeatureSet: 'ALL',
    });
  });

  it.each([20, 7, 1])('lists every account once in pages of at most %i, some of them empty', async (size) => {
    const { items, pages } = await allPages(async (NextToken) => {
      const page = await client.send(new ListAccountsCommand({ MaxResults: size, NextToken }));
      return { items: page.Accounts, token: page.NextToken };
    });
    expect(items.map(({ Id }) => Id)).toEqual(makeWorld().accounts.map(({ id }) => id));
    expect(Math.max(...pages)).toBe(size);
    expect(pages).toContain(0);
  });

  it('ends even a listing of one page with an empty one', async () => {
    const world = makeWorld();
    const small = await startSandbox({ world: { ...world, accounts: world.accounts.slice(0, 2) } });
    const few = new OrganizationsClient(small.config());
    const { pages } = await allPages(async (NextToken) => {
      const page = await few.send(new ListAccountsCommand({ NextToken }));
      return { items: page.Accounts, token: page.NextToken };
    });
    await small.close();
    expect(pages).toEqual([2, 0]);
  });

  it('gives State and the retired Status, and JoinedTimestamp as a date', async () => {
    const { Account } = await client.send(new DescribeAccountCommand({ AccountId: SUSPENDED }));
    expect(Account).toMatchObject({ State: 'SUSPENDED', Status: 'SUSPENDED', Name: `Account ${SUSPENDED}` });
    expect(Account?.JoinedTimestamp).toBeInstanceOf(Date);
  });

  it('walks the tree from the root', async () => {
    const { Roots } = await client.send(new ListRootsCommand({}));
    expect(Roots).toMatchObject([{ Id: 'r-exam', Name: 'Root' }]);
    const units = await client.send(new ListOrganizationalUnitsForParentCommand({ ParentId: 'r-exam' }));
    expect(units.OrganizationalUnits).toMatchObject([{ Id: 'ou-exam-workload', Name: 'Workloads' }]);
    const nested = await client.send(new ListAccountsForParentCommand({ ParentId: 'ou-exam-nested00' }));
    expect(nested.Accounts).toMatchObject([{ Id: WITHOUT_ROLE }]);
    const { items } = await allPages(async (NextToken) => {
      const page = await client.send(
        new ListAccountsForParentCommand({ ParentId: 'ou-exam-workload', NextToken }),
      );
      return { items: page.Accounts, token: page.NextToken };
    });
    expect(items).toHaveLength(43);
  });

  it.each([
    [MANAGEMENT, { Id: 'r-exam', Type: 'ROOT' }],
    [MEMBER, { Id: 'ou-exam-workload', Type: 'ORGANIZATIONAL_UNIT' }],
    ['ou-exam-nested00', { Id: 'ou-exam-workload', Type: 'ORGANIZATIONAL_UNIT' }],
  ])('names the parent of %s', async (ChildId, parent) => {
    expect((await client.send(new ListParentsCommand({ ChildId }))).Parents).toEqual([parent]);
  });

  it('refuses everybody but the management account and delegated administrators', async () => {
    const member = new OrganizationsClient(sandbox.config(memberKeys));
    const listing = (): Promise<unknown> => member.send(new ListAccountsCommand({}));
    expect(await refusalOf(listing())).toMatchObject({ name: 'AccessDeniedException', status: 400 });
    const world = makeWorld();
    world.organization.delegatedAdministratorIds = [MEMBER];
    sandbox.gateway.setWorld(world);
    await expect(listing()).resolves.toBeDefined();
    sandbox.gateway.setWorld(makeWorld());
  });

  it('tells a role that lacks the permission why', async () => {
    const role = new OrganizationsClient(sandbox.config(await assumeMember(sandbox)));
    const { name, message } = await refusalOf(role.send(new DescribeOrganizationCommand({})));
    expect(name).toBe('AccessDeniedException');
    expect(message).toContain(
      'because no identity-based policy allows the organizations:DescribeOrganization action',
    );
  });

  it.each([
    [
      'AccountNotFoundException',
      () => client.send(new DescribeAccountCommand({ AccountId: '999999999999' })),
    ],
    [
      'ParentNotFoundException',
      () => client.send(new ListAccountsForParentCommand({ ParentId: 'ou-none-none0000' })),
    ],
    ['ChildNotFoundException', () => client.send(new ListParentsCommand({ ChildId: '999999999999' }))],
    ['InvalidInputException', () => client.send(new ListAccountsCommand({ NextToken: 'made-up' }))],
    ['InvalidInputException', () => client.send(new ListAccountsCommand({ MaxResults: 21 }))],
    ['InvalidInputException', () => client.send(new DescribeAccountCommand({ AccountId: undefined }))],
  ])('answers %s', async (code, call) => {
    expect(await refusalOf(call())).toMatchObject({ name: code, status: 400 });
  });

  it('names an operation that it does not offer', async () => {
    const { name, message } = await refusalOf(client.send(new ListPoliciesCommand({ Filter: 'TAG_POLICY' })));
    expect(name).toBe('UnknownOperationException');
    expect(message).toContain('organizations:ListPolicies');
  });
});
