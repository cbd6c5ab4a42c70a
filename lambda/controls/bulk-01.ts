import type { DomainFacts } from '../facts/types.ts';
import { judgeReadiness, readinessReasons, spfNotYoursReasons, type ReadinessReason } from './readiness.ts';
import { requirementReasons } from './requirements.ts';
import type { Control } from './types.ts';

const ASKS = ['FROM_CANNOT_RECEIVE', 'NOT_AUTHENTICATED', 'NO_REVERSE_DNS'] as const;

type Reason = (typeof ASKS)[number] | 'READY_SPF_NOT_YOURS' | ReadinessReason;

export const bulk01: Control<DomainFacts, Reason> = {
  id: 'BULK-01',
  revision: 2,
  title: 'Ready for Gmail',
  subject: 'domain',
  tier: 2,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity', 'ses:GetDedicatedIps'],
  asserts:
    'What may be sent as the domain meets what Gmail asks of every sender: SPF or DKIM passes, the From domain takes mail, and every dedicated address that it is sent from has reverse DNS. SES provides TLS, the reverse DNS of shared addresses and the message envelope.',
  why: 'Gmail rejects or rate-limits mail that passes neither SPF nor DKIM, whoever sends it.',
  evidence:
    'What is asked and not met (`because`) or not known, how many identities may send, at most ten that fail, and whose domain SPF passes for.',
  remedy:
    'Advice for each requirement that is not met; the records and commands are with the controls that it names.',
  sources: [
    'Google: Email sender guidelines (answer 81126)',
    'Google: Email sender guidelines FAQ (answer 14229414)',
    'RFC 7505 section 4.2',
  ],
  reasons: {
    ...requirementReasons(ASKS),

    ...spfNotYoursReasons,
    ...readinessReasons,
  },
  judge(facts, context) {
    const asked = { provider: 'Gmail', asks: ASKS, spfNotYours: 'READY_SPF_NOT_YOURS' as const };

    return [judgeReadiness<(typeof ASKS)[number], Reason>(bulk01, facts, context, asked)];
  },
};
