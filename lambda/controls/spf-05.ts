import type { DomainFacts, SpfFacts } from '../facts/types.ts';
import { mailFromScopeReasons } from './from-domain.ts';
import { listed, say } from './say.ts';
import {
  MAX_VOID_LOOKUPS,
  metBySes,
  noSingleRecord,
  pathUnknown,
  problemsOf,
  sesNetworksUnknown,
  spfScope,
  treeUnknown,
  type SpfScopeReason,
} from './spf-faults.ts';
import { spfFix } from './spf-fixes.ts';
import type { Control, Finding } from './types.ts';
import { dnsReasons, dnsUnknown } from './unknowns.ts';

type Reason =
  | 'VOID_LOOKUPS_WITHIN_LIMIT'
  | 'SPF_TOO_MANY_VOID_LOOKUPS'
  | 'SPF_DEAD_TERMS'
  | 'SES_NETWORKS_UNKNOWN'
  | SpfScopeReason;

export const spf05: Control<DomainFacts, Reason> = {
  id: 'SPF-05',
  revision: 1,
  title: 'The SPF record of the MAIL FROM domain asks for nothing that does not exist',
  subject: 'domain',
  tier: 1,
  severity: 'MEDIUM',
  asserts: 'At most two terms ask DNS for what does not exist.',
  why: 'Receivers may end the evaluation in a permanent error at the third: dead terms cost mail that others would pass.',
  evidence: 'Void look-ups on the SES path, those of the whole tree, and the terms that are dead.',
  remedy: 'Publishes the record without the dead terms, where the name is SES’s alone.',
  sources: ['RFC 7208 section 4.6.4'],
  reasons: {
    VOID_LOOKUPS_WITHIN_LIMIT: { statuses: ['PASS'], means: 'At most two terms find nothing.' },
    SPF_TOO_MANY_VOID_LOOKUPS: {
      statuses: ['FAIL'],
      class: 1,
      means: 'More than two terms on the way of SES’s networks find nothing.',
    },
    SPF_DEAD_TERMS: {
      statuses: ['WARN'],
      means: 'More than two terms find nothing, but SES’s networks pass before the third.',
    },
    SES_NETWORKS_UNKNOWN: sesNetworksUnknown,
    NO_SINGLE_RECORD: noSingleRecord,
    ...mailFromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = spfScope<Reason>(spf05, facts);
    if ('finding' in scope) return [scope.finding];
    const { name } = facts;
    const { spf } = scope;
    const evidence = evidenceOf(spf);
    const { voidLookups = 0, voidTerms = 0 } = spf;
    const path = pathUnknown(spf);
    const onPath =
      voidLookups > MAX_VOID_LOOKUPS || metBySes(spf, (code) => code === 'TOO_MANY_VOID_LOOKUPS');
    if (onPath || (voidTerms > MAX_VOID_LOOKUPS && path === undefined)) {
      const fix = spfFix(facts, context, {
        text: 'Replace the SPF record by the one given, which leaves out the terms that find nothing.',
        advice: `Take out the terms that find nothing: ${listed(deadTerms(spf))}.`,
      });
      const summary = onPath
        ? `SPF of ${name} asks for more than ${MAX_VOID_LOOKUPS} names that do not exist before SES’s networks pass: a permanent error`
        : `SPF of ${name} has ${voidTerms} terms that find nothing; ${MAX_VOID_LOOKUPS} are allowed`;
      const said = onPath
        ? ({ status: 'FAIL', reason: 'SPF_TOO_MANY_VOID_LOOKUPS' } as const)
        : ({ status: 'WARN', reason: 'SPF_DEAD_TERMS' } as const);
      return [say(spf05, { ...said, summary, evidence, fix })];
    }
    return [judgeRest(name, spf, evidence)];
  },
};

function judgeRest(name: string, spf: SpfFacts, evidence: Finding['evidence']): Finding<Reason> {
  const path = pathUnknown(spf);
  if (path === 'SES_NETWORKS_UNKNOWN') {
    const summary = 'Not judged: the networks of amazonses.com could not be learned from DNS';
    return say(spf05, { status: 'UNKNOWN', reason: path, summary, evidence });
  }
  // Of a name that did not answer nobody knows whether it would have been void.
  const silent = problemsOf(spf, 'DNS_FAILURE').length > 0 ? ('DNS_UNANSWERED' as const) : undefined;
  const because = path ?? treeUnknown(spf) ?? silent;
  if (because !== undefined) {
    return dnsUnknown<Reason>(spf05, because, `a term in the SPF of ${name}`, evidence);
  }
  const summary = `SPF of ${name} stays within ${MAX_VOID_LOOKUPS} void look-ups`;
  return say(spf05, { status: 'PASS', reason: 'VOID_LOOKUPS_WITHIN_LIMIT', summary, evidence });
}

function deadTerms(spf: SpfFacts): string[] {
  const names = problemsOf(spf, 'DEAD_TERM', 'TARGET_MISSING').map(
    ({ target, message }) => target ?? message,
  );
  return names.length > 0 ? [...new Set(names)] : ['those that ask for names made from the sender'];
}

function evidenceOf(spf: SpfFacts): Finding['evidence'] {
  return {
    record: spf.records[0] ?? '',
    sesPath: spf.voidLookups ?? null,
    wholeTree: spf.voidTerms ?? null,
    dead: problemsOf(spf, 'DEAD_TERM', 'TARGET_MISSING').map(({ message }) => message),
  };
}
