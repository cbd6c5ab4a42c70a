import type { DomainFacts } from '../facts/types.ts';
import {
  discoveryUnknown,
  governedDomains,
  isTooWeak,
  POLICY_RANK,
  publishedPolicies,
  type PublishedPolicies,
} from './dmarc-policy.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { say } from './say.ts';
import { domainCause } from './subjects.ts';
import type { Control, Finding, JudgeContext } from './types.ts';
import { dnsReasons, type DnsReason } from './unknowns.ts';

type Reason =
  | 'DMARC_POLICY_TRACKED'
  | 'DMARC_INHERITED_TRACKED'
  | 'DMARC_ABSENT_TRACKED'
  | 'INHERITED'
  | FromScopeReason
  | DnsReason;

const TRACKED = 'DMARC policy';

export const dmarc06: Control<DomainFacts, Reason> = {
  id: 'DMARC-06',
  revision: 1,
  title: 'The DMARC policy has not fallen',
  subject: 'domain',
  tier: 1,
  severity: 'HIGH',
  asserts:
    'Nothing but the value: the effective policy is remembered, and its fall is a change even where no status changes.',
  why: 'A policy lowered from reject to quarantine opens the domain to forgery while every checker still shows green.',
  evidence:
    'The record and the policy that the domain and its subdomains get from it. The policy is tracked: its fall is a change of its own.',
  remedy: 'none',
  sources: ['RFC 9989 section 4.7'],
  reasons: {
    DMARC_POLICY_TRACKED: {
      statuses: ['PASS'],
      means: 'The policy of the domain’s own record is remembered.',
    },
    DMARC_INHERITED_TRACKED: {
      statuses: ['PASS'],
      means:
        'The domain had a record of its own and inherits one now; the policy that it gets is remembered.',
    },
    DMARC_ABSENT_TRACKED: {
      statuses: ['PASS'],
      means: 'That no record applies is remembered; DMARC-01 speaks.',
    },
    INHERITED: {
      statuses: ['NOT_APPLICABLE'],
      means: 'A parent domain’s record applies; it is remembered once, at that domain.',
    },
    ...fromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = fromScope(dmarc06, facts, context);
    if ('finding' in scope) return [scope.finding];
    const { dmarc } = scope.from;
    if (dmarc.status === 'temperror') return [discoveryUnknown(dmarc06, facts, dmarc)];
    if (dmarc.status === 'none') return [absent(facts)];
    const policies = publishedPolicies(facts);
    return [policies ? own(facts, policies, context) : inherited(facts, context)];
  },
};

/**
 * The value of `p`, and of what subdomains get where that differs. Its rank is then halfway, so that the fall of either
 * is a fall; it rests on the record alone, not on who depends on it today.
 */
function own(facts: DomainFacts, policies: PublishedPolicies, context: JudgeContext): Finding<Reason> {
  const differs = policies.own !== policies.subdomains;
  const value = differs ? `${policies.own}, subdomains ${policies.subdomains}` : policies.own;
  const rank = (POLICY_RANK[policies.own] + POLICY_RANK[policies.subdomains]) / 2;
  const weak = governedDomains(facts, policies, context).some(isTooWeak);
  return say(dmarc06, {
    status: 'PASS',
    reason: 'DMARC_POLICY_TRACKED',
    summary: `The effective DMARC policy of ${facts.name} is ${value}`,
    evidence: { record: facts.from?.dmarc.record, policy: policies.own, subdomains: policies.subdomains },
    tracked: { name: TRACKED, value, rank },
    ...(weak ? { cause: domainCause(facts.name, 'DMARC-05') } : {}),
  });
}

function absent(facts: DomainFacts): Finding<Reason> {
  return say(dmarc06, {
    status: 'PASS',
    reason: 'DMARC_ABSENT_TRACKED',
    summary: `No DMARC record applies to ${facts.name}`,
    tracked: { name: TRACKED, value: 'absent', rank: POLICY_RANK.absent },
    cause: domainCause(facts.name, 'DMARC-01'),
  });
}

/** Where a record of its own was remembered, its disappearance must not hide a fall behind NOT_APPLICABLE. */
function inherited(facts: DomainFacts, context: JudgeContext): Finding<Reason> {
  const { dmarc } = facts.from ?? {};
  const recordDomain = dmarc?.recordDomain ?? 'a parent domain';
  const policy = dmarc?.appliedPolicy ?? dmarc?.policy;
  const before = context.before?.findings[dmarc06.id]?.tracked;
  if (before === undefined || policy === undefined) {
    const summary = `The DMARC record of ${recordDomain} applies to ${facts.name}`;
    return say(dmarc06, { status: 'NOT_APPLICABLE', reason: 'INHERITED', summary });
  }
  const discarded = (dmarc?.ownRecords.length ?? 0) > 1 || (dmarc?.nearMisses.length ?? 0) > 0;
  return say(dmarc06, {
    status: 'PASS',
    reason: 'DMARC_INHERITED_TRACKED',
    summary: `${facts.name} has no DMARC record of its own any more; from ${recordDomain} it gets the policy ${policy}`,
    evidence: { recordDomain, policy, before: before.value },
    tracked: { name: TRACKED, value: policy, rank: POLICY_RANK[policy] },
    ...(discarded ? { cause: domainCause(facts.name, 'DMARC-02') } : {}),
  });
}
