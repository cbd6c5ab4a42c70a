import { evt07 } from '../../lambda/controls/evt-07.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import {
  ACCOUNT,
  addressFacts,
  identityFacts,
  OFF,
  REGION,
  seen,
  seenIn,
  subdomainFacts,
  TOPIC,
  UNSEEN,
} from './facts.ts';
import { describeControl } from './paired.ts';
import { scopeCases } from './settings-scope-cases.ts';

/** The parent has topics, this identity has none; nobody has a default set. */
function shadowing(change?: (facts: IdentityFacts) => void): IdentityFacts {
  return addressFacts((facts) => {
    facts.notifications = seen({ forwarding: true });
    delete facts.ses.configurationSet;
    delete facts.parent?.ses.configurationSet;
    change?.(facts);
  });
}

describeControl(evt07, [
  {
    when: 'the topics are the same',
    facts: addressFacts(),
    says: { status: 'PASS', reason: 'FEEDBACK_KEPT' },
  },
  {
    when: 'the parent is not told either',
    facts: shadowing((facts) => {
      if (facts.parent) facts.parent.notifications = seen({ forwarding: true });
    }),
    says: { status: 'PASS', reason: 'FEEDBACK_KEPT' },
  },
  {
    when: 'the domain’s topics do not apply to the address',
    facts: shadowing(),
    says: {
      status: 'WARN',
      reason: 'FEEDBACK_SHADOWED',
      severity: 'MEDIUM',
      summary:
        'Nobody is told of bounces and complaints of sales@example.com, though those of example.com are told',
      command: `aws ses set-identity-notification-topic --identity sales@example.com --notification-type Bounce --sns-topic ${TOPIC} --region eu-west-1`,
      cause: {
        controlId: 'IDENT-04',
        subject: { kind: 'identity', accountId: ACCOUNT, region: REGION, name: 'sales@example.com' },
      },
    },
  },
  {
    when: 'the domain’s default set does not apply to the subdomain',
    facts: subdomainFacts((facts) => {
      facts.notifications = seen({ bounceTopic: TOPIC, forwarding: true });
      delete facts.ses.configurationSet;
      if (facts.parent) facts.parent.notifications = seen({ forwarding: true });
    }),
    says: {
      status: 'WARN',
      reason: 'FEEDBACK_SHADOWED',
      severity: 'MEDIUM',
      evidence: { lost: ['COMPLAINT'] },
    },
  },
  {
    when: 'who signs is not proven, which is none of its business',
    facts: addressFacts((facts) => (facts.effective.dkim = { kind: 'unproven', detail: 'why' })),
    says: { status: 'PASS', reason: 'FEEDBACK_KEPT' },
  },
  {
    when: 'the notifications of the identity are not known',
    facts: shadowing((facts) => (facts.notifications = UNSEEN)),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'the notifications of the parent are not known',
    facts: shadowing((facts) => delete facts.parent?.notifications),
    says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
  },
  {
    when: 'its default configuration set was not read',
    facts: shadowing((facts) => {
      facts.ses.configurationSet = 'unread';
      seenIn(facts.configurationSets).listed = 300;
    }),
    says: { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE' },
  },
  {
    when: 'the settings switch notifications off',
    facts: shadowing((facts) => (facts.notifications = OFF)),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_PERMITTED_BY_SETTINGS' },
  },
  {
    when: 'nothing verified stands above',
    facts: identityFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_PARENT_IDENTITY' },
  },
  {
    when: 'the domain above the address could not be read',
    facts: addressFacts((facts) => delete facts.parent),
    says: { status: 'UNKNOWN', reason: 'PARENT_UNSEEN' },
  },
  ...scopeCases(),
]);
