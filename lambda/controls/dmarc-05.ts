import type { DomainFacts } from '../facts/types.ts';
import {
  discoveryUnknown,
  governedDomains,
  isTooWeak,
  POLICY_RANK,
  policyTarget,
  publishedPolicies,
  type GovernedDomain,
  type PublishedPolicies,
} from './dmarc-policy.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { say } from './say.ts';
import { domainCause } from './subjects.ts';
import type { Control, Finding, JudgeContext } from './types.ts';
import { dnsReasons, type DnsReason } from './unknowns.ts';

type Reason =
  | 'DMARC_ENFORCED'
  | 'DMARC_AS_TARGETED'
  | 'DMARC_POLICY_NONE'
  | 'DMARC_BELOW_TARGET'
  | 'DMARC_ABSENT'
  | 'INHERITED'
  | FromScopeReason
  | DnsReason;

export const dmarc05: Control<DomainFacts, Reason> = {
  id: 'DMARC-05',
  revision: 1,
  title: 'The DMARC policy is enforced',
  subject: 'domain',
  tier: 1,
  severity: 'MEDIUM',
  asserts: 'The effective policy is quarantine or reject, and not below the target of the settings.',
  why: 'With p=none receivers deliver forged mail of the domain and only report it.',
  evidence:
    'The record, what it gives the domain and its subdomains, each From domain with its policy and target, and the stronger policy where it fell.',
  remedy:
    'Advice: raise p or sp once the reports show that every stream aligns, or put back what fell. No policy is raised by plan (RFC 9989 section 5.1.6).',
  sources: ['RFC 9989 section 4.7', 'RFC 9989 section 5.1.6'],
  reasons: {
    DMARC_ENFORCED: { statuses: ['PASS'], means: 'The effective policy is quarantine or reject.' },
    DMARC_AS_TARGETED: {
      statuses: ['PASS'],
      means: 'The policy is none, as the settings allow for the domain.',
    },
    DMARC_POLICY_NONE: { statuses: ['WARN'], means: 'The effective policy is none.' },
    DMARC_BELOW_TARGET: {
      statuses: ['FAIL'],
      means: 'The effective policy is below the target of the settings.',
    },
    DMARC_ABSENT: {
      statuses: ['WARN', 'FAIL'],
      means: 'No record applies, so nothing is enforced; a failure where the settings set a target.',
    },
    INHERITED: {
      statuses: ['NOT_APPLICABLE'],
      means: 'A parent domain’s record applies; it is judged once, at that domain.',
    },
    ...fromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = fromScope(dmarc05, facts, context);
    if ('finding' in scope) return [scope.finding];
    const { dmarc } = scope.from;
    if (dmarc.status === 'temperror') return [discoveryUnknown(dmarc05, facts, dmarc)];
    if (dmarc.status === 'none') return [absent(facts, context)];
    const policies = publishedPolicies(facts);
    if (policies === undefined) {
      const summary = `The DMARC record of ${dmarc.recordDomain ?? 'a parent domain'} applies to ${facts.name}`;
      return [say(dmarc05, { status: 'NOT_APPLICABLE', reason: 'INHERITED', summary })];
    }
    return [judgePolicies(facts, policies, context)];
  },
};

function absent(facts: DomainFacts, context: JudgeContext): Finding<Reason> {
  const { target } = policyTarget(facts.name, context);
  const wanted = target === 'none' ? undefined : target;
  return say(dmarc05, {
    status: wanted ? 'FAIL' : 'WARN',
    reason: 'DMARC_ABSENT',
    summary: `No DMARC record applies to ${facts.name}, so no policy is enforced${wanted ? `; the target is ${wanted}` : ''}`,
    evidence: { effectivePolicy: null, target },
    fix: { text: 'Publish a DMARC record first: DMARC-01 gives it.' },
    cause: domainCause(facts.name, 'DMARC-01'),
  });
}

function judgePolicies(
  facts: DomainFacts,
  policies: PublishedPolicies,
  context: JudgeContext,
): Finding<Reason> {
  const { dmarc } = facts.from ?? {};
  const governed = governedDomains(facts, policies, context);
  const evidence = {
    record: dmarc?.record,
    policy: policies.own,
    subdomains: policies.subdomains,
    domains: governed.map(({ domain, policy, target }) => `${domain}: ${policy} (target ${target})`),
  };
  const weak = governed.filter(isTooWeak);
  const below = weak.find(({ declared }) => declared);
  const first = below ?? weak[0];
  if (first === undefined) {
    const enforced = governed.every(({ policy }) => policy !== 'none');
    return say(dmarc05, {
      status: 'PASS',
      reason: enforced ? 'DMARC_ENFORCED' : 'DMARC_AS_TARGETED',
      summary: `The effective DMARC policy of ${facts.name} is ${governed[0]?.policy ?? policies.own}`,
      evidence,
    });
  }
  const more = weak.length > 1 ? ` and ${weak.length - 1} more From domains` : '';
  const whose = `${first.domain}${more}`;
  const policyBefore = fallenFrom(
    first,
    first.domain === facts.name ? 'DMARC-06' : 'DMARC-06#subdomains',
    context,
  );
  return say(dmarc05, {
    status: below ? 'FAIL' : 'WARN',
    reason: below ? 'DMARC_BELOW_TARGET' : 'DMARC_POLICY_NONE',
    summary: below
      ? `The effective DMARC policy of ${whose} is ${first.policy}, below the target ${first.target}`
      : `The effective DMARC policy of ${whose} is none: forged mail is reported, not stopped`,
    evidence: { ...evidence, policyBefore },
    fix: adviceFor(facts.name, first, policyBefore),
  });
}

/**
 * The stronger policy that DMARC-06 remembered before this scan, or that this finding has told of since the fall: a policy
 * that fell is to be put back rather than raised.
 */
function fallenFrom(
  { policy }: GovernedDomain,
  key: 'DMARC-06' | 'DMARC-06#subdomains',
  { before }: JudgeContext,
): string | undefined {
  const remembered = before?.findings[key]?.tracked;
  if (remembered !== undefined && remembered.rank > POLICY_RANK[policy]) return remembered.value;
  const told = before?.findings['DMARC-05']?.evidence?.['policyBefore'];
  return typeof told === 'string' ? told : undefined;
}

/** Advice, never part of the fix plan: streams are remediated before a policy is enforced (RFC 9989 section 5.1.6). */
function adviceFor(name: string, weak: GovernedDomain, before: string | undefined): Finding['fix'] {
  const tag = weak.domain === name ? 'p' : 'sp';
  const next = weak.policy === 'none' ? 'quarantine' : 'reject';
  const fell = before
    ? `The policy was ${before} before it fell: where nobody decided that, see who changed the record and put it back. Else: `
    : '';
  return {
    text:
      `${fell}Read the aggregate reports until every stream of ${weak.domain} aligns (ALIGN-01 shows those of SES), ` +
      `then raise ${tag} in the record at _dmarc.${name} to ${next}${weak.target === 'reject' && next !== 'reject' ? ', later to reject' : ''}.`,
  };
}
