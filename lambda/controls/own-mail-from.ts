/** The identity's own MAIL FROM, for the controls that judge nobody else's (MF-02, -04 to -07). */
import type { IdentityFacts } from '../facts/types.ts';
import { commandFix, mxRecord, newMailFromName, putMailFrom, txt } from './fixes.ts';
import { effectiveMailFrom, type EffectiveMailFrom } from './mail-from.ts';
import {
  mailFromSettingReasons,
  outsideMailFromScope,
  type MailFromSettingReason,
} from './mail-from-scope.ts';
import { say, type ControlData } from './say.ts';
import { newMailFromSpf } from './spf-fixes.ts';
import type { Finding, Fix, JudgeContext, ReasonSpec } from './types.ts';

export type OwnMailFromReason = MailFromSettingReason | 'NO_MAIL_FROM' | 'INHERITED';
export type OwnMailFrom = Extract<EffectiveMailFrom, { kind: 'CUSTOM' }>;

export const ownMailFromReasons: Record<OwnMailFromReason, ReasonSpec> = {
  ...mailFromSettingReasons,
  NO_MAIL_FROM: { statuses: ['NOT_APPLICABLE'], means: 'No custom MAIL FROM is set; MF-01 speaks.' },
  INHERITED: {
    statuses: ['NOT_APPLICABLE'],
    means: 'Another identity’s MAIL FROM counts, which is judged there.',
  },
};

/** The custom MAIL FROM that is this identity's, or the finding that there is none to judge. */
export function ownMailFrom<Reason extends string>(
  control: ControlData<Reason | OwnMailFromReason>,
  facts: IdentityFacts,
  context: JudgeContext,
): { setting: OwnMailFrom } | { finding: Finding<Reason | OwnMailFromReason> } {
  type All = Reason | OwnMailFromReason;
  const outside = outsideMailFromScope<Reason | 'NO_MAIL_FROM' | 'INHERITED'>(control, facts, context);
  if (outside) return { finding: outside };
  const setting = effectiveMailFrom(facts);
  if (setting.kind === 'NONE') {
    const summary = 'No custom MAIL FROM is set';
    return { finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'NO_MAIL_FROM', summary }) };
  }
  if (setting.owner !== facts.name) {
    const summary = `The MAIL FROM of ${setting.owner} counts`;
    return { finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'INHERITED', summary }) };
  }
  return { setting };
}

/** Another name of the identity's own in place of one that cannot serve. */
export function renameFix(facts: IdentityFacts, { domain, behaviorOnMxFailure }: OwnMailFrom): Fix {
  const mailFrom = newMailFromName(facts.ses.domain, facts.region, domain);
  return commandFix(
    facts,
    `Publish the two records, then set the MAIL FROM of ${facts.name} to ${mailFrom}. If that name has records of any type or is an identity itself, choose another label.`,
    putMailFrom(facts.name, mailFrom, behaviorOnMxFailure),
    {
      publish: [mxRecord(mailFrom, facts.region), txt(mailFrom, newMailFromSpf(facts.mailFrom?.spf))],
      unseen: true,
    },
  );
}
