/** AWS STS (Query): AssumeRole really changes the account; GetCallerIdentity tells who signs. */
import type { WorldAccount, WorldRole } from '../../organization/types.ts';
import { AwsError, CommonFailure } from '../errors.ts';
import { parsePolicy } from '../policy.ts';
import { isClosed, type Principal, principalArnForTrust } from '../principals.ts';
import { queryProtocol } from '../protocol.ts';
import type { Call, Operations, Service } from '../service.ts';

const MAX_SESSION_SECONDS = 3600;

const operations: Operations = {
  AssumeRole: {
    action: 'sts:AssumeRole',
    resource: ({ input }) => input.requiredText('RoleArn'),
    run: (call) => {
      const { input, principal, surroundings } = call;
      const sessionName = checkedSessionName(input.requiredText('RoleSessionName'));
      const durationSeconds = checkedDuration(input.integer('DurationSeconds', 900, 43_200), principal);
      const policyText = checkedPolicyText(input.text('Policy'));
      const policy = policyText === undefined ? undefined : parsePolicy(policyText);
      refuseUnevaluated(input.names());
      const { account, role } = assumableRole(call);
      const { credentials, arn, userId } = surroundings.principals.issue(
        { accountId: account.id, role },
        { name: sessionName, durationSeconds, ...(policy && { policy }) },
      );
      return {
        AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
        Credentials: {
          AccessKeyId: credentials.accessKeyId,
          SecretAccessKey: credentials.secretAccessKey,
          SessionToken: credentials.sessionToken,
          Expiration: new Date(credentials.expiresAt).toISOString(),
        },
        PackedPolicySize: policyText === undefined ? undefined : Math.ceil((policyText.length / 2048) * 100),
      };
    },
  },
  GetCallerIdentity: {
    // "No permissions are required", and an explicit deny does not stop it either (STS API reference).
    action: null,
    run: ({ principal: { userId, accountId, arn } }) => ({ UserId: userId, Account: accountId, Arn: arn }),
  },
};

export const sts: Service = {
  name: 'sts',
  signingName: 'sts',
  protocol: queryProtocol('https://sts.amazonaws.com/doc/2011-06-15/'),
  operations,
  bodyLimit: 1024 * 1024,
  global: false,
  throttled: false,
};

/**
 * The role, if it is there and trusts the caller. Every reason for a refusal gets the same answer, as in AWS: who may
 * not assume a role does not learn whether it exists.
 */
function assumableRole({ world, input, principal }: Call): { account: WorldAccount; role: WorldRole } {
  const roleArn = input.requiredText('RoleArn');
  const [, accountId, roleName] =
    /^arn:aws:iam::(\d{12}):role\/(?:[\w+=,.@-]{1,64}\/){0,8}([\w+=,.@-]{1,64})$/.exec(roleArn) ?? [];
  if (accountId === undefined) throw new CommonFailure('invalid', `${roleArn.slice(0, 2048)} is invalid`);
  const account = world.accounts.find(({ id }) => id === accountId);
  const role = account?.roles.find(({ name }) => name === roleName);
  const trusted = role?.trustedPrincipals.some((arn) => trusts(arn, principal));
  const sameExternalId = role?.externalId === undefined || role.externalId === input.text('ExternalId');
  if (account && role && trusted && sameExternalId && !isClosed(account)) return { account, role };
  throw new CommonFailure(
    'denied',
    `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
  );
}

function trusts(trustedArn: string, principal: Principal): boolean {
  return (
    trustedArn === `arn:aws:iam::${principal.accountId}:root` ||
    trustedArn === principalArnForTrust(principal.arn) ||
    trustedArn === principal.arn
  );
}

function checkedSessionName(name: string): string {
  if (/^[\w+=,.@-]{2,64}$/.test(name)) return name;
  throw new CommonFailure(
    'invalid',
    `1 validation error detected: Value '${name.slice(0, 100)}' at 'roleSessionName' failed to satisfy constraint: ` +
      'Member must satisfy regular expression pattern: [\\w+=,.@-]{2,64}',
  );
}

/** An hour at most: that is both a role's default maximum and the fixed limit of role chaining. */
function checkedDuration(seconds: number | undefined, principal: Principal): number {
  if (seconds === undefined || seconds <= MAX_SESSION_SECONDS) return seconds ?? MAX_SESSION_SECONDS;
  throw new CommonFailure(
    'invalid',
    principal.session
      ? 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining'
      : 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  );
}

function checkedPolicyText(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= 2048) return text;
  throw new CommonFailure(
    'invalid',
    `1 validation error detected: Value at 'policy' failed to satisfy constraint: ` +
      `Member must have length less than or equal to 2048, it has ${text.length}`,
  );
}

const EVALUATED = [
  'Action',
  'Version',
  'RoleArn',
  'RoleSessionName',
  'ExternalId',
  'Policy',
  'DurationSeconds',
];

/** A parameter that narrows or widens a session and is not evaluated here must not pass unnoticed. */
function refuseUnevaluated(names: string[]): void {
  const unknown = names.find((name) => !EVALUATED.includes(name));
  if (unknown === undefined) return;
  throw new AwsError(
    'ValidationError',
    `The simulated STS does not evaluate ${unknown.slice(0, 100)} of AssumeRole.`,
  );
}
