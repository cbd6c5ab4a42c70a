/** Which identities the ALIGN controls judge: those whose mail can leave. */
import type { IdentityFacts } from '../facts/types.ts';
import { cannotSendYet, exemption, exemptReasons, type ExemptReason } from './exemption.ts';
import { say, type ControlData } from './say.ts';
import type { Finding, JudgeContext, ReasonSpec } from './types.ts';

export type AlignScopeReason = 'NOT_YET_VERIFIED' | ExemptReason;

/** Spread into the reasons of every ALIGN control. */
export const alignScopeReasons: Record<AlignScopeReason, ReasonSpec> = {
  NOT_YET_VERIFIED: {
    statuses: ['NOT_APPLICABLE'],
    means: 'The identity waits for its first verification: no mail can leave yet.',
  },
  ...exemptReasons,
};

/** The finding of an identity whose alignment is not judged; `undefined` when it is. */
export function outsideAlignScope<Reason extends string>(
  control: ControlData<Reason | AlignScopeReason>,
  facts: IdentityFacts,
  context: JudgeContext,
): Finding<Reason | AlignScopeReason> | undefined {
  type All = Reason | AlignScopeReason;
  const exempt = exemption<Reason | 'NOT_YET_VERIFIED'>(control, facts, context);
  if (exempt) return exempt;
  if (!cannotSendYet(facts)) return undefined;
  const summary = `${facts.name} waits for verification: no mail can leave yet`;
  return say<All>(control, { status: 'NOT_APPLICABLE', reason: 'NOT_YET_VERIFIED', summary });
}
