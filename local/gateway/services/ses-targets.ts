/** What both SES APIs read: the caller's target in the signed Region. */
import type { WorldIdentity, WorldTarget } from '../../organization/types.ts';
import { AwsError } from '../errors.ts';
import { type Call, pageOf, type Page } from '../service.ts';

/** SES as every account finds it where nothing was set up: the sandbox's quota, no identities. */
const UNTOUCHED: WorldTarget = {
  productionAccess: false,
  enforcementStatus: 'HEALTHY',
  sendingEnabled: true,
  max24HourSend: 200,
  maxSendRate: 1,
  sentLast24Hours: 0,
  sendStatistics: [],
  identities: [],
  configurationSets: [],
};

export function targetOf({ account, region }: Call): WorldTarget {
  return account.targets[region] ?? UNTOUCHED;
}

/** Names are compared verbatim: AWS calls whole addresses case-sensitive. */
export function identityOf(call: Call, name: string): WorldIdentity | undefined {
  return targetOf(call).identities.find((identity) => identity.name === name);
}

export function identityArn({ region, account }: Call, name: string): string {
  return `arn:aws:ses:${region}:${account.id}:identity/${name}`;
}

export function configurationSetArn({ region, account }: Call, name: string): string {
  return `arn:aws:ses:${region}:${account.id}:configuration-set/${name}`;
}

/** A page of one of API v2's lists: a hundred entries unless asked otherwise. @param most the largest page there is */
export function sesPage<T>(call: Call, all: T[], most = 1000, filters = ''): Page<T> {
  const size = Math.min(call.input.integer('PageSize', 1, 1000) ?? 100, most);
  const badToken = (): Error => new AwsError('BadRequestException', 'The NextToken is invalid.');
  return pageOf(call, all, size, call.input.text('NextToken') || undefined, badToken, filters);
}

export function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', message, 404);
}
