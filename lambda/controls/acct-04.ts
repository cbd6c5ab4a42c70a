import type { TargetFacts } from '../facts/types.ts';
import { commandFix } from './fixes.ts';
import { say } from './say.ts';
import { accountOf, notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control } from './types.ts';
import { unseenReasons, type UnseenTargetReason } from './unknowns.ts';

type Reason =
  | 'QUOTA_AMPLE'
  | 'QUOTA_UNLIMITED'
  | 'QUOTA_NEARLY_USED'
  | 'QUOTA_EXHAUSTED'
  | NotReadReason
  | UnseenTargetReason;

/** Max24HourSend of an account without a limit. */
const UNLIMITED = -1;
/** Service Quotas' code of "Sending quota" (messages in 24 hours). */
const SENDING_QUOTA = 'L-804C8AE8';

export const acct04: Control<TargetFacts, Reason> = {
  id: 'ACCT-04',
  revision: 1,
  title: 'The daily quota leaves room',
  subject: 'target',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetAccount'],
  asserts: 'What was sent in the last 24 hours is well below the daily quota.',
  why: 'Beyond the quota SES refuses every message until older ones are 24 hours ago.',
  evidence: 'The quota, what was sent, and the thresholds in force.',
  remedy: 'Asks Service Quotas for twice the quota.',
  sources: [
    'Amazon SES API v2: GetAccount, SendQuota',
    'Amazon SES developer guide: Managing your Amazon SES sending limits',
  ],
  reasons: {
    QUOTA_AMPLE: {
      statuses: ['PASS'],
      means: 'Less than `thresholds.quotaWarn` (0.8) of the quota was used.',
    },
    QUOTA_UNLIMITED: { statuses: ['PASS'], means: 'The account has no daily limit.' },
    QUOTA_NEARLY_USED: {
      statuses: ['WARN'],
      means: '`thresholds.quotaWarn` (0.8) of the quota or more was used.',
    },
    QUOTA_EXHAUSTED: {
      statuses: ['FAIL'],
      means: '`thresholds.quotaFail` (0.95) of the quota or more was used.',
    },
    ...unseenReasons,
    ...notReadReasons,
  },
  judge(facts, context) {
    const early = notRead<Reason>(acct04, facts);
    if (early) return [early];
    const account = accountOf<Reason>(acct04, facts);
    if ('finding' in account) return [account.finding];
    const { max24HourSend: quota, sentLast24Hours: sent } = account.seen;
    const { quotaWarn, quotaFail } = context.settings.thresholds;
    const evidence = { max24HourSend: quota, sentLast24Hours: sent, quotaWarn, quotaFail };
    if (quota === UNLIMITED) {
      const summary = 'SES has no daily limit here';
      return [say(acct04, { status: 'PASS', reason: 'QUOTA_UNLIMITED', summary, evidence })];
    }
    // A quota of 0 lets nothing through, however little is sent.
    const used = quota > 0 ? sent / quota : 1;
    if (used < quotaWarn) {
      const summary = `${sent} of ${quota} messages were sent in 24 hours`;
      return [say(acct04, { status: 'PASS', reason: 'QUOTA_AMPLE', summary, evidence })];
    }
    const exhausted = used >= quotaFail;
    return [
      say(acct04, {
        status: exhausted ? 'FAIL' : 'WARN',
        reason: exhausted ? 'QUOTA_EXHAUSTED' : 'QUOTA_NEARLY_USED',
        summary: `${sent} of ${quota} messages were sent in 24 hours: beyond the quota SES refuses all mail`,
        evidence,
        fix: commandFix(
          facts,
          'Find out whether the volume is meant; then ask for a higher quota (the command asks for twice as much), or send less.',
          [
            'service-quotas',
            'request-service-quota-increase',
            '--service-code',
            'ses',
            '--quota-code',
            SENDING_QUOTA,
            '--desired-value',
            String(Math.max(1, Math.ceil(quota)) * 2),
          ],
        ),
      }),
    ];
  },
};
