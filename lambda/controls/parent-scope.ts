/** Identities that stand below a verified one and are verified themselves: only these can take anything away (IDENT-04, EVT-07). */
import type { IdentityFacts } from '../facts/types.ts';
import { say, type ControlData } from './say.ts';
import { outsideSettingsScope, settingsScopeReasons, type SettingsScopeReason } from './settings-scope.ts';
import type { Finding, JudgeContext, ReasonSpec } from './types.ts';

export type ParentScopeReason = SettingsScopeReason | 'NO_PARENT_IDENTITY' | 'PARENT_UNSEEN';

export const parentScopeReasons: Record<ParentScopeReason, ReasonSpec> = {
  NO_PARENT_IDENTITY: {
    statuses: ['NOT_APPLICABLE'],
    means: 'No verified domain identity stands above this one in the same account and Region.',
  },
  PARENT_UNSEEN: { statuses: ['UNKNOWN'], means: 'The identity above this one could not be read.' },
  ...settingsScopeReasons,
};

/** The parent to compare with, or the finding that there is none. */
export function parentOf<Reason extends string>(
  control: ControlData<Reason | ParentScopeReason>,
  facts: IdentityFacts,
  context: JudgeContext,
): { parent: NonNullable<IdentityFacts['parent']> } | { finding: Finding<Reason | ParentScopeReason> } {
  type All = Reason | ParentScopeReason;
  const outside = outsideSettingsScope<All>(control, facts, context);
  if (outside) return { finding: outside };
  if (facts.parent) return { parent: facts.parent };
  // For an address the verified domain is an identity above it; a domain may be its own.
  const { verifiedDomain } = facts.effective;
  if (verifiedDomain !== undefined && verifiedDomain !== facts.name) {
    const summary = `Not judged: ${verifiedDomain}, which stands above ${facts.name}, could not be read`;
    return { finding: say<All>(control, { status: 'UNKNOWN', reason: 'PARENT_UNSEEN', summary }) };
  }
  const summary = `No verified domain identity stands above ${facts.name}`;
  return { finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'NO_PARENT_IDENTITY', summary }) };
}
