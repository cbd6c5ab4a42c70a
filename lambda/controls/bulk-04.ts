import type { DomainFacts } from '../facts/types.ts';
import {
  bulkOnlyReasons,
  judgeReadiness,
  outsideBulk,
  readinessReasons,
  type BulkOnlyReason,
  type ReadinessReason,
} from './readiness.ts';
import { requirementReasons } from './requirements.ts';
import type { Control } from './types.ts';

const ASKS = [
  'FROM_CANNOT_RECEIVE',
  'DKIM_MISSING',
  'SPF_MISSING',
  'DMARC_MISSING',
  'NOT_ALIGNED',
  'SPF_NOT_YOURS',
  'FROM_UNRESOLVABLE',
] as const;

type Reason = (typeof ASKS)[number] | BulkOnlyReason | ReadinessReason;

export const bulk04: Control<DomainFacts, Reason> = {
  id: 'BULK-04',
  revision: 1,
  title: 'Ready for Outlook.com as a bulk sender',
  subject: 'domain',
  tier: 2,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity', 'ses:GetAccount'],
  asserts:
    'What may be sent as the domain meets what Outlook.com asks above 5,000 messages a day: SPF and DKIM pass, DMARC passes, and the From domain takes mail.',
  why: 'Outlook.com rejects such mail with 550 5.7.515 where SPF, DKIM or DMARC is missing.',
  evidence:
    'What is asked and not met (`because`) or not known, how many identities may send, at most ten that fail, and whose domain SPF passes for.',
  remedy:
    'Advice for each requirement that is not met; where the first of them is a DMARC record, one with p=none, and where it is the MAIL FROM, its records and the command.',
  sources: [
    'Microsoft Defender for Office 365 blog: Strengthening Email Ecosystem: Outlook’s New Requirements for High-Volume Senders',
    'RFC 7505 section 4.2',
  ],
  reasons: {
    ...requirementReasons(ASKS),
    ...bulkOnlyReasons,
    ...readinessReasons,
  },
  judge(facts, context) {
    const asked = { provider: 'Outlook.com as a bulk sender', asks: ASKS };
    const outside = () => outsideBulk<Reason>(bulk04, facts, context);
    return [judgeReadiness<(typeof ASKS)[number], Reason>(bulk04, facts, context, asked, outside)];
  },
};
