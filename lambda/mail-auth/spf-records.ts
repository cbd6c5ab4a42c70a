/** Which TXT records are SPF, and which meant to be. */

/**
 * The records that begin with `v=spf1`, in any letter case, followed by a space or the end (RFC 7208 section 4.5).
 * None: the domain has no SPF. More than one: permerror.
 */
export function selectSpfRecords(txt: readonly string[]): string[] {
  return txt.filter(isSpfRecord);
}

export function isSpfRecord(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

/** Quotation marks, typographic and escaped ones too, and blanks and byte-order marks before the text. */
const LEADING_ACCIDENTS = /^[\s\uFEFF\u200B"'`\\\u2018-\u201F\u00AB\u00BB\u2039\u203A]{1,20}/;
const WRITTEN_VERSION = /^v\s{0,3}[=:\-\u2010-\u2015\uFF1D]?\s{0,3}spf/i;
const BARE_VERSION = /^=?spf\s?1(?=[\s:;,=]|$)/i;
const BARE_TERMS = /^(?:include:|ip[46]:|mx\s|a\s)/i;
const CLOSING_ALL = /\s[-~?+]all["'\u201D\u2019]?\s?$/i;

/**
 * TXT records that are no SPF by section 4.5 but look as if they meant to be: `v-spf1`, `v=spf`, `spf1`, a leading
 * blank, typographic or literal quotes, terms without a version. `spf2.0/...` (Sender ID) is something else.
 */
export function findSpfNearMisses(txt: readonly string[]): string[] {
  return txt.filter((text) => {
    if (isSpfRecord(text)) return false;
    const bare = text.slice(0, 1000).replace(LEADING_ACCIDENTS, '');
    if (WRITTEN_VERSION.test(bare) || BARE_VERSION.test(bare)) return true;
    return BARE_TERMS.test(bare) && CLOSING_ALL.test(bare.slice(-20));
  });
}
