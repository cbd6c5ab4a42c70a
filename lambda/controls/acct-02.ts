import type { TargetFacts } from '../facts/types.ts';
import { commandFix } from './fixes.ts';
import { say } from './say.ts';
import { accountOf, notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control } from './types.ts';
import { unseenReasons, type UnseenTargetReason } from './unknowns.ts';

type Reason =
  'HEALTHY' | 'PROBATION' | 'SHUTDOWN' | 'ENFORCEMENT_STATUS_UNKNOWN' | NotReadReason | UnseenTargetReason;

export const acct02: Control<TargetFacts, Reason> = {
  id: 'ACCT-02',
  revision: 1,
  title: 'SES is not under review or shut down',
  subject: 'target',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetAccount'],
  asserts: 'The enforcement status of SES in this Region is HEALTHY.',
  why: 'Under review, AWS may pause sending at any time; shut down, no mail leaves at all.',
  evidence: 'The enforcement status as SES gives it.',
  remedy:
    'Advice: answer the case that AWS Support opened. The command shows the status; no setting of yours changes it.',
  sources: [
    'Amazon SES API v2: GetAccount, EnforcementStatus',
    'Amazon SES developer guide: Amazon SES sending review process FAQs',
  ],
  reasons: {
    HEALTHY: { statuses: ['PASS'], means: 'Nothing is held against the account.' },
    PROBATION: { statuses: ['FAIL'], class: 1, means: 'The account is under review.' },
    SHUTDOWN: { statuses: ['FAIL'], severity: 'CRITICAL', class: 2, means: 'AWS stopped sending.' },
    ENFORCEMENT_STATUS_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'AWS gave a status that this software does not know.',
    },
    ...unseenReasons,
    ...notReadReasons,
  },
  judge(facts) {
    // An enforcement stands whether or not identities are left.
    const early = facts.account === undefined ? notRead(acct02, facts) : undefined;
    if (early) return [early];
    const account = accountOf(acct02, facts);
    if ('finding' in account) return [account.finding];
    const enforcementStatus = account.seen.enforcementStatus;
    const evidence = { enforcementStatus };
    const fix = commandFix(facts, 'Answer the case that AWS Support opened about sending from this Region.', [
      'sesv2',
      'get-account',
    ]);
    switch (enforcementStatus) {
      case 'HEALTHY':
        return [say(acct02, { status: 'PASS', reason: 'HEALTHY', summary: 'SES is healthy', evidence })];
      case 'PROBATION': {
        const summary = 'AWS has SES under review here: it may pause sending';
        return [say(acct02, { status: 'FAIL', reason: 'PROBATION', summary, evidence, fix })];
      }
      case 'SHUTDOWN': {
        const summary = 'AWS has shut sending down here: no mail leaves';
        return [say(acct02, { status: 'FAIL', reason: 'SHUTDOWN', summary, evidence, fix })];
      }
      default: {
        const summary = `Not judged: AWS gave the enforcement status "${enforcementStatus}"`;
        return [say(acct02, { status: 'UNKNOWN', reason: 'ENFORCEMENT_STATUS_UNKNOWN', summary, evidence })];
      }
    }
  },
};
