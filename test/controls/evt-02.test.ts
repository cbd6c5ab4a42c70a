import { evt02 } from '../../lambda/controls/evt-02.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import { configurationSet, identityFacts, OFF, seen, seenIn, setsFacts, TOPIC, UNSEEN } from './facts.ts';
import { describeControl } from './paired.ts';
import { scopeCases } from './settings-scope-cases.ts';

/** As a tutorial leaves it: bounces go to a topic, complaints to the mailbox. */
function bouncesOnly(change?: (facts: IdentityFacts) => void): IdentityFacts {
  return identityFacts((facts) => {
    facts.notifications = seen({ bounceTopic: TOPIC, forwarding: true });
    facts.configurationSets = seen(
      setsFacts(configurationSet((set) => set.destinations.forEach((one) => (one.types = ['BOUNCE'])))),
    );
    change?.(facts);
  });
}

describeControl(evt02, [
  { when: 'the identity has a topic', facts: identityFacts(), says: { status: 'PASS', reason: 'OWN_TOPIC' } },
  {
    when: 'its default configuration set publishes complaints',
    facts: identityFacts((facts) => delete seenIn(facts.notifications).complaintTopic),
    says: { status: 'PASS', reason: 'DEFAULT_SET' },
  },
  {
    when: 'a set publishes complaints that is not the default',
    facts: identityFacts((facts) => {
      delete seenIn(facts.notifications).complaintTopic;
      delete facts.ses.configurationSet;
    }),
    says: { status: 'PASS', reason: 'RELIES_ON_SENDER' },
  },
  {
    when: 'only bounces are wired',
    facts: bouncesOnly(),
    says: {
      status: 'WARN',
      reason: 'FORWARDING_ONLY',
      severity: 'LOW',
      command:
        'aws ses set-identity-notification-topic --identity example.com --notification-type Complaint --sns-topic arn:aws:sns:eu-west-1:111111111111:ses-feedback --region eu-west-1',
    },
  },
  {
    when: 'only bounces are wired, and the From domain receives no mail',
    facts: bouncesOnly((facts) => (facts.fromReceives = false)),
    says: { status: 'WARN', reason: 'FORWARDING_UNDELIVERABLE', severity: 'MEDIUM' },
  },
  {
    when: 'nobody is told',
    facts: bouncesOnly((facts) => (seenIn(facts.notifications).forwarding = false)),
    says: { status: 'FAIL', reason: 'NO_FEEDBACK', severity: 'HIGH' },
  },
  {
    when: 'only some sets were read',
    facts: bouncesOnly((facts) => (seenIn(facts.configurationSets).listed = 200)),
    says: { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE' },
  },
  {
    when: 'the notifications could not be read, and no set publishes complaints',
    facts: bouncesOnly((facts) => (facts.notifications = UNSEEN)),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'the settings switch the notifications off, and no set publishes complaints',
    facts: bouncesOnly((facts) => (facts.notifications = OFF)),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_PERMITTED_BY_SETTINGS' },
  },
  ...scopeCases(),
]);
