/** An SPF record's text as terms, with every problem at its place (RFC 7208 sections 4.6, 5, 6, 12). */
import { parseDomainSpec, parseMacroString } from './spf-macro.ts';
import { parseAddress } from './spf-network.ts';
import { lintRecord } from './spf-lint.ts';
import type {
  DomainSpec,
  IpNetwork,
  SpfDirective,
  SpfModifier,
  SpfProblem,
  SpfQualifier,
  SpfRecord,
  SpfSyntaxCode,
} from './spf-types.ts';

/** The most that one TXT record can hold; practical ones stay under 450 (section 3.4). */
export const MAX_RECORD_LENGTH = 65_535;
/** Problems kept of one record. */
const MAX_PROBLEMS = 50;
const VERSION_LENGTH = 'v=spf1'.length;

interface RawTerm {
  text: string;
  start: number;
  end: number;
}

/** A syntax error inside a term; `at` counts from the term's start. */
interface TermError {
  code: SpfSyntaxCode;
  message: string;
  at: number;
}

type Parsed<T> = { ok: true; value: T } | ({ ok: false } & TermError);

/**
 * Reads a record that `selectSpfRecords` chose. Never throws. One error anywhere makes the whole record a permerror,
 * even behind a term that would match (section 4.6): `valid` says so.
 */
export function parseSpfRecord(text: string): SpfRecord {
  const record: SpfRecord = { text, directives: [], problems: [], valid: true };
  if (text.length > MAX_RECORD_LENGTH) {
    const message = `The record is longer than ${MAX_RECORD_LENGTH} characters.`;
    reject(record, 'RECORD_TOO_LONG', message, 0, text.length);
    return record;
  }
  const unknownModifiers: RawTerm[] = [];
  for (const term of splitTerms(text)) {
    const error = readTerm(term, record, unknownModifiers);
    if (error) {
      const message = `"${shown(term.text)}": ${error.message}.`;
      reject(record, error.code, message, term.start + Math.min(error.at, term.text.length), term.end);
    }
  }
  record.problems.push(...lintRecord(record, unknownModifiers).slice(0, MAX_PROBLEMS));
  return record;
}

function reject(record: SpfRecord, code: SpfSyntaxCode, message: string, start: number, end: number): void {
  record.valid = false;
  if (record.problems.length < MAX_PROBLEMS)
    record.problems.push({ code, level: 'error', message, start, end });
}

/** Records kept read; each text of at most MAX_CACHED_LENGTH, so 2 MB at worst. */
const MAX_CACHED_RECORDS = 200;
const MAX_CACHED_LENGTH = 2000;
const cache = new Map<string, Readonly<SpfRecord>>();

/**
 * `parseSpfRecord` for who reads the same texts again and again: one record is evaluated for every network of SES.
 * The result depends on nothing but the text and is shared: it must not be changed.
 */
export function cachedSpfRecord(text: string): Readonly<SpfRecord> {
  const known = cache.get(text);
  if (known) return known;
  const record = parseSpfRecord(text);
  if (text.length > MAX_CACHED_LENGTH) return record;
  if (cache.size >= MAX_CACHED_RECORDS) cache.clear();
  cache.set(text, record);
  return record;
}

/** Terms are separated by spaces only; any other blank or control character is an error inside a term. */
function splitTerms(text: string): RawTerm[] {
  const terms: RawTerm[] = [];
  let start = VERSION_LENGTH;
  while (start < text.length) {
    const space = text.indexOf(' ', start);
    const end = space < 0 ? text.length : space;
    if (end > start) terms.push({ text: text.slice(start, end), start, end });
    start = end + 1;
  }
  return terms;
}

