import type { DomainFacts } from '../facts/types.ts';
import {
  bulkOnlyReasons,
  judgeReadiness,
  outsideBulk,
  readinessReasons,
  spfNotYoursReasons,
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
  'KEY_TOO_SHORT',
  'NO_REVERSE_DNS',
] as const;

type Reason = (typeof ASKS)[number] | 'READY_SPF_NOT_YOURS' | BulkOnlyReason | ReadinessReason;

export const bulk02: Control<DomainFacts, Reason> = {
  id: 'BULK-02',
  revision: 2,
  title: 'Ready for Gmail as a bulk sender',
  subject: 'domain',
  tier: 2,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity', 'ses:GetAccount', 'ses:GetDedicatedIps'],
  asserts:
    'What may be sent as the domain meets what Gmail asks of bulk senders: SPF and DKIM pass, a DMARC record applies, one of the two aligns with the From domain, the key has 1024 bits or more, and dedicated addresses have reverse DNS.',
  why: 'From about 5,000 messages a day on Gmail defers and then rejects what does not meet this, and takes away the sender’s support; the status of a bulk sender is permanent.',
  evidence:
    'What is asked and not met (`because`) or not known, how many identities may send, at most ten that fail, and whose domain SPF passes for.',
  remedy:
    'Advice for each requirement that is not met; where the first of them is a DMARC record, one with p=none. The rest is with the controls that it names.',
  sources: [
    'Google: Email sender guidelines (answer 81126)',
    'Google: Email sender guidelines FAQ (answer 14229414)',
    'RFC 8301 section 3.2',
  ],
  reasons: {
    ...requirementReasons(ASKS),
    ...bulkOnlyReasons,
    ...spfNotYoursReasons,
    ...readinessReasons,
  },
  judge(facts, context) {
    const asked = {
      provider: 'Gmail as a bulk sender',
      asks: ASKS,
      spfNotYours: 'READY_SPF_NOT_YOURS' as const,
    };
    const outside = () => outsideBulk<Reason>(bulk02, facts, context);
    return [judgeReadiness<(typeof ASKS)[number], Reason>(bulk02, facts, context, asked, outside)];
  },
};
