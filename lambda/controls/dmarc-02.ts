import type { DmarcFacts, DomainFacts } from '../facts/types.ts';
import { parseDmarcRecord } from '../mail-auth/dmarc-record.ts';
import { aliasTarget } from './dmarc-fixes.ts';
import { keptTxt, startingDmarc, txt } from './fixes.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { say } from './say.ts';
import type { Control, DnsRecordToPublish, Fix, JudgeContext } from './types.ts';
import { dnsReasons, dnsUnknown, unknownDns, type DnsReason } from './unknowns.ts';

type Reason =
  'DMARC_SINGLE' | 'DMARC_MULTIPLE' | 'DMARC_NEAR_MISS' | 'NO_RECORD_HERE' | FromScopeReason | DnsReason;

export const dmarc02: Control<DomainFacts, Reason> = {
  id: 'DMARC-02',
  revision: 1,
  title: 'The DMARC record at the name is single and recognized',
  subject: 'domain',
  tier: 1,
  severity: 'HIGH',
  asserts: 'At most one DMARC record stands at the name, and no text that meant to be one.',
  why: 'Two records count as none, and so does one that does not begin with v=DMARC1 to the letter: the domain seems protected and is not.',
  evidence: 'The records at the name, and the texts that meant to be one.',
  remedy:
    'The one record that stays or replaces them; it enforces nothing, as receivers ignore all of them today. Where a parent’s record applies, the texts only go.',
  sources: ['RFC 9989 section 4.7', 'RFC 9989 section 4.10'],
  reasons: {
    DMARC_SINGLE: { statuses: ['PASS'], means: 'One record stands there.' },
    DMARC_MULTIPLE: { statuses: ['FAIL'], means: 'More than one stands there: all are discarded.' },
    DMARC_NEAR_MISS: {
      statuses: ['FAIL'],
      means:
        'A text there meant to be a DMARC record, but is none: another version, wrong case, a leading blank, quotes.',
    },
    NO_RECORD_HERE: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The name has no record; DMARC-01 says whether one is inherited.',
    },
    ...fromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = fromScope(dmarc02, facts, context);
    if ('finding' in scope) return [scope.finding];
    const { dmarc } = scope.from;
    const { name } = facts;
    const because = unknownDns(dmarc.ownTxt);
    if (because !== undefined) return [dnsUnknown(dmarc02, because, `_dmarc.${name}`)];
    const { ownRecords, nearMisses } = dmarc;
    const evidence = { records: ownRecords, nearMisses };
    const inherits =
      dmarc.status === 'found' && dmarc.recordDomain !== undefined && dmarc.recordDomain !== name;
    const applies = inherits ? `; the record of ${dmarc.recordDomain} applies instead` : '';
    if (ownRecords.length > 1) {
      const summary = `${ownRecords.length} DMARC records stand at _dmarc.${name}, so receivers discard them all${applies}`;
      const fix = multipleFix(name, dmarc, inherits, context);
      return [say(dmarc02, { status: 'FAIL', reason: 'DMARC_MULTIPLE', summary, evidence, fix })];
    }
    if (ownRecords.length === 1) {
      const summary = `One DMARC record stands at _dmarc.${name}`;
      return [say(dmarc02, { status: 'PASS', reason: 'DMARC_SINGLE', summary, evidence })];
    }
    const [nearMiss] = nearMisses;
    if (nearMiss === undefined) {
      const summary = `No DMARC record stands at _dmarc.${name}`;
      return [say(dmarc02, { status: 'NOT_APPLICABLE', reason: 'NO_RECORD_HERE', summary, evidence })];
    }
    const summary = `The text at _dmarc.${name} is no DMARC record, so receivers ignore it${applies}: ${nearMiss}`;
    const fix = nearMissFix(name, dmarc, inherits, context);
    return [say(dmarc02, { status: 'FAIL', reason: 'DMARC_NEAR_MISS', summary, evidence, fix })];
  },
};

/**
 * Receivers ignore all of them today. Where a parent's record applies, taking them away changes nothing. Else the one that
 * enforces nothing stays, or the beginner's record takes their place: no fix raises a policy (docs/judgement.md, "What a fix
 * may hold").
 */
function multipleFix(name: string, dmarc: DmarcFacts, inherits: boolean, context: JudgeContext): Fix {
  const ignored = [...dmarc.ownRecords, ...dmarc.nearMisses];
  if (inherits) return removalFix(name, dmarc, ignored);
  const node = `_dmarc.${name}`;
  const harmless = dmarc.ownRecords.find((record) => enforcesNothing(record));
  const one = harmless
    ? txt(node, harmless)
    : startingDmarc(name, context.settings.reportMailbox, dmarc.ownRecords);
  const others = [...ignored];
  if (others.includes(one.value)) others.splice(others.indexOf(one.value), 1);
  const remove = others.map((record) => txt(node, record));
  return (
    atAlias(name, dmarc, one) ?? {
      text: 'Leave one record, the one given: it enforces nothing, as receivers ignore all of them today. Raise the policy to what the others meant when the reports show that all mail aligns.',
      publish: [one],
      remove,
      ...keptTxt(node, dmarc.ownTxt, remove),
    }
  );
}

function enforcesNothing(record: string): boolean {
  const { p, sp, np } = parseDmarcRecord(record).tags;
  return p === 'none' && (sp ?? 'none') === 'none' && (np ?? 'none') === 'none';
}

/** Where a parent's record applies, taking the text away changes nothing; else the beginner's record takes its place. */
function nearMissFix(name: string, dmarc: DmarcFacts, inherits: boolean, context: JudgeContext): Fix {
  if (inherits) return removalFix(name, dmarc, dmarc.nearMisses);
  const node = `_dmarc.${name}`;
  const remove = dmarc.nearMisses.map((text) => txt(node, text));
  const one = startingDmarc(name, context.settings.reportMailbox, dmarc.nearMisses);
  return (
    atAlias(name, dmarc, one) ?? {
      text: 'Replace the text by the record given; raise the policy to what the text meant when the reports show that all mail aligns.',
      publish: [one],
      remove,
      ...keptTxt(node, dmarc.ownTxt, remove),
    }
  );
}

function removalFix(name: string, dmarc: DmarcFacts, texts: readonly string[]): Fix {
  const node = `_dmarc.${name}`;
  const remove = texts.map((text) => txt(node, text));
  const parent = dmarc.recordDomain ?? 'the parent';
  return (
    atAlias(name, dmarc) ?? {
      text: `Remove the ${remove.length === 1 ? 'text' : 'texts'}: the record of ${parent} applies as it does now.`,
      remove,
      ...keptTxt(node, dmarc.ownTxt, remove),
    }
  );
}

/** What stands behind an alias is changed there: no TXT can stand beside it (RFC 1034 section 3.6.2). */
function atAlias(name: string, { ownTxt }: DmarcFacts, one?: DnsRecordToPublish): Fix | undefined {
  const target = aliasTarget(ownTxt);
  if (target === undefined) return undefined;
  const todo = one
    ? `leave one record there, “${one.value}”; raise the policy to what was meant when the reports show that all mail aligns`
    : 'take them out there, or take the alias away';
  return { text: `_dmarc.${name} is an alias of ${target}, which holds the texts: ${todo}.` };
}
