/** A session in a member account that can do nothing but the listed reads. */
import { createHash } from 'node:crypto';
import { AssumeRoleCommand, GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import { memberActions, type Scan, type ScanSettings } from '../contract.ts';
import type { CoverageOutcome } from '../facts/types.ts';
import { classifyAwsError, plainText } from './classify.ts';

export type MemberSession =
  | { kind: 'open'; credentials: AwsCredentialIdentity }
  | { kind: 'refused'; outcome: CoverageOutcome; detail: string };

export interface MemberSessionOptions {
  /** Of the Region the scanner runs in: tokens of the global endpoint may be refused in opt-in Regions. */
  sts: STSClient;
  settings: ScanSettings;
  scan: Pick<Scan, 'id'>;
  accountId: string;
  /** `aws`, `aws-us-gov`, ...; by default the partition of the STS client's Region. */
  partition?: string;
}

/** Seconds. A role that assumes another (role chaining) gets an hour at most. */
const SESSION_SECONDS = 3_600;

/**
 * Opens a session in an account: by assuming the member role, or, with `accountAccess: 'ownCredentials'`, with the
 * caller's own credentials where they belong to that very account.
 *
 * What AWS refuses is an outcome, never an exception.
 */
export async function openMemberSession(options: MemberSessionOptions): Promise<MemberSession> {
  try {
    return options.settings.accountAccess === 'ownCredentials'
      ? await useOwnCredentials(options)
      : await assumeMemberRole(options);
  } catch (error) {
    return refusal(error, options);
  }
}

/** `ses-posture-` and 12 hex digits of the scan's id: the same for all sessions of a scan, so CloudTrail finds them. */
export function roleSessionName(scanId: string): string {
  return `ses-posture-${createHash('sha256').update(scanId).digest('hex').slice(0, 12)}`;
}

/** The session policy, as JSON of less than 2,048 characters. A session gets what role *and* session policy allow. */
export function memberSessionPolicy(settings: Pick<ScanSettings, 'permissions'>): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: memberActions(settings.permissions), Resource: '*' }],
  });
}

async function assumeMemberRole(options: MemberSessionOptions): Promise<MemberSession> {
  const { sts, settings, scan, accountId } = options;
  const partition = options.partition ?? partitionOf(await sts.config.region());
  const answer = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:${partition}:iam::${accountId}:role/${settings.memberRoleName}`,
      RoleSessionName: roleSessionName(scan.id),
      Policy: memberSessionPolicy(settings),
      DurationSeconds: SESSION_SECONDS,
      ...(settings.externalId ? { ExternalId: settings.externalId } : {}),
    }),
  );
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) {
    return { kind: 'refused', outcome: 'FAILED', detail: 'sts:AssumeRole answered without credentials' };
  }
  const assumedIn = answer.AssumedRoleUser?.Arn?.split(':')[4];
  if (assumedIn !== undefined && assumedIn !== accountId) {
    return {
      kind: 'refused',
      outcome: 'FAILED',
      detail: `sts:AssumeRole opened a session in account ${plainText(assumedIn, 20)} instead of ${accountId}`,
    };
  }
  return {
    kind: 'open',
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      accountId,
      ...(Expiration ? { expiration: Expiration } : {}),
    },
  };
}

/** The STS client's credentials come from the default provider chain, and are those that were just asked about. */
async function useOwnCredentials(options: MemberSessionOptions): Promise<MemberSession> {
  const { Account } = await options.sts.send(new GetCallerIdentityCommand({}));
  if (Account !== options.accountId) {
    const whose = Account ? `account ${plainText(Account, 20)}` : 'an account that AWS did not name';
    return {
      kind: 'refused',
      outcome: 'ACCESS_DENIED',
      detail: `the caller's own credentials belong to ${whose}, not to ${options.accountId}`,
    };
  }
  return { kind: 'open', credentials: await options.sts.config.credentials() };
}

/**
 * AWS answers the same AccessDenied for a role that is not there and for a trust policy that does not admit the
 * scanner. Both mean that the member role of this scanner is not in the account, and both are mended by deploying it:
 * ROLE_MISSING. An explicit deny, a service control policy, or the scanner's own missing permission ("no identity-based
 * policy allows") is named in AWS's sentence.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
function refusal(error: unknown, options: MemberSessionOptions): MemberSession {
  const { outcome, detail } = classifyAwsError(error);
  const denied = outcome === 'ACCESS_DENIED' && options.settings.accountAccess === 'memberRole';
  const scannerLacksIt = /no identity-based policy allows/i.test(detail);
  return { kind: 'refused', outcome: denied && !scannerLacksIt ? 'ROLE_MISSING' : outcome, detail };
}

function partitionOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}
