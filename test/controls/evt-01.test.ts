import { evt01 } from '../../lambda/controls/evt-01.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import { configurationSet, identityFacts, OFF, seen, seenIn, setsFacts, TOPIC, UNSEEN } from './facts.ts';
import { describeControl } from './paired.ts';
import { scopeCases } from './settings-scope-cases.ts';

/** Told by e-mail alone: no topic, no set that publishes. */
function byMail(change?: (facts: IdentityFacts) => void): IdentityFacts {
  return identityFacts((facts) => {
    facts.notifications = seen({ forwarding: true });
    facts.configurationSets = seen(setsFacts(configurationSet((set) => (set.destinations = []))));
    change?.(facts);
  });
}

const withoutTopics = (facts: IdentityFacts): void => {
  facts.notifications = seen({ forwarding: true });
};

const fix = {
  command:
    'aws ses set-identity-notification-topic --identity example.com --notification-type Bounce --sns-topic arn:aws:sns:eu-west-1:111111111111:ses-feedback --region eu-west-1',
};

describeControl(evt01, [
  {
    when: 'the identity has a topic',
    facts: identityFacts(),
    says: { status: 'PASS', reason: 'OWN_TOPIC', evidence: { topic: TOPIC } },
  },
  {
    when: 'its default configuration set publishes bounces',
    facts: identityFacts(withoutTopics),
    says: { status: 'PASS', reason: 'DEFAULT_SET', evidence: { defaultSetPublishes: 'main/feedback' } },
  },
  {
    when: 'a set publishes bounces that is not the default',
    facts: identityFacts((facts) => {
      withoutTopics(facts);
      delete facts.ses.configurationSet;
    }),
    says: { status: 'PASS', reason: 'RELIES_ON_SENDER', evidence: { otherSet: 'main/feedback' } },
  },
  {
    when: 'bounces are told by e-mail only',
    facts: byMail(),
    says: { status: 'WARN', reason: 'FORWARDING_ONLY', severity: 'LOW', ...fix },
  },
  {
    when: 'the destination for bounces is switched off',
    facts: identityFacts((facts) => {
      withoutTopics(facts);
      seenIn(facts.configurationSets).sets[0]?.destinations.forEach((one) => (one.enabled = false));
    }),
    says: { status: 'WARN', reason: 'FORWARDING_ONLY', severity: 'LOW' },
  },
  {
    when: 'the destination publishes complaints only',
    facts: identityFacts((facts) => {
      withoutTopics(facts);
      seenIn(facts.configurationSets).sets[0]?.destinations.forEach((one) => (one.types = ['COMPLAINT']));
    }),
    says: { status: 'WARN', reason: 'FORWARDING_ONLY', severity: 'LOW' },
  },
  {
    when: 'the default set was deleted',
    facts: identityFacts((facts) => {
      withoutTopics(facts);
      facts.configurationSets = seen({ sets: [], listed: 0, missing: ['main'] });
    }),
    says: { status: 'WARN', reason: 'FORWARDING_ONLY', severity: 'LOW' },
  },
  {
    when: 'bounces are told by e-mail only, and the From domain receives none',
    facts: byMail((facts) => (facts.fromReceives = false)),
    says: { status: 'WARN', reason: 'FORWARDING_UNDELIVERABLE', severity: 'MEDIUM', ...fix },
  },
  {
    when: 'whether the From domain receives mail is not known: a warning either way',
    facts: byMail((facts) => (facts.fromReceives = 'unknown')),
    says: { status: 'WARN', reason: 'FORWARDING_ONLY', severity: 'LOW' },
  },
  {
    when: 'nobody is told',
    facts: byMail((facts) => (seenIn(facts.notifications).forwarding = false)),
    says: { status: 'FAIL', reason: 'NO_FEEDBACK', severity: 'HIGH', reasonClass: 2, ...fix },
  },
  {
    when: 'the configuration sets could not be read, but there is a topic',
    facts: identityFacts((facts) => (facts.configurationSets = UNSEEN)),
    says: { status: 'PASS', reason: 'OWN_TOPIC' },
  },
  {
    when: 'the notifications could not be read, but the default set publishes',
    facts: identityFacts((facts) => (facts.notifications = UNSEEN)),
    says: { status: 'PASS', reason: 'DEFAULT_SET' },
  },
  {
    when: 'the notifications could not be read, and no set publishes',
    facts: byMail((facts) => (facts.notifications = UNSEEN)),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'the notifications were never read, and no set publishes',
    facts: byMail((facts) => delete facts.notifications),
    says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
  },
  {
    when: 'the configuration sets could not be read, and there is no topic',
    facts: byMail((facts) => (facts.configurationSets = UNSEEN)),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'only some sets were read, and none of these publishes',
    facts: byMail((facts) => (seenIn(facts.configurationSets).listed = 200)),
    says: { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE' },
  },
  {
    when: 'the settings switch both reads off',
    facts: identityFacts((facts) => Object.assign(facts, { notifications: OFF, configurationSets: OFF })),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_PERMITTED_BY_SETTINGS' },
  },
  {
    when: 'the settings switch one read off, and the other failed',
    facts: identityFacts((facts) => Object.assign(facts, { notifications: OFF, configurationSets: UNSEEN })),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'the identity is not verified and may send all the same: its own settings count',
    facts: identityFacts((facts) => {
      facts.ses.verificationStatus = 'TEMPORARY_FAILURE';
      delete facts.effective.winner;
    }),
    says: { status: 'PASS', reason: 'OWN_TOPIC' },
  },
  ...scopeCases(),
]);
