/** Reasons of UNKNOWN that controls share: DNS that did not answer, AWS that could not be asked. */
import type { UnknownReason } from '../dns/types.ts';
import type { DnsFact, Observed, UnseenReason } from '../facts/types.ts';
import { say, type ControlData, type Said } from './say.ts';
import type { Finding, ReasonSpec } from './types.ts';

/** Why a DNS leg is unknown. */
export type DnsReason =
  | 'DNS_TIMEOUT'
  | 'DNS_SERVFAIL'
  | 'DNS_REFUSED'
  | 'DNS_NETWORK_ERROR'
  | 'DNS_MALFORMED_ANSWER'
  | 'DNS_ALIAS_LOOP'
  | 'DNS_OTHER_RCODE'
  | 'DNS_INVALID_NAME'
  | 'DNS_INCONSISTENT'
  | 'DNS_NOT_ASKED'
  | 'DNS_UNANSWERED'
  | 'RESOLVER_UNUSABLE';

const unknown = (means: string): ReasonSpec => ({ statuses: ['UNKNOWN'], means });

/** Spread into the reasons of every control that reads DNS. */
export const dnsReasons: Record<DnsReason, ReasonSpec> = {
  DNS_TIMEOUT: unknown('No name server answered in time.'),
  DNS_SERVFAIL: unknown('The resolver answered SERVFAIL: the delegation or DNSSEC of the zone is broken.'),
  DNS_REFUSED: unknown('The resolver refused the question.'),
  DNS_NETWORK_ERROR: unknown('The resolver could not be reached.'),
  DNS_MALFORMED_ANSWER: unknown('The answer could not be read.'),
  DNS_ALIAS_LOOP: unknown('The name is an alias that leads in a circle or too far.'),
  DNS_OTHER_RCODE: unknown('The resolver answered with an error code that says nothing about the record.'),
  DNS_INVALID_NAME: unknown('The name cannot be asked for in DNS.'),
  DNS_INCONSISTENT: unknown('Two independent resolvers answered differently.'),
  DNS_NOT_ASKED: unknown('The question was not asked, because the bound on questions was reached first.'),
  DNS_UNANSWERED: unknown('A name that the judgement needs gave no answer; SCAN-04 names it.'),
  RESOLVER_UNUSABLE: unknown(
    'The resolver failed its own test, so no DNS answer of this scan can be relied on.',
  ),
};

const DNS_REASONS: Record<UnknownReason, DnsReason> = {
  TIMEOUT: 'DNS_TIMEOUT',
  SERVFAIL: 'DNS_SERVFAIL',
  REFUSED: 'DNS_REFUSED',
  NETWORK_ERROR: 'DNS_NETWORK_ERROR',
  MALFORMED_ANSWER: 'DNS_MALFORMED_ANSWER',
  ALIAS_LOOP: 'DNS_ALIAS_LOOP',
  OTHER_RCODE: 'DNS_OTHER_RCODE',
  INVALID_NAME: 'DNS_INVALID_NAME',
  DNS_INCONSISTENT: 'DNS_INCONSISTENT',
  RESOLVER_UNUSABLE: 'RESOLVER_UNUSABLE',
  QUERY_BUDGET_EXHAUSTED: 'DNS_NOT_ASKED',
};

export function dnsReason(because: UnknownReason): DnsReason {
  return DNS_REASONS[because];
}

/** The reason of a fact that is unknown; `undefined` when the fact is an answer. A fact that is missing was not asked. */
export function unknownDns(fact: DnsFact<unknown> | undefined): DnsReason | undefined {
  if (fact === undefined) return 'DNS_NOT_ASKED';
  return fact.kind === 'unknown' ? dnsReason(fact.because) : undefined;
}

/** UNKNOWN for the whole control when the resolver is unusable, else nothing. */
export function resolverUnusable<Reason extends string>(
  control: ControlData<Reason | DnsReason>,
  facts: { dnsUnusable?: string },
): Finding<Reason | DnsReason> | undefined {
  if (facts.dnsUnusable === undefined) return undefined;
  return say<Reason | DnsReason>(control, {
    status: 'UNKNOWN',
    reason: 'RESOLVER_UNUSABLE',
    summary: 'Not judged: the DNS resolver failed its own test in this scan',
    evidence: { resolver: facts.dnsUnusable },
  });
}

/** UNKNOWN because of one name. */
export function dnsUnknown<Reason extends string>(
  control: ControlData<Reason | DnsReason>,
  reason: DnsReason,
  what: string,
  evidence: Said<string>['evidence'] = {},
): Finding<Reason | DnsReason> {
  return say<Reason | DnsReason>(control, {
    status: 'UNKNOWN',
    reason,
    summary: `Not judged: DNS gave no answer for ${what}`,
    evidence,
  });
}

/** Why AWS told nothing about the target's account settings. */
export type UnseenTargetReason = UnseenReason | 'TARGET_UNSEEN';

export const unseenReasons: Record<UnseenTargetReason, ReasonSpec> = {
  ACCESS_DENIED: unknown('AWS denied the question.'),
  THROTTLED: unknown('AWS throttled the question until the time budget ended.'),
  TIMED_OUT: unknown('AWS did not answer in time.'),
  FAILED: unknown('The question to AWS failed.'),
  TARGET_UNSEEN: unknown('The scan did not read this target; SCAN-02 says why.'),
};

/** Why an `Observed` was not seen; `undefined` when it was. */
export function unseenReason(observed: Observed<unknown> | undefined): UnseenTargetReason | undefined {
  if (observed === undefined) return 'TARGET_UNSEEN';
  return observed.kind === 'unseen' ? observed.because : undefined;
}
