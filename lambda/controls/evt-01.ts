import type { IdentityFacts } from '../facts/types.ts';
import { SETS_READS } from './configuration-sets.ts';
import { feedbackReasons, judgeFeedback, type FeedbackReason } from './feedback-paths.ts';
import type { Control } from './types.ts';

export const evt01: Control<IdentityFacts, FeedbackReason> = {
  id: 'EVT-01',
  revision: 1,
  title: 'Bounces reach somebody',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetIdentityNotificationAttributes', ...SETS_READS],
  permissions: ['notifications', 'configurationSets'],
  asserts: 'SES tells of bounces of this identity through an SNS topic or an event destination.',
  why: 'Who does not hear of bounces goes on mailing dead addresses until Amazon SES puts the account under review.',
  evidence: 'Every way on which a bounce may be told, and which of them is there.',
  remedy: 'A topic for bounces, or an event destination in the default configuration set.',
  sources: [
    'Amazon SES developer guide: Receiving Amazon SES notifications using Amazon SNS',
    'Amazon SES developer guide: Monitor email sending using event publishing',
    'Amazon SES API v1: GetIdentityNotificationAttributes',
  ],
  reasons: feedbackReasons('Bounces'),
  judge: (facts, context) => [judgeFeedback(evt01, 'BOUNCE', facts, context)],
};