function readTerm(term: RawTerm, record: SpfRecord, unknown: RawTerm[]): TermError | undefined {
  const bad = /[^\x21-\x7e]/.exec(term.text);
  if (bad) {
    const message = 'it holds a character that is not visible ASCII';
    return { code: 'INVALID_CHARACTER', message, at: bad.index };
  }
  if (term.text.includes('=')) {
    const name = /^[a-z][a-z0-9\-_.]*(?==)/i.exec(term.text)?.[0];
    if (name !== undefined) return readModifier(term, name, record, unknown);
  }
  if (/^[^:/]*=/.test(term.text)) {
    const message = 'a modifier is a name, which begins with a letter, and "="';
    return { code: 'BAD_MODIFIER_NAME', message, at: 0 };
  }
  const directive = readDirective(term);
  if (!directive.ok) return directive;
  record.directives.push(directive.value);
  return undefined;
}

function readModifier(
  term: RawTerm,
  written: string,
  record: SpfRecord,
  unknown: RawTerm[],
): TermError | undefined {
  const name = written.toLowerCase();
  const from = written.length + 1;
  const value = term.text.slice(from);
  if (name !== 'redirect' && name !== 'exp') {
    unknown.push(term);
    const syntax = parseMacroString(value, { explanationLetters: true });
    return syntax.ok ? undefined : { code: 'BAD_MACRO', message: syntax.message, at: from + syntax.at };
  }
  if (record[name]) {
    const message = `"${name}" may stand only once (section 6)`;
    return { code: 'DUPLICATE_MODIFIER', message, at: 0 };
  }
  const spec = readDomainSpec(value, from);
  // A broken one still counts as there: the second of two is told as a duplicate.
  const modifier: SpfModifier = { ...term, name, spec: spec.ok ? spec.value : { text: value, tokens: [] } };
  record[name] = modifier;
  return spec.ok ? undefined : spec;
}

function readDomainSpec(text: string, from: number): Parsed<DomainSpec> {
  const parsed = parseDomainSpec(text);
  if (parsed.ok) return { ok: true, value: parsed.spec };
  const code = text === '' ? 'MISSING_VALUE' : text[parsed.at] === '%' ? 'BAD_MACRO' : 'BAD_DOMAIN';
  return { ok: false, code, message: parsed.message, at: from + parsed.at };
}

const QUALIFIERS = '+-?~';

function readDirective(term: RawTerm): Parsed<SpfDirective> {
  const first = term.text[0]!;
  const signed = QUALIFIERS.includes(first);
  const qualifier = (signed ? first : '+') as SpfQualifier;
  const from = signed ? 1 : 0;
  const delimiter = term.text.search(/[:/]/);
  const nameEnd = delimiter < 0 ? term.text.length : delimiter;
  const rest = term.text.slice(nameEnd);
  const { text, start, end } = term;
  const mechanism = text.slice(from, nameEnd).toLowerCase();
  switch (mechanism) {
    case 'all':
      if (rest !== '') return unexpected('"all"', nameEnd);
      return { ok: true, value: { text, start, end, qualifier, mechanism } };
    case 'include':
    case 'exists': {
      const spec = readArgument(rest, nameEnd, mechanism);
      if (!spec.ok) return spec;
      return { ok: true, value: { text, start, end, qualifier, mechanism, spec: spec.value } };
    }
    case 'ptr': {
      if (rest === '') return { ok: true, value: { text, start, end, qualifier, mechanism } };
      if (rest[0] === '/') return unexpected('"ptr"', nameEnd);
      const spec = readArgument(rest, nameEnd, mechanism);
      if (!spec.ok) return spec;
      return { ok: true, value: { text, start, end, qualifier, mechanism, spec: spec.value } };
    }
    case 'a':
    case 'mx': {
      const host = readHost(rest, nameEnd);
      if (!host.ok) return host;
      return { ok: true, value: { text, start, end, qualifier, mechanism, ...host.value } };
    }
    case 'ip4':
    case 'ip6': {
      const network = readNetwork(mechanism, rest, nameEnd);
      if (!network.ok) return network;
      return { ok: true, value: { text, start, end, qualifier, mechanism, network: network.value } };
    }
    default: {
      const message = `"${shown(term.text.slice(from, nameEnd))}" is no mechanism of RFC 7208`;
      return { ok: false, code: 'UNKNOWN_MECHANISM', message, at: from };
    }
  }
}

