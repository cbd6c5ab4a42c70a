import { ident08 } from '../../lambda/controls/ident-08.ts';
import { identityFacts, OFF, seen, setsFacts, subdomainFacts, UNSEEN } from './facts.ts';
import { describeControl } from './paired.ts';
import { maySendUnverified, scopeCases } from './settings-scope-cases.ts';

describeControl(ident08, [
  {
    when: 'the default set exists',
    facts: identityFacts(),
    says: { status: 'PASS', reason: 'DEFAULT_SET_ASSIGNED', evidence: { configurationSet: 'main' } },
  },
  {
    when: 'none is assigned',
    facts: identityFacts((facts) => delete facts.ses.configurationSet),
    says: {
      status: 'WARN',
      reason: 'NO_DEFAULT_SET',
      severity: 'LOW',
      command:
        'aws sesv2 put-email-identity-configuration-set-attributes --email-identity example.com --configuration-set-name my-configuration-set --region eu-west-1',
    },
  },
  {
    when: 'none is assigned, whatever sets there are',
    facts: identityFacts((facts) => {
      delete facts.ses.configurationSet;
      facts.configurationSets = UNSEEN;
    }),
    says: { status: 'WARN', reason: 'NO_DEFAULT_SET', severity: 'LOW' },
  },
  {
    when: 'the default set was deleted',
    facts: identityFacts((facts) => (facts.configurationSets = seen({ ...setsFacts(), missing: ['main'] }))),
    says: {
      status: 'FAIL',
      reason: 'DEFAULT_SET_MISSING',
      severity: 'LOW',
      command: 'aws sesv2 create-configuration-set --configuration-set-name main --region eu-west-1',
    },
  },
  {
    when: 'the default set was not read',
    facts: identityFacts((facts) => (facts.configurationSets = seen({ sets: [], listed: 9, missing: [] }))),
    says: { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE' },
  },
  {
    when: 'the sets were denied',
    facts: identityFacts((facts) => (facts.configurationSets = UNSEEN)),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'the settings switch the sets off',
    facts: identityFacts((facts) => (facts.configurationSets = OFF)),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_PERMITTED_BY_SETTINGS' },
  },
  {
    when: 'it may send although it is not verified, and neither it nor its verified parent has one',
    facts: subdomainFacts((facts) => {
      maySendUnverified(facts);
      delete facts.ses.configurationSet;
      delete facts.parent?.ses.configurationSet;
    }),
    says: { status: 'WARN', reason: 'NO_DEFAULT_SET', severity: 'LOW' },
  },
  {
    when: 'the same with the read of notifications switched off, which both lack alike',
    facts: subdomainFacts((facts) => {
      maySendUnverified(facts);
      facts.notifications = OFF;
      if (facts.parent) facts.parent.notifications = OFF;
    }),
    says: { status: 'PASS', reason: 'DEFAULT_SET_ASSIGNED' },
  },
  ...scopeCases(),
]);
