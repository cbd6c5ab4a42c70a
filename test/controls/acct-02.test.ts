import { acct02 } from '../../lambda/controls/acct-02.ts';
import { seenAccount, targetFacts, UNSEEN } from './facts.ts';
import { describeControl } from './paired.ts';

const enforced = (status: string) => targetFacts((facts) => (seenAccount(facts).enforcementStatus = status));

describeControl(acct02, [
  { when: 'nothing is held against it', facts: targetFacts(), says: { status: 'PASS', reason: 'HEALTHY' } },
  {
    when: 'AWS has it under review',
    facts: enforced('PROBATION'),
    says: {
      status: 'FAIL',
      reason: 'PROBATION',
      severity: 'HIGH',
      reasonClass: 1,
      fixText: /Answer the case/,
    },
  },
  {
    when: 'AWS shut it down',
    facts: enforced('SHUTDOWN'),
    says: { status: 'FAIL', reason: 'SHUTDOWN', severity: 'CRITICAL', reasonClass: 2 },
  },
  {
    when: 'AWS shut it down and no identity is left',
    facts: targetFacts((facts) => {
      Object.assign(facts, { outcome: 'EMPTY', listed: 0 });
      seenAccount(facts).enforcementStatus = 'SHUTDOWN';
    }),
    says: { status: 'FAIL', reason: 'SHUTDOWN', severity: 'CRITICAL' },
  },
  {
    when: 'AWS gives a new word',
    facts: enforced('OBSERVED'),
    says: {
      status: 'UNKNOWN',
      reason: 'ENFORCEMENT_STATUS_UNKNOWN',
      evidence: { enforcementStatus: 'OBSERVED' },
    },
  },
  {
    when: 'GetAccount was denied',
    facts: targetFacts((facts) => (facts.account = UNSEEN)),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'the target is empty and was not asked',
    facts: targetFacts((facts) => {
      facts.outcome = 'EMPTY';
      delete facts.account;
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_IDENTITIES' },
  },
]);
