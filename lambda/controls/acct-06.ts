import type { TargetFacts } from '../facts/types.ts';
import { commandFix } from './fixes.ts';
import { judgeRate, sharedRateReasons, type SharedRateReason } from './reputation.ts';
import type { Control } from './types.ts';

type Reason = 'RATE_RAISED' | 'RATE_HIGH' | 'RATE_CRITICAL' | SharedRateReason;

export const acct06: Control<TargetFacts, Reason> = {
  id: 'ACCT-06',
  revision: 1,
  title: 'Few messages bounce',
  subject: 'target',
  tier: 2,
  severity: 'HIGH',
  reads: ['ses:GetSendStatistics', 'cloudwatch:GetMetricData'],
  asserts: 'The bounce rate is below what Amazon SES asks for.',
  why: 'From 5 % on Amazon SES puts the account under review, from 10 % on it may pause it; mailbox providers filter long before.',
  evidence:
    'The rate as a fraction, what it was read from, the messages of two weeks and the thresholds in force.',
  remedy: 'Shows whom the suppression list holds after bounces; the rest is cleaning the recipient lists.',
  sources: [
    'Amazon SES developer guide: Amazon SES sending review process FAQs',
    'CloudWatch: AWS/SES Reputation.BounceRate',
    'Amazon SES API v1: GetSendStatistics',
  ],
  reasons: {
    RATE_LOW: { statuses: ['PASS'], means: 'The rate is below `thresholds.bounceWarn` (0.02).' },
    RATE_RAISED: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      means: 'The rate is at or above `thresholds.bounceWarn` (0.02).',
    },
    RATE_HIGH: { statuses: ['FAIL'], means: 'The rate is at or above `thresholds.bounceFail` (0.05).' },
    RATE_CRITICAL: {
      statuses: ['FAIL'],
      severity: 'CRITICAL',
      class: 1,
      means: 'The rate is at or above `thresholds.bounceCritical` (0.1).',
    },
    ...sharedRateReasons,
  },
  judge(facts, { settings }) {
    const { bounceWarn, bounceFail, bounceCritical, reputationFloor } = settings.thresholds;
    return [
      judgeRate<Reason>(acct06, facts, {
        of: 'bounces',
        steps: [
          {
            from: bounceCritical,
            status: 'FAIL',
            reason: 'RATE_CRITICAL',
            then: 'Amazon SES may pause the account',
          },
          { from: bounceFail, status: 'FAIL', reason: 'RATE_HIGH', then: 'Amazon SES reviews the account' },
          {
            from: bounceWarn,
            status: 'WARN',
            reason: 'RATE_RAISED',
            then: 'it is more than Amazon SES advises',
          },
        ],
        floor: reputationFloor,
        fix: commandFix(
          facts,
          'Stop mailing addresses that bounced: find the stream that bounces (configuration sets with reputation metrics show it), clean its list, and confirm new addresses before mailing them. The command lists what SES suppresses after bounces.',
          ['sesv2', 'list-suppressed-destinations', '--reasons', 'BOUNCE'],
        ),
      }),
    ];
  },
};
