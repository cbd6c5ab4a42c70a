import type { TargetFacts } from '../facts/types.ts';
import { judgeSets, SETS_READS, setsReasons, type SetsReason } from './configuration-sets.ts';
import { commandFix } from './fixes.ts';
import { say } from './say.ts';
import { subKeyOf } from './sub-keys.ts';
import type { Control } from './types.ts';

type Reason = 'TLS_REQUIRED' | 'TLS_OPTIONAL' | SetsReason;

export const cs01: Control<TargetFacts, Reason> = {
  id: 'CS-01',
  revision: 1,
  title: 'Configuration sets require TLS',
  subject: 'target',
  tier: 1,
  severity: 'LOW',
  reads: SETS_READS,
  permissions: ['configurationSets'],
  asserts: 'Each configuration set delivers over TLS only.',
  why: 'With OPTIONAL, SES falls back to plain text where a receiver offers no TLS, and anybody between can read and change the mail. REQUIRE bounces it there.',
  evidence: 'The TLS policy of the set; one finding a set.',
  remedy: 'Sets the TLS policy to REQUIRE, keeping the sending pool.',
  sources: [
    'Amazon SES API v2: PutConfigurationSetDeliveryOptions',
    'Amazon SES developer guide: Amazon SES and security protocols',
    'Google: Email sender guidelines (answer 81126)',
  ],
  reasons: {
    TLS_REQUIRED: { statuses: ['PASS'], means: 'The set delivers over TLS only.' },
    TLS_OPTIONAL: {
      statuses: ['WARN', 'FAIL'],
      otherSeverities: ['MEDIUM'],
      means:
        'The set delivers without TLS where a receiver offers none; a failure, and MEDIUM, where the setting `requireTls` is on.',
    },
    ...setsReasons,
  },
  judge: (facts, context) =>
    judgeSets<Reason>(cs01, facts, context, ({ name, tlsPolicy, sendingPool }) => {
      const common = { subKey: subKeyOf(name), evidence: { configurationSet: name, tlsPolicy } };
      if (tlsPolicy === 'REQUIRE') {
        const summary = `The configuration set ${name} requires TLS`;
        return [say(cs01, { ...common, status: 'PASS', reason: 'TLS_REQUIRED', summary })];
      }
      const { requireTls } = context.settings;
      const pool = sendingPool === undefined ? [] : ['--sending-pool-name', sendingPool];
      return [
        say(cs01, {
          ...common,
          status: requireTls ? 'FAIL' : 'WARN',
          reason: 'TLS_OPTIONAL',
          ...(requireTls ? { severity: 'MEDIUM' as const } : {}),
          summary: `The configuration set ${name} delivers without TLS where a receiver offers none`,
          fix: commandFix(
            facts,
            'Require TLS; mail to receivers without it then bounces. The command sets all delivery options at once: add --max-delivery-seconds where the set has one.',
            [
              'sesv2',
              'put-configuration-set-delivery-options',
              '--configuration-set-name',
              name,
              '--tls-policy',
              'REQUIRE',
              ...pool,
            ],
          ),
        }),
      ];
    }),
};