function unexpected(what: string, at: number): Parsed<never> {
  return { ok: false, code: 'UNEXPECTED_VALUE', message: `${what} takes no such value`, at };
}

function missing(what: string, at: number): Parsed<never> {
  return { ok: false, code: 'MISSING_VALUE', message: `"${what}" needs ":" and a value`, at };
}

function readArgument(rest: string, at: number, mechanism: string): Parsed<DomainSpec> {
  return rest[0] === ':' ? readDomainSpec(rest.slice(1), at + 1) : missing(mechanism, at);
}

/** [ ":" domain-spec ] [ "/" ip4-cidr ] [ "//" ip6-cidr ]; the domain-spec may itself hold slashes. */
function readHost(rest: string, at: number): Parsed<{ spec?: DomainSpec; prefix4: number; prefix6: number }> {
  let end = rest.length;
  let digits = trailingDigits(rest, end);
  let text6: string | undefined;
  let text4: string | undefined;
  if (digits !== '' && rest.endsWith(`//${digits}`, end)) {
    text6 = digits;
    end -= digits.length + 2;
    digits = trailingDigits(rest, end);
  }
  if (digits !== '' && rest.endsWith(`/${digits}`, end) && rest[end - digits.length - 2] !== '/') {
    text4 = digits;
    end -= digits.length + 1;
  }
  const prefix4 = readPrefix(text4, 32, at + end);
  if (!prefix4.ok) return prefix4;
  const prefix6 = readPrefix(text6, 128, at + rest.length - (text6?.length ?? 0));
  if (!prefix6.ok) return prefix6;
  const prefixes = { prefix4: prefix4.value, prefix6: prefix6.value };
  if (end === 0) return { ok: true, value: prefixes };
  if (rest[0] !== ':') {
    return { ok: false, code: 'BAD_PREFIX', message: 'the prefix length is not a number', at };
  }
  const spec = readDomainSpec(rest.slice(1, end), at + 1);
  return spec.ok ? { ok: true, value: { ...prefixes, spec: spec.value } } : spec;
}

function trailingDigits(text: string, end: number): string {
  let start = end;
  while (start > 0 && text.charCodeAt(start - 1) >= 0x30 && text.charCodeAt(start - 1) <= 0x39) start--;
  return text.slice(start, end);
}

/** No leading zero (section 12, ip4-cidr-length and ip6-cidr-length); absent: the whole address. */
function readPrefix(text: string | undefined, max: number, at: number): Parsed<number> {
  if (text === undefined) return { ok: true, value: max };
  if (!/^(?:0|[1-9]\d{0,2})$/.test(text) || Number(text) > max) {
    const message = `the prefix length must be a number from 0 to ${max} without leading zero`;
    return { ok: false, code: 'BAD_PREFIX', message, at };
  }
  return { ok: true, value: Number(text) };
}

function readNetwork(mechanism: 'ip4' | 'ip6', rest: string, at: number): Parsed<IpNetwork> {
  if (rest[0] !== ':' || rest === ':') return missing(mechanism, at);
  const slash = rest.indexOf('/');
  const addressText = rest.slice(1, slash < 0 ? rest.length : slash);
  const address = parseAddress(addressText);
  const family = mechanism === 'ip4' ? 4 : 6;
  if (address?.family !== family) {
    const message = `"${shown(addressText)}" is no IPv${family} address`;
    return { ok: false, code: 'BAD_NETWORK', message, at: at + 1 };
  }
  const max = family === 4 ? 32 : 128;
  const prefix = readPrefix(slash < 0 ? undefined : rest.slice(slash + 1), max, at + slash);
  if (!prefix.ok) return prefix;
  return { ok: true, value: { family, words: address.words, prefix: prefix.value } };
}

function shown(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

/** Problems that make the record a permerror. */
export function syntaxErrors(record: SpfRecord): SpfProblem[] {
  return record.problems.filter((problem) => problem.level === 'error');
}
