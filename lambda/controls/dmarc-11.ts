import type { DmarcFacts, DomainFacts } from '../facts/types.ts';
import { parseDmarcRecord } from '../mail-auth/dmarc-record.ts';
import { selectDmarcRecords } from '../mail-auth/dmarc-near-miss.ts';
import type { DmarcProblem, DmarcRecord, DmarcRecordProblemCode } from '../mail-auth/dmarc-types.ts';
import { aliasTarget, mendFix } from './dmarc-fixes.ts';
import { startingDmarc, txt } from './fixes.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { listed, say, type Said } from './say.ts';
import type { Control, Finding, Fix, JudgeContext } from './types.ts';
import { dnsReasons, dnsUnknown, unknownDns, type DnsReason } from './unknowns.ts';

type Reason =
  | 'DMARC_TIDY'
  | 'DMARC_ALIASED'
  | 'DMARC_UNKNOWN_TAGS'
  | 'DMARC_ALIAS_DANGLING'
  | 'DMARC_DUPLICATE_POLICY'
  | 'DMARC_DUPLICATE_TAG'
  | 'DMARC_GARBAGE'
  | 'DMARC_UNRELATED_TXT'
  | 'DMARC_STRAY_AT_ROOT'
  | FromScopeReason
  | DnsReason;

export const dmarc11: Control<DomainFacts, Reason> = {
  id: 'DMARC-11',
  revision: 1,
  title: 'The DMARC record is tidy and stands where it belongs',
  subject: 'domain',
  tier: 2,
  severity: 'LOW',
  asserts:
    'No tag stands twice, nothing in or beside the record is garbage, no DMARC record stands at the name itself, and an alias at _dmarc leads somewhere.',
  why: 'Receivers read a tag that stands twice in different ways; what stands in the wrong place protects nothing; a dangling alias is somebody else’s to fill.',
  evidence: 'The record, each remark on it, the alias with its target.',
  remedy:
    'Gives the record with the weakest policy of those it names and without garbage, or the record that has to go.',
  sources: ['RFC 9989 section 4.8', 'RFC 9989 section 4.10', 'RFC 6376 section 3.2'],
  reasons: {
    DMARC_TIDY: { statuses: ['PASS'], means: 'Nothing is to be remarked.' },
    DMARC_ALIASED: {
      statuses: ['PASS'],
      means: '_dmarc is an alias: whoever holds its target sets the policy.',
    },
    DMARC_UNKNOWN_TAGS: { statuses: ['PASS'], means: 'The record has tags that receivers ignore.' },
    DMARC_ALIAS_DANGLING: {
      statuses: ['FAIL'],
      severity: 'MEDIUM',
      class: 1,
      means: '_dmarc is an alias of a name without TXT: whoever comes to hold that name sets the policy.',
    },
    DMARC_DUPLICATE_POLICY: {
      statuses: ['FAIL'],
      severity: 'HIGH',
      class: 2,
      means: 'p, sp or np stands twice: some receivers take the last, others ignore the whole record.',
    },
    DMARC_DUPLICATE_TAG: { statuses: ['WARN'], severity: 'MEDIUM', means: 'Another known tag stands twice.' },
    DMARC_GARBAGE: {
      statuses: ['WARN'],
      means: 'The record holds text that is no tag, or a tag in capitals.',
    },
    DMARC_UNRELATED_TXT: { statuses: ['WARN'], means: 'TXT of another purpose stands at _dmarc.' },
    DMARC_STRAY_AT_ROOT: {
      statuses: ['WARN'],
      means: 'A DMARC record stands at the name itself, where nobody looks for it.',
    },
    ...fromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = fromScope(dmarc11, facts, context);
    if ('finding' in scope) return [scope.finding];
    const { dmarc, rootTxt } = scope.from;
    const because = unknownDns(dmarc.ownTxt);
    if (because !== undefined) return [dnsUnknown(dmarc11, because, `_dmarc.${facts.name}`)];
    const [text, second] = dmarc.ownRecords;
    const record = text === undefined || second !== undefined ? undefined : parseDmarcRecord(text);
    const strays = rootTxt?.kind === 'found' ? selectDmarcRecords(rootTxt.records) : [];
    const seen: Seen = { dmarc, strays, ...(record ? { record } : {}) };
    const fault = faultOf(facts, seen, context);
    if (fault) return [say(dmarc11, { ...fault, evidence: evidenceOf(seen) })];
    const rootUnknown = unknownDns(rootTxt);
    if (rootUnknown !== undefined) return [dnsUnknown(dmarc11, rootUnknown, `the TXT of ${facts.name}`)];
    return [passing(facts.name, seen)];
  },
};

interface Seen {
  dmarc: DmarcFacts;
  /** Absent where there is none, or several: DMARC-02 speaks. */
  record?: DmarcRecord;
  /** DMARC records at the name itself. */
  strays: string[];
}

type Fault = Pick<Said<Reason>, 'status' | 'reason' | 'summary' | 'fix'>;

/** The worst first. */
function faultOf(facts: DomainFacts, seen: Seen, context: JudgeContext): Fault | undefined {
  return (
    danglingAlias(facts, seen.dmarc, context) ??
    (seen.record && textFault(facts, seen.record, context)) ??
    placeFault(facts, seen)
  );
}

