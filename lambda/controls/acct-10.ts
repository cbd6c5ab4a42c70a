import type { TargetFacts } from '../facts/types.ts';
import { SUPPRESSION_REASONS } from './cs-04.ts';
import { commandFix } from './fixes.ts';
import { say } from './say.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control } from './types.ts';
import { unseenReason, unseenReasons, type UnseenTargetReason } from './unknowns.ts';

type Reason =
  'SUPPRESSES_BOTH' | 'SUPPRESSION_PARTIAL' | 'SUPPRESSION_OFF' | NotReadReason | UnseenTargetReason;

export const acct10: Control<TargetFacts, Reason> = {
  id: 'ACCT-10',
  revision: 1,
  title: 'The account’s suppression list is on',
  subject: 'target',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetAccount'],
  asserts: 'SES suppresses further mail to addresses that bounced or complained.',
  why: 'Without it every further message to a dead address or a complainer counts against the account again. Accounts from before 25 November 2019 began without it.',
  evidence: 'The reasons for which addresses are suppressed.',
  remedy: 'Switches suppression on for bounces and complaints.',
  sources: [
    'Amazon SES developer guide: Using the Amazon SES account-level suppression list',
    'Amazon SES API v2: PutAccountSuppressionAttributes',
  ],
  reasons: {
    SUPPRESSES_BOTH: { statuses: ['PASS'], means: 'Bounces and complaints are suppressed.' },
    SUPPRESSION_PARTIAL: { statuses: ['WARN'], means: 'Only one of bounces and complaints is suppressed.' },
    SUPPRESSION_OFF: { statuses: ['FAIL'], means: 'Nothing is suppressed.' },
    ...unseenReasons,
    ...notReadReasons,
  },
  judge(facts) {
    const early = notRead<Reason>(acct10, facts);
    if (early) return [early];
    const { suppressedReasons: read } = facts;
    if (read?.kind !== 'seen') {
      const reason = unseenReason(read) ?? 'TARGET_UNSEEN';
      const summary = 'Not judged: the account settings of SES could not be read';
      return [say(acct10, { status: 'UNKNOWN', reason, summary, evidence: { detail: read?.detail } })];
    }
    const evidence = { suppressedReasons: read.value };
    const lacking = SUPPRESSION_REASONS.filter((reason) => !read.value.includes(reason));
    if (lacking.length === 0) {
      const summary = 'Addresses are suppressed after bounces and complaints';
      return [say(acct10, { status: 'PASS', reason: 'SUPPRESSES_BOTH', summary, evidence })];
    }
    const off = lacking.length === SUPPRESSION_REASONS.length;
    return [
      say(acct10, {
        status: off ? 'FAIL' : 'WARN',
        reason: off ? 'SUPPRESSION_OFF' : 'SUPPRESSION_PARTIAL',
        summary: off
          ? 'The suppression list of the account is off'
          : `The account does not suppress after ${lacking.join('')}`,
        evidence,
        fix: commandFix(facts, 'Suppress after bounces and complaints.', [
          'sesv2',
          'put-account-suppression-attributes',
          '--suppressed-reasons',
          ...SUPPRESSION_REASONS,
        ]),
      }),
    ];
  },
};
