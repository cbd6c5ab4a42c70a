/** Which identities the MAIL FROM controls leave to others, and where nobody knows whose MAIL FROM applies. */
import type { IdentityFacts } from '../facts/types.ts';
import { exemption, exemptReasons, type ExemptReason } from './exemption.ts';
import { say, type ControlData } from './say.ts';
import type { Finding, JudgeContext, ReasonSpec } from './types.ts';

export type MailFromSettingReason = ExemptReason | 'SETTINGS_UNDECIDED';

/** Spread into the reasons of MF-01, -02 and -04. */
export const mailFromSettingReasons: Record<MailFromSettingReason, ReasonSpec> = {
  ...exemptReasons,
  SETTINGS_UNDECIDED: {
    statuses: ['UNKNOWN'],
    means:
      'A nearer identity may send without being verified, and its MAIL FROM is not the verified one’s: AWS does not say whose applies.',
  },
};

/** The finding of an identity whose MAIL FROM is not judged; `undefined` when it is. */
export function outsideMailFromScope<Reason extends string>(
  control: ControlData<Reason | MailFromSettingReason>,
  facts: IdentityFacts,
  context: JudgeContext,
): Finding<Reason | MailFromSettingReason> | undefined {
  const exempt = exemption<Reason | 'SETTINGS_UNDECIDED'>(control, facts, context);
  if (exempt) return exempt;
  const { undecided } = facts.effective;
  if (!undecided?.differs.includes('mailFrom')) return undefined;
  return say<Reason | MailFromSettingReason>(control, {
    status: 'UNKNOWN',
    reason: 'SETTINGS_UNDECIDED',
    summary: `Not judged: whether the MAIL FROM of ${undecided.between[0]} or of ${undecided.between[1]} applies is not known`,
    evidence: { between: undecided.between },
  });
}
