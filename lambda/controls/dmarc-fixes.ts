/**
 * A DMARC record put right without changing what receivers do: the policy in effect stays, what they ignore or read in
 * different ways goes, and reports get an address that can receive. The plan keeps it as advice while a record is in force.
 */
import type { DmarcFacts, DomainFacts } from '../facts/types.ts';
import type { DmarcPolicy, DmarcRecord, PolicyTag } from '../mail-auth/dmarc-types.ts';
import { POLICY_STRENGTH } from '../mail-auth/dmarc-types.ts';
import { keptTxt, startingDmarc, txt } from './fixes.ts';
import type { Fix, JudgeContext } from './types.ts';

const POLICY_TAGS: readonly PolicyTag[] = ['p', 'sp', 'np'];
/** A record that was cut when it was gathered is as long; no fix holds it. */
const MAX_RECORD = 2_048;
/** Taking them away would raise the policy, and `psd` decides who aligns: they stay as they are. */
const KEPT: readonly string[] = ['psd', 't', 'pct'];

/**
 * The record that says what receivers make of `record` today, with reports to `reportMailbox` where it names nobody who
 * can receive them.
 */
export function mendedDmarc(record: DmarcRecord, reportMailbox: string | undefined): string {
  const { tags, effect, uris } = record;
  const parts = ['v=DMARC1'];
  if (effect.kind === 'as-published') {
    for (const tag of POLICY_TAGS) {
      const policy = weakest(record, tag);
      if (policy !== undefined) parts.push(`${tag}=${policy}`);
    }
  } else {
    parts.push('p=none');
  }
  if (tags.adkim === 's') parts.push('adkim=s');
  if (tags.aspf === 's') parts.push('aspf=s');
  for (const kept of KEPT) {
    const value = record.entries.filter(({ name }) => name === kept).at(-1)?.value;
    if (value !== undefined && isKept(record, kept)) parts.push(`${kept}=${value}`);
  }
  const rua = deliverable(uris.rua);
  if (rua.length === 0 && reportMailbox !== undefined) rua.push(`mailto:${reportMailbox}`);
  if (rua.length > 0) parts.push(`rua=${rua.join(',')}`);
  const ruf = deliverable(uris.ruf);
  if (ruf.length > 0) parts.push(`ruf=${ruf.join(',')}`);
  if (ruf.length > 0 && tags.fo !== undefined && tags.fo !== '0') parts.push(`fo=${tags.fo}`);
  return parts.join('; ');
}

/** What each deliverable address is worth once, in its order. */
function deliverable(uris: DmarcRecord['uris']['rua']): string[] {
  return [...new Set(uris.filter((uri) => uri.deliverable).map(({ uri }) => uri))];
}

/** Of a tag given twice receivers take one or the other: none of them gets more than it has today. */
function weakest({ entries, tags }: DmarcRecord, tag: PolicyTag): DmarcPolicy | undefined {
  const given = entries
    .filter(({ name }) => name === tag)
    .map(({ value }) => value.toLowerCase())
    .filter((value): value is DmarcPolicy => Object.hasOwn(POLICY_STRENGTH, value));
  if (given.length === 0) return tags[tag];
  return given.reduce((low, one) => (POLICY_STRENGTH[one] < POLICY_STRENGTH[low] ? one : low));
}

function isKept({ tags, legacy }: DmarcRecord, tag: string): boolean {
  if (tag === 'psd') return tags.psd !== 'u';
  if (tag === 't') return tags.t === 'y';
  return legacy.pct !== undefined && legacy.pct < 100;
}

/**
 * Replaces the record at the name by its mended form; where the name is an alias, or nothing would change, says so only.
 *
 * @param text what to do, as a sentence that speaks of "the one given"
 */
export function mendFix(facts: DomainFacts, record: DmarcRecord, context: JudgeContext, text: string): Fix {
  const { name } = facts;
  const ownTxt = facts.from?.dmarc.ownTxt;
  const mended = mendedRecord(name, record, context);
  const cut = record.text.length >= MAX_RECORD;
  if (ownTxt === undefined || cut || mended === record.text) return { text };
  const target = aliasTarget(ownTxt);
  if (target !== undefined) {
    return {
      text: `_dmarc.${name} is an alias of ${target}, so the record is changed there: publish “${mended}” in place of “${record.text}”.`,
    };
  }
  const node = `_dmarc.${name}`;
  const remove = [txt(node, record.text)];
  return { text, publish: [txt(node, mended)], remove, ...keptTxt(node, ownTxt, remove) };
}

/** DMARC-01's own where receivers do not process the record at all: then there is no policy to keep. */
function mendedRecord(name: string, record: DmarcRecord, { settings }: JudgeContext): string {
  if (record.effect.kind === 'not-processed') {
    return startingDmarc(name, settings.reportMailbox, [record.text]).value;
  }
  return mendedDmarc(record, settings.reportMailbox);
}

/** Where the alias at the name leads in the end; `undefined` where there is none. */
export function aliasTarget(fact: DmarcFacts['ownTxt']): string | undefined {
  return fact.kind === 'unknown' ? undefined : fact.aliases.at(-1);
}
