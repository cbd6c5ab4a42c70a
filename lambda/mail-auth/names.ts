/** Domain names as mail authentication compares them: A-labels, lower case, no trailing dot. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/** RFC 1035 section 2.3.4, without the root dot. */
const MAX_NAME_LENGTH = 253;
const MAX_LABEL_LENGTH = 63;

/** More text than any name can come from (63 code points a label, four UTF-16 units a code point at worst). */
const MAX_INPUT_LENGTH = 1024;

/** Full stops that IDNA maps to `.` (UTS #46 section 4, step 1). */
const FULL_STOPS = /[.\u3002\uff0e\uff61]/u;

/** What may stand in a label here: printable ASCII but for what delimits names in mail, URIs and master files. */
const LABEL = /^[!#$%&'*+\-/0-9=?^_`a-z{|}~]+$/;
const ASCII_ONLY = /^[\x00-\x7f]*$/;

/** What nearly every name is, and needs no conversion: lower-case letters, digits, hyphens, no address. */
const PLAIN_NAME = /^(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{0,62}$/;

/**
 * The A-label form of a domain name given in either form (RFC 9989 section 5.3.1, RFC 5891), in lower case,
 * without trailing dot.
 *
 * @param text e.g. `例え.jp`, `EXAMPLE.com.`
 * @returns e.g. `xn--r8jz45g.jp`; `undefined` when the text is no domain name: empty or overlong labels, blanks,
 *   an address literal, a label that IDNA refuses, more than 253 octets.
 */
export function toAsciiName(text: string): string | undefined {
  if (text.length <= MAX_NAME_LENGTH && PLAIN_NAME.test(text)) return text;
  if (text.length === 0 || text.length > MAX_INPUT_LENGTH) return undefined;
  const labels = text.split(FULL_STOPS);
  if (labels.length > 1 && labels.at(-1) === '') labels.pop();
  const ascii: string[] = [];
  for (const label of labels) {
    const converted = toAsciiLabel(label);
    if (converted === undefined) return undefined;
    ascii.push(converted);
  }
  const name = ascii.join('.');
  return name.length > MAX_NAME_LENGTH || isIP(name) !== 0 ? undefined : name;
}

/** One label a call: as a whole, `domainToASCII` would read a name such as `1.2` as an IPv4 address. */
function toAsciiLabel(label: string): string | undefined {
  const ascii = ASCII_ONLY.test(label) ? label.toLowerCase() : domainToASCII(label);
  return ascii.length <= MAX_LABEL_LENGTH && LABEL.test(ascii) ? ascii : undefined;
}

/** Whether a name of that text can be asked for: RFC 1035's limits hold for `name`, which may carry prefixes. */
export function fitsDns(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH;
}

/** Whether `name` is `ancestor` or lies below it; both in A-label form. */
export function isAtOrBelow(name: string, ancestor: string): boolean {
  return name === ancestor || name.endsWith(`.${ancestor}`);
}

/** The last label: names that differ in it have no ancestor in common but the root. */
export function topLabel(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** Outside text cut to `limit` characters, control characters made visible: fit for a sentence. */
export function excerpt(text: string, limit = 80): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}...` : text;
  return cut.replace(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
