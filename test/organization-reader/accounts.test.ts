import { afterEach, describe, expect, it } from 'vitest';
import { scanSettingsSchema, type ExecutionInput } from '../../lambda/contract.ts';
import { listAccountsInScope } from '../../lambda/organization/accounts.ts';
import { awsError, startStandIn, type StandIn, type StandInAnswer, type StandInRequest } from './stand-in.ts';

const ROOT = 'r-abcd';
const WORKLOADS = 'ou-abcd-11111111';
const PRODUCTION = 'ou-abcd-22222222';
const SANDBOX = 'ou-abcd-33333333';
const UNITS = [
  { id: WORKLOADS, name: 'Workloads', parent: ROOT },
  { id: PRODUCTION, name: 'Production', parent: WORKLOADS },
  { id: SANDBOX, name: 'Sandbox', parent: ROOT },
];

interface TestAccount {
  Id: string;
  Name?: string;
  State?: string;
  Status?: string;
  Paths?: string[];
  parent: string;
}

const MANAGEMENT: TestAccount = { Id: '111111111111', Name: 'Management', State: 'ACTIVE', parent: ROOT };
const SHOP: TestAccount = { Id: '222222222222', Name: 'Shop', State: 'ACTIVE', parent: PRODUCTION };
const OLD: TestAccount = { Id: '333333333333', Name: 'Old', State: 'SUSPENDED', parent: WORKLOADS };
const PLAY: TestAccount = { Id: '444444444444', Name: 'Play', State: 'ACTIVE', parent: SANDBOX };
const ALL = [MANAGEMENT, SHOP, OLD, PLAY];

let standIn: StandIn | undefined;
afterEach(async () => {
  await standIn?.close();
  standIn = undefined;
});

/** An Organizations that hands out accounts one a page, with an empty page in the middle. */
function organization(
  accounts: TestAccount[],
  override: (request: StandInRequest) => StandInAnswer | undefined = () => undefined,
) {
  const pages = accounts.flatMap((account, index) => (index === 1 ? [[], [account]] : [[account]]));
  return (request: StandInRequest): StandInAnswer => {
    const own = override(request);
    if (own) return own;
    const parent = request.json['ParentId'];
    switch (request.action) {
      case 'DescribeOrganization':
        return { json: { Organization: { Id: 'o-example', MasterAccountId: MANAGEMENT.Id } } };
      case 'ListAccounts': {
        const page = Number(request.json['NextToken'] ?? 0);
        const next = page + 1 < pages.length ? { NextToken: String(page + 1) } : {};
        return { json: { Accounts: (pages[page] ?? []).map(onWire), ...next } };
      }
      case 'ListRoots':
        return { json: { Roots: [{ Id: ROOT, Name: 'Root' }] } };
      case 'ListOrganizationalUnitsForParent': {
        const below = UNITS.filter((unit) => unit.parent === parent);
        return { json: { OrganizationalUnits: below.map(({ id, name }) => ({ Id: id, Name: name })) } };
      }
      case 'ListAccountsForParent':
        return { json: { Accounts: accounts.filter((account) => account.parent === parent).map(onWire) } };
      default:
        return awsError('UnknownOperationException', request.action);
    }
  };
}

function onWire({ Id, Name, State, Status, Paths }: TestAccount): unknown {
  return { Id, Name, State, Status, Paths };
}

async function list(
  accounts: TestAccount[],
  how: {
    scope?: object;
    input?: ExecutionInput;
    override?: (request: StandInRequest) => StandInAnswer | undefined;
  } = {},
) {
  standIn = await startStandIn(organization(accounts, how.override));
  return listAccountsInScope({
    organizations: standIn.organizations(),
    settings: scanSettingsSchema.parse(how.scope ? { scope: how.scope } : {}),
    input: how.input ?? {},
  });
}

