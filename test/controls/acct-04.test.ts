import { acct04 } from '../../lambda/controls/acct-04.ts';
import type { TargetFacts } from '../../lambda/facts/types.ts';
import { contextOf, seenAccount, targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { unseenCases } from './target-cases.ts';

function quota(sentLast24Hours: number, max24HourSend = 1000): TargetFacts {
  return targetFacts((facts) => Object.assign(seenAccount(facts), { sentLast24Hours, max24HourSend }));
}

describeControl(acct04, [
  { when: 'there is room', facts: quota(799), says: { status: 'PASS', reason: 'QUOTA_AMPLE' } },
  {
    when: 'there is no limit',
    facts: quota(1_000_000, -1),
    says: { status: 'PASS', reason: 'QUOTA_UNLIMITED' },
  },
  {
    when: '80 % are used',
    facts: quota(800),
    says: {
      status: 'WARN',
      reason: 'QUOTA_NEARLY_USED',
      severity: 'MEDIUM',
      command:
        'aws service-quotas request-service-quota-increase --service-code ses --quota-code L-804C8AE8 --desired-value 2000 --region eu-west-1',
    },
  },
  {
    when: '95 % are used',
    facts: quota(950),
    says: { status: 'FAIL', reason: 'QUOTA_EXHAUSTED', severity: 'MEDIUM' },
  },
  {
    when: 'the quota is nothing',
    facts: quota(0, 0),
    says: { status: 'FAIL', reason: 'QUOTA_EXHAUSTED', severity: 'MEDIUM' },
  },
  {
    when: 'the settings draw the line elsewhere',
    facts: quota(500),
    context: contextOf({
      settings: { thresholds: { ...contextOf().settings.thresholds, quotaWarn: 0.5 } },
    }),
    says: { status: 'WARN', reason: 'QUOTA_NEARLY_USED', severity: 'MEDIUM' },
  },
  ...unseenCases('account'),
]);
