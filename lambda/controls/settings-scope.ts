/** Whose notifications and configuration set count: the controls on them judge the identity that wins (E2). */
import type { IdentityFacts } from '../facts/types.ts';
import { exemption, exemptReasons, type ExemptReason } from './exemption.ts';
import { say, type ControlData } from './say.ts';
import type { Finding, JudgeContext, ReasonSpec } from './types.ts';

export type SettingsScopeReason = ExemptReason | 'INHERITED' | 'NOT_YET_VERIFIED' | 'SETTINGS_UNDECIDED';

/** Spread into the reasons of EVT-01, -02, -03, -06, -07, IDENT-04 and IDENT-08. */
export const settingsScopeReasons: Record<SettingsScopeReason, ReasonSpec> = {
  ...exemptReasons,
  INHERITED: {
    statuses: ['NOT_APPLICABLE'],
    means:
      'The identity is not verified, so the settings of a verified one above it apply; that one has the finding.',
  },
  NOT_YET_VERIFIED: {
    statuses: ['NOT_APPLICABLE'],
    means: 'Nothing is verified that covers the identity: no mail can leave yet.',
  },
  SETTINGS_UNDECIDED: {
    statuses: ['UNKNOWN'],
    means:
      'The identity may send although it is not verified, and one above it is: AWS does not say whose settings apply, and they differ or could not be compared.',
  },
};

/** The finding of an identity whose own settings do not count; `undefined` when they do. */
export function outsideSettingsScope<Reason extends string>(
  control: ControlData<Reason | SettingsScopeReason>,
  facts: IdentityFacts,
  context: JudgeContext,
): Finding<Reason | SettingsScopeReason> | undefined {
  type All = Reason | SettingsScopeReason;
  const exempt = exemption<All>(control, facts, context);
  if (exempt) return exempt;
  const { winner } = facts.effective;
  if (winner === facts.name) return undefined;
  if (winner === undefined) {
    if (facts.ses.verifiedForSending) return undefined;
    const summary = `${facts.name} waits for verification: no mail can leave yet`;
    return say<All>(control, { status: 'NOT_APPLICABLE', reason: 'NOT_YET_VERIFIED', summary });
  }
  if (facts.ses.verifiedForSending) {
    return sameSettings(facts, winner) ? undefined : undecided<Reason>(control, facts, winner);
  }
  const summary = `${facts.name} is not verified: the settings of ${winner} apply`;
  return say<All>(control, { status: 'NOT_APPLICABLE', reason: 'INHERITED', summary, evidence: { winner } });
}

export function undecided<Reason extends string>(
  control: ControlData<Reason | SettingsScopeReason>,
  facts: IdentityFacts,
  winner: string,
): Finding<Reason | SettingsScopeReason> {
  return say<Reason | SettingsScopeReason>(control, {
    status: 'UNKNOWN',
    reason: 'SETTINGS_UNDECIDED',
    summary: `Not judged: whether the settings of ${facts.name} or of ${winner} apply is not known`,
    evidence: { winner },
  });
}

/** Whoever's apply: configuration set, topics and forwarding of both are the same. A read that is switched off tells neither. */
function sameSettings({ ses, notifications, parent }: IdentityFacts, winner: string): boolean {
  if (parent?.ses.name !== winner) return false;
  if (ses.configurationSet !== parent.ses.configurationSet) return false;
  const above = parent.notifications;
  if (notifications?.kind === 'off') return above?.kind === 'off';
  if (notifications?.kind !== 'seen' || above?.kind !== 'seen') return false;
  const [own, others] = [notifications.value, above.value];
  return (
    own.bounceTopic === others.bounceTopic &&
    own.complaintTopic === others.complaintTopic &&
    own.deliveryTopic === others.deliveryTopic &&
    own.forwarding === others.forwarding
  );
}
