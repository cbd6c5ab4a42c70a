import { acct01 } from '../../lambda/controls/acct-01.ts';
import { contextOf, seenAccount, targetFacts, UNSEEN } from './facts.ts';
import { describeControl } from './paired.ts';

const sandbox = () => targetFacts((facts) => (seenAccount(facts).productionAccess = false));

describeControl(acct01, [
  {
    when: 'SES has production access',
    facts: targetFacts(),
    says: { status: 'PASS', reason: 'PRODUCTION_ACCESS' },
  },
  {
    when: 'identities stand in the sandbox',
    facts: sandbox(),
    says: {
      status: 'WARN',
      reason: 'SANDBOX',
      severity: 'MEDIUM',
      command:
        'aws sesv2 put-account-details --production-access-enabled --mail-type TRANSACTIONAL --website-url https://www.example.com --region eu-west-1',
      fixText: /account 111111111111/,
    },
  },
  {
    when: 'the settings declare the account as production',
    facts: sandbox(),
    context: contextOf({ settings: { productionAccounts: ['111111111111'] } }),
    says: { status: 'FAIL', reason: 'SANDBOX_IN_PRODUCTION_ACCOUNT', severity: 'MEDIUM' },
  },
  {
    when: 'the review was refused',
    facts: targetFacts((facts) =>
      Object.assign(seenAccount(facts), { productionAccess: false, reviewStatus: 'DENIED' }),
    ),
    says: { status: 'WARN', reason: 'SANDBOX', severity: 'MEDIUM', summary: /\(review: DENIED\)/ },
  },
  {
    when: 'the sandbox holds no identity',
    facts: targetFacts((facts) => Object.assign(facts, { outcome: 'EMPTY', listed: 0 })),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_IDENTITIES' },
  },
  {
    when: 'GetAccount was denied',
    facts: targetFacts((facts) => (facts.account = UNSEEN)),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED', evidence: { detail: 'ses:GetAccount' } },
  },
  {
    when: 'GetAccount was not asked',
    facts: targetFacts((facts) => delete facts.account),
    says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
  },
]);
