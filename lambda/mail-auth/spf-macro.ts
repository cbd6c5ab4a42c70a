/** Macro strings of RFC 7208 section 7: their syntax, and what they expand to. */
import { dottedAddress, formatAddress, type IpAddress } from './spf-network.ts';
import type { DomainSpec, MacroLetter, MacroToken } from './spf-types.ts';

/** What macros expand to; `p` is resolved by the caller beforehand where it is used. */
export interface MacroValues {
  ip: IpAddress;
  /** With local part and domain. */
  sender: string;
  localPart: string;
  senderDomain: string;
  /** The <domain> of the current check_host(). */
  domain: string;
  helo: string;
  /** Name of the receiving host. */
  receiver: string;
  validatedName?: string;
  /** Seconds since 1970. */
  now: () => number;
}

/** A name in a question holds at most this many octets (section 7.3 says characters). */
export const MAX_NAME_LENGTH = 253;
/** More of an expanded name than this is never built: all but the last 253 characters would be cut off again. */
const MAX_EXPANSION = 1024;
/** An explanation longer than this helps nobody and is dropped. */
const MAX_EXPLANATION = 8192;
const LETTERS = 'slodiphcrtv';
const EXPLANATION_LETTERS = 'crt';
const DELIMITERS = '.-+,/_=';

export type MacroSyntax = { ok: true; tokens: MacroToken[] } | { ok: false; at: number; message: string };

/**
 * Reads a macro-string.
 * @param options.blanks an explain-string may hold blanks
 * @param options.explanationLetters `c`, `r`, `t` are for explanation text only (section 7.2); an unknown modifier's
 *   value is just a macro-string by the grammar of section 12 and may hold them
 */
export function parseMacroString(
  text: string,
  options: { blanks?: boolean; explanationLetters?: boolean } = {},
): MacroSyntax {
  const tokens: MacroToken[] = [];
  let literalFrom = 0;
  let at = 0;
  while (at < text.length) {
    if (text[at] !== '%') {
      const code = text.charCodeAt(at);
      if ((code < 0x21 || code > 0x7e) && !(code === 0x20 && options.blanks)) {
        return { ok: false, at, message: 'a macro string holds visible ASCII characters only' };
      }
      at++;
      continue;
    }
    if (at > literalFrom) tokens.push({ kind: 'text', text: text.slice(literalFrom, at) });
    const escaped = ESCAPES[text[at + 1] ?? ''];
    if (escaped === undefined) {
      const macro = readMacro(text, at, options.explanationLetters ?? false);
      if (typeof macro === 'string') return { ok: false, at, message: macro };
      tokens.push(macro.token);
      at = macro.end;
    } else {
      tokens.push({ kind: 'text', text: escaped, escaped: true });
      at += 2;
    }
    literalFrom = at;
  }
  if (at > literalFrom) tokens.push({ kind: 'text', text: text.slice(literalFrom) });
  return { ok: true, tokens };
}

/** `%%`, `%_` and `%-`. */
const ESCAPES: Readonly<Record<string, string>> = { '%': '%', _: ' ', '-': '%20' };

