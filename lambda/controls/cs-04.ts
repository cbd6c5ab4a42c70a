import type { TargetFacts } from '../facts/types.ts';
import { judgeSets, SETS_READS, setsReasons, type SetsReason } from './configuration-sets.ts';
import { commandFix } from './fixes.ts';
import { say } from './say.ts';
import { subKeyOf } from './sub-keys.ts';
import type { Control } from './types.ts';

type Reason = 'INHERITS_ACCOUNT' | 'SUPPRESSES_BOTH' | 'SUPPRESSION_PARTIAL' | 'SUPPRESSION_OFF' | SetsReason;

/** What the account's suppression list can be fed by. */
export const SUPPRESSION_REASONS = ['BOUNCE', 'COMPLAINT'] as const;

export const cs04: Control<TargetFacts, Reason> = {
  id: 'CS-04',
  revision: 1,
  title: 'No configuration set overrides the suppression list',
  subject: 'target',
  tier: 2,
  severity: 'MEDIUM',
  reads: SETS_READS,
  permissions: ['configurationSets'],
  asserts:
    'Each configuration set either has no suppression options of its own (the account’s apply) or suppresses after bounces and complaints.',
  why: 'An empty list is not "as the account": it switches suppression off for all mail of the set, which then goes on to dead addresses and complainers.',
  evidence: 'The set’s suppressed reasons, where it has any; one finding a set.',
  remedy: 'Names both reasons for the set.',
  sources: [
    'Amazon SES API v2: GetConfigurationSet, SuppressionOptions',
    'Amazon SES developer guide: Using configuration set-level suppression to override the account-level suppression list',
  ],
  reasons: {
    INHERITS_ACCOUNT: {
      statuses: ['PASS'],
      means: 'The account’s suppression list applies (ACCT-10 judges it).',
    },
    SUPPRESSES_BOTH: { statuses: ['PASS'], means: 'The set suppresses after bounces and complaints.' },
    SUPPRESSION_PARTIAL: {
      statuses: ['WARN'],
      means: 'The set suppresses after only one of bounces and complaints.',
    },
    SUPPRESSION_OFF: {
      statuses: ['WARN'],
      means: 'The set overrides the account with an empty list: nothing is suppressed.',
    },
    ...setsReasons,
  },
  judge: (facts, context) =>
    judgeSets<Reason>(cs04, facts, context, ({ name, suppressedReasons }) => {
      const common = {
        subKey: subKeyOf(name),
        evidence: { configurationSet: name, suppressedReasons: suppressedReasons ?? 'not set' },
      };
      if (suppressedReasons === undefined) {
        const summary = `The account’s suppression list applies to the configuration set ${name}`;
        return [say(cs04, { ...common, status: 'PASS', reason: 'INHERITS_ACCOUNT', summary })];
      }
      const lacking = SUPPRESSION_REASONS.filter((reason) => !suppressedReasons.includes(reason));
      if (lacking.length === 0) {
        const summary = `The configuration set ${name} suppresses after bounces and complaints`;
        return [say(cs04, { ...common, status: 'PASS', reason: 'SUPPRESSES_BOTH', summary })];
      }
      const none = lacking.length === SUPPRESSION_REASONS.length;
      return [
        say(cs04, {
          ...common,
          status: 'WARN',
          reason: none ? 'SUPPRESSION_OFF' : 'SUPPRESSION_PARTIAL',
          summary: none
            ? `The configuration set ${name} switches the suppression list off`
            : `The configuration set ${name} does not suppress after ${lacking.join('')}`,
          fix: commandFix(
            facts,
            'Suppress after bounces and complaints; only mail that has to go to suppressed addresses may need otherwise.',
            [
              'sesv2',
              'put-configuration-set-suppression-options',
              '--configuration-set-name',
              name,
              '--suppressed-reasons',
              ...SUPPRESSION_REASONS,
            ],
          ),
        }),
      ];
    }),
};
