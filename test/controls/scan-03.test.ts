import { scan03 } from '../../lambda/controls/scan-03.ts';
import { targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';

const counts = (listed: number, judged: number, vanished = 0) =>
  targetFacts((facts) => Object.assign(facts, { listed, judged, vanished }));

describeControl(scan03, [
  { when: 'all were judged', facts: counts(1001, 1001), says: { status: 'PASS', reason: 'ALL_JUDGED' } },
  {
    when: 'one was deleted between listing and reading',
    facts: counts(10, 9, 1),
    says: { status: 'PASS', reason: 'ALL_JUDGED', evidence: { listed: 10, judged: 9, vanished: 1 } },
  },
  {
    when: 'only the first page was judged',
    facts: counts(1500, 1000),
    says: {
      status: 'FAIL',
      reason: 'IDENTITIES_NOT_JUDGED',
      severity: 'MEDIUM',
      summary: '500 of 1500 identities were not judged',
      cause: null,
    },
  },
  {
    when: 'reading broke off: SCAN-02 is the cause',
    facts: targetFacts((facts) => Object.assign(facts, { outcome: 'PARTIAL', listed: 10, judged: 4 })),
    says: {
      status: 'FAIL',
      reason: 'IDENTITIES_NOT_JUDGED',
      severity: 'MEDIUM',
      cause: {
        controlId: 'SCAN-02',
        subject: { kind: 'target', accountId: '111111111111', region: 'eu-west-1' },
      },
    },
  },
  {
    when: 'the listing itself failed',
    facts: targetFacts((facts) => delete facts.listed),
    says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
  },
  {
    when: 'there are none',
    facts: targetFacts((facts) => Object.assign(facts, { outcome: 'EMPTY', listed: 0, judged: 0 })),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_IDENTITIES' },
  },
  {
    when: 'access was denied',
    facts: targetFacts((facts) => (facts.outcome = 'ACCESS_DENIED')),
    says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
  },
  {
    when: 'the Region is off',
    facts: targetFacts((facts) => (facts.outcome = 'REGION_DISABLED')),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_COVERED' },
  },
]);
