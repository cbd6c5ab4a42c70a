import type { DomainFacts } from '../facts/types.ts';
import type { DmarcProblem, DmarcRecord, DmarcRecordProblemCode } from '../mail-auth/dmarc-types.ts';
import { mendFix } from './dmarc-fixes.ts';
import { ownRecordReasons, ownRecordScope, type OwnRecordReason } from './dmarc-own-record.ts';
import { listed, say } from './say.ts';
import { domainCause } from './subjects.ts';
import type { Control, Finding, JudgeContext } from './types.ts';

type Reason =
  | 'DMARC_VALUES_VALID'
  | 'DMARC_POLICY_INVALID'
  | 'DMARC_POLICY_MISSING'
  | 'DMARC_VALUE_INVALID'
  | OwnRecordReason;

const BROKEN_POLICY: readonly DmarcRecordProblemCode[] = ['P_INVALID', 'SP_INVALID', 'NP_INVALID'];
const BROKEN_VALUE: readonly DmarcRecordProblemCode[] = ['INVALID_VALUE', 'FO_INVALID', 'PCT_INVALID'];
/** Those of `rua` are DMARC-08's matter. */
const BROKEN_URI: readonly DmarcRecordProblemCode[] = ['URI_INVALID', 'URI_NO_SCHEME', 'URI_UNDELIVERABLE'];

export const dmarc04: Control<DomainFacts, Reason> = {
  id: 'DMARC-04',
  revision: 1,
  title: 'The values in the DMARC record are valid',
  subject: 'domain',
  tier: 1,
  severity: 'HIGH',
  asserts: 'Every tag of the record at the name has a value that receivers understand.',
  why: 'One misspelt policy turns the whole record into p=none, or, without a report address, into no DMARC at all.',
  evidence: 'The record, each invalid tag, and what receivers make of the whole.',
  remedy:
    'Gives the record with the same policy as today and without what is invalid; it changes no delivery.',
  sources: ['RFC 9989 section 4.7', 'RFC 9989 section 4.8', 'RFC 9989 section 4.10.1'],
  reasons: {
    DMARC_VALUES_VALID: { statuses: ['PASS'], means: 'Every value is valid.' },
    DMARC_POLICY_INVALID: {
      statuses: ['FAIL'],
      class: 1,
      means: 'p, sp or np is none of none, quarantine, reject: the record counts as p=none, or not at all.',
    },
    DMARC_POLICY_MISSING: {
      statuses: ['WARN', 'FAIL'],
      otherSeverities: ['HIGH'],
      severity: 'MEDIUM',
      means:
        'There is no p: the record counts as p=none; without a report address it counts not at all, which is a failure, and HIGH.',
    },
    DMARC_VALUE_INVALID: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      means: 'Another tag has a value that receivers do not know; its default is in effect.',
    },
    ...ownRecordReasons,
  },
  judge(facts, context) {
    const scope = ownRecordScope<Reason>(dmarc04, facts, context);
    if ('finding' in scope) return [scope.finding];
    return [judgeValues(facts, scope.record, context)];
  },
};

function judgeValues(facts: DomainFacts, record: DmarcRecord, context: JudgeContext): Finding<Reason> {
  const { name } = facts;
  const { effect } = record;
  const policies = withCode(record, BROKEN_POLICY);
  const values = [
    ...withCode(record, BROKEN_VALUE),
    ...withCode(record, BROKEN_URI).filter(({ tag }) => tag === 'ruf'),
  ];
  const evidence = {
    record: record.text,
    invalid: [...policies, ...values].map(({ message }) => message),
    effect: effect.kind,
  };
  const fix = mendFix(facts, record, context, FIX_TEXT[effect.kind]);
  const unprocessed = effect.kind === 'not-processed';
  const cause = unprocessed ? { cause: domainCause(name, 'DMARC-01') } : {};
  const outcome = unprocessed ? 'DMARC does not apply' : 'the record counts as p=none';
  if (policies.length > 0) {
    const told = listed(policies.map(({ message }) => message.replace(/\.$/, '')));
    const summary = `The DMARC record of ${name} has an invalid policy, so ${outcome}: ${told}`;
    return say(dmarc04, { status: 'FAIL', reason: 'DMARC_POLICY_INVALID', summary, evidence, fix, ...cause });
  }
  if (withCode(record, ['P_MISSING']).length > 0) {
    const summary = `The DMARC record of ${name} has no p, so ${outcome}`;
    const weight = unprocessed
      ? ({ status: 'FAIL', severity: 'HIGH', reasonClass: 1 } as const)
      : ({ status: 'WARN' } as const);
    return say(dmarc04, { ...weight, reason: 'DMARC_POLICY_MISSING', summary, evidence, fix, ...cause });
  }
  if (values.length > 0) {
    const told = listed(values.map(({ message }) => message.replace(/\.$/, '')));
    const summary = `The DMARC record of ${name} has a value that receivers do not know: ${told}`;
    return say(dmarc04, { status: 'WARN', reason: 'DMARC_VALUE_INVALID', summary, evidence, fix });
  }
  const summary = `Every value in the DMARC record of ${name} is valid`;
  return say(dmarc04, { status: 'PASS', reason: 'DMARC_VALUES_VALID', summary, evidence });
}

const FIX_TEXT: Record<DmarcRecord['effect']['kind'], string> = {
  'as-published':
    'Replace the record by the one given: the same policy, without the values that nobody understands.',
  'as-none':
    'Replace the record by the one given, which says what receivers make of it today. Put in the policy that was meant once the reports show that all mail aligns.',
  'not-processed':
    'Replace the record by the one given, which only asks for reports. Put in the policy that was meant once they show that all mail aligns.',
};

function withCode({ problems }: DmarcRecord, codes: readonly DmarcRecordProblemCode[]): DmarcProblem[] {
  return problems.filter(({ code }) => codes.some((one) => one === code));
}
