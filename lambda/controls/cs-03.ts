import type { TargetFacts } from '../facts/types.ts';
import { judgeSets, SETS_READS, setsReasons, type SetsReason } from './configuration-sets.ts';
import { commandFix } from './fixes.ts';
import { say } from './say.ts';
import { subKeyOf } from './sub-keys.ts';
import type { Control } from './types.ts';

type Reason = 'REPUTATION_METRICS_ON' | 'REPUTATION_METRICS_OFF' | SetsReason;

export const cs03: Control<TargetFacts, Reason> = {
  id: 'CS-03',
  revision: 1,
  title: 'Configuration sets report their reputation',
  subject: 'target',
  tier: 2,
  severity: 'LOW',
  reads: SETS_READS,
  permissions: ['configurationSets'],
  asserts: 'Each configuration set has reputation metrics on.',
  why: 'Without them the bounce and complaint rates are known for the account only, and nobody sees which stream spoils them.',
  evidence: 'Whether the metrics are on; one finding a set.',
  remedy: 'Switches the metrics on.',
  sources: [
    'Amazon SES API v2: PutConfigurationSetReputationOptions',
    'Amazon SES developer guide: Viewing reputation metrics for a configuration set',
  ],
  reasons: {
    REPUTATION_METRICS_ON: { statuses: ['PASS'], means: 'The set reports its bounce and complaint rates.' },
    REPUTATION_METRICS_OFF: {
      statuses: ['WARN'],
      means: 'The set does not report its bounce and complaint rates.',
    },
    ...setsReasons,
  },
  judge: (facts, context) =>
    judgeSets<Reason>(cs03, facts, context, ({ name, reputationMetrics }) => {
      const common = { subKey: subKeyOf(name), evidence: { configurationSet: name, reputationMetrics } };
      if (reputationMetrics) {
        const summary = `The configuration set ${name} reports its reputation`;
        return [say(cs03, { ...common, status: 'PASS', reason: 'REPUTATION_METRICS_ON', summary })];
      }
      return [
        say(cs03, {
          ...common,
          status: 'WARN',
          reason: 'REPUTATION_METRICS_OFF',
          summary: `The configuration set ${name} does not report its reputation`,
          fix: commandFix(
            facts,
            'Switch the reputation metrics of the set on (CloudWatch metrics may cost).',
            [
              'sesv2',
              'put-configuration-set-reputation-options',
              '--configuration-set-name',
              name,
              '--reputation-metrics-enabled',
            ],
          ),
        }),
      ];
    }),
};
