import { acct10 } from '../../lambda/controls/acct-10.ts';
import type { TargetFacts } from '../../lambda/facts/types.ts';
import { seen, targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { unseenCases } from './target-cases.ts';

function suppressing(...reasons: string[]): TargetFacts {
  return targetFacts((facts) => (facts.suppressedReasons = seen(reasons)));
}

const command =
  'aws sesv2 put-account-suppression-attributes --suppressed-reasons BOUNCE COMPLAINT --region eu-west-1';

describeControl(acct10, [
  { when: 'both are suppressed', facts: targetFacts(), says: { status: 'PASS', reason: 'SUPPRESSES_BOTH' } },
  {
    when: 'only complaints are',
    facts: suppressing('COMPLAINT'),
    says: {
      status: 'WARN',
      reason: 'SUPPRESSION_PARTIAL',
      severity: 'MEDIUM',
      summary: 'The account does not suppress after BOUNCE',
      command,
    },
  },
  {
    when: 'nothing is, as in accounts from before 2019',
    facts: suppressing(),
    says: { status: 'FAIL', reason: 'SUPPRESSION_OFF', severity: 'MEDIUM', command },
  },
  ...unseenCases('suppressedReasons'),
]);
