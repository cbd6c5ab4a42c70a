import { ident04 } from '../../lambda/controls/ident-04.ts';
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
  withoutMailFrom,
} from './facts.ts';
import { describeControl } from './paired.ts';
import { maySendUnverified, scopeCases } from './settings-scope-cases.ts';

/** The address is verified beside its signing domain, with DKIM switched off. */
function unsigned(facts: IdentityFacts): void {
  facts.ses.dkim.signingEnabled = false;
  facts.effective.dkim = { kind: 'unsigned', by: facts.name };
}

/** Neither topics nor a default set: bounces go by e-mail at most. */
function untold(facts: IdentityFacts): void {
  facts.notifications = seen({ forwarding: true });
  delete facts.ses.configurationSet;
}

const lost = { status: 'FAIL', reason: 'DKIM_LOST', severity: 'HIGH', reasonClass: 1 } as const;

describeControl(ident04, [
  {
    when: 'the address has what its domain has',
    facts: addressFacts(),
    says: { status: 'PASS', reason: 'NOTHING_LOST', evidence: { parent: 'example.com', weaker: [] } },
  },
  {
    when: 'the subdomain has what its parent has',
    facts: subdomainFacts(),
    says: { status: 'PASS', reason: 'NOTHING_LOST' },
  },
  {
    when: 'mail of the address leaves unsigned although the domain signs',
    facts: addressFacts(unsigned),
    says: {
      ...lost,
      summary: 'sales@example.com lacks the DKIM signature of example.com above it',
      command:
        'aws sesv2 put-email-identity-dkim-attributes --email-identity sales@example.com --signing-enabled --region eu-west-1',
      cause: {
        controlId: 'DKIM-01',
        subject: { kind: 'identity', accountId: ACCOUNT, region: REGION, name: 'sales@example.com' },
      },
    },
  },
  {
    when: 'more than DKIM is lost',
    facts: subdomainFacts((facts) => {
      unsigned(facts);
      withoutMailFrom(facts);
      untold(facts);
    }),
    says: {
      ...lost,
      evidence: { weaker: ['DKIM', 'BOUNCE', 'COMPLAINT', 'MAIL_FROM', 'CONFIGURATION_SET'] },
    },
  },
  {
    when: 'the parent does not sign either',
    facts: addressFacts((facts) => {
      unsigned(facts);
      if (facts.parent) facts.parent.ses.dkim.signingEnabled = false;
      delete facts.parent?.signer;
    }),
    says: { status: 'PASS', reason: 'NOTHING_LOST' },
  },
  {
    when: 'the parent, which has no keys of its own, is signed for by the one above it',
    facts: subdomainFacts((facts) => {
      unsigned(facts);
      if (facts.parent) Object.assign(facts.parent.ses.dkim, { status: 'NOT_STARTED', tokens: [] });
    }),
    says: {
      ...lost,
      cause: {
        controlId: 'DKIM-01',
        subject: { kind: 'identity', accountId: ACCOUNT, region: REGION, name: 'news.example.com' },
      },
    },
  },
  {
    when: 'it may send unverified, and all is as in its parent: nothing is lost either way',
    facts: subdomainFacts(maySendUnverified),
    says: { status: 'PASS', reason: 'NOTHING_LOST' },
  },
  {
    when: 'it may send unverified, and its MAIL FROM is not its parent’s',
    facts: subdomainFacts((facts) => {
      maySendUnverified(facts);
      facts.effective.undecided = { between: ['news.example.com', 'example.com'], differs: ['mailFrom'] };
    }),
    says: { status: 'UNKNOWN', reason: 'SETTINGS_UNDECIDED' },
  },
  {
    when: 'nobody is told of its bounces and complaints',
    facts: addressFacts((facts) => {
      untold(facts);
      delete facts.parent?.ses.configurationSet;
    }),
    says: {
      status: 'WARN',
      reason: 'FEEDBACK_LOST',
      severity: 'MEDIUM',
      summary:
        'sales@example.com lacks the notice of bounces and the notice of complaints of example.com above it',
      command: `aws ses set-identity-notification-topic --identity sales@example.com --notification-type Bounce --sns-topic ${TOPIC} --region eu-west-1`,
      cause: null,
    },
  },
  {
    when: 'it has another way for feedback than the parent',
    facts: addressFacts((facts) => (facts.notifications = seen({ forwarding: true }))),
    says: { status: 'PASS', reason: 'NOTHING_LOST' },
  },
  {
    when: 'it has no custom MAIL FROM',
    facts: subdomainFacts(withoutMailFrom),
    says: {
      status: 'WARN',
      reason: 'MAIL_FROM_LOST',
      severity: 'MEDIUM',
      command:
        'aws sesv2 put-email-identity-mail-from-attributes --email-identity news.example.com --mail-from-domain bounce.example.com --behavior-on-mx-failure USE_DEFAULT_VALUE --region eu-west-1',
    },
  },
  {
    when: 'it has no default configuration set',
    facts: subdomainFacts((facts) => delete facts.ses.configurationSet),
    says: {
      status: 'WARN',
      reason: 'CONFIGURATION_SET_LOST',
      severity: 'MEDIUM',
      command:
        'aws sesv2 put-email-identity-configuration-set-attributes --email-identity news.example.com --configuration-set-name main --region eu-west-1',
    },
  },
  {
    when: 'it has another default configuration set: other is not weaker',
    facts: subdomainFacts((facts) => (facts.ses.configurationSet = 'news')),
    says: { status: 'PASS', reason: 'NOTHING_LOST' },
  },
  {
    when: 'who signs is not proven',
    facts: addressFacts((facts) => {
      facts.effective.dkim = { kind: 'unproven', detail: 'why' };
      withoutMailFrom(facts);
    }),
    says: { status: 'UNKNOWN', reason: 'DKIM_UNPROVEN', evidence: { weaker: ['MAIL_FROM'] } },
  },
  {
    when: 'the notifications are not known, and nothing else is weaker',
    facts: addressFacts((facts) => {
      untold(facts);
      facts.notifications = UNSEEN;
      delete facts.parent?.ses.configurationSet;
    }),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED', evidence: { notCompared: ['BOUNCE', 'COMPLAINT'] } },
  },
  {
    when: 'the notifications are not known, and the MAIL FROM is lost: a warning either way',
    facts: addressFacts((facts) => {
      untold(facts);
      withoutMailFrom(facts);
      facts.notifications = UNSEEN;
      delete facts.parent?.ses.configurationSet;
    }),
    says: { status: 'WARN', reason: 'MAIL_FROM_LOST', severity: 'MEDIUM' },
  },
  {
    when: 'the settings switch notifications off: the rest is compared',
    facts: addressFacts((facts) => {
      untold(facts);
      facts.notifications = OFF;
      delete facts.parent?.ses.configurationSet;
    }),
    says: { status: 'PASS', reason: 'NOTHING_LOST', evidence: { notCompared: ['BOUNCE', 'COMPLAINT'] } },
  },
  {
    when: 'its default configuration set was not read',
    facts: addressFacts((facts) => {
      untold(facts);
      facts.ses.configurationSet = 'unread';
      seenIn(facts.configurationSets).listed = 300;
    }),
    says: { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE' },
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
