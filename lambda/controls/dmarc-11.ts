import type { DmarcFacts, DomainFacts } from '../facts/types.ts';
import { parseDmarcRecord } from '../mail-auth/dmarc-record.ts';
import { selectDmarcRecords } from '../mail-auth/dmarc-near-miss.ts';
import type { DmarcProblem, DmarcRecord, DmarcRecordProblemCode } from '../mail-auth/dmarc-types.ts';
import { aliasTarget, mendFix } from './dmarc-fixes.ts';
import { keptTxt, startingDmarc, txt } from './fixes.ts';
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
  | 'DMARC_NEAR_MISS_BESIDE'
  | 'DMARC_UNRELATED_TXT'
  | 'DMARC_STRAY_AT_ROOT'
  | FromScopeReason
  | DnsReason;

/** Texts of another purpose in the evidence. */
const MAX_UNRELATED = 5;

export const dmarc11: Control<DomainFacts, Reason> = {
  id: 'DMARC-11',
  revision: 2,
  title: 'The DMARC record is tidy and stands where it belongs',
  subject: 'domain',
  tier: 2,
  severity: 'LOW',
  asserts:
    'No tag stands twice, nothing in or beside the record is garbage, no DMARC record stands at the name itself, and an alias at _dmarc leads somewhere.',
  why: 'Receivers read a tag that stands twice in different ways; what stands in the wrong place protects nothing; a dangling alias is somebody else’s to fill.',
  evidence: 'The record, each remark on it, what else stands beside it, the alias with its target.',
  remedy:
    'Gives the record with the weakest policy of those it names and without garbage, or the record or text that has to go.',
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
    DMARC_NEAR_MISS_BESIDE: {
      statuses: ['WARN'],
      means:
        'Beside the record stands a text that meant to be one and is none: receivers ignore it, and who wrote it may think that it counts.',
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
  return nearMissBeside(name, dmarc) ?? unrelatedTexts(name, dmarc);
}

/** Without a single record beside them DMARC-02 speaks. */
function nearMissBeside(name: string, dmarc: DmarcFacts): Fault | undefined {
  const [first, ...more] = dmarc.nearMisses;
  if (dmarc.ownRecords.length !== 1 || first === undefined) return undefined;
  const what = more.length === 0 ? 'a text that meant' : `${more.length + 1} texts that meant`;
  return {
    status: 'WARN',
    reason: 'DMARC_NEAR_MISS_BESIDE',
    summary: `Beside the DMARC record of ${name} ${more.length === 0 ? 'stands' : 'stand'} ${what} to be one, which receivers ignore: ${first}`,
    fix: removing(
      name,
      dmarc,
      dmarc.nearMisses,
      'See which of the texts was meant, and remove what is no record; receivers act on the record alone, as they do today.',
    ),
  };
}

/** Takes the texts away where they stand at the very name. */
function removing(name: string, dmarc: DmarcFacts, texts: readonly string[], text: string): Fix {
  const node = `_dmarc.${name}`;
  if (aliasTarget(dmarc.ownTxt) !== undefined) return { text };
  const remove = texts.map((value) => txt(node, value));
  return { text, remove, ...keptTxt(node, dmarc.ownTxt, remove) };
}

function unrelatedTexts(name: string, dmarc: DmarcFacts): Fault | undefined {
  const unrelated = dmarc.unrelatedTexts ?? 0;
  if (unrelated === 0) return undefined;
  const summary = `${unrelated === 1 ? 'A TXT' : `${unrelated} TXT`} of another purpose ${unrelated === 1 ? 'stands' : 'stand'} at _dmarc.${name}; receivers have to skip ${unrelated === 1 ? 'it' : 'them'}`;
  const text = `Find out what the texts at _dmarc.${name} that do not begin with v=DMARC1 are for, publish them where they belong, and remove them here.`;
  return {
    status: 'WARN',
    reason: 'DMARC_UNRELATED_TXT',
    summary,
    fix: removing(name, dmarc, unrelatedOf(dmarc), text),
  };
}

/** What of the texts at the name is neither a record nor meant to be one, as far as the fact holds them. */
function unrelatedOf({ ownTxt, ownRecords, nearMisses }: DmarcFacts): string[] {
  if (ownTxt.kind !== 'found') return [];
  return ownTxt.records.filter((text) => !ownRecords.includes(text) && !nearMisses.includes(text));
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
    nearMisses: dmarc.nearMisses,
    unrelatedTexts: dmarc.unrelatedTexts ?? 0,
    unrelated: unrelatedOf(dmarc).slice(0, MAX_UNRELATED),
    aliases: dmarc.ownTxt.kind === 'unknown' ? [] : dmarc.ownTxt.aliases,
  };
}
