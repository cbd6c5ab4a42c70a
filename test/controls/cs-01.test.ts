import { cs01 } from '../../lambda/controls/cs-01.ts';
import { contextOf, targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { SETS_CASES, withSet } from './target-cases.ts';

describeControl(cs01, [
  {
    when: 'the set requires TLS',
    facts: targetFacts(),
    says: { key: 'CS-01#main', status: 'PASS', reason: 'TLS_REQUIRED' },
  },
  {
    when: 'TLS is optional',
    facts: withSet((set) => (set.tlsPolicy = 'OPTIONAL')),
    says: {
      key: 'CS-01#main',
      status: 'WARN',
      reason: 'TLS_OPTIONAL',
      severity: 'LOW',
      command:
        'aws sesv2 put-configuration-set-delivery-options --configuration-set-name main --tls-policy REQUIRE --region eu-west-1',
    },
  },
  {
    when: 'TLS is optional where the settings require it; the sending pool is kept',
    facts: withSet((set) => Object.assign(set, { tlsPolicy: 'OPTIONAL', sendingPool: 'warm' })),
    context: contextOf({ settings: { requireTls: true } }),
    says: {
      key: 'CS-01#main',
      status: 'FAIL',
      reason: 'TLS_OPTIONAL',
      severity: 'MEDIUM',
      command:
        'aws sesv2 put-configuration-set-delivery-options --configuration-set-name main --tls-policy REQUIRE --sending-pool-name warm --region eu-west-1',
    },
  },
  ...SETS_CASES,
]);
