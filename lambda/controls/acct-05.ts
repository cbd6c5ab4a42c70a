import type { TargetFacts } from '../facts/types.ts';
import { say } from './say.ts';
import { accountOf, notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control } from './types.ts';
import { unseenReasons, type UnseenTargetReason } from './unknowns.ts';

type Reason = 'SANDBOX_LIMITS' | 'NOT_IN_SANDBOX' | NotReadReason | UnseenTargetReason;

const MAX_RECIPIENTS = 20;

export const acct05: Control<TargetFacts, Reason> = {
  id: 'ACCT-05',
  revision: 1,
  title: 'What the sandbox allows',
  subject: 'target',
  tier: 2,
  severity: 'INFO',
  reads: ['ses:GetAccount', 'ses:ListEmailIdentities'],
  asserts:
    'Notes, in the sandbox, who can be reached: verified addresses, addresses of verified domains, and the mailbox simulator.',
  why: 'In the sandbox SES sends 200 messages a day and 1 a second, to verified recipients and the mailbox simulator only, and refuses bulk calls on the suppression list.',
  evidence: 'Counts, and the first 20 addresses that may be recipients.',
  remedy: 'none',
  sources: [
    'Amazon SES developer guide: Request production access (moving out of the sandbox)',
    'Amazon SES developer guide: Using the mailbox simulator',
  ],
  reasons: {
    SANDBOX_LIMITS: {
      statuses: ['PASS'],
      means: 'SES is in the sandbox; ACCT-01 judges whether it should be.',
    },
    NOT_IN_SANDBOX: { statuses: ['NOT_APPLICABLE'], means: 'SES has production access.' },
    ...unseenReasons,
    ...notReadReasons,
  },
  judge(facts) {
    const early = notRead<Reason>(acct05, facts);
    if (early) return [early];
    const account = accountOf<Reason>(acct05, facts);
    if ('finding' in account) return [account.finding];
    const { productionAccess, max24HourSend, maxSendRate } = account.seen;
    if (productionAccess) {
      const summary = 'SES has production access';
      return [say(acct05, { status: 'NOT_APPLICABLE', reason: 'NOT_IN_SANDBOX', summary })];
    }
    const identities = facts.identities ?? [];
    const addresses = identities.filter((one) => one.type === 'EMAIL_ADDRESS' && one.verified !== false);
    const domains = identities.filter((one) => one.type === 'DOMAIN' && one.verified !== false);
    const evidence = {
      max24HourSend,
      maxSendRate,
      addresses: addresses.length,
      domains: domains.length,
      recipients: addresses.slice(0, MAX_RECIPIENTS).map(({ name }) => name),
    };
    const summary = `In the sandbox only ${addresses.length} verified addresses, those of ${domains.length} verified domains, and the mailbox simulator can be reached; ${max24HourSend} messages a day, ${maxSendRate} a second, and no bulk calls on the suppression list`;
    return [say(acct05, { status: 'PASS', reason: 'SANDBOX_LIMITS', summary, evidence })];
  },
};
