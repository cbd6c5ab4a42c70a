/** The effective DMARC policy of a domain, whom it concerns, and what the operator asks of it: DMARC-05, -06. */
import type { DmarcFacts, DomainFacts } from '../facts/types.ts';
import { parseDmarcRecord } from '../mail-auth/dmarc-record.ts';
import { say, type ControlData } from './say.ts';
import type { Finding, JudgeContext } from './types.ts';
import { unknownDns, type DnsReason } from './unknowns.ts';

export type Policy = 'none' | 'quarantine' | 'reject';

/** reject > quarantine > none > no record. */
export const POLICY_RANK: Record<Policy | 'absent', number> = {
  absent: 0,
  none: 1,
  quarantine: 2,
  reject: 3,
};

/** What the record at this very name gives mail From itself and From its subdomains, `t=y` counted. */
export interface PublishedPolicies {
  own: Policy;
  subdomains: Policy;
}

/** `undefined` when the record that applies stands elsewhere, or nowhere. */
export function publishedPolicies({ name, from }: DomainFacts): PublishedPolicies | undefined {
  if (from?.dmarc.status !== 'found' || from.dmarc.recordDomain !== name) return undefined;
  const { appliedPolicy, policy, ownPolicies, record } = from.dmarc;
  const published = policy ?? asPolicy(ownPolicies?.p);
  const own = appliedPolicy ?? published;
  if (own === undefined || published === undefined) return undefined;
  const subdomains = asPolicy(ownPolicies?.sp) ?? published;
  const testing = record !== undefined && parseDmarcRecord(record).tags.t === 'y';
  return { own, subdomains: testing ? ONE_LOWER[subdomains] : subdomains };
}

/** What `t=y` makes of a policy (RFC 9989 section 4.7). */
const ONE_LOWER: Record<Policy, Policy> = { reject: 'quarantine', quarantine: 'none', none: 'none' };

function asPolicy(text: string | undefined): Policy | undefined {
  return text === 'none' || text === 'quarantine' || text === 'reject' ? text : undefined;
}

/** A From domain that the record at this name governs. */
export interface GovernedDomain {
  domain: string;
  policy: Policy;
  /** The lowest policy that the settings allow it. */
  target: Policy;
  /** Whether the settings say so. */
  declared: boolean;
}

/** The From domains among the dependents, weakest policy first; the name itself where the facts name nobody. */
export function governedDomains(
  { name, dependents }: DomainFacts,
  policies: PublishedPolicies,
  context: JudgeContext,
): GovernedDomain[] {
  const names = new Set<string>();
  for (const { use, identity } of dependents) {
    if (use === 'FROM') names.add(name);
    if (use === 'DMARC_RECORD') names.add(identity.slice(identity.lastIndexOf('@') + 1).toLowerCase());
  }
  if (names.size === 0) names.add(name);
  return [...names]
    .map((domain) => ({
      domain,
      policy: domain === name ? policies.own : policies.subdomains,
      ...policyTarget(domain, context),
    }))
    .sort(
      (left, right) =>
        POLICY_RANK[left.policy] - POLICY_RANK[right.policy] || (left.domain < right.domain ? -1 : 1),
    );
}

/** The target of the longest name in the settings that is the domain or above it; `none` where there is none. */
export function policyTarget(domain: string, context: JudgeContext): { target: Policy; declared: boolean } {
  const labels = domain.split('.');
  for (let start = 0; start < labels.length; start += 1) {
    const target = context.settings.policyTargets[labels.slice(start).join('.')];
    if (target !== undefined) return { target, declared: true };
  }
  return { target: 'none', declared: false };
}

/** Whether a governed domain's policy is a finding of DMARC-05: below its target, or `none` where nothing else is asked. */
export function isTooWeak({ policy, target, declared }: GovernedDomain): boolean {
  return POLICY_RANK[policy] < POLICY_RANK[target] || (policy === 'none' && !declared);
}

/** UNKNOWN because discovery met a name that did not answer. */
export function discoveryUnknown<Reason extends string>(
  control: ControlData<Reason | DnsReason>,
  facts: DomainFacts,
  dmarc: DmarcFacts,
): Finding<Reason | DnsReason> {
  const errorName =
    dmarc.errorAt === undefined ? undefined : `_dmarc.${dmarc.errorAt.replace(/^_dmarc\./, '')}`;
  const own = errorName === undefined || errorName === `_dmarc.${facts.name}`;
  return say<Reason | DnsReason>(control, {
    status: 'UNKNOWN',
    reason: (own ? unknownDns(dmarc.ownTxt) : undefined) ?? 'DNS_UNANSWERED',
    summary: `Not judged: DNS gave no answer for ${errorName ?? `a DMARC record of ${facts.name}`}`,
    evidence: { asked: dmarc.queries, errorAt: dmarc.errorAt },
  });
}
