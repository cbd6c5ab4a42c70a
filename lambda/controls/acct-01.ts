import type { TargetFacts } from '../facts/types.ts';
import { commandFix } from './fixes.ts';
import { say } from './say.ts';
import { accountOf, notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control } from './types.ts';
import { unseenReasons, type UnseenTargetReason } from './unknowns.ts';

type Reason =
  'PRODUCTION_ACCESS' | 'SANDBOX' | 'SANDBOX_IN_PRODUCTION_ACCOUNT' | NotReadReason | UnseenTargetReason;

export const acct01: Control<TargetFacts, Reason> = {
  id: 'ACCT-01',
  revision: 1,
  title: 'SES has production access',
  subject: 'target',
  tier: 1,
  severity: 'MEDIUM',
  reads: ['ses:GetAccount'],
  asserts: 'SES in this Region is out of the sandbox.',
  why: 'In the sandbox only verified recipients and the mailbox simulator can be reached, 200 messages a day, 1 a second.',
  evidence:
    'Whether there is production access, how the request for it stands (reviewStatus), and how many identities are listed.',
  remedy:
    'The command that requests production access for the Region; mail type and web site are yours to fill in, and AWS decides.',
  sources: [
    'Amazon SES API v2: GetAccount',
    'Amazon SES developer guide: Request production access (moving out of the sandbox)',
  ],
  reasons: {
    PRODUCTION_ACCESS: { statuses: ['PASS'], means: 'SES may send to everybody.' },
    SANDBOX: { statuses: ['WARN'], means: 'There are identities, but SES is in the sandbox.' },
    SANDBOX_IN_PRODUCTION_ACCOUNT: {
      statuses: ['FAIL'],
      means: 'The settings declare the account as production, but SES is in the sandbox.',
    },
    ...unseenReasons,
    ...notReadReasons,
  },
  judge(facts, context) {
    const early = notRead(acct01, facts);
    if (early) return [early];
    const { accountId, listed } = facts;
    const account = accountOf(acct01, facts);
    if ('finding' in account) return [account.finding];
    const { productionAccess, reviewStatus } = account.seen;
    const evidence = { productionAccess, reviewStatus, identities: listed };
    if (productionAccess) {
      const summary = 'SES has production access';
      return [say(acct01, { status: 'PASS', reason: 'PRODUCTION_ACCESS', summary, evidence })];
    }
    const declared = context.settings.productionAccounts.includes(accountId);
    const review = reviewStatus ? ` (review: ${reviewStatus})` : '';
    return [
      say(acct01, {
        status: declared ? 'FAIL' : 'WARN',
        reason: declared ? 'SANDBOX_IN_PRODUCTION_ACCOUNT' : 'SANDBOX',
        summary: `SES is in the sandbox${review}: only verified recipients can be reached, 200 messages a day`,
        evidence,
        fix: commandFix(
          facts,
          'Request production access for this Region; put your mail type and web site into the command.',
          [
            'sesv2',
            'put-account-details',
            '--production-access-enabled',
            '--mail-type',
            'TRANSACTIONAL',
            '--website-url',
            'https://www.example.com',
          ],
        ),
      }),
    ];
  },
};
