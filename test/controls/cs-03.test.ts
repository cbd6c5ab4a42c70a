import { cs03 } from '../../lambda/controls/cs-03.ts';
import { targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { SETS_CASES, withSet } from './target-cases.ts';

describeControl(cs03, [
  {
    when: 'the metrics are on',
    facts: targetFacts(),
    says: { key: 'CS-03#main', status: 'PASS', reason: 'REPUTATION_METRICS_ON' },
  },
  {
    when: 'they are off',
    facts: withSet((set) => (set.reputationMetrics = false)),
    says: {
      key: 'CS-03#main',
      status: 'WARN',
      reason: 'REPUTATION_METRICS_OFF',
      severity: 'LOW',
      command:
        'aws sesv2 put-configuration-set-reputation-options --configuration-set-name main --reputation-metrics-enabled --region eu-west-1',
    },
  },
  ...SETS_CASES,
]);
