/** Which identities the DKIM controls leave to others: exempt ones, inheriting ones, addresses without a domain identity. */
import type { IdentityFacts } from '../facts/types.ts';
import { ownDkim, type OwnDkim, type TokenView } from './dkim-tokens.ts';
import { exemption, exemptReasons, type ExemptReason } from './exemption.ts';
import { say, type ControlData } from './say.ts';
import type { Finding, JudgeContext, ReasonSpec } from './types.ts';

export type DkimScopeReason = ExemptReason | 'NO_DOMAIN_IDENTITY' | 'INHERITANCE_UNPROVEN';

/** Spread into the reasons of every DKIM control. */
export const dkimScopeReasons: Record<DkimScopeReason, ReasonSpec> = {
  ...exemptReasons,
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

/** The finding of an identity whose DKIM is not judged; `undefined` when it is. */
export function outsideDkimScope<Reason extends string>(
  control: ControlData<Reason | DkimScopeReason>,
  facts: IdentityFacts,
  context: JudgeContext,
): Finding<Reason | DkimScopeReason> | undefined {
  type All = Reason | DkimScopeReason;
  const exempt = exemption<Reason | 'NO_DOMAIN_IDENTITY' | 'INHERITANCE_UNPROVEN'>(control, facts, context);
  if (exempt) return exempt;
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
