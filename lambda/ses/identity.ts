/** From SES's wire shape to the plain fact. */
import type { GetEmailIdentityResponse } from '@aws-sdk/client-sesv2';
import type { SesIdentity, VerificationStatus } from '../facts/types.ts';
import { plainText } from '../organization/classify.ts';
import { dkimHostedZone } from '../organization/ses-regions.ts';
import { domainOf, toAscii } from './names.ts';

/** SES answered something this software does not understand: nothing may be judged from it. */
export class UnexpectedAnswer extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnexpectedAnswer';
  }
}

const STATUSES: ReadonlySet<string> = new Set<VerificationStatus>([
  'PENDING',
  'SUCCESS',
  'FAILED',
  'TEMPORARY_FAILURE',
  'NOT_STARTED',
]);

/** SES holds 20 sending-authorization policies an identity, of 4 KB each. */
const MAX_POLICIES = 20;
const MAX_POLICY_TEXT = 4_096;

/** Easy DKIM has 3 tokens, BYODKIM 1 selector. */
const MAX_TOKENS = 10;

/**
 * Maps GetEmailIdentity's answer. Fields that SES leaves out (no DKIM set up, no MAIL FROM, never verified) become
 * their plain meaning; a status that this software does not know is refused, because no verdict may rest on a guess.
 *
 * @param name as ListEmailIdentities gave it, verbatim
 * @param region the target's Region, for the DKIM zone where SES does not name one
 * @throws UnexpectedAnswer naming field and value
 */
export function toSesIdentity(name: string, region: string, answer: GetEmailIdentityResponse): SesIdentity {
  const { VerificationInfo: info } = answer;
  return {
    name,
    type: identityType(name, answer.IdentityType),
    domain: domainOf(name),
    verificationStatus: status(name, 'VerificationStatus', answer.VerificationStatus),
    verifiedForSending: answer.VerifiedForSendingStatus ?? false,
    ...(info?.ErrorType ? { errorType: plainText(info.ErrorType, 80) } : {}),
    ...instant('lastChecked', info?.LastCheckedTimestamp),
    ...instant('lastSuccess', info?.LastSuccessTimestamp),
    ...(answer.FeedbackForwardingStatus === undefined
      ? {}
      : { feedbackForwarding: answer.FeedbackForwardingStatus }),
    ...(answer.ConfigurationSetName ? { configurationSet: plainText(answer.ConfigurationSetName, 64) } : {}),
    policies: toPolicies(answer.Policies),
    dkim: toDkim(name, region, answer.DkimAttributes),
    ...toMailFrom(name, answer.MailFromAttributes),
  };
}

/** `MANAGED_DOMAIN` and types yet to come are told by the name: only addresses hold an `@`. */
export function identityType(name: string, type: string | undefined): SesIdentity['type'] {
  if (type === 'DOMAIN' || type === 'EMAIL_ADDRESS') return type;
  return name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN';
}

/** Bounded by SES's own quotas; a text that is longer all the same is cut, and so no JSON any more. */
function toPolicies(policies: GetEmailIdentityResponse['Policies']): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(policies ?? {})
      .slice(0, MAX_POLICIES)
      .map(([name, text]) => [plainText(name, 64), text.slice(0, MAX_POLICY_TEXT)]),
  );
}

function toDkim(
  name: string,
  region: string,
  dkim: GetEmailIdentityResponse['DkimAttributes'],
): SesIdentity['dkim'] {
  const origin = plainText(dkim?.SigningAttributesOrigin ?? 'AWS_SES', 40);
  const parent = /^AWS_SES_([A-Z0-9_]+)$/.exec(origin)?.[1];
  // A DEED replica shares its parent's tokens, so without SES's word the zone is that of the parent's Region.
  const zoneRegion = parent?.toLowerCase().replaceAll('_', '-') ?? region;
  return {
    signingEnabled: dkim?.SigningEnabled ?? false,
    status: status(name, 'DkimAttributes.Status', dkim?.Status ?? 'NOT_STARTED'),
    tokens: (dkim?.Tokens ?? []).slice(0, MAX_TOKENS).map((token) => plainText(token, 63)),
    origin,
    hostedZone: dkim?.SigningHostedZone ? toAscii(dkim.SigningHostedZone) : dkimHostedZone(zoneRegion),
    ...bits('currentKeyBits', dkim?.CurrentSigningKeyLength),
    ...bits('nextKeyBits', dkim?.NextSigningKeyLength),
    ...instant('lastKeyGeneration', dkim?.LastKeyGenerationTimestamp),
  };
}

function toMailFrom(
  name: string,
  attributes: GetEmailIdentityResponse['MailFromAttributes'],
): Pick<SesIdentity, 'mailFrom'> {
  if (!attributes?.MailFromDomain) return {};
  const behavior: string = attributes.BehaviorOnMxFailure ?? 'USE_DEFAULT_VALUE';
  if (behavior !== 'USE_DEFAULT_VALUE' && behavior !== 'REJECT_MESSAGE') {
    throw unexpected(name, 'MailFromAttributes.BehaviorOnMxFailure', behavior);
  }
  return {
    mailFrom: {
      domain: toAscii(attributes.MailFromDomain),
      status: status(name, 'MailFromAttributes.MailFromDomainStatus', attributes.MailFromDomainStatus),
      behaviorOnMxFailure: behavior,
    },
  };
}

function status(name: string, field: string, value: string | undefined): VerificationStatus {
  if (value !== undefined && STATUSES.has(value)) return value as VerificationStatus;
  throw unexpected(name, field, value);
}

function unexpected(name: string, field: string, value: string | undefined): UnexpectedAnswer {
  const what = value === undefined ? 'left out' : `answered "${plainText(value, 60)}" for`;
  return new UnexpectedAnswer(
    `GetEmailIdentity of ${plainText(name, 320)} ${what} ${field}, which this version does not understand. Update this software.`,
  );
}

/** `RSA_2048_BIT` */
function bits<Key extends string>(key: Key, length: string | undefined): { [key in Key]?: number } {
  const match = /^RSA_(\d{3,5})_BIT$/.exec(length ?? '');
  return match ? ({ [key]: Number(match[1]) } as { [key in Key]: number }) : {};
}

function instant<Key extends string>(key: Key, date: Date | undefined): { [key in Key]?: string } {
  const valid = date !== undefined && !Number.isNaN(date.getTime());
  return valid ? ({ [key]: date.toISOString() } as { [key in Key]: string }) : {};
}
