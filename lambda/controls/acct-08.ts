import type { TargetFacts } from '../facts/types.ts';
import { say } from './say.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control } from './types.ts';
import { unseenReason, unseenReasons, type UnseenTargetReason } from './unknowns.ts';

type Reason = 'VDM_ON' | 'VDM_OFF' | NotReadReason | UnseenTargetReason;

export const acct08: Control<TargetFacts, Reason> = {
  id: 'ACCT-08',
  revision: 1,
  title: 'Virtual Deliverability Manager',
  subject: 'target',
  tier: 2,
  severity: 'INFO',
  reads: ['ses:GetAccount'],
  asserts: 'Notes whether the Virtual Deliverability Manager is on. It is a paid feature; off is no fault.',
  why: 'Where it is on, its recommendations are judged, too (ACCT-09).',
  evidence: 'Whether it is on, and the pricing plan.',
  remedy: 'none',
  sources: [
    'Amazon SES API v2: GetAccount, VdmAttributes',
    'Amazon SES developer guide: Virtual Deliverability Manager for Amazon SES',
  ],
  reasons: {
    VDM_ON: { statuses: ['PASS'], means: 'The Virtual Deliverability Manager is on.' },
    VDM_OFF: { statuses: ['PASS'], means: 'The Virtual Deliverability Manager is off.' },
    ...unseenReasons,
    ...notReadReasons,
  },
  judge(facts) {
    const early = notRead<Reason>(acct08, facts);
    if (early) return [early];
    const { vdmEnabled, pricingPlan } = facts;
    if (vdmEnabled?.kind !== 'seen') {
      const reason = unseenReason(vdmEnabled) ?? 'TARGET_UNSEEN';
      const summary = 'Not judged: the account settings of SES could not be read';
      return [say(acct08, { status: 'UNKNOWN', reason, summary, evidence: { detail: vdmEnabled?.detail } })];
    }
    const on = vdmEnabled.value;
    return [
      say(acct08, {
        status: 'PASS',
        reason: on ? 'VDM_ON' : 'VDM_OFF',
        summary: `The Virtual Deliverability Manager is ${on ? 'on' : 'off'}`,
        evidence: { pricingPlan },
      }),
    ];
  },
};
