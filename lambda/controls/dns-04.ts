import type { DomainFacts, IdentitySummary } from '../facts/types.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { say } from './say.ts';
import type { Control, Finding } from './types.ts';
import { dnsReasons, dnsUnknown, unknownDns, type DnsReason } from './unknowns.ts';

type Reason =
  | 'NO_LEGACY_VERIFICATION'
  | 'LEGACY_VERIFICATION_STALE'
  | 'LEGACY_VERIFICATION_IN_USE'
  | 'IDENTITIES_UNKNOWN'
  | FromScopeReason
  | DnsReason;

export const dns04: Control<DomainFacts, Reason> = {
  id: 'DNS-04',
  revision: 1,
  title: 'SES’s verification record of old',
  subject: 'domain',
  tier: 2,
  severity: 'INFO',
  asserts:
    'Nothing but what stands there: whether the TXT at _amazonses is still there, and whether any identity can need it.',
  why: 'SES verifies domains by DKIM today; the TXT is a leftover, but may be the only proof of an identity elsewhere.',
  evidence: 'The TXT at _amazonses, and the identities of the domain with their DKIM status.',
  remedy: 'none',
  sources: ['Amazon SES developer guide: Creating and verifying identities in Amazon SES'],
  reasons: {
    NO_LEGACY_VERIFICATION: { statuses: ['PASS'], means: 'No such TXT stands there.' },
    LEGACY_VERIFICATION_STALE: {
      statuses: ['PASS'],
      means: 'It stands there, and every identity of the domain in every target is verified by DKIM.',
    },
    LEGACY_VERIFICATION_IN_USE: {
      statuses: ['NOT_APPLICABLE'],
      means:
        'It stands there, and may be the only proof of an identity: not every one is verified by DKIM, or not every target was seen.',
    },
    IDENTITIES_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'It stands there, and the identities of the domain were not gathered.',
    },
    ...fromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = fromScope(dns04, facts, context, ['FROM']);
    if ('finding' in scope) return [scope.finding];
    const { legacyVerification } = scope.from;
    const node = `_amazonses.${facts.name}`;
    const because = unknownDns(legacyVerification);
    if (because !== undefined) return [dnsUnknown(dns04, because, `the TXT of ${node}`)];
    if (legacyVerification?.kind !== 'found') {
      const summary = `No TXT stands at ${node}`;
      return [say(dns04, { status: 'PASS', reason: 'NO_LEGACY_VERIFICATION', summary })];
    }
    return [judgeLeftover(facts, node, legacyVerification.records)];
  },
};

function judgeLeftover(facts: DomainFacts, node: string, records: string[]): Finding<Reason> {
  const { identities, coverageComplete } = facts;
  if (identities === undefined || coverageComplete === undefined) {
    const summary = `Not judged: a TXT stands at ${node}, and which identities may need it is not known`;
    return say(dns04, { status: 'UNKNOWN', reason: 'IDENTITIES_UNKNOWN', summary, evidence: { records } });
  }
  const own = identities.filter((one) => isOwn(one, facts.name));
  const proven = own.filter(({ dkim }) => dkim.status === 'SUCCESS');
  const evidence = {
    records,
    identities: own.map(({ accountId, region, dkim }) => `${accountId} ${region}: DKIM ${dkim.status}`),
    coverageComplete,
    unread: facts.identitiesUnread ?? 0,
  };
  const complete = coverageComplete && (facts.identitiesUnread ?? 0) === 0;
  if (complete && own.length > 0 && proven.length === own.length) {
    const summary = `The TXT at ${node} is a leftover: every identity of ${facts.name} is verified by DKIM, so it may go`;
    return say(dns04, { status: 'PASS', reason: 'LEGACY_VERIFICATION_STALE', summary, evidence });
  }
  const summary = `The TXT at ${node} may be the only proof of an identity`;
  return say(dns04, { status: 'NOT_APPLICABLE', reason: 'LEGACY_VERIFICATION_IN_USE', summary, evidence });
}

/** An address needs no TXT of its domain; a subdomain's stands at its own name. */
function isOwn({ type, domain }: IdentitySummary, name: string): boolean {
  return type === 'DOMAIN' && domain === name;
}
