/** DNS names as text: normal form, what can stand in a question, names of reverse look-ups. */
import { isIPv4, isIPv6 } from 'node:net';

/** Octets of a name in text form without trailing dot: RFC 1035 section 2.3.4 allows 255 on the wire. */
export const MAX_NAME_OCTETS = 253;
export const MAX_LABEL_OCTETS = 63;

/** Lower case (ASCII only, as DNS compares) and without the trailing dot. */
export function normalizeName(name: string): string {
  const lower = name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

/** Nobody publishes such names, dns-packet does not carry what follows a line break rightly, and half a character has no octets. */
const UNASKABLE = /[\x00-\x1f\x7f\u2028\u2029\p{Surrogate}]/u;

/**
 * Why no question can hold this (normalized) name, or undefined when one can. Any character but a control character
 * may stand in a label, so the names of RFC 7208's macros (`:`, `%`, `_`, blanks) are askable.
 */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'the name is empty';
  if (Buffer.byteLength(name) > MAX_NAME_OCTETS) return `the name is longer than ${MAX_NAME_OCTETS} octets`;
  if (UNASKABLE.test(name)) return 'the name holds a control character or half a character';
  for (const label of name.split('.')) {
    if (label === '') return 'the name has an empty label';
    if (Buffer.byteLength(label) > MAX_LABEL_OCTETS) {
      return `the name has a label of more than ${MAX_LABEL_OCTETS} octets`;
    }
  }
  return undefined;
}

/** The name under in-addr.arpa or ip6.arpa, or undefined when `ip` is no address. A zone index is no part of it. */
export function reverseName(ip: string): string | undefined {
  const address = ip.replace(/%.*$/s, '');
  if (isIPv4(address)) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  if (!isIPv6(address)) return undefined;
  const nibbles = ipv6Groups(address)
    .map((group) => group.padStart(4, '0'))
    .join('');
  return `${[...nibbles].reverse().join('.')}.ip6.arpa`;
}

/** The address that a name under in-addr.arpa or ip6.arpa stands for, IPv6 in full; undefined for any other name. */
export function addressOfReverse(name: string): string | undefined {
  const four = /^((?:\d{1,3}\.){4})in-addr\.arpa$/.exec(name)?.[1];
  if (four) return four.slice(0, -1).split('.').reverse().join('.');
  const six = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)?.[1];
  const digits = six?.split('.').reverse().join('');
  return digits?.match(/[0-9a-f]{4}/g)?.join(':');
}

/** The eight groups, in hex. The URL parser writes every notation (`::ffff:192.0.2.1`) in hex groups. */
function ipv6Groups(address: string): string[] {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  return [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last];
}
