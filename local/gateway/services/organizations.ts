/** AWS Organizations (JSON 1.1). Only the management account and delegated administrators may read the organization. */
import type { WorldAccount } from '../../organization/types.ts';
import { AwsError, CommonFailure } from '../errors.ts';
import { jsonProtocol, type Output } from '../protocol.ts';
import {
  type Call,
  epochSeconds,
  makeToken,
  type Operations,
  pageOf,
  readToken,
  type Service,
} from '../service.ts';

/** Every listing of Organizations gives at most 20 a page. */
const PAGE = 20;

/** Account ages are not part of the World; every account joined then. */
const JOINED = '2024-01-15T09:00:00Z';

const operations: Operations = {
  DescribeOrganization: {
    action: 'organizations:DescribeOrganization',
    run: ({ world: { organization, accounts } }) => ({
      Organization: {
        Id: organization.id,
        Arn: `arn:aws:organizations::${organization.managementAccountId}:organization/${organization.id}`,
        FeatureSet: 'ALL',
        MasterAccountArn: accountArn(organization, organization.managementAccountId),
        MasterAccountId: organization.managementAccountId,
        MasterAccountEmail: accounts.find(({ id }) => id === organization.managementAccountId)?.email,
      },
    }),
  },
  ListAccounts: {
    action: 'organizations:ListAccounts',
    run: (call) => {
      allowAdministratorsOnly(call);
      const { items, nextToken } = pageWithGaps(call, call.world.accounts);
      return { Accounts: items.map((account) => accountOutput(call, account)), NextToken: nextToken };
    },
  },
  DescribeAccount: {
    action: 'organizations:DescribeAccount',
    resource: (call) => accountArn(call.world.organization, call.input.requiredText('AccountId')),
    run: (call) => {
      allowAdministratorsOnly(call);
      const id = call.input.requiredText('AccountId');
      const account = call.world.accounts.find((one) => one.id === id);
      if (!account)
        throw notFound('AccountNotFoundException', 'an account with the AccountId that you specified');
      return { Account: accountOutput(call, account) };
    },
  },
  ListRoots: {
    action: 'organizations:ListRoots',
    run: (call) => {
      allowAdministratorsOnly(call);
      const { rootId: Id, id, managementAccountId } = call.world.organization;
      const Arn = `arn:aws:organizations::${managementAccountId}:root/${id}/${Id}`;
      const PolicyTypes = [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }];
      return { Roots: [{ Id, Arn, Name: 'Root', PolicyTypes }] };
    },
  },
  ListOrganizationalUnitsForParent: {
    action: 'organizations:ListOrganizationalUnitsForParent',
    run: (call) => {
      const parent = knownParent(call);
      const { id: organizationId, managementAccountId } = call.world.organization;
      const all = call.world.organizationalUnits.filter(({ parentId }) => parentId === parent);
      const { items, nextToken } = organizationsPage(call, all);
      const arn = (id: string): string =>
        `arn:aws:organizations::${managementAccountId}:ou/${organizationId}/${id}`;
      return {
        OrganizationalUnits: items.map(({ id, name }) => ({ Id: id, Arn: arn(id), Name: name })),
        NextToken: nextToken,
      };
    },
  },
  ListAccountsForParent: {
    action: 'organizations:ListAccountsForParent',
    run: (call) => {
      const parent = knownParent(call);
      const all = call.world.accounts.filter(({ parentId }) => parentId === parent);
      const { items, nextToken } = organizationsPage(call, all);
      return { Accounts: items.map((account) => accountOutput(call, account)), NextToken: nextToken };
    },
  },
  ListParents: {
    action: 'organizations:ListParents',
    run: (call) => {
      allowAdministratorsOnly(call);
      const id = call.input.requiredText('ChildId');
      const { accounts, organizationalUnits, organization } = call.world;
      const child = [...accounts, ...organizationalUnits].find((one) => one.id === id);
      if (!child)
        throw notFound('ChildNotFoundException', 'an OU or account with the ChildId that you specified');
      const Type = child.parentId === organization.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT';
      return { Parents: [{ Id: child.parentId, Type }] };
    },
  },
};

