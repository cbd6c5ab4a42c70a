import { evt06 } from '../../lambda/controls/evt-06.ts';
import { identityFacts, OFF, seenIn, TOPIC, UNSEEN } from './facts.ts';
import { describeControl } from './paired.ts';
import { scopeCases } from './settings-scope-cases.ts';

describeControl(evt06, [
  {
    when: 'deliveries are not told',
    facts: identityFacts(),
    says: { status: 'PASS', reason: 'NO_DELIVERY_TOPIC' },
  },
  {
    when: 'each delivery is told',
    facts: identityFacts((facts) => (seenIn(facts.notifications).deliveryTopic = TOPIC)),
    says: { status: 'PASS', reason: 'DELIVERY_TOPIC', evidence: { deliveryTopic: TOPIC, inUse: true } },
  },
  {
    when: 'the notifications were denied',
    facts: identityFacts((facts) => (facts.notifications = UNSEEN)),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'the settings switch them off',
    facts: identityFacts((facts) => (facts.notifications = OFF)),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_PERMITTED_BY_SETTINGS' },
  },
  ...scopeCases(),
]);
