import { acct07 } from '../../lambda/controls/acct-07.ts';
import type { TargetFacts } from '../../lambda/facts/types.ts';
import { OFF, seen, seenIn, targetFacts, UNSEEN } from './facts.ts';
import { describeControl } from './paired.ts';
import { unseenCases } from './target-cases.ts';

function metric(complaintRate: number): TargetFacts {
  return targetFacts((facts) => (facts.reputation = seen({ complaintRate })));
}

const command = 'aws sesv2 list-suppressed-destinations --reasons COMPLAINT --region eu-west-1';

describeControl(acct07, [
  {
    when: 'few complain, as far as anybody tells SES',
    facts: metric(0.0009),
    says: { status: 'PASS', reason: 'RATE_LOW', summary: '0.09 % complaints (Gmail not included)' },
  },
  {
    when: 'one in a thousand complains',
    facts: metric(0.001),
    says: {
      status: 'FAIL',
      reason: 'RATE_HIGH',
      severity: 'HIGH',
      summary: '0.1 % complaints (Gmail not included): from 0.1 % on Amazon SES reviews the account',
      command,
    },
  },
  {
    when: 'one in two hundred complains',
    facts: metric(0.005),
    says: { status: 'FAIL', reason: 'RATE_CRITICAL', severity: 'CRITICAL', reasonClass: 1, command },
  },
  {
    when: 'CloudWatch may not be read: the sums decide',
    facts: targetFacts((facts) => {
      facts.reputation = OFF;
      seenIn(facts.sendStatistics).complaints = 20;
    }),
    says: {
      status: 'FAIL',
      reason: 'RATE_HIGH',
      severity: 'HIGH',
      evidence: { source: 'GetSendStatistics' },
    },
  },
  {
    when: 'CloudWatch failed to answer',
    facts: targetFacts((facts) => (facts.reputation = UNSEEN)),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'too little is sent for a rate',
    facts: targetFacts((facts) => (seenIn(facts.sendStatistics).attempts = 10)),
    says: { status: 'NOT_APPLICABLE', reason: 'VOLUME_TOO_LOW' },
  },
  ...unseenCases('sendStatistics'),
]);
