/** DKIM and MAIL FROM of a hundred identities of one Region, as API v1 tells them. */
import type { IdentityDkimAttributes, IdentityMailFromDomainAttributes } from '@aws-sdk/client-ses';
import type { DkimSetting, MailFromSetting } from '../facts/types.ts';
import { plainText } from '../organization/classify.ts';
import { UnexpectedAnswer } from './identity.ts';
import { toAscii } from './names.ts';

/** v1's words for a status, in v2's. */
const STATUSES: ReadonlyMap<string, string> = new Map([
  ['Pending', 'PENDING'],
  ['Success', 'SUCCESS'],
  ['Failed', 'FAILED'],
  ['TemporaryFailure', 'TEMPORARY_FAILURE'],
  ['NotStarted', 'NOT_STARTED'],
]);

/** @throws UnexpectedAnswer where SES leaves a field out, or says what this version does not know */
export function toDkimSetting(name: string, attributes: IdentityDkimAttributes): DkimSetting {
  if (attributes.DkimEnabled === undefined) throw unexpected('Dkim', name, 'DkimEnabled', undefined);
  const status = statusOf('Dkim', name, 'DkimVerificationStatus', attributes.DkimVerificationStatus);
  return { enabled: attributes.DkimEnabled, status };
}

/** Without a custom MAIL FROM the domain is empty or left out, and there is no status. @throws UnexpectedAnswer */
export function toMailFromSetting(
  name: string,
  attributes: IdentityMailFromDomainAttributes,
): MailFromSetting {
  const { MailFromDomain, MailFromDomainStatus, BehaviorOnMXFailure } = attributes;
  const behaviorOnMxFailure =
    BehaviorOnMXFailure === 'RejectMessage' ? 'REJECT_MESSAGE' : 'USE_DEFAULT_VALUE';
  if (!MailFromDomain) return { behaviorOnMxFailure };
  const status = statusOf('MailFromDomain', name, 'MailFromDomainStatus', MailFromDomainStatus);
  return { domain: toAscii(MailFromDomain), status, behaviorOnMxFailure };
}

function statusOf(call: string, name: string, field: string, value: string | undefined): string {
  const status = STATUSES.get(value ?? '');
  if (status === undefined) throw unexpected(call, name, field, value);
  return status;
}

function unexpected(call: string, name: string, field: string, value: string | undefined): UnexpectedAnswer {
  const what = value === undefined ? 'left out' : `answered "${plainText(value, 60)}" for`;
  return new UnexpectedAnswer(
    `GetIdentity${call}Attributes of ${plainText(name, 320)} ${what} ${field}, which this version does not understand. Update this software.`,
  );
}
