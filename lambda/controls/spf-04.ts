import type { DomainFacts, SpfFacts } from '../facts/types.ts';
import { mailFromScopeReasons } from './from-domain.ts';
import { say, type Said } from './say.ts';
import {
  MAX_LOOKUPS,
  metBySes,
  NEAR_LOOKUP_LIMIT,
  noSingleRecord,
  pathUnknown,
  problemsOf,
  sesNetworksUnknown,
  spfScope,
  treeUnknown,
  type SpfScopeReason,
} from './spf-faults.ts';
import { spfFix } from './spf-fixes.ts';
import type { Control, Finding, JudgeContext } from './types.ts';
import { dnsReasons, dnsUnknown } from './unknowns.ts';

type Reason =
  | 'LOOKUPS_WITHIN_LIMIT'
  | 'SPF_TOO_MANY_LOOKUPS'
  | 'SPF_TOO_MANY_MX'
  | 'SPF_WORST_CASE_OVER_LIMIT'
  | 'SPF_NEAR_LIMIT'
  | 'SES_NETWORKS_UNKNOWN'
  | SpfScopeReason;

export const spf04: Control<DomainFacts, Reason> = {
  id: 'SPF-04',
  revision: 1,
  title: 'The SPF record of the MAIL FROM domain stays within ten DNS terms',
  subject: 'domain',
  tier: 1,
  severity: 'HIGH',
  asserts: 'Evaluating the record for SES’s networks takes at most eight DNS terms, and at worst ten.',
  why: 'The eleventh term that asks DNS is a permanent error: SPF passes for nobody who comes that far.',
  evidence: 'Terms on the SES path, terms at worst, and what each branch of the record costs.',
  remedy:
    'Publishes a record with SES’s include and the terms that cost nothing, where the name is SES’s alone.',
  sources: ['RFC 7208 section 4.6.4'],
  reasons: {
    LOOKUPS_WITHIN_LIMIT: { statuses: ['PASS'], means: 'The record stays within the limit, whoever sends.' },
    SPF_TOO_MANY_LOOKUPS: {
      statuses: ['FAIL'],
      class: 1,
      means: 'SES’s own networks need more than ten terms.',
    },
    SPF_TOO_MANY_MX: {
      statuses: ['FAIL', 'WARN'],
      otherSeverities: ['MEDIUM'],
      class: 1,
      means:
        'An mx term names a domain with more than ten MX records, which is a permanent error: a failure where SES’s networks come that far, else a warning, and MEDIUM.',
    },
    SPF_WORST_CASE_OVER_LIMIT: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      means: 'SES’s networks pass, but a sender that matches nothing needs more than ten terms.',
    },
    SPF_NEAR_LIMIT: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      means: 'SES’s networks need nine or ten terms: one more at any included domain breaks the record.',
    },
    SES_NETWORKS_UNKNOWN: sesNetworksUnknown,
    NO_SINGLE_RECORD: noSingleRecord,
    ...mailFromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = spfScope<Reason>(spf04, facts);
    if ('finding' in scope) return [scope.finding];
    const fault = judgeFault(facts.name, scope.spf);
    if (fault) return [open(facts, scope.spf, fault, context)];
    return [judgeRest(facts.name, scope.spf)];
  },
};

type Fault = Pick<Said<Reason>, 'status' | 'reason' | 'severity' | 'summary'>;

