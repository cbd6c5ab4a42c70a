import { cs02 } from '../../lambda/controls/cs-02.ts';
import { targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { SETS_CASES, withSet } from './target-cases.ts';

describeControl(cs02, [
  {
    when: 'the set may send',
    facts: targetFacts(),
    says: { key: 'CS-02#main', status: 'PASS', reason: 'SET_SENDS' },
  },
  {
    when: 'the set may send, and nobody knows whose default it is',
    facts: withSet((set) => delete set.isDefault),
    says: { key: 'CS-02#main', status: 'PASS', reason: 'SET_SENDS' },
  },
  {
    when: 'a default is paused',
    facts: withSet((set) => (set.sendingEnabled = false)),
    says: {
      key: 'CS-02#main',
      status: 'FAIL',
      reason: 'DEFAULT_SET_PAUSED',
      severity: 'MEDIUM',
      command:
        'aws sesv2 put-configuration-set-sending-options --configuration-set-name main --sending-enabled --region eu-west-1',
    },
  },
  {
    when: 'a set that is nobody’s default is paused',
    facts: withSet((set) => Object.assign(set, { sendingEnabled: false, isDefault: false })),
    says: { key: 'CS-02#main', status: 'PASS', reason: 'SET_PAUSED_UNUSED' },
  },
  {
    when: 'a set is paused, and nobody knows whose default it is',
    facts: withSet((set) => {
      set.sendingEnabled = false;
      delete set.isDefault;
    }),
    says: { key: 'CS-02#main', status: 'UNKNOWN', reason: 'USE_UNKNOWN' },
  },
  ...SETS_CASES,
]);
