/**
 * Which identities the DKIM controls leave to others: exempt ones, self-signed ones, inheriting ones, addresses without a
 * domain identity.
 */
import type { IdentityFacts } from '../facts/types.ts';
import { ownDkim, type OwnDkim, type TokenView } from './dkim-tokens.ts';
import { exemption, exemptReasons, type ExemptReason } from './exemption.ts';
import { say, type ControlData } from './say.ts';
import { selfSignedBy, sesSigns } from './self-signed.ts';
import type { Finding, JudgeContext, ReasonSpec } from './types.ts';
import { dnsReasons, resolverUnusable, type DnsReason } from './unknowns.ts';

export type DkimScopeReason = ExemptReason | 'SELF_SIGNED' | 'NO_DOMAIN_IDENTITY' | 'INHERITANCE_UNPROVEN';

/** Spread into the reasons of every DKIM control. */
export const dkimScopeReasons: Record<DkimScopeReason, ReasonSpec> = {
  ...exemptReasons,
  SELF_SIGNED: {
    statuses: ['NOT_APPLICABLE'],
    means:
      'The settings declare that mail From this domain is signed before it reaches SES; DKIM-08 judges the keys.',
  },
  NO_DOMAIN_IDENTITY: {
    statuses: ['NOT_APPLICABLE'],
    means: 'An address without a verified domain identity above it cannot be signed; IDENT-03 speaks.',
  },
  INHERITANCE_UNPROVEN: {
    statuses: ['UNKNOWN'],
    means:
      'Only a domain above the address’s own signs, and whether SES signs for the address then is not documented.',
  },
};

/**
 * The finding of an identity whose DKIM is not judged; `undefined` when it is. What somebody signs before SES does is not
 * judged by SES's settings; where SES signs all the same, its records are.
 */
export function outsideDkimScope<Reason extends string>(
  control: ControlData<Reason | DkimScopeReason>,
  facts: IdentityFacts,
  context: JudgeContext,
): Finding<Reason | DkimScopeReason> | undefined {
  type All = Reason | DkimScopeReason;
  const exempt = exemption<Reason | Exclude<DkimScopeReason, ExemptReason>>(control, facts, context);
  if (exempt) return exempt;
  if (!sesSigns(facts)) {
    const signed = selfSigned<Reason>(control, facts, context);
    if (signed) return signed;
  }
  const { dkim, verifiedDomain } = facts.effective;
  if (dkim.kind === 'unproven') {
    return say<All>(control, {
      status: 'UNKNOWN',
      reason: 'INHERITANCE_UNPROVEN',
      summary: `Not judged: whether SES signs for ${facts.name} is not proven`,
      evidence: { detail: dkim.detail },
    });
  }
  if (facts.ses.type === 'EMAIL_ADDRESS' && verifiedDomain === undefined && dkim.kind === 'none') {
    const summary = `${facts.name} has no verified domain identity above it, which alone could sign`;
    return say<All>(control, { status: 'NOT_APPLICABLE', reason: 'NO_DOMAIN_IDENTITY', summary });
  }
  return undefined;
}

/** The finding of an identity whose mail is signed before it reaches SES; `undefined` where that is not declared. */
export function selfSigned<Reason extends string>(
  control: ControlData<Reason | DkimScopeReason>,
  { ses }: IdentityFacts,
  { settings }: JudgeContext,
): Finding<Reason | DkimScopeReason> | undefined {
  const declared = selfSignedBy(ses.domain, settings);
  if (declared === undefined) return undefined;
  return say<Reason | DkimScopeReason>(control, {
    status: 'NOT_APPLICABLE',
    reason: 'SELF_SIGNED',
    summary: `Mail From ${ses.domain} is signed before it reaches SES, as the settings declare`,
    evidence: { selectors: declared.selectors },
  });
}

export type OwnTokensReason = DkimScopeReason | 'INHERITED' | 'NO_OWN_TOKENS';

/** Spread into the reasons of the controls on the records of an identity's own tokens. */
export const ownTokensReasons: Record<OwnTokensReason, ReasonSpec> = {
  ...dkimScopeReasons,
  INHERITED: {
    statuses: ['NOT_APPLICABLE'],
    means: 'The identity is signed by a parent identity, which is judged there.',
  },
  NO_OWN_TOKENS: {
    statuses: ['NOT_APPLICABLE'],
    means:
      'The identity has no DKIM records of its own: an address, or a domain where DKIM was never set up.',
  },
};

/** The identity's own tokens, or the finding that there are none to judge. */
export function ownTokens<Reason extends string>(
  control: ControlData<Reason | OwnTokensReason>,
  facts: IdentityFacts,
  context: JudgeContext,
):
  | { kind: 'EASY' | 'BYODKIM'; tokens: TokenView[] }
  | { kind: 'SELECTOR_NOT_GIVEN' }
  | { kind: 'finding'; finding: Finding<Reason | OwnTokensReason> } {
  type All = Reason | OwnTokensReason;
  const outside = outsideDkimScope<Reason | 'INHERITED' | 'NO_OWN_TOKENS'>(control, facts, context);
  if (outside) return { kind: 'finding', finding: outside };
  const own: OwnDkim = ownDkim(facts);
  if ('tokens' in own) return own;
  if (own.kind === 'SELECTOR_NOT_GIVEN') return { kind: own.kind };
  const signer = facts.effective.dkim.kind === 'inherited' ? facts.effective.dkim.signer : undefined;
  const finding = say<All>(control, {
    status: 'NOT_APPLICABLE',
    reason: own.kind,
    summary: signer ? `${facts.name} is signed by ${signer}` : `${facts.name} has no DKIM records of its own`,
  });
  return { kind: 'finding', finding };
}

export type EasyTokensReason = OwnTokensReason | 'NOT_EASY_DKIM' | DnsReason;

/** Spread into the reasons of the controls on the CNAMEs of Easy DKIM. */
export const easyTokensReasons: Record<EasyTokensReason, ReasonSpec> = {
  NOT_EASY_DKIM: {
    statuses: ['NOT_APPLICABLE'],
    means: 'The identity brings its own DKIM key; DKIM-08 speaks.',
  },
  ...ownTokensReasons,
  ...dnsReasons,
};

/** The identity's own tokens of Easy DKIM as DNS shows them, or the finding that there are none to judge. */
export function easyTokens<Reason extends string>(
  control: ControlData<Reason | EasyTokensReason>,
  facts: IdentityFacts,
  context: JudgeContext,
): { tokens: TokenView[] } | { finding: Finding<Reason | EasyTokensReason> } {
  type All = Reason | EasyTokensReason;
  const own = ownTokens<Reason | 'NOT_EASY_DKIM' | DnsReason>(control, facts, context);
  if (own.kind === 'finding') return { finding: own.finding };
  if (own.kind !== 'EASY') {
    const summary = `${facts.name} brings its own DKIM key`;
    return { finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'NOT_EASY_DKIM', summary }) };
  }
  const unusable = resolverUnusable<All>(control, facts);
  return unusable ? { finding: unusable } : { tokens: own.tokens };
}
