/** Whose DKIM records are judged, for every control on the records of an identity's own tokens. */
import type { OwnTokensReason } from '../../lambda/controls/dkim-scope.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import { identityFacts, subdomainFacts } from './facts.ts';
import type { Case } from './paired.ts';

export const NO_OWN_TOKENS: Case<IdentityFacts, OwnTokensReason>[] = [
  {
    when: 'a parent signs',
    facts: subdomainFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'INHERITED' },
  },
  {
    when: 'DKIM was never set up',
    facts: identityFacts((facts) => Object.assign(facts.ses.dkim, { status: 'NOT_STARTED', tokens: [] })),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_OWN_TOKENS' },
  },
];
