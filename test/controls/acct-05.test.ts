import { acct05 } from '../../lambda/controls/acct-05.ts';
import { seenAccount, targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { unseenCases } from './target-cases.ts';

describeControl(acct05, [
  {
    when: 'SES has production access',
    facts: targetFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_IN_SANDBOX' },
  },
  {
    when: 'in the sandbox the verified addresses are listed',
    facts: targetFacts((facts) => {
      seenAccount(facts).productionAccess = false;
      facts.identities?.push({
        name: 'unverified@example.org',
        type: 'EMAIL_ADDRESS',
        domain: 'example.org',
        verified: false,
      });
    }),
    says: {
      status: 'PASS',
      reason: 'SANDBOX_LIMITS',
      evidence: { addresses: 1, domains: 1, recipients: ['sales@example.com'] },
    },
  },
  ...unseenCases('account'),
]);
