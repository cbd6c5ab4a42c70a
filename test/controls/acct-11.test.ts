import { acct11 } from '../../lambda/controls/acct-11.ts';
import type { TargetFacts } from '../../lambda/facts/types.ts';
import { seen, seenIn, targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { readCases } from './target-cases.ts';

type Alarms = Extract<NonNullable<TargetFacts['reputationAlarms']>, { kind: 'seen' }>['value'];

function alarms(change: (alarms: Alarms) => void): TargetFacts {
  return targetFacts((facts) => change(seenIn(facts.reputationAlarms)));
}

describeControl(acct11, [
  { when: 'both rates are watched', facts: targetFacts(), says: { status: 'PASS', reason: 'ALARMS_SET' } },
  {
    when: 'nothing is watched',
    facts: targetFacts((facts) => (facts.reputationAlarms = seen([]))),
    says: {
      status: 'WARN',
      reason: 'ALARM_MISSING',
      severity: 'LOW',
      summary: 'No alarm watches Reputation.BounceRate and Reputation.ComplaintRate',
      command:
        'aws cloudwatch put-metric-alarm --alarm-name ses-bounce-rate --namespace AWS/SES --metric-name Reputation.BounceRate --statistic Average --period 3600 --evaluation-periods 1 --threshold 0.05 --comparison-operator GreaterThanOrEqualToThreshold --treat-missing-data ignore --alarm-actions arn:aws:sns:eu-west-1:111111111111:ses-feedback --region eu-west-1',
    },
  },
  {
    when: 'only bounces are watched',
    facts: alarms((list) => list.pop()),
    says: {
      status: 'WARN',
      reason: 'ALARM_MISSING',
      severity: 'LOW',
      summary: 'No alarm watches Reputation.ComplaintRate',
    },
  },
  {
    when: 'an alarm comes after SES’s own review',
    facts: alarms((list) => list.forEach((alarm) => (alarm.threshold = 0.1))),
    says: { status: 'WARN', reason: 'ALARM_THRESHOLD_HIGH', severity: 'LOW' },
  },
  {
    when: 'an alarm tells nobody',
    facts: alarms((list) => list.forEach((alarm) => (alarm.actions = false))),
    says: { status: 'WARN', reason: 'ALARM_WITHOUT_ACTION', severity: 'LOW' },
  },
  {
    when: 'of two alarms one is in order',
    facts: alarms((list) => list.push(...list.map((alarm) => ({ ...alarm, threshold: 0.5 })))),
    says: { status: 'PASS', reason: 'ALARMS_SET' },
  },
  ...readCases('reputationAlarms'),
]);
