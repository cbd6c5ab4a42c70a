import type { DomainFacts } from '../facts/types.ts';
import { judgeReadiness, readinessReasons, spfNotYoursReasons, type ReadinessReason } from './readiness.ts';
import { requirementReasons } from './requirements.ts';
import type { Control } from './types.ts';

const ASKS = [
  'FROM_CANNOT_RECEIVE',
  'DKIM_MISSING',
  'SPF_MISSING',
  'DMARC_MISSING',
  'NOT_ALIGNED',
  'KEY_TOO_SHORT',
  'NO_REVERSE_DNS',
  'FROM_UNRESOLVABLE',
  'NO_REPORT_ADDRESS',
] as const;

type Reason = (typeof ASKS)[number] | 'READY_SPF_NOT_YOURS' | ReadinessReason;

export const bulk03: Control<DomainFacts, Reason> = {
  id: 'BULK-03',
  revision: 2,
  title: 'Ready for Yahoo',
  subject: 'domain',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity', 'ses:GetDedicatedIps'],
  asserts:
    'What may be sent as the domain meets what Yahoo asks: SPF and DKIM pass with a key of 1024 bits or more, DMARC passes, its record names an address for reports, and dedicated addresses have reverse DNS.',
  why: 'Yahoo names no number from which a sender is bulk: whoever does not meet its rules is deferred or rejected once its filters say so.',
  evidence:
    'What is asked and not met (`because`) or not known, how many identities may send, at most ten that fail, and whose domain SPF passes for.',
  remedy:
    'Advice for each requirement that is not met; where the first of them is a DMARC record, one with p=none. The rest is with the controls that it names.',
  sources: ['Yahoo Sender Hub: Sender Best Practices', 'Yahoo Sender Hub: FAQs'],
  reasons: {
    ...requirementReasons(ASKS),

    ...spfNotYoursReasons,
    ...readinessReasons,
  },
  judge(facts, context) {
    const asked = { provider: 'Yahoo', asks: ASKS, spfNotYours: 'READY_SPF_NOT_YOURS' as const };

    return [judgeReadiness<(typeof ASKS)[number], Reason>(bulk03, facts, context, asked)];
  },
};
