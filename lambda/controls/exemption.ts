/** Identities that IDENT-05 judges instead, and sandbox recipients: the other identity controls leave them alone. */
import type { ScanSettings } from '../contract.ts';
import type { IdentityFacts } from '../facts/types.ts';
import { freemailProvider } from './freemail.ts';
import { isForeignAddress } from './owned-domains.ts';
import { say, type ControlData } from './say.ts';
import type { Finding, JudgeContext, ReasonSpec } from './types.ts';

export type ExemptReason =
  'FREEMAIL_DOMAIN' | 'FOREIGN_DOMAIN' | 'SANDBOX_RECIPIENT' | 'PRODUCTION_ACCESS_UNKNOWN';

/** Spread into the reasons of IDENT-03, DKIM-*, MF-* and ALIGN-*. */
export const exemptReasons: Record<ExemptReason, ReasonSpec> = {
  FREEMAIL_DOMAIN: {
    statuses: ['NOT_APPLICABLE'],
    means: 'The domain belongs to a mailbox provider; IDENT-05 judges the identity.',
  },
  FOREIGN_DOMAIN: {
    statuses: ['NOT_APPLICABLE'],
    means: 'The address’s domain is not the organization’s; IDENT-06 judges the identity.',
  },
  SANDBOX_RECIPIENT: {
    statuses: ['NOT_APPLICABLE'],
    means: 'An address in the SES sandbox is verified as a recipient, not as a sender.',
  },
  PRODUCTION_ACCESS_UNKNOWN: {
    statuses: ['UNKNOWN'],
    means:
      'An address may be a sandbox recipient or a sender; whether the target is in the sandbox is not known.',
  },
};

/** Why an identity is left alone; `undefined` when it is judged as a sender. */
export function exemptionOf(facts: IdentityFacts, settings: ScanSettings): ExemptReason | undefined {
  const isAddress = facts.ses.type === 'EMAIL_ADDRESS';
  if (isAddress && facts.target.productionAccess === false) return 'SANDBOX_RECIPIENT';
  if (freemailProvider(facts.ses.domain, settings.freemailDomains)) return 'FREEMAIL_DOMAIN';
  if (isForeignAddress(facts, settings)) return 'FOREIGN_DOMAIN';
  return isAddress && facts.target.productionAccess === 'unknown' ? 'PRODUCTION_ACCESS_UNKNOWN' : undefined;
}

/**
 * Whether an identity's domain is one of ours to judge as a From domain: not a mailbox provider's or a stranger's, not a
 * sandbox recipient's. Where production access is unknown the domain stays: unseen is unchanged.
 */
export function isJudgedAsSender(facts: IdentityFacts, settings: ScanSettings): boolean {
  const reason = exemptionOf(facts, settings);
  return reason === undefined || reason === 'PRODUCTION_ACCESS_UNKNOWN';
}

/** It waits for its first verification, and no other identity covers it: what it would send like says nothing yet. */
export function cannotSendYet(facts: IdentityFacts): boolean {
  return !canSend(facts) && facts.ses.verificationStatus === 'PENDING';
}

/** It is verified, or covered by an identity that is. */
export function canSend({ ses, effective }: IdentityFacts): boolean {
  return effective.winner !== undefined || ses.verifiedForSending;
}

const SENTENCES: Record<ExemptReason, string> = {
  FREEMAIL_DOMAIN: 'The domain belongs to a mailbox provider',
  FOREIGN_DOMAIN: 'The domain is not one of those that the settings declare as owned',
  SANDBOX_RECIPIENT: 'The address is a recipient verified for the SES sandbox',
  PRODUCTION_ACCESS_UNKNOWN: 'Not judged: whether SES is in the sandbox here is not known',
};

/** The finding of an identity that is left alone. */
export function exemption<Reason extends string>(
  control: ControlData<Reason | ExemptReason>,
  facts: IdentityFacts,
  context: JudgeContext,
): Finding<Reason | ExemptReason> | undefined {
  const reason = exemptionOf(facts, context.settings);
  if (reason === undefined) return undefined;
  return say<Reason | ExemptReason>(control, {
    status: reason === 'PRODUCTION_ACCESS_UNKNOWN' ? 'UNKNOWN' : 'NOT_APPLICABLE',
    reason,
    summary: SENTENCES[reason],
    evidence: { domain: facts.ses.domain },
  });
}
