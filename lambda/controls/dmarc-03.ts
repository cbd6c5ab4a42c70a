import type { DomainFacts } from '../facts/types.ts';
import { discoveryUnknown } from './dmarc-policy.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { say } from './say.ts';
import type { Control } from './types.ts';
import { dnsReasons, type DnsReason } from './unknowns.ts';

type Reason =
  | 'DMARC_OWN_RECORD'
  | 'DMARC_FROM_ORGANIZATION'
  | 'DMARC_FROM_SUFFIX'
  | 'NO_RECORD'
  | FromScopeReason
  | DnsReason;

export const dmarc03: Control<DomainFacts, Reason> = {
  id: 'DMARC-03',
  revision: 1,
  title: 'Where the DMARC policy comes from',
  subject: 'domain',
  tier: 1,
  severity: 'INFO',
  asserts:
    'Nothing but the source: the domain’s own record, its Organizational Domain’s, or a public suffix’s, and the tag that counts.',
  why: 'Whoever changes the inherited record changes this domain’s mail; full participation in DMARC has a record at both.',
  evidence: 'The names asked, the record with its domain, the tag in effect, and how the policy comes about.',
  remedy: 'none',
  sources: ['RFC 9989 section 4.10.1', 'RFC 9989 section 4.10.2', 'RFC 9989 section 8'],
  reasons: {
    DMARC_OWN_RECORD: { statuses: ['PASS'], means: 'The domain has a record of its own.' },
    DMARC_FROM_ORGANIZATION: {
      statuses: ['PASS'],
      means: 'The Organizational Domain’s record applies; RFC 9989 section 8 would have one here, too.',
    },
    DMARC_FROM_SUFFIX: {
      statuses: ['PASS'],
      means: 'Only the operator of the public suffix above publishes a record, which applies.',
    },
    NO_RECORD: { statuses: ['NOT_APPLICABLE'], means: 'No record applies; DMARC-01 speaks.' },
    ...fromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = fromScope(dmarc03, facts, context, ['FROM']);
    if ('finding' in scope) return [scope.finding];
    const { dmarc } = scope.from;
    const { name } = facts;
    if (dmarc.status === 'temperror') return [discoveryUnknown(dmarc03, facts, dmarc)];
    if (dmarc.status === 'none') {
      const summary = `No DMARC record applies to ${name}`;
      return [say(dmarc03, { status: 'NOT_APPLICABLE', reason: 'NO_RECORD', summary })];
    }
    const { recordDomain, organizationalDomain, policy, policyTag, record, queries, derivation } = dmarc;
    const evidence = {
      asked: queries,
      recordDomain,
      organizationalDomain,
      policy,
      policyTag,
      record,
      derivation,
    };
    const tag = policyTag === undefined ? '' : `: ${policyTag}=${policy ?? ''} counts`;
    if (recordDomain === name) {
      const summary = `${name} has a DMARC record of its own${tag}`;
      return [say(dmarc03, { status: 'PASS', reason: 'DMARC_OWN_RECORD', summary, evidence })];
    }
    const organizational = recordDomain === organizationalDomain;
    const summary = `${name} inherits the DMARC record of ${organizational ? 'its Organizational Domain' : 'the public suffix'} ${recordDomain ?? ''}${tag}`;
    const reason = organizational ? 'DMARC_FROM_ORGANIZATION' : 'DMARC_FROM_SUFFIX';
    return [say(dmarc03, { status: 'PASS', reason, summary, evidence })];
  },
};