describe('the accounts in scope', () => {
  it('are read from every page, empty pages in between included', async () => {
    const result = await list(ALL);
    expect(result.managementAccountId).toBe(MANAGEMENT.Id);
    expect(result.inScope.map(({ id }) => id)).toEqual([MANAGEMENT.Id, SHOP.Id, PLAY.Id]);
  });

  it('leave out accounts that are not ACTIVE, and say so', async () => {
    const result = await list([...ALL, { ...OLD, Id: '555555555555', State: 'PENDING_CLOSURE' }]);
    expect(result.excluded.map(({ id, because }) => [id, because])).toEqual([
      [OLD.Id, 'the account is SUSPENDED'],
      ['555555555555', 'the account is PENDING_CLOSURE'],
    ]);
  });

  it('are placed by a walk of the tree where Paths is missing', async () => {
    const { inScope } = await list(ALL);
    expect(inScope.find(({ id }) => id === SHOP.Id)?.ouPath).toBe('Root/Workloads/Production');
    expect(inScope.find(({ id }) => id === MANAGEMENT.Id)?.ouPath).toBe('Root');
  });

  it('are placed by Paths where it is there, without asking for the accounts of each unit', async () => {
    const path = (account: TestAccount, ids: string[]) => ({
      ...account,
      Paths: [`o-example/${ids.join('/')}/${account.Id}/`],
    });
    const accounts = [path(MANAGEMENT, [ROOT]), path(SHOP, [ROOT, WORKLOADS, PRODUCTION])];
    const { inScope } = await list(accounts, { scope: { organizationalUnits: [WORKLOADS] } });
    expect(inScope).toEqual([
      { id: SHOP.Id, name: 'Shop', ouPath: 'Root/Workloads/Production', state: 'ACTIVE' },
    ]);
    expect(standIn?.requests.some(({ action }) => action === 'ListAccountsForParent')).toBe(false);
  });

  it('fall back to Status where an account has no State', async () => {
    const { inScope } = await list([{ Id: SHOP.Id, Status: 'ACTIVE', parent: ROOT }]);
    expect(inScope.map(({ id, state }) => [id, state])).toEqual([[SHOP.Id, 'ACTIVE']]);
  });
});

describe('filters of settings and input', () => {
  const cases: { title: string; scope?: object; input?: ExecutionInput; expected: string[] }[] = [
    { title: 'accounts of the settings', scope: { accounts: [SHOP.Id] }, expected: [SHOP.Id] },
    {
      title: 'a unit of the settings, nested units included',
      scope: { organizationalUnits: [WORKLOADS] },
      expected: [SHOP.Id],
    },
    {
      title: 'accounts and units of the settings add up',
      scope: { accounts: [MANAGEMENT.Id], organizationalUnits: [SANDBOX] },
      expected: [MANAGEMENT.Id, PLAY.Id],
    },
    {
      title: 'an excluded account',
      scope: { excludedAccounts: [PLAY.Id] },
      expected: [MANAGEMENT.Id, SHOP.Id],
    },
    {
      title: 'an exclusion wins over an inclusion',
      scope: { organizationalUnits: [ROOT], excludedOrganizationalUnits: [WORKLOADS] },
      expected: [MANAGEMENT.Id, PLAY.Id],
    },
    { title: 'accounts of the input', input: { accounts: [PLAY.Id] }, expected: [PLAY.Id] },
    { title: 'a unit of the input', input: { organizationalUnits: [WORKLOADS] }, expected: [SHOP.Id] },
    {
      title: 'accounts and units of the input add up',
      input: { accounts: [PLAY.Id], organizationalUnits: [PRODUCTION] },
      expected: [SHOP.Id, PLAY.Id],
    },
    {
      title: 'the input narrows what the settings let in',
      scope: { organizationalUnits: [WORKLOADS, SANDBOX] },
      input: { organizationalUnits: [SANDBOX] },
      expected: [PLAY.Id],
    },
  ];
  it.each(cases)('$title', async ({ scope, input, expected }) => {
    const result = await list(ALL, { ...(scope ? { scope } : {}), ...(input ? { input } : {}) });
    expect(result.inScope.map(({ id }) => id)).toEqual(expected);
  });
});

