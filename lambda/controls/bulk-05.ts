import type { DomainFacts } from '../facts/types.ts';
import { judgeReadiness, readinessReasons, spfNotYoursReasons, type ReadinessReason } from './readiness.ts';
import { requirementReasons } from './requirements.ts';
import type { Control } from './types.ts';

const ASKS = ['DKIM_MISSING', 'SPF_MISSING', 'DMARC_MISSING', 'NOT_ALIGNED', 'NO_REVERSE_DNS'] as const;

type Reason = (typeof ASKS)[number] | 'READY_SPF_NOT_YOURS' | ReadinessReason;

export const bulk05: Control<DomainFacts, Reason> = {
  id: 'BULK-05',
  revision: 2,
  title: 'Ready for iCloud Mail',
  subject: 'domain',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity', 'ses:GetDedicatedIps'],
  asserts:
    'What may be sent as the domain meets what iCloud Mail asks: SPF and DKIM pass, DMARC passes, and dedicated addresses have reverse DNS, which SES provides for shared ones.',
  why: 'Apple asks the same of every bulk sender, without a number, and rejects by reputation.',
  evidence:
    'What is asked and not met (`because`) or not known, how many identities may send, at most ten that fail, and whose domain SPF passes for.',
  remedy:
    'Advice for each requirement that is not met; where the first of them is a DMARC record, one with p=none. The rest is with the controls that it names.',
  sources: ['Apple Support: Postmaster information for iCloud Mail (102322)'],
  reasons: {
    ...requirementReasons(ASKS),

    ...spfNotYoursReasons,
    ...readinessReasons,
  },
  judge(facts, context) {
    const asked = { provider: 'iCloud Mail', asks: ASKS, spfNotYours: 'READY_SPF_NOT_YOURS' as const };

    return [judgeReadiness<(typeof ASKS)[number], Reason>(bulk05, facts, context, asked)];
  },
};
