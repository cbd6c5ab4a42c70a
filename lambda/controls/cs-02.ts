import type { TargetFacts } from '../facts/types.ts';
import { judgeSets, SETS_READS, setsReasons, type SetsReason } from './configuration-sets.ts';
import { commandFix } from './fixes.ts';
import { say } from './say.ts';
import { subKeyOf } from './sub-keys.ts';
import type { Control } from './types.ts';

type Reason = 'SET_SENDS' | 'SET_PAUSED_UNUSED' | 'DEFAULT_SET_PAUSED' | 'USE_UNKNOWN' | SetsReason;

export const cs02: Control<TargetFacts, Reason> = {
  id: 'CS-02',
  revision: 1,
  title: 'No default configuration set is paused',
  subject: 'target',
  tier: 2,
  severity: 'MEDIUM',
  reads: SETS_READS,
  permissions: ['configurationSets'],
  asserts: 'Sending is enabled in each configuration set that is an identity’s default.',
  why: 'While a set is paused SES refuses every message that uses it, and a default is used without being named.',
  evidence: 'Whether the set may send, and whether an identity names it as its default; one finding a set.',
  remedy: 'Enables sending in the set.',
  sources: [
    'Amazon SES API v2: PutConfigurationSetSendingOptions',
    'Amazon SES developer guide: Pausing email sending for a configuration set',
  ],
  reasons: {
    SET_SENDS: { statuses: ['PASS'], means: 'Sending is enabled in the set.' },
    SET_PAUSED_UNUSED: {
      statuses: ['PASS'],
      means: 'The set is paused, but no identity has it as its default.',
    },
    DEFAULT_SET_PAUSED: { statuses: ['FAIL'], means: 'A set that is an identity’s default is paused.' },
    USE_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'The set is paused, and whether it is an identity’s default is not known.',
    },
    ...setsReasons,
  },
  judge: (facts, context) =>
    judgeSets<Reason>(cs02, facts, context, ({ name, sendingEnabled, isDefault = 'unknown' }) => {
      const common = {
        subKey: subKeyOf(name),
        evidence: { configurationSet: name, sendingEnabled, isDefault },
      };
      if (sendingEnabled) {
        const summary = `The configuration set ${name} may send`;
        // Whether it is a default makes no difference here, and is no part of what is stored.
        const evidence = { configurationSet: name, sendingEnabled };
        return [say(cs02, { ...common, evidence, status: 'PASS', reason: 'SET_SENDS', summary })];
      }
      if (isDefault === 'unknown') {
        const summary = `Not judged: whether the paused configuration set ${name} is a default is not known`;
        return [say(cs02, { ...common, status: 'UNKNOWN', reason: 'USE_UNKNOWN', summary })];
      }
      if (!isDefault) {
        const summary = `The configuration set ${name} is paused; no identity has it as its default`;
        return [say(cs02, { ...common, status: 'PASS', reason: 'SET_PAUSED_UNUSED', summary })];
      }
      return [
        say(cs02, {
          ...common,
          status: 'FAIL',
          reason: 'DEFAULT_SET_PAUSED',
          summary: `The default configuration set ${name} is paused: SES refuses all mail that uses it`,
          fix: commandFix(
            facts,
            'Find out who paused the set and why (CloudTrail: PutConfigurationSetSendingOptions; an alarm may have done it), then enable it.',
            [
              'sesv2',
              'put-configuration-set-sending-options',
              '--configuration-set-name',
              name,
              '--sending-enabled',
            ],
          ),
        }),
      ];
    }),
};