describe('what an operator has to put right', () => {
  const denied = (action: string) => (request: StandInRequest) =>
    request.action === action
      ? awsError('AccessDeniedException', "You don't have permissions to access this resource.")
      : undefined;
  const cases: {
    title: string;
    accounts?: TestAccount[];
    scope?: object;
    input?: ExecutionInput;
    override?: (request: StandInRequest) => StandInAnswer | undefined;
    name: string;
    says: RegExp;
  }[] = [
    {
      title: 'an unknown account in the input',
      input: { accounts: ['999999999999'] },
      name: 'AccountUnknown',
      says: /execution input \(accounts\) names account 999999999999/,
    },
    {
      title: 'an unknown account in the settings',
      scope: { accounts: ['999999999999'] },
      name: 'AccountUnknown',
      says: /scope\.accounts names account 999999999999/,
    },
    {
      title: 'an unknown unit in the input',
      input: { organizationalUnits: ['ou-abcd-99999999'] },
      name: 'OrganizationalUnitUnknown',
      says: /ou-abcd-99999999/,
    },
    {
      title: 'an unknown unit in the settings',
      scope: { organizationalUnits: ['ou-abcd-99999999'] },
      name: 'OrganizationalUnitUnknown',
      says: /scope\.organizationalUnits/,
    },
    {
      title: 'an input that asks for a suspended account',
      input: { accounts: [OLD.Id] },
      name: 'AccountNotInScope',
      says: /333333333333.*SUSPENDED/,
    },
    {
      title: 'no account in scope',
      accounts: [OLD],
      name: 'NoAccountInScope',
      says: /None of the organization's 1 accounts is in scope/,
    },
    { title: 'an empty organization', accounts: [], name: 'NoAccountInScope', says: /in scope/ },
    {
      title: 'an account with neither State nor Status',
      accounts: [{ Id: SHOP.Id, parent: ROOT }],
      name: 'AccountStateMissing',
      says: /neither State nor Status for account 222222222222/,
    },
    {
      title: 'ListAccounts denied',
      override: denied('ListAccounts'),
      name: 'OrganizationsDenied',
      says: /ListAccounts was denied.*management account or a delegated administrator/,
    },
    {
      title: 'the tree denied while a filter needs it',
      scope: { organizationalUnits: [WORKLOADS] },
      override: denied('ListRoots'),
      name: 'OrganizationsDenied',
      says: /was denied/,
    },
    {
      title: 'an account outside any organization',
      override: ({ action }) =>
        action === 'DescribeOrganization'
          ? awsError('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.')
          : undefined,
      name: 'NotAnOrganization',
      says: /--this-account/,
    },
    {
      title: 'expired credentials',
      override: () =>
        awsError('ExpiredTokenException', 'The security token included in the request is expired'),
      name: 'CredentialsRefused',
      says: /Sign in again/,
    },
    {
      title: 'a page token that repeats',
      override: ({ action }) =>
        action === 'ListAccounts' ? { json: { Accounts: [], NextToken: 'again' } } : undefined,
      name: 'ListingIncomplete',
      says: /same page token twice/,
    },
    {
      title: 'a second page that fails, rather than half a listing',
      override: ({ action, json }) =>
        action === 'ListAccounts' && json['NextToken'] === '2'
          ? awsError('ServiceException', 'Something broke', 500)
          : undefined,
      name: 'OrganizationsUnreadable',
      says: /ListAccounts failed/,
    },
  ];
  it.each(cases)('$title', async ({ accounts, scope, input, override, name, says }) => {
    const how = {
      ...(scope ? { scope } : {}),
      ...(input ? { input } : {}),
      ...(override ? { override } : {}),
    };
    await expect(list(accounts ?? ALL, how)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(says) as unknown,
    });
  });

  it('more accounts than one scan covers', async () => {
    const many = Array.from({ length: 10_001 }, (_, index) => ({
      Id: String(index).padStart(12, '0'),
      State: 'ACTIVE',
    }));
    const override = ({ action }: StandInRequest) =>
      action === 'ListAccounts' ? { json: { Accounts: many } } : undefined;
    await expect(list(ALL, { override })).rejects.toMatchObject({ name: 'TooManyAccounts' });
  });

  it('but a denied tree costs only names where nobody filters by unit', async () => {
    const { inScope } = await list(ALL, { override: denied('ListRoots') });
    expect(inScope.map(({ id, ouPath }) => [id, ouPath])).toEqual([
      [MANAGEMENT.Id, ''],
      [SHOP.Id, ''],
      [PLAY.Id, ''],
    ]);
  });
});
