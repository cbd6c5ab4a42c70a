import { cs04 } from '../../lambda/controls/cs-04.ts';
import { targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { SETS_CASES, withSet } from './target-cases.ts';

const command =
  'aws sesv2 put-configuration-set-suppression-options --configuration-set-name main --suppressed-reasons BOUNCE COMPLAINT --region eu-west-1';

describeControl(cs04, [
  {
    when: 'the set has no options of its own: the account’s apply',
    facts: targetFacts(),
    says: { key: 'CS-04#main', status: 'PASS', reason: 'INHERITS_ACCOUNT' },
  },
  {
    when: 'the set names both reasons',
    facts: withSet((set) => (set.suppressedReasons = ['COMPLAINT', 'BOUNCE'])),
    says: { key: 'CS-04#main', status: 'PASS', reason: 'SUPPRESSES_BOTH' },
  },
  {
    when: 'the list is there and empty: it overrides the account',
    facts: withSet((set) => (set.suppressedReasons = [])),
    says: { key: 'CS-04#main', status: 'WARN', reason: 'SUPPRESSION_OFF', severity: 'MEDIUM', command },
  },
  {
    when: 'only bounces are suppressed',
    facts: withSet((set) => (set.suppressedReasons = ['BOUNCE'])),
    says: {
      key: 'CS-04#main',
      status: 'WARN',
      reason: 'SUPPRESSION_PARTIAL',
      severity: 'MEDIUM',
      summary: 'The configuration set main does not suppress after COMPLAINT',
      command,
    },
  },
  ...SETS_CASES,
]);
