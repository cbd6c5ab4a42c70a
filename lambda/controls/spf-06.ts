import type { DomainFacts, SpfFacts, SpfProblemFacts } from '../facts/types.ts';
import { mailFromScopeReasons } from './from-domain.ts';
import { listed, say } from './say.ts';
import {
  metBySes,
  noSingleRecord,
  problemsOf,
  spfScope,
  treeUnknown,
  type SpfScopeReason,
} from './spf-faults.ts';
import { spfFix } from './spf-fixes.ts';
import type { Control, Finding, JudgeContext } from './types.ts';
import { dnsReasons, dnsUnknown } from './unknowns.ts';

type Reason =
  | 'SPF_TARGETS_SOUND'
  | 'SPF_INCLUDE_HIJACKABLE'
  | 'SPF_INCLUDE_WITHOUT_RECORD'
  | 'SPF_INCLUDE_MULTIPLE'
  | SpfScopeReason;

export const spf06: Control<DomainFacts, Reason> = {
  id: 'SPF-06',
  revision: 1,
  title: 'What the SPF record of the MAIL FROM domain includes exists',
  subject: 'domain',
  tier: 2,
  severity: 'HIGH',
  asserts:
    'Every include and redirect leads to a name with exactly one SPF record, and no term to a domain that is free to register.',
  why: 'An include without a record is a permanent error; a domain that anybody can register lets its buyer send as yours, with SPF aligned.',
  evidence: 'Each name at fault with the record that names it.',
  remedy: 'Publishes the record without the terms at fault, where the name is SES’s alone.',
  sources: ['RFC 7208 section 5.2', 'RFC 7208 section 6.1'],
  reasons: {
    SPF_TARGETS_SOUND: { statuses: ['PASS'], means: 'Every name that the record leads to is there.' },
    SPF_INCLUDE_HIJACKABLE: {
      statuses: ['FAIL'],
      class: 2,
      means:
        'The registrable domain of a name that the record trusts does not exist: whoever registers it passes.',
    },
    SPF_INCLUDE_WITHOUT_RECORD: {
      statuses: ['FAIL'],
      class: 1,
      means: 'An include or redirect leads to a name without an SPF record: a permanent error.',
    },
    SPF_INCLUDE_MULTIPLE: {
      statuses: ['FAIL'],
      class: 1,
      means: 'An include or redirect leads to a name with several SPF records: a permanent error.',
    },
    NO_SINGLE_RECORD: noSingleRecord,
    ...mailFromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = spfScope<Reason>(spf06, facts);
    if ('finding' in scope) return [scope.finding];
    const { spf, record } = scope;
    const fault = faultOf(spf);
    if (fault) return [open(facts, fault, context)];
    const silent = problemsOf(spf, 'DNS_FAILURE');
    const because = treeUnknown(spf) ?? (silent.length > 0 ? ('DNS_UNANSWERED' as const) : undefined);
    if (because !== undefined) {
      const evidence = { unread: spf.unread, unanswered: silent.map(({ message }) => message) };
      return [dnsUnknown<Reason>(spf06, because, `a name that the SPF of ${facts.name} leads to`, evidence)];
    }
    const summary = `Everything that the SPF of ${facts.name} leads to is there`;
    const evidence = { record, undecidable: spf.undecidable };
    return [say(spf06, { status: 'PASS', reason: 'SPF_TARGETS_SOUND', summary, evidence })];
  },
};

interface Fault {
  reason: 'SPF_INCLUDE_HIJACKABLE' | 'SPF_INCLUDE_WITHOUT_RECORD' | 'SPF_INCLUDE_MULTIPLE';
  problems: SpfProblemFacts[];
}

/** The worst first. What only the evaluation for SES met, behind a macro, has no problem of its own. */
function faultOf(spf: SpfFacts): Fault | undefined {
  const unregistered = problemsOf(spf, 'TARGET_DOMAIN_UNREGISTERED');
  if (unregistered.length > 0) return { reason: 'SPF_INCLUDE_HIJACKABLE', problems: unregistered };
  const without = problemsOf(spf, 'TARGET_WITHOUT_RECORD');
  if (without.length > 0 || metBySes(spf, (code) => code === 'TARGET_WITHOUT_RECORD')) {
    return { reason: 'SPF_INCLUDE_WITHOUT_RECORD', problems: without };
  }
  const multiple = problemsOf(spf, 'MULTIPLE_RECORDS');
  if (multiple.length > 0 || metBySes(spf, (code) => code === 'MULTIPLE_RECORDS')) {
    return { reason: 'SPF_INCLUDE_MULTIPLE', problems: multiple };
  }
  return undefined;
}

function open(facts: DomainFacts, { reason, problems }: Fault, context: JudgeContext): Finding<Reason> {
  const names = [...new Set(problems.map(({ target, domain }) => target ?? domain ?? facts.name))];
  const which = names.length === 0 ? 'a name made from the sender' : listed(names);
  const sentences: Record<Fault['reason'], string> = {
    SPF_INCLUDE_HIJACKABLE: `The SPF of ${facts.name} trusts ${which}, which nobody has registered: whoever does can send as it`,
    SPF_INCLUDE_WITHOUT_RECORD: `The SPF of ${facts.name} includes ${which}, where no SPF record stands: a permanent error for whoever comes that far`,
    SPF_INCLUDE_MULTIPLE: `The SPF of ${facts.name} includes ${which}, where several SPF records stand: a permanent error for whoever comes that far`,
  };
  return say(spf06, {
    status: 'FAIL',
    reason,
    summary: sentences[reason],
    evidence: { record: facts.mailFrom?.spf.records[0], problems: problems.map(({ message }) => message) },
    fix: spfFix(facts, context, {
      text: 'Replace the SPF record by the one given, which leaves out what leads nowhere.',
      advice: `Take out the terms that lead to ${which}, or have the record there mended.`,
    }),
  });
}