export const organizations: Service = {
  name: 'organizations',
  signingName: 'organizations',
  protocol: jsonProtocol('1.1', {
    invalid: { code: 'InvalidInputException', status: 400 },
    throttled: { code: 'TooManyRequestsException', status: 400 },
  }),
  operations,
  bodyLimit: 1024 * 1024,
  global: true,
  throttled: false,
};

function allowAdministratorsOnly({ world: { organization }, account }: Call): void {
  const administrators = [
    organization.managementAccountId,
    ...(organization.delegatedAdministratorIds ?? []),
  ];
  if (administrators.includes(account.id)) return;
  throw new CommonFailure('denied', "You don't have permissions to access this resource.");
}

function knownParent(call: Call): string {
  allowAdministratorsOnly(call);
  const parent = call.input.requiredText('ParentId');
  const { organization, organizationalUnits } = call.world;
  if (parent === organization.rootId || organizationalUnits.some(({ id }) => id === parent)) return parent;
  throw notFound('ParentNotFoundException', 'a root or OU with the ParentId that you specified');
}

function accountArn(
  { managementAccountId, id }: { managementAccountId: string; id: string },
  account: string,
): string {
  return `arn:aws:organizations::${managementAccountId}:account/${id}/${account}`;
}

/** What the retired `Status` says for each `State`: it has no word for the beginning and the end. */
const STATUS: Record<WorldAccount['state'], string> = {
  PENDING_ACTIVATION: 'SUSPENDED',
  ACTIVE: 'ACTIVE',
  SUSPENDED: 'SUSPENDED',
  PENDING_CLOSURE: 'PENDING_CLOSURE',
  CLOSED: 'SUSPENDED',
};

function accountOutput({ world: { organization } }: Call, { id, name, email, state }: WorldAccount): Output {
  return {
    Id: id,
    Arn: accountArn(organization, id),
    Email: email,
    Name: name,
    Status: STATUS[state],
    State: state,
    JoinedMethod: id === organization.managementAccountId ? 'INVITED' : 'CREATED',
    JoinedTimestamp: epochSeconds(JOINED),
  };
}

function organizationsPage<T>(call: Call, all: T[]): { items: T[]; nextToken: string | undefined } {
  const size = call.input.integer('MaxResults', 1, PAGE) ?? PAGE;
  return pageOf(call, all, size, call.input.text('NextToken'), badToken, call.input.text('ParentId'));
}

/** After every so many pages comes an empty one with a token: AWS's reference warns of these, so callers must cope. */
const GAP_EVERY = 5;

/**
 * Pages of a listing, the first and then every fifth followed by an empty page: even a short listing ends in one.
 * The position in the token counts pages, the empty ones included.
 */
function pageWithGaps<T>(call: Call, all: T[]): { items: T[]; nextToken: string | undefined } {
  const size = call.input.integer('MaxResults', 1, PAGE) ?? PAGE;
  const binding = [call.operation, call.account.id, size].join('|');
  const token = call.input.text('NextToken');
  const page = token === undefined ? 0 : readToken(token, binding);
  if (page === undefined) throw badToken();
  const isGap = page % (GAP_EVERY + 1) === 1;
  const gapsBefore = Math.floor((page + GAP_EVERY - 1) / (GAP_EVERY + 1));
  const start = (page - gapsBefore) * size;
  const items = isGap ? [] : all.slice(start, start + size);
  const more = isGap ? start < all.length : start + size < all.length;
  const gapFollows = (page + 1) % (GAP_EVERY + 1) === 1;
  return { items, nextToken: more || gapFollows ? makeToken(page + 1, binding) : undefined };
}

function badToken(): AwsError {
  return new AwsError('InvalidInputException', 'You provided an invalid NextToken.', 400, {
    Reason: 'INVALID_NEXT_TOKEN',
  });
}

function notFound(code: string, what: string): AwsError {
  return new AwsError(code, `You specified an id that doesn't exist: there isn't ${what}.`);
}
