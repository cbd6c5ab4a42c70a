import type { IdentityFacts } from '../facts/types.ts';
import { SETS_READS } from './configuration-sets.ts';
import { feedbackReasons, judgeFeedback, type FeedbackReason } from './feedback-paths.ts';
import type { Control } from './types.ts';

export const evt02: Control<IdentityFacts, FeedbackReason> = {
  id: 'EVT-02',
  revision: 1,
  title: 'Complaints reach somebody',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetIdentityNotificationAttributes', ...SETS_READS],
  permissions: ['notifications', 'configurationSets'],
  asserts: 'SES tells of complaints of this identity through an SNS topic or an event destination.',
  why: 'One complaint in a thousand messages puts an account under review; whoever complained must get no more mail. Often only bounces are wired.',
  evidence: 'Every way on which a complaint may be told, and which of them is there.',
  remedy: 'A topic for complaints, or an event destination in the default configuration set.',
  sources: [
    'Amazon SES developer guide: Receiving Amazon SES notifications using Amazon SNS',
    'Amazon SES developer guide: Monitor email sending using event publishing',
    'Amazon SES API v1: GetIdentityNotificationAttributes',
  ],
  reasons: feedbackReasons('Complaints'),
  judge: (facts, context) => [judgeFeedback(evt02, 'COMPLAINT', facts, context)],
};
