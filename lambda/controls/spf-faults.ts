/** Which SPF control speaks of which fault, and the scope that SPF-02, -04, -05, -06 and -08 share. */
import type { DomainFacts, SpfFacts, SpfProblemFacts } from '../facts/types.ts';
import type { SpfSyntaxCode } from '../mail-auth/spf-types.ts';
import { mailFromScope, type MailFromScopeReason } from './from-domain.ts';
import { say, type ControlData } from './say.ts';
import type { Finding, ReasonSpec } from './types.ts';
import { dnsUnknown, unknownDns, type DnsReason } from './unknowns.ts';

/** RFC 7208 section 4.6.4. */
export const MAX_LOOKUPS = 10;
export const MAX_VOID_LOOKUPS = 2;
/** DNS terms on the SES path from which the next one added is the last. */
export const NEAR_LOOKUP_LIMIT = 9;

const SYNTAX: { [code in SpfSyntaxCode]: true } = {
  UNKNOWN_MECHANISM: true,
  BAD_MODIFIER_NAME: true,
  BAD_NETWORK: true,
  BAD_PREFIX: true,
  BAD_DOMAIN: true,
  BAD_MACRO: true,
  MISSING_VALUE: true,
  UNEXPECTED_VALUE: true,
  DUPLICATE_MODIFIER: true,
  INVALID_CHARACTER: true,
  RECORD_TOO_LONG: true,
};

export function isSyntaxCode(code: string | undefined): boolean {
  return code !== undefined && Object.hasOwn(SYNTAX, code);
}

/** Problems of one of the codes, of the record or of what it includes. */
export function problemsOf(spf: SpfFacts, ...codes: SpfProblemFacts['code'][]): SpfProblemFacts[] {
  return (spf.problems ?? []).filter(({ code }) => codes.includes(code));
}

/** The control that speaks of why the evaluation for SES's networks ends in permerror; `undefined` where none does. */
export function permerrorControl(spf: SpfFacts): 'SPF-02' | 'SPF-04' | 'SPF-05' | 'SPF-06' | undefined {
  const failing = (spf.sesNetworks ?? []).filter(({ result }) => result !== 'pass' && result !== 'temperror');
  if (failing.length === 0 || failing.some(({ result }) => result !== 'permerror')) return undefined;
  const problem = failing[0]?.problem;
  if (isSyntaxCode(problem)) return 'SPF-02';
  switch (problem) {
    case 'TOO_MANY_LOOKUPS':
    case 'TOO_MANY_MX':
      return 'SPF-04';
    case 'TOO_MANY_VOID_LOOKUPS':
      return 'SPF-05';
    case 'TARGET_WITHOUT_RECORD':
    case 'MULTIPLE_RECORDS':
      return 'SPF-06';
    default:
      return undefined;
  }
}

/** Whether the evaluation for SES's networks met this problem. */
export function metBySes(spf: SpfFacts, matches: (code: string) => boolean): boolean {
  return (spf.sesNetworks ?? []).some(({ problem }) => problem !== undefined && matches(problem));
}

/** Why what the SES path costs is not known; `undefined` where every network was evaluated to its end. */
export function pathUnknown(spf: SpfFacts): 'SES_NETWORKS_UNKNOWN' | 'DNS_UNANSWERED' | undefined {
  const networks = spf.sesNetworks ?? [];
  if (networks.length === 0) return 'SES_NETWORKS_UNKNOWN';
  return networks.some(({ result }) => result === 'temperror') ? 'DNS_UNANSWERED' : undefined;
}

/** Why a part of the tree is not known; `undefined` where all of it was read. */
export function treeUnknown(spf: SpfFacts): DnsReason | undefined {
  if (spf.problems === undefined || spf.unread === undefined) return 'DNS_NOT_ASKED';
  if (problemsOf(spf, 'ANALYSIS_LIMIT').length > 0) return 'DNS_NOT_ASKED';
  return spf.unread.length > 0 ? 'DNS_UNANSWERED' : undefined;
}

export type SpfScopeReason = MailFromScopeReason | DnsReason | 'NO_SINGLE_RECORD';

export const noSingleRecord: ReasonSpec = {
  statuses: ['NOT_APPLICABLE'],
  means: 'There is no record, or several; SPF-01 speaks.',
};

export const sesNetworksUnknown: ReasonSpec = {
  statuses: ['UNKNOWN'],
  means: 'The networks of amazonses.com could not be learned from DNS, and what they cost decides.',
};

/** The one SPF record of a MAIL FROM domain with what was gathered of it, or the finding that there is none to judge. */
export function spfScope<Reason extends string>(
  control: ControlData<Reason | SpfScopeReason>,
  facts: DomainFacts,
): { spf: SpfFacts; record: string } | { finding: Finding<Reason | SpfScopeReason> } {
  type All = Reason | SpfScopeReason;
  const scope = mailFromScope<All>(control, facts);
  if ('finding' in scope) return scope;
  const { spf } = scope.mailFrom;
  const because = unknownDns(spf.txt);
  if (because !== undefined)
    return { finding: dnsUnknown<All>(control, because, `the SPF of ${facts.name}`) };
  const [record, second] = spf.records;
  if (record !== undefined && second === undefined) return { spf, record };
  const summary = `${facts.name} does not have exactly one SPF record`;
  return { finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'NO_SINGLE_RECORD', summary }) };
}
