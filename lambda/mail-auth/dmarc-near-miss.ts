/** Which of the TXT at a `_dmarc` name are DMARC records, and which were meant to be. */
import { excerpt } from './names.ts';
import { isDmarcRecord } from './dmarc-record.ts';
import type { DmarcNearMiss, DmarcNearMissCode } from './dmarc-types.ts';

/** A slip shows within the first characters; the rest of the text is not searched. */
const LOOKED_AT = 300;

const TYPOGRAPHIC_QUOTE = /[\u2018-\u201f\u2032\u2033\u2039\u203a\u00ab\u00bb\u300c-\u300f\uff02\uff07]/u;
const LITERAL_QUOTE = /["'`]/;
/** Blanks of every kind and what is invisible: byte order mark, zero-width characters. */
const LEADING_BLANK = /^[\s\u00a0\u200b-\u200f\u2060\ufeff]+/u;
const ANY_QUOTE = /["'`\u2018-\u201f\u2032\u2033\u2039\u203a\u00ab\u00bb\u300c-\u300f\uff02\uff07]/gu;

const MESSAGES: Readonly<Record<DmarcNearMissCode, string>> = {
  TYPOGRAPHIC_QUOTES: 'typographic quotes stand in the text: publish it without quotes',
  LITERAL_QUOTES: 'quotes are part of the text: publish it without quotes',
  LEADING_BLANK: 'a blank or an invisible character stands before v=DMARC1',
  WRONG_CASE: 'DMARC1 must be in capitals',
  WRONG_EQUALS_SIGN: 'the sign between v and DMARC1 must be =',
  MISSING_SEMICOLON: 'a semicolon must follow v=DMARC1',
  ESCAPED_SEMICOLON: 'the semicolons are escaped by backslashes, which are part of the text now',
  VERSION_NOT_FIRST: 'v=DMARC1 must be the first tag',
  VERSION_MISSING: 'the text has a policy but does not begin with v=DMARC1',
  VERSION_UNKNOWN: 'the version must be exactly DMARC1',
  BLANK_IN_VERSION: 'a blank splits v=DMARC1',
};

/**
 * The TXT that count as DMARC records (RFC 9989 section 4.10 step 2). The caller discards all when more than one remain.
 *
 * @param txt every TXT at one `_dmarc` name
 */
export function selectDmarcRecords(txt: readonly string[]): string[] {
  return txt.filter(isDmarcRecord);
}

/**
 * TXT that receivers ignore but that somebody meant as a DMARC record, e.g. `“v=DMARC1; p=none”` or `v-DMARC1; p=none`.
 * Text of another purpose (SPF, a verification token) is left out.
 */
export function findDmarcNearMisses(txt: readonly string[]): DmarcNearMiss[] {
  const misses: DmarcNearMiss[] = [];
  for (const text of txt) {
    if (isDmarcRecord(text)) continue;
    const code = nearMissCode(text.slice(0, LOOKED_AT));
    if (code === undefined) continue;
    misses.push({ text, code, message: `"${excerpt(text)}" is no DMARC record: ${MESSAGES[code]}.` });
  }
  return misses;
}

function nearMissCode(text: string): DmarcNearMissCode | undefined {
  const bare = text.replace(ANY_QUOTE, '').replace(LEADING_BLANK, '');
  if (!/dmarc/i.test(bare)) return hasPolicyOnly(bare) ? 'VERSION_MISSING' : undefined;
  const version = /^v[ \t]*([^a-z0-9 \t]?)[ \t]*(d[ \t]*m[ \t]*a[ \t]*r[ \t]*c[ \t]*[0-9.]*)(.?)/iu.exec(
    bare,
  );
  if (version === null) return codeWithoutLeadingVersion(bare);
  if (TYPOGRAPHIC_QUOTE.test(text)) return 'TYPOGRAPHIC_QUOTES';
  if (LITERAL_QUOTE.test(text)) return 'LITERAL_QUOTES';
  if (LEADING_BLANK.test(text)) return 'LEADING_BLANK';
  const [, sign, name = '', next = ''] = version;
  if (sign !== '=') return 'WRONG_EQUALS_SIGN';
  if (next === '\\') return 'ESCAPED_SEMICOLON';
  return codeOfVersionText(name, next);
}

function codeOfVersionText(name: string, next: string): DmarcNearMissCode {
  const trimmed = name.trimEnd();
  if (/[ \t]/.test(trimmed)) return 'BLANK_IN_VERSION';
  if (trimmed.toUpperCase() !== 'DMARC1') return 'VERSION_UNKNOWN';
  if (trimmed !== 'DMARC1') return 'WRONG_CASE';
  return next === '' || next === ';' ? 'VERSION_UNKNOWN' : 'MISSING_SEMICOLON';
}

function codeWithoutLeadingVersion(bare: string): DmarcNearMissCode | undefined {
  if (/;[ \t]*v[ \t]*=[ \t]*dmarc1/i.test(bare)) return 'VERSION_NOT_FIRST';
  if (/^[=\s]*dmarc[0-9]*[ \t]*[;,]/i.test(bare) || hasPolicyOnly(bare)) return 'VERSION_MISSING';
  return /\bv[ \t]*=[ \t]*dmarc1/i.test(bare) ? 'VERSION_NOT_FIRST' : undefined;
}

function hasPolicyOnly(bare: string): boolean {
  return /^(?:v[ \t]*=[ \t]*;[ \t]*)?s?p[ \t]*=[ \t]*(?:none|quarantine|reject)\b/i.test(bare);
}
