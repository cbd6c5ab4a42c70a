import type { TargetFacts } from '../facts/types.ts';
import { commandFix } from './fixes.ts';
import { judgeRate, sharedRateReasons, type SharedRateReason } from './reputation.ts';
import type { Control } from './types.ts';

type Reason = 'RATE_HIGH' | 'RATE_CRITICAL' | SharedRateReason;

export const acct07: Control<TargetFacts, Reason> = {
  id: 'ACCT-07',
  revision: 1,
  title: 'Few recipients complain',
  subject: 'target',
  tier: 2,
  severity: 'HIGH',
  reads: ['ses:GetSendStatistics', 'cloudwatch:GetMetricData'],
  asserts:
    'The complaint rate is below what Amazon SES asks for. Gmail is not included: it tells SES of no complaint.',
  why: 'From 0.1 % on Amazon SES puts the account under review, from 0.5 % on it may pause it; Gmail and Yahoo refuse bulk mail at 0.3 %.',
  evidence:
    'The rate as a fraction, what it was read from, the messages of two weeks and the thresholds in force.',
  remedy:
    'Shows whom the suppression list holds after complaints; the rest is consent and one-click unsubscribe.',
  sources: [
    'Amazon SES developer guide: Amazon SES sending review process FAQs',
    'CloudWatch: AWS/SES Reputation.ComplaintRate',
    'Amazon SES API v1: GetSendStatistics',
    'Google: Email sender guidelines (answer 81126): Postmaster Tools for complaints at Gmail',
  ],
  reasons: {
    RATE_LOW: {
      statuses: ['PASS'],
      means: 'The rate is below `thresholds.complaintFail` (0.001); Gmail not included.',
    },
    RATE_HIGH: {
      statuses: ['FAIL'],
      means: 'The rate is at or above `thresholds.complaintFail` (0.001); Gmail not included.',
    },
    RATE_CRITICAL: {
      statuses: ['FAIL'],
      severity: 'CRITICAL',
      class: 1,
      means: 'The rate is at or above `thresholds.complaintCritical` (0.005); Gmail not included.',
    },
    ...sharedRateReasons,
  },
  judge(facts, { settings }) {
    const { complaintFail, complaintCritical, reputationFloor } = settings.thresholds;
    return [
      judgeRate<Reason>(acct07, facts, {
        of: 'complaints',
        steps: [
          {
            from: complaintCritical,
            status: 'FAIL',
            reason: 'RATE_CRITICAL',
            then: 'Amazon SES may pause the account',
          },
          {
            from: complaintFail,
            status: 'FAIL',
            reason: 'RATE_HIGH',
            then: 'Amazon SES reviews the account',
          },
        ],
        floor: reputationFloor,
        note: ' (Gmail not included)',
        fix: commandFix(
          facts,
          'Mail only who asked for it, offer one-click unsubscribe (RFC 8058), and look at Gmail’s share in Postmaster Tools. The command lists who complained.',
          ['sesv2', 'list-suppressed-destinations', '--reasons', 'COMPLAINT'],
        ),
      }),
    ];
  },
};
