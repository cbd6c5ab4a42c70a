import type { DnsFact, DomainFacts } from '../facts/types.ts';
import { parseDkimKey } from '../mail-auth/dkim.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { say } from './say.ts';
import type { Control, Finding } from './types.ts';
import { dnsReasons, dnsUnknown, unknownDns, type DnsReason } from './unknowns.ts';

type Reason =
  | 'NO_WILDCARD'
  | 'WILDCARD_ELSEWHERE'
  | 'WILDCARD_REVOKES'
  | 'WILDCARD_AT_DOMAINKEY'
  | FromScopeReason
  | DnsReason;

export const dkim14: Control<DomainFacts, Reason> = {
  id: 'DKIM-14',
  revision: 1,
  title: 'No wildcard makes absent DKIM records look present',
  subject: 'domain',
  tier: 2,
  severity: 'LOW',
  asserts: 'A name under _domainkey that nobody made answers with neither a TXT nor an alias.',
  why: 'Behind a wildcard a lost DKIM record still answers, with something else: the loss hides, and signatures fail with an odd error.',
  evidence: 'The unlikely names that were asked, and what answered.',
  remedy: 'Which wildcard to look at; it may serve others, so nothing is removed by plan.',
  sources: ['RFC 4592 section 3.3', 'RFC 6376 section 3.6.2'],
  reasons: {
    NO_WILDCARD: { statuses: ['PASS'], means: 'No wildcard answers.' },
    WILDCARD_ELSEWHERE: {
      statuses: ['PASS'],
      means: 'A wildcard TXT or alias stands at the domain, but does not reach the names under _domainkey.',
    },
    WILDCARD_REVOKES: {
      statuses: ['PASS'],
      means:
        'A wildcard key with an empty p= revokes every selector that is not published: nothing looks present.',
    },
    WILDCARD_AT_DOMAINKEY: {
      statuses: ['WARN'],
      means: 'A wildcard TXT or alias answers for DKIM names that nobody made.',
    },
    ...fromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = fromScope(dkim14, facts, context, ['FROM']);
    if ('finding' in scope) return [scope.finding];
    return [judgeWildcards(facts.name, scope.from.wildcards)];
  },
};

function judgeWildcards(
  name: string,
  wildcards: NonNullable<DomainFacts['from']>['wildcards'],
): Finding<Reason> {
  const unknown = unknownDns(wildcards?.domainkey);
  if (wildcards === undefined || unknown !== undefined) {
    const asked = wildcards ? `${wildcards.label}._domainkey.${name}` : `a wildcard at _domainkey.${name}`;
    return dnsUnknown(dkim14, unknown ?? 'DNS_NOT_ASKED', asked);
  }
  const { label, domainkey, domain } = wildcards;
  const evidence = {
    asked: [`${label}._domainkey.${name}`, `${label}.${name}`],
    domainkey: shown(domainkey),
    domain: shown(domain),
  };
  if (!isThere(domainkey)) {
    const elsewhere = isThere(domain);
    return say(dkim14, {
      status: 'PASS',
      reason: elsewhere ? 'WILDCARD_ELSEWHERE' : 'NO_WILDCARD',
      summary: elsewhere
        ? `A wildcard of ${name} answers, but not under _domainkey`
        : `No wildcard answers for DKIM names of ${name}`,
      evidence,
    });
  }
  if (revokes(domainkey)) {
    const summary = `A wildcard revokes every DKIM selector of ${name} that is not published`;
    return say(dkim14, { status: 'PASS', reason: 'WILDCARD_REVOKES', summary, evidence });
  }
  const same = shown(domainkey) === shown(domain);
  const wildcard = same ? `*.${name}` : `*._domainkey.${name}`;
  return say(dkim14, {
    status: 'WARN',
    reason: 'WILDCARD_AT_DOMAINKEY',
    summary: `The wildcard ${wildcard} answers for DKIM names that nobody made (${shown(domainkey)})`,
    evidence: { ...evidence, wildcard },
    fix: {
      text:
        `Find out what needs ${wildcard} (${shown(domainkey)}); publish the names that it serves one by one, then remove it. ` +
        'Until then a DKIM record that is lost looks like a wrong one.',
    },
  });
}

function isThere(fact: DnsFact<string>): boolean {
  return fact.kind === 'found' || (fact.kind === 'absent' && fact.aliases.length > 0);
}

function shown(fact: DnsFact<string>): string {
  const [alias] = 'aliases' in fact ? fact.aliases : [];
  if (alias !== undefined) return `CNAME ${alias}`;
  return fact.kind === 'found' ? `TXT ${fact.records.join(' | ')}` : 'nothing';
}

/** RFC 6376 section 3.6.1: an empty p= means that the key is revoked. */
function revokes(fact: DnsFact<string>): boolean {
  if (fact.kind !== 'found' || fact.records.length !== 1) return false;
  return parseDkimKey(fact.records[0] ?? '').revoked;
}