/** What is over the limit whatever DNS left open; a mere warning waits until the SES path is known, which may fail. */
function judgeFault(name: string, spf: SpfFacts): Fault | undefined {
  const { lookups = 0, worstCase } = spf;
  if (lookups > MAX_LOOKUPS || metBySes(spf, (code) => code === 'TOO_MANY_LOOKUPS')) {
    const summary = `SPF of ${name} needs more than ${MAX_LOOKUPS} DNS terms for SES’s networks: a permanent error`;
    return { status: 'FAIL', reason: 'SPF_TOO_MANY_LOOKUPS', summary };
  }
  const [manyMx] = problemsOf(spf, 'TOO_MANY_MX');
  const mxOnPath = metBySes(spf, (code) => code === 'TOO_MANY_MX');
  if (mxOnPath) {
    const summary = `SPF of ${name} is a permanent error for SES’s networks: an mx term names a domain with more than ten MX records`;
    return { status: 'FAIL', reason: 'SPF_TOO_MANY_MX', summary };
  }
  if (pathUnknown(spf) !== undefined) return undefined;
  if (manyMx) {
    const summary = `SPF of ${name} is a permanent error for whoever comes as far as ${manyMx.target ?? 'an mx term'}, which has more than ten MX records`;
    return { status: 'WARN', reason: 'SPF_TOO_MANY_MX', severity: 'MEDIUM', summary };
  }
  if ((worstCase?.lookups ?? 0) > MAX_LOOKUPS) {
    const summary = `SPF of ${name} needs ${lookups} DNS terms for SES’s networks, but ${worstCase?.lookups} for a sender that matches nothing; ${MAX_LOOKUPS} are allowed`;
    return { status: 'WARN', reason: 'SPF_WORST_CASE_OVER_LIMIT', summary };
  }
  if (lookups >= NEAR_LOOKUP_LIMIT) {
    const summary = `SPF of ${name} needs ${lookups} of the ${MAX_LOOKUPS} DNS terms allowed for SES’s networks`;
    return { status: 'WARN', reason: 'SPF_NEAR_LIMIT', summary };
  }
  return undefined;
}

function open(facts: DomainFacts, spf: SpfFacts, fault: Fault, context: JudgeContext): Finding<Reason> {
  return say(spf04, {
    ...fault,
    evidence: evidenceOf(spf),
    fix: spfFix(facts, context, {
      text: 'Replace the SPF record by the one given: SES’s include, and of the terms of today those that ask no DNS. Nothing but SES sends with this name.',
      advice:
        'Take out the includes that nobody needs any more, and list networks as ip4 and ip6 where they are fixed.',
    }),
  });
}

/** With the SES path unknown, a worst case below the warning settles it: the path never costs more. */
function judgeRest(name: string, spf: SpfFacts): Finding<Reason> {
  const { lookups, worstCase } = spf;
  const evidence = evidenceOf(spf);
  const because = treeUnknown(spf);
  const path = pathUnknown(spf);
  const harmless = worstCase?.exact === true && worstCase.lookups < NEAR_LOOKUP_LIMIT;
  if (path === 'SES_NETWORKS_UNKNOWN' && !harmless) {
    const summary = 'Not judged: the networks of amazonses.com could not be learned from DNS';
    return say(spf04, { status: 'UNKNOWN', reason: path, summary, evidence });
  }
  const open = because ?? (path === undefined || harmless ? undefined : ('DNS_UNANSWERED' as const));
  if (open !== undefined) {
    return dnsUnknown<Reason>(spf04, open, `a record that the SPF of ${name} leads to`, evidence);
  }
  const cost = lookups ?? worstCase?.lookups ?? 0;
  const summary = `SPF of ${name} needs ${cost} of ${MAX_LOOKUPS} DNS terms`;
  return say(spf04, { status: 'PASS', reason: 'LOOKUPS_WITHIN_LIMIT', summary, evidence });
}

function evidenceOf(spf: SpfFacts): Finding['evidence'] {
  const { records, lookups, worstCase, terms, unread, undecidable } = spf;
  return {
    record: records[0] ?? '',
    sesPath: lookups ?? null,
    worstCase: worstCase?.lookups ?? null,
    worstCaseExact: worstCase?.exact ?? false,
    terms: (terms ?? []).map(({ term, cost }) => `${term} (${cost})`),
    unread: unread ?? [],
    undecidable: undecidable ?? [],
  };
}
