import type { DmarcFacts, DomainFacts } from '../facts/types.ts';
import { startingDmarc, txt } from './fixes.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { say } from './say.ts';
import type { Control, Fix, JudgeContext } from './types.ts';
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
      const fix = multipleFix(name, ownRecords);
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

/** Keeps the record that enforces least: no fix raises a policy (docs/judgement.md, "What a fix may hold"). */
function multipleFix(name: string, records: string[]): Fix {
  const keep = [...records].sort((left, right) => strengthOf(left) - strengthOf(right))[0] ?? '';
  const node = `_dmarc.${name}`;
  const others = [...records];
  others.splice(others.indexOf(keep), 1);
  return {
    text: 'Leave one record. The one given enforces least of those published; receivers ignore all of them today, so lower its p to none first where not every stream of mail aligns yet.',
    publish: [txt(node, keep)],
    remove: others.map((record) => txt(node, record)),
  };
}

function strengthOf(record: string): number {
  const policy = /;[ \t]*p[ \t]*=[ \t]*([a-z]+)/i.exec(record)?.[1]?.toLowerCase();
  return policy === 'reject' ? 2 : policy === 'quarantine' ? 1 : 0;
}

/** Where a parent's record applies, taking the text away changes nothing; else the beginner's record takes its place. */
function nearMissFix(name: string, dmarc: DmarcFacts, inherits: boolean, context: JudgeContext): Fix {
  const node = `_dmarc.${name}`;
  const remove = dmarc.nearMisses.map((text) => txt(node, text));
  if (inherits) {
    return {
      text: `Remove the text: the record of ${dmarc.recordDomain ?? 'the parent'} applies as it does now.`,
      remove,
    };
  }
  return {
    text: 'Replace the text by the record given; raise the policy to what the text meant when the reports show that all mail aligns.',
    publish: [startingDmarc(name, context.settings.reportMailbox)],
    remove,
  };
}
