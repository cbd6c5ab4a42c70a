/** AWS Account Management (REST-JSON): which Regions an account has switched on. */
import type { WorldAccount } from '../../organization/types.ts';
import { AwsError, CommonFailure } from '../errors.ts';
import { restJsonProtocol } from '../protocol.ts';
import { type Call, type Operations, pageOf, type Service } from '../service.ts';

const STATUSES = ['ENABLED', 'ENABLING', 'DISABLING', 'DISABLED', 'ENABLED_BY_DEFAULT'];

const operations: Operations = {
  ListRegions: {
    action: 'account:ListRegions',
    run: (call) => {
      const { input, world } = call;
      const account = targetAccount(call);
      const wanted = input.texts('RegionOptStatusContains');
      const unknown = wanted?.find((status) => !STATUSES.includes(status));
      if (unknown !== undefined)
        throw new CommonFailure('invalid', `'${unknown.slice(0, 100)}' is no RegionOptStatus.`);
      const all = world.regions
        .map(({ name, optIn }) => ({ RegionName: name, RegionOptStatus: statusOf(account, name, optIn) }))
        .filter(({ RegionOptStatus }) => wanted === undefined || wanted.includes(RegionOptStatus));
      const size = input.integer('MaxResults', 1, 50) ?? 50;
      const badToken = (): Error => new AwsError('ValidationException', 'The NextToken is invalid.');
      const filters = [account.id, ...(wanted ?? [])].join(',');
      const { items, nextToken } = pageOf(call, all, size, input.text('NextToken'), badToken, filters);
      return { Regions: items, NextToken: nextToken };
    },
  },
};

export const account: Service = {
  name: 'account',
  signingName: 'account',
  protocol: restJsonProtocol([{ method: 'POST', path: '/listRegions', operation: 'ListRegions' }], {
    throttled: { code: 'TooManyRequestsException', status: 429 },
  }),
  operations,
  bodyLimit: 1024 * 1024,
  global: true,
  throttled: false,
};

function statusOf({ optedInRegions }: WorldAccount, name: string, optIn: boolean): string {
  if (!optIn) return 'ENABLED_BY_DEFAULT';
  return optedInRegions.includes(name) ? 'ENABLED' : 'DISABLED';
}

/** The caller's own account; another one only for the management account, which in turn may not name itself. */
function targetAccount({ input, account: own, world }: Call): WorldAccount {
  const id = input.text('AccountId');
  if (id === undefined) return own;
  const named = world.accounts.find((one) => one.id === id);
  const mayAsk = own.id === world.organization.managementAccountId && id !== own.id;
  if (mayAsk && named) return named;
  throw new CommonFailure(
    'denied',
    `The account ${own.id} is not authorized to read the Regions of ${id.slice(0, 20)}.`,
  );
}