function danglingAlias(facts: DomainFacts, dmarc: DmarcFacts, context: JudgeContext): Fault | undefined {
  const { name } = facts;
  const { ownTxt } = dmarc;
  const target = aliasTarget(ownTxt);
  if (ownTxt.kind !== 'absent' || target === undefined) return undefined;
  const node = `_dmarc.${name}`;
  const remove: Fix['remove'] = [{ name: node, type: 'CNAME', value: ownTxt.aliases[0] ?? target }];
  const summary = `${node} is an alias of ${target}, where nothing stands: the domain has no record of its own, and whoever comes to hold that name can publish one`;
  if (dmarc.status === 'found') {
    const text = `Remove the alias: the record of ${dmarc.recordDomain ?? 'the parent'} applies as it does now.`;
    return { status: 'FAIL', reason: 'DMARC_ALIAS_DANGLING', summary, fix: { text, remove } };
  }
  const publish = [startingDmarc(name, context.settings.reportMailbox)];
  const text = 'Replace the alias by the record given, which only asks for reports.';
  return { status: 'FAIL', reason: 'DMARC_ALIAS_DANGLING', summary, fix: { text, publish, remove } };
}

function textFault(facts: DomainFacts, record: DmarcRecord, context: JudgeContext): Fault | undefined {
  const { name } = facts;
  const fix = (text: string): Fix => mendFix(facts, record, context, text);
  const duplicates = withCode(record, ['DUPLICATE_TAG']);
  const policies = duplicates.filter(({ severity }) => severity === 'error');
  if (policies.length > 0) {
    const tags = listed(policies.map(({ tag }) => tag ?? ''));
    return {
      status: 'FAIL',
      reason: 'DMARC_DUPLICATE_POLICY',
      summary: `The tag ${tags} stands twice in the DMARC record of ${name}: some receivers take the last, others ignore the whole record`,
      fix: fix(
        'Replace the record by the one given: each tag once, of the policies named the weakest. Raise it to what was meant when the reports show that all mail aligns.',
      ),
    };
  }
  const known = duplicates.filter(({ severity }) => severity === 'warning');
  if (known.length > 0) {
    const tags = listed(known.map(({ tag }) => tag ?? ''));
    const summary = `The tag ${tags} stands twice in the DMARC record of ${name}, which receivers read in different ways`;
    const text = 'Replace the record by the one given: the same policy, each tag once.';
    return { status: 'WARN', reason: 'DMARC_DUPLICATE_TAG', summary, fix: fix(text) };
  }
  const garbage = withCode(record, ['NOT_A_TAG', 'TAG_SYNTAX', 'TAG_CASE', 'LINE_BREAK']);
  if (garbage.length === 0) return undefined;
  const told = listed(
    garbage.map(({ message }) => message.replace(/\.$/, '')),
    2,
  );
  return {
    status: 'WARN',
    reason: 'DMARC_GARBAGE',
    summary: `The DMARC record of ${name} holds what is no tag: ${told}`,
    fix: fix('Replace the record by the one given: the same policy, without the garbage.'),
  };
}

function placeFault({ name }: DomainFacts, { dmarc, strays }: Seen): Fault | undefined {
  if (strays.length > 0) {
    const remove = strays.map((value) => txt(name, value));
    const meant =
      dmarc.status === 'none'
        ? ` It belongs at _dmarc.${name}: DMARC-01 says with which policy to begin there.`
        : '';
    return {
      status: 'WARN',
      reason: 'DMARC_STRAY_AT_ROOT',
      summary: `A DMARC record stands at ${name} itself, where nobody looks for it`,
      fix: { text: `Remove the text from ${name}.${meant}`, remove },
    };
  }
  const unrelated = dmarc.unrelatedTexts ?? 0;
  if (unrelated === 0) return undefined;
  const summary = `${unrelated === 1 ? 'A TXT' : `${unrelated} TXT`} of another purpose ${unrelated === 1 ? 'stands' : 'stand'} at _dmarc.${name}; receivers have to skip ${unrelated === 1 ? 'it' : 'them'}`;
  const text = `Find out what the texts at _dmarc.${name} that do not begin with v=DMARC1 are for, and publish them where they belong.`;
  return { status: 'WARN', reason: 'DMARC_UNRELATED_TXT', summary, fix: { text } };
}

function passing(name: string, seen: Seen): Finding<Reason> {
  const evidence = evidenceOf(seen);
  const target = aliasTarget(seen.dmarc.ownTxt);
  if (target !== undefined) {
    const summary = `_dmarc.${name} is an alias of ${target}: whoever holds that name sets the policy`;
    return say(dmarc11, { status: 'PASS', reason: 'DMARC_ALIASED', summary, evidence });
  }
  const unknown = seen.record ? withCode(seen.record, ['UNKNOWN_TAG']) : [];
  if (unknown.length > 0) {
    const summary = `The DMARC record of ${name} has tags that receivers ignore (${listed(unknown.map(({ tag }) => tag ?? ''))})`;
    return say(dmarc11, { status: 'PASS', reason: 'DMARC_UNKNOWN_TAGS', summary, evidence });
  }
  const summary = `DMARC of ${name} is tidy`;
  return say(dmarc11, { status: 'PASS', reason: 'DMARC_TIDY', summary, evidence });
}

function withCode({ problems }: DmarcRecord, codes: readonly DmarcRecordProblemCode[]): DmarcProblem[] {
  return problems.filter(({ code }) => codes.some((one) => one === code));
}

function evidenceOf({ dmarc, record, strays }: Seen): Finding['evidence'] {
  return {
    record: record?.text ?? null,
    remarks: (record?.problems ?? []).map(({ message }) => message),
    strays,
    unrelatedTexts: dmarc.unrelatedTexts ?? 0,
    aliases: dmarc.ownTxt.kind === 'unknown' ? [] : dmarc.ownTxt.aliases,
  };
}
