import type { TargetFacts } from '../facts/types.ts';
import { commandFix } from './fixes.ts';
import { say } from './say.ts';
import { targetCause } from './subjects.ts';
import { accountOf, notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control } from './types.ts';
import { unseenReasons, type UnseenTargetReason } from './unknowns.ts';

type Reason = 'SENDING_ENABLED' | 'SENDING_PAUSED' | NotReadReason | UnseenTargetReason;

export const acct03: Control<TargetFacts, Reason> = {
  id: 'ACCT-03',
  revision: 1,
  title: 'Sending is not paused',
  subject: 'target',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetAccount'],
  asserts: 'SES may send while there are identities.',
  why: 'While sending is paused, every send is refused; somebody paused it and may have forgotten.',
  evidence: 'Whether sending is enabled, the enforcement status, and how many identities are listed.',
  remedy:
    'Find out in CloudTrail who paused sending and why, then the command enables it. It does not undo a pause by AWS (ACCT-02).',
  sources: [
    'Amazon SES API v2: GetAccount, SendingEnabled',
    'Amazon SES API v2: PutAccountSendingAttributes',
    'Amazon SES developer guide: Automatically pausing email sending',
  ],
  reasons: {
    SENDING_ENABLED: { statuses: ['PASS'], means: 'SES may send.' },
    SENDING_PAUSED: { statuses: ['FAIL'], means: 'There are identities, but sending is paused.' },
    ...unseenReasons,
    ...notReadReasons,
  },
  judge(facts) {
    const early = notRead(acct03, facts);
    if (early) return [early];
    const account = accountOf(acct03, facts);
    if ('finding' in account) return [account.finding];
    const { sendingEnabled, enforcementStatus } = account.seen;
    const evidence = { sendingEnabled, enforcementStatus, identities: facts.listed };
    if (sendingEnabled) {
      return [
        say(acct03, { status: 'PASS', reason: 'SENDING_ENABLED', summary: 'Sending is enabled', evidence }),
      ];
    }
    return [
      say(acct03, {
        status: 'FAIL',
        reason: 'SENDING_PAUSED',
        summary: 'Sending is paused: SES refuses every message',
        evidence,
        fix: commandFix(
          facts,
          'Find out who paused sending and why (CloudTrail: PutAccountSendingAttributes), then enable it.',
          ['sesv2', 'put-account-sending-attributes', '--sending-enabled'],
        ),
        ...(enforcementStatus === 'SHUTDOWN' ? { cause: targetCause(facts, 'ACCT-02') } : {}),
      }),
    ];
  },
};
