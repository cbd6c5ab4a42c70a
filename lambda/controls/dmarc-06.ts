import type { DmarcFacts, DomainFacts } from '../facts/types.ts';
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
import { domainCause, type Cause } from './subjects.ts';
import type { Control, Finding, JudgeContext } from './types.ts';
import { dnsReasons, dnsUnknown, type DnsReason } from './unknowns.ts';

type Reason =
  | 'DMARC_POLICY_TRACKED'
  | 'DMARC_SUBDOMAINS_TRACKED'
  | 'DMARC_INHERITED_TRACKED'
  | 'DMARC_ABSENT_TRACKED'
  | FromScopeReason
  | DnsReason;

const TRACKED = 'DMARC policy';
const SUBDOMAINS_KEY = 'DMARC-06#subdomains';

export const dmarc06: Control<DomainFacts, Reason> = {
  id: 'DMARC-06',
  revision: 2,
  title: 'The DMARC policy has not fallen',
  subject: 'domain',
  tier: 1,
  severity: 'HIGH',
  asserts:
    'Nothing but the value: the effective policy, own or inherited, and that of the subdomains are remembered, and the fall of either is a change even where no status changes.',
  why: 'A policy lowered from reject to quarantine opens the domain to forgery while every checker still shows green.',
  evidence:
    'The record and the policy that the domain gets from it, and under a key of its own the one that its subdomains get. Both are tracked: the fall of either is a change of its own.',
  remedy: 'none',
  sources: ['RFC 9989 section 4.7'],
  reasons: {
    DMARC_POLICY_TRACKED: {
      statuses: ['PASS'],
      means: 'The policy of the domain’s own record is remembered.',
    },
    DMARC_SUBDOMAINS_TRACKED: {
      statuses: ['PASS'],
      means:
        'What the record of an Organizational Domain gives its subdomains is remembered for itself (`DMARC-06#subdomains`).',
    },
    DMARC_INHERITED_TRACKED: {
      statuses: ['PASS'],
      means: 'A parent domain’s record applies; the policy that the domain gets from it is remembered.',
    },
    DMARC_ABSENT_TRACKED: {
      statuses: ['PASS'],
      means: 'That no record applies is remembered; DMARC-01 speaks.',
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
    if (policies === undefined) return [inherited(facts, dmarc)];
    return [own(facts, policies, context), ...subdomains(facts, policies, context)];
  },
};

/** Raised to a line of its own only where DMARC-05 does not speak of the same policy. */
function causeOf(facts: DomainFacts, policies: PublishedPolicies, context: JudgeContext): Cause | undefined {
  const weak = governedDomains(facts, policies, context).some(isTooWeak);
  return weak ? domainCause(facts.name, 'DMARC-05') : undefined;
}

function own(facts: DomainFacts, policies: PublishedPolicies, context: JudgeContext): Finding<Reason> {
  const cause = causeOf(facts, policies, context);
  return say(dmarc06, {
    status: 'PASS',
    reason: 'DMARC_POLICY_TRACKED',
    summary: `The effective DMARC policy of ${facts.name} is ${policies.own}`,
    evidence: { record: facts.from?.dmarc.record, policy: policies.own },
    tracked: { name: TRACKED, value: policies.own, rank: POLICY_RANK[policies.own] },
    ...(cause ? { cause } : {}),
  });
}

/**
 * A key of its own: what subdomains get may fall while the domain's own policy stays, or rises. Only at the Organizational
 * Domain somebody inherits (RFC 9989 section 4.7, `sp`); where that is not known, what was remembered stays.
 */
function subdomains(
  facts: DomainFacts,
  policies: PublishedPolicies,
  context: JudgeContext,
): Finding<Reason>[] {
  const { name } = facts;
  const { record, organizationalDomain, errorAt } = facts.from?.dmarc ?? {};
  if (organizationalDomain === undefined) {
    const what = `the Organizational Domain of ${name}`;
    return [{ ...dnsUnknown<Reason>(dmarc06, 'DNS_UNANSWERED', what, { errorAt }), key: SUBDOMAINS_KEY }];
  }
  if (organizationalDomain !== name) return [];
  const policy = policies.subdomains;
  const cause = causeOf(facts, policies, context);
  return [
    say(dmarc06, {
      status: 'PASS',
      subKey: 'subdomains',
      reason: 'DMARC_SUBDOMAINS_TRACKED',
      summary: `Subdomains of ${name} get the DMARC policy ${policy}`,
      evidence: { record, subdomains: policy },
      tracked: { name: `${TRACKED} of subdomains`, value: policy, rank: POLICY_RANK[policy] },
      ...(cause ? { cause } : {}),
    }),
  ];
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

/**
 * Remembered here, too, so that a record of the name's own that enforces less than what it inherited is a fall. Where the
 * parent's policy falls, its own DMARC-06 is the line.
 */
function inherited({ name }: DomainFacts, dmarc: DmarcFacts): Finding<Reason> {
  const { recordDomain = 'a parent domain', policy: published = 'none', appliedPolicy } = dmarc;
  const policy = appliedPolicy ?? published;
  const discarded = dmarc.ownRecords.length > 1 || dmarc.nearMisses.length > 0;
  return say(dmarc06, {
    status: 'PASS',
    reason: 'DMARC_INHERITED_TRACKED',
    summary: `${name} gets the DMARC policy ${policy} from ${recordDomain}`,
    evidence: { recordDomain, policy },
    tracked: { name: TRACKED, value: policy, rank: POLICY_RANK[policy] },
    cause: discarded ? domainCause(name, 'DMARC-02') : domainCause(recordDomain, 'DMARC-06'),
  });
}
