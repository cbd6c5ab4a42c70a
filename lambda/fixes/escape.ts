/** Outside text made safe for master files, Route 53 and HCL, so that each reads back as exactly the same octets. */

/** A character-string of a TXT record holds at most so many octets (RFC 1035 section 3.3). */
const MAX_STRING_OCTETS = 255;

/** The octets of a TXT in strings as the wire has them; an empty TXT is one empty string. */
export function txtStrings(value: string): Buffer[] {
  const octets = Buffer.from(value, 'utf8');
  const strings: Buffer[] = [];
  for (let at = 0; at < octets.length; at += MAX_STRING_OCTETS) {
    strings.push(octets.subarray(at, at + MAX_STRING_OCTETS));
  }
  return strings.length > 0 ? strings : [octets];
}

/** Strings of a TXT as a master file has them: quoted, `\DDD` in decimal for what is not printable (RFC 1035 section 5.1). */
export function zoneTxt(value: string): string {
  return txtStrings(value)
    .map((string) => `"${escaped(string, (octet) => `\\${String(octet).padStart(3, '0')}`)}"`)
    .join(' ');
}

/**
 * The same for Route 53, which has `\ooo` in octal (Amazon Route 53 developer guide, TXT record type). A backslash is written
 * so, too: how else it may be written is not documented.
 */
export function route53Txt(value: string): string {
  return txtStrings(value)
    .map((string) => `"${route53String(string)}"`)
    .join(' ');
}

export function route53String(string: Buffer): string {
  const octal = (octet: number): string => `\\${octet.toString(8).padStart(3, '0')}`;
  return escaped(string, octal, (octet) => (octet === BACKSLASH ? octal(octet) : undefined));
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function escaped(
  octets: Buffer,
  numbered: (octet: number) => string,
  special: (octet: number) => string | undefined = () => undefined,
): string {
  return [...octets]
    .map((octet) => {
      const own = special(octet);
      if (own !== undefined) return own;
      if (octet === QUOTE || octet === BACKSLASH) return `\\${String.fromCharCode(octet)}`;
      return octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : numbered(octet);
    })
    .join('');
}

/** An absolute name as a master file has it. */
export function zoneName(name: string): string {
  return absolute(name, (octet) => `\\${String(octet).padStart(3, '0')}`);
}

/** An absolute name as Route 53 has it (Amazon Route 53 developer guide, DNS domain name format). */
export function route53Name(name: string): string {
  return absolute(name, (octet) => `\\${octet.toString(8).padStart(3, '0')}`);
}

/** Labels hold any octet (RFC 2181 section 11); what is not a letter, digit, `-`, `_` or `*` is written as a number. */
function absolute(name: string, numbered: (octet: number) => string): string {
  const plain = name.replace(/\.$/, '');
  if (plain === '') return '.';
  const text = [...Buffer.from(plain, 'utf8')]
    .map((octet) => {
      const character = String.fromCharCode(octet);
      return /[A-Za-z0-9._*-]/.test(character) ? character : numbered(octet);
    })
    .join('');
  return `${text}.`;
}

/** Preference and host of an MX value. `undefined` where it is none, which no plan may print. */
export function mxParts(value: string): { preference: number; host: string } | undefined {
  const match = /^(\d{1,5}) (\S+)$/.exec(value);
  const preference = Number(match?.[1]);
  if (match?.[2] === undefined || preference > 65_535) return undefined;
  return { preference, host: match[2] };
}

/** A quoted template of HCL: `${` and `%{` begin expressions unless doubled (HCL native syntax, quoted templates). */
export function hclString(text: string): string {
  const safe = text
    .replace(/[\\"]/g, (character) => `\\${character}`)
    .replace(/[$%](?=\{)/g, (character) => character + character)
    .replace(
      /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/g,
      (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
    );
  return `"${safe}"`;
}
