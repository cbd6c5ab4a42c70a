/** Outside text is hostile: what a finding carries is bounded and printable. */
import type { DnsRecordToPublish, Finding, Fix, Json } from './types.ts';

/** Evidence of one finding, as UTF-8 JSON. */
export const MAX_EVIDENCE_BYTES = 4096;
const MAX_SUMMARY_CHARS = 400;
const MAX_FIX_CHARS = 1500;
/** A TXT to publish is never cut (half a record is a wrong record); beyond this it is left out and the text says so. */
const MAX_RECORD_CHARS = 4000;
const MAX_RECORDS = 20;
const MAX_EVIDENCE_TEXT = 1024;
const MIN_EVIDENCE_TEXT = 16;

/** C0, DEL, C1, line separators, zero-width and bidirectional controls, lone surrogates. */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|\p{Cs}/gu;

/** Every control character as a visible escape such as `\x09`: a reader must see the tab that broke the record. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });
}

/** Cuts at `most` UTF-16 units, never inside a surrogate pair, and says how much is missing. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const note = (left: number): string => `… (${left} more characters)`;
  let end = Math.max(0, most - note(text.length).length);
  if (/[\ud800-\udbff]/.test(text.charAt(end - 1))) end -= 1;
  return `${text.slice(0, end)}${note(text.length - end)}`;
}

/** The finding with every text printable and bounded, and evidence of at most 4 KB that says where it was cut. */
export function boundedFinding<Reason extends string>(finding: Finding<Reason>): Finding<Reason> {
  return {
    ...finding,
    summary: shortened(printable(finding.summary), MAX_SUMMARY_CHARS),
    evidence: boundedEvidence(finding.evidence),
    ...(finding.fix ? { fix: boundedFix(finding.fix) } : {}),
  };
}

/**
 * Halves the length of texts and lists until the whole fits; lists end in `"(n more)"`, texts in `… (n more characters)`.
 */
export function boundedEvidence(evidence: { [key: string]: Json }): { [key: string]: Json } {
  let most = MAX_EVIDENCE_TEXT;
  let bounded = cutObject(evidence, most);
  while (bytesOf(bounded) > MAX_EVIDENCE_BYTES && most > MIN_EVIDENCE_TEXT) {
    most = Math.floor(most / 2);
    bounded = cutObject(evidence, most);
  }
  return bytesOf(bounded) <= MAX_EVIDENCE_BYTES
    ? bounded
    : { truncated: `${bytesOf(evidence)} bytes of evidence were left out` };
}

function bytesOf(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}

function cut(value: Json, most: number): Json {
  if (typeof value === 'string') return shortened(printable(value), most);
  if (Array.isArray(value)) {
    const length = Math.max(3, Math.floor(most / 16));
    const kept: Json[] = value.slice(0, length).map((item) => cut(item, most));
    return value.length > length ? [...kept, `(${value.length - length} more)`] : kept;
  }
  return value !== null && typeof value === 'object' ? cutObject(value, most) : value;
}

function cutObject(value: { [key: string]: Json }, most: number): { [key: string]: Json } {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [printable(key), cut(item, most)]));
}

function boundedFix(fix: Fix): Fix {
  const publish = boundedRecords(fix.publish).filter(({ inexact }) => !inexact);
  const remove = boundedRecords(fix.remove);
  const keep = fix.keep && boundedRecords(fix.keep);
  const count = (lists: (unknown[] | undefined)[]): number =>
    lists.reduce((sum, list) => sum + (list?.length ?? 0), 0);
  const hidden = count([fix.publish, fix.remove]) - count([publish, remove]);
  const leftOut = hidden + count([fix.keep]) - count([keep]);
  const note = hidden > 0 ? ` (${hidden} records are too many or too long to be shown here.)` : '';
  // A command with an escape in it would name something else.
  const command = fix.command === printable(fix.command ?? '') ? fix.command : undefined;
  return {
    text: shortened(printable(fix.text), MAX_FIX_CHARS) + note,
    ...(publish.length > 0 ? { publish } : {}),
    ...(remove.length > 0 ? { remove } : {}),
    ...(keep ? { keep } : {}),
    ...(fix.unseen ? { unseen: true } : {}),
    ...(leftOut > 0 || command !== fix.command ? { incomplete: true } : {}),
    ...(command ? { command } : {}),
    ...(fix.account ? { account: fix.account } : {}),
  };
}

/** What had to be made printable is no longer the record itself, and says so. */
function boundedRecords(records: DnsRecordToPublish[] = []): DnsRecordToPublish[] {
  return records
    .filter((record) => record.value.length <= MAX_RECORD_CHARS)
    .slice(0, MAX_RECORDS)
    .map(({ name, type, value }) => {
      const shown = { name: printable(name), type, value: printable(value) };
      return shown.name === name && shown.value === value ? shown : { ...shown, inexact: true };
    });
}
