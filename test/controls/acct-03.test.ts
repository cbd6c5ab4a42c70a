import { acct03 } from '../../lambda/controls/acct-03.ts';
import { seenAccount, targetFacts, UNSEEN } from './facts.ts';
import { describeControl } from './paired.ts';

describeControl(acct03, [
  { when: 'SES may send', facts: targetFacts(), says: { status: 'PASS', reason: 'SENDING_ENABLED' } },
  {
    when: 'somebody paused it',
    facts: targetFacts((facts) => (seenAccount(facts).sendingEnabled = false)),
    says: {
      status: 'FAIL',
      reason: 'SENDING_PAUSED',
      severity: 'HIGH',
      command: 'aws sesv2 put-account-sending-attributes --sending-enabled --region eu-west-1',
      cause: null,
    },
  },
  {
    when: 'AWS shut it down: ACCT-02 is the cause',
    facts: targetFacts((facts) =>
      Object.assign(seenAccount(facts), { sendingEnabled: false, enforcementStatus: 'SHUTDOWN' }),
    ),
    says: {
      status: 'FAIL',
      reason: 'SENDING_PAUSED',
      severity: 'HIGH',
      cause: {
        controlId: 'ACCT-02',
        subject: { kind: 'target', accountId: '111111111111', region: 'eu-west-1' },
      },
    },
  },
  {
    when: 'it is paused and there is no identity',
    facts: targetFacts((facts) => {
      Object.assign(facts, { outcome: 'EMPTY', listed: 0 });
      seenAccount(facts).sendingEnabled = false;
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_IDENTITIES' },
  },
  {
    when: 'GetAccount was denied',
    facts: targetFacts((facts) => (facts.account = UNSEEN)),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
]);