/** `%{` letter, digits, `r`, delimiters `}` from position `at`; a sentence when it is none. */
function readMacro(
  text: string,
  at: number,
  explanation: boolean,
): { token: MacroToken; end: number } | string {
  if (text[at + 1] !== '{') return '"%" must be followed by "{", "%", "_" or "-"';
  let pos = at + 2;
  const written = text[pos] ?? '';
  const letter = written.toLowerCase();
  if (letter === '' || !LETTERS.includes(letter)) return `"${written}" is no macro letter`;
  if (!explanation && EXPLANATION_LETTERS.includes(letter)) {
    return `the macro letter "${written}" is for explanation text only`;
  }
  pos++;
  const digitsFrom = pos;
  while (isDigit(text[pos])) pos++;
  const digits = text.slice(digitsFrom, pos);
  if (digits !== '' && Number(digits) === 0) return 'the number of parts to keep must not be zero';
  const reverse = text[pos] === 'r' || text[pos] === 'R';
  if (reverse) pos++;
  const delimitersFrom = pos;
  while (pos < text.length && DELIMITERS.includes(text[pos]!)) pos++;
  if (text[pos] !== '}') return 'the macro does not end with "}" where it should';
  const delimiters = text.slice(delimitersFrom, pos);
  const token: MacroToken = {
    kind: 'macro',
    letter: letter as MacroLetter,
    escape: written !== letter,
    reverse,
    delimiters: delimiters === '' ? '.' : delimiters,
    ...(digits === '' ? {} : { keep: Math.min(Number(digits), 1_000_000) }),
  };
  return { token, end: pos + 1 };
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

/** Reads a domain-spec: a macro string that ends with a macro or with "." toplabel [ "." ]. */
export function parseDomainSpec(
  text: string,
): { ok: true; spec: DomainSpec } | (MacroSyntax & { ok: false }) {
  if (text === '') return { ok: false, at: 0, message: 'the domain is missing' };
  const syntax = parseMacroString(text);
  if (!syntax.ok) return syntax;
  const spec = { text, tokens: syntax.tokens };
  const last = syntax.tokens.at(-1)!;
  if (last.kind === 'macro' || last.escaped) return { ok: true, spec };
  const literal = last.text.endsWith('.') ? last.text.slice(0, -1) : last.text;
  const dot = literal.lastIndexOf('.');
  if (dot < 0 || !isTopLabel(literal.slice(dot + 1))) {
    const at = text.length - last.text.length + dot + 1;
    return { ok: false, at, message: 'the domain must end with a dot and a top-level label' };
  }
  return { ok: true, spec };
}

/** toplabel of section 7.1: letters, digits and inner hyphens, not digits only. */
export function isTopLabel(label: string): boolean {
  return /^[a-z0-9-]+$/i.test(label) && !/^-|-$/.test(label) && /[a-z-]/i.test(label);
}

export function usesLetter(tokens: MacroToken[], letters: string): boolean {
  return tokens.some((token) => token.kind === 'macro' && letters.includes(token.letter));
}

/**
 * The name a domain-spec stands for: macros expanded, one trailing dot taken off, and cut from the left by whole
 * labels to 253 characters (section 7.3).
 */
export function expandDomainSpec(spec: DomainSpec, values: MacroValues): string {
  let name = '';
  const expand = expander(spec.tokens, values);
  // From the right, because a long name is cut from the left: what lies beyond is never built.
  for (let at = spec.tokens.length - 1; at >= 0 && name.length <= MAX_EXPANSION; at--) {
    name = expand(spec.tokens[at]!).slice(-MAX_EXPANSION) + name;
  }
  if (name.endsWith('.')) name = name.slice(0, -1);
  while (name.length > MAX_NAME_LENGTH) {
    const dot = name.indexOf('.');
    if (dot < 0) break;
    name = name.slice(dot + 1);
  }
  return name;
}

/** The text of an explanation, or undefined when it would be longer than is reasonable. */
export function expandText(tokens: MacroToken[], values: MacroValues): string | undefined {
  let text = '';
  const expand = expander(tokens, values);
  for (const token of tokens) {
    text += expand(token);
    if (text.length > MAX_EXPLANATION) return undefined;
  }
  return text;
}

/** Tokens of a text that somebody wrote for use; with more, each different macro is expanded once and remembered. */
const MANY_TOKENS = 50;

function expander(tokens: MacroToken[], values: MacroValues): (token: MacroToken) => string {
  if (tokens.length <= MANY_TOKENS) return (token) => expandToken(token, values);
  const known = new Map<string, string>();
  return (token) => {
    const key = JSON.stringify(token);
    const before = known.get(key);
    if (before !== undefined) return before;
    const text = expandToken(token, values);
    if (known.size < MANY_TOKENS) known.set(key, text);
    return text;
  };
}

function expandToken(token: MacroToken, values: MacroValues): string {
  if (token.kind === 'text') return token.text;
  let value = valueOf(token.letter, values);
  if (token.reverse || token.keep !== undefined || token.delimiters !== '.') {
    let parts = split(value, token.delimiters);
    if (token.reverse) parts.reverse();
    if (token.keep !== undefined) parts = parts.slice(-token.keep);
    value = parts.join('.');
  }
  return token.escape ? urlEscape(value) : value;
}

function valueOf(letter: MacroLetter, values: MacroValues): string {
  switch (letter) {
    case 's':
      return values.sender;
    case 'l':
      return values.localPart;
    case 'o':
      return values.senderDomain;
    case 'd':
      return values.domain;
    case 'i':
      return dottedAddress(values.ip);
    case 'p':
      return values.validatedName ?? 'unknown';
    case 'h':
      return values.helo;
    case 'c':
      return formatAddress(values.ip);
    case 'r':
      return values.receiver;
    case 't':
      return String(values.now());
    case 'v':
      return values.ip.family === 4 ? 'in-addr' : 'ip6';
  }
}

function split(value: string, delimiters: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < value.length; at++) {
    if (!delimiters.includes(value[at]!)) continue;
    parts.push(value.slice(from, at));
    from = at + 1;
  }
  parts.push(value.slice(from));
  return parts;
}

/** Everything outside RFC 3986's unreserved set, octet by octet. */
function urlEscape(value: string): string {
  let escaped = '';
  for (const byte of Buffer.from(value, 'utf8')) {
    const char = String.fromCharCode(byte);
    escaped += /[A-Za-z0-9\-._~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}
