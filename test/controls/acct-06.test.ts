import { acct06 } from '../../lambda/controls/acct-06.ts';
import type { TargetFacts } from '../../lambda/facts/types.ts';
import { contextOf, OFF, seen, seenIn, targetFacts, UNSEEN } from './facts.ts';
import { describeControl } from './paired.ts';
import { unseenCases } from './target-cases.ts';

/** By CloudWatch. */
function metric(bounceRate: number): TargetFacts {
  return targetFacts((facts) => (facts.reputation = seen({ bounceRate })));
}

/** By the sums of two weeks. */
function sums(bounces: number, change?: (facts: TargetFacts) => void): TargetFacts {
  return targetFacts((facts) => {
    facts.sendStatistics = seen({ attempts: 10_000, bounces, complaints: 0, rejects: 0 });
    facts.reputation = OFF;
    change?.(facts);
  });
}

const command = 'aws sesv2 list-suppressed-destinations --reasons BOUNCE --region eu-west-1';

describeControl(acct06, [
  {
    when: 'few bounce',
    facts: metric(0.0199),
    says: { status: 'PASS', reason: 'RATE_LOW', evidence: { source: 'CloudWatch', messages: 10_000 } },
  },
  {
    when: '2 % bounce',
    facts: metric(0.02),
    says: { status: 'WARN', reason: 'RATE_RAISED', severity: 'MEDIUM', command },
  },
  {
    when: '5 % bounce',
    facts: metric(0.05),
    says: {
      status: 'FAIL',
      reason: 'RATE_HIGH',
      severity: 'HIGH',
      reasonClass: 0,
      summary: '5 % bounces: from 5 % on Amazon SES reviews the account',
      command,
    },
  },
  {
    when: '10 % bounce',
    facts: metric(0.1),
    says: { status: 'FAIL', reason: 'RATE_CRITICAL', severity: 'CRITICAL', reasonClass: 1, command },
  },
  {
    when: 'CloudWatch may not be read: the sums decide',
    facts: sums(600),
    says: {
      status: 'FAIL',
      reason: 'RATE_HIGH',
      severity: 'HIGH',
      evidence: { rate: 0.06, source: 'GetSendStatistics' },
    },
  },
  {
    when: 'CloudWatch has no data point: the sums decide',
    facts: sums(600, (facts) => (facts.reputation = seen({}))),
    says: {
      status: 'FAIL',
      reason: 'RATE_HIGH',
      severity: 'HIGH',
      evidence: { source: 'GetSendStatistics' },
    },
  },
  {
    when: 'CloudWatch has a data point: the sums do not decide',
    facts: sums(600, (facts) => (facts.reputation = seen({ bounceRate: 0.001 }))),
    says: { status: 'PASS', reason: 'RATE_LOW' },
  },
  {
    when: 'CloudWatch failed to answer: the sums are no stand-in',
    facts: sums(600, (facts) => (facts.reputation = UNSEEN)),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'CloudWatch was never asked',
    facts: sums(600, (facts) => delete facts.reputation),
    says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
  },
  {
    when: 'too little is sent for a rate',
    facts: targetFacts((facts) => {
      facts.reputation = seen({ bounceRate: 0.5 });
      seenIn(facts.sendStatistics).attempts = 999;
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'VOLUME_TOO_LOW' },
  },
  {
    when: 'the settings draw the lines elsewhere',
    facts: metric(0.05),
    context: contextOf({
      settings: { thresholds: { ...contextOf().settings.thresholds, bounceFail: 0.06 } },
    }),
    says: { status: 'WARN', reason: 'RATE_RAISED', severity: 'MEDIUM' },
  },
  ...unseenCases('sendStatistics'),
]);
