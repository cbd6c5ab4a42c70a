import { evt03 } from '../../lambda/controls/evt-03.ts';
import { identityFacts, notificationFacts, OFF, seen, seenIn, UNSEEN } from './facts.ts';
import { describeControl } from './paired.ts';
import { scopeCases } from './settings-scope-cases.ts';

describeControl(evt03, [
  { when: 'topics alone', facts: identityFacts(), says: { status: 'PASS', reason: 'ONE_WAY' } },
  {
    when: 'e-mail alone',
    facts: identityFacts((facts) => (facts.notifications = seen({ forwarding: true }))),
    says: { status: 'PASS', reason: 'ONE_WAY' },
  },
  {
    when: 'both',
    facts: identityFacts((facts) => (seenIn(facts.notifications).forwarding = true)),
    says: { status: 'PASS', reason: 'TOLD_TWICE' },
  },
  {
    when: 'forwarding is off and complaints have no topic, which SES should not allow',
    facts: identityFacts((facts) => {
      facts.notifications = seen(notificationFacts((one) => delete one.complaintTopic));
    }),
    says: { status: 'PASS', reason: 'FORWARDING_OFF_WITHOUT_TOPIC' },
  },
  {
    when: 'the notifications were denied',
    facts: identityFacts((facts) => (facts.notifications = UNSEEN)),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'the notifications were never read',
    facts: identityFacts((facts) => delete facts.notifications),
    says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
  },
  {
    when: 'the settings switch them off',
    facts: identityFacts((facts) => (facts.notifications = OFF)),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_PERMITTED_BY_SETTINGS' },
  },
  ...scopeCases(),
]);
