/** IP addresses and networks as SPF compares them. */
import { isIPv4, isIPv6 } from 'node:net';
import type { IpNetwork } from './spf-types.ts';

export interface IpAddress {
  family: 4 | 6;
  /** 32-bit words, most significant first: one for IPv4, four for IPv6. */
  words: number[];
}

/** Reads an address; undefined when it is none. A zone index (`%eth0`) is not part of any. */
export function parseAddress(text: string): IpAddress | undefined {
  if (isIPv4(text)) return { family: 4, words: [ip4Word(text)] };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  return { family: 6, words: ip6Words(text) };
}

/** RFC 7208 section 5: an IPv4-mapped IPv6 address (`::ffff:0:0/96`) is the IPv4 address. */
export function unmapped(address: IpAddress): IpAddress {
  const [first, second, third, fourth = 0] = address.words;
  const mapped = address.family === 6 && first === 0 && second === 0 && third === 0xffff;
  return mapped ? { family: 4, words: [fourth] } : address;
}

/** Whether both are of one family and agree in the network's first `prefix` bits. */
export function contains(network: IpNetwork, address: IpAddress): boolean {
  return network.family === address.family && samePrefix(network.words, address.words, network.prefix);
}

export function samePrefix(one: number[], other: number[], prefix: number): boolean {
  let bits = prefix;
  for (let at = 0; bits > 0; at++, bits -= 32) {
    const mask = bits >= 32 ? 0xffffffff : ~(0xffffffff >>> bits);
    if ((((one[at] ?? 0) ^ (other[at] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

/** `192.0.2.0/24`: the network's first address, host bits cleared. */
export function formatNetwork(network: IpNetwork): string {
  return `${formatAddress(firstAddress(network))}/${network.prefix}`;
}

/** Reads `192.0.2.0/24`; undefined when it is no network. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const slash = text.lastIndexOf('/');
  const address = parseAddress(text.slice(0, Math.max(0, slash)));
  const prefix = text.slice(slash + 1);
  if (!address || !/^\d{1,3}$/.test(prefix)) return undefined;
  if (Number(prefix) > (address.family === 4 ? 32 : 128)) return undefined;
  return { ...address, prefix: Number(prefix) };
}

/**
 * One usable address of a network as `expandNetworks` writes it: the one after the network address, or the only one.
 * @throws RangeError when the text is no network.
 */
export function addressInside(given: string | IpNetwork): string {
  const network = typeof given === 'string' ? parseNetwork(given) : given;
  if (!network)
    throw new RangeError(`"${String(given).slice(0, 80)}" is not a network in the form 192.0.2.0/24.`);
  const first = firstAddress(network);
  const bits = network.family === 4 ? 32 : 128;
  if (bits - network.prefix >= 2) first.words[first.words.length - 1]! += 1;
  return formatAddress(first);
}

function firstAddress(network: IpNetwork): IpAddress {
  const words = network.words.map((word, at) => {
    const bits = Math.max(0, Math.min(32, network.prefix - at * 32));
    return bits === 32 ? word : (word & ~(0xffffffff >>> bits)) >>> 0;
  });
  return { family: network.family, words };
}

/** Dotted quad, or RFC 5952 text. */
export function formatAddress(address: IpAddress): string {
  if (address.family === 4) return octets(address.words).join('.');
  const groups = ip6Groups(address);
  const { at, length } = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, at).join(':')}::${hex.slice(at + length).join(':')}`;
}

/** The `i` macro (RFC 7208 section 7.3): dotted quad, or the 32 nibbles of an IPv6 address with dots between. */
export function dottedAddress(address: IpAddress): string {
  if (address.family === 4) return formatAddress(address);
  return address.words.map((word) => [...word.toString(16).padStart(8, '0')].join('.')).join('.');
}

function ip4Word(text: string): number {
  return text.split('.').reduce((word, part) => word * 256 + Number(part), 0);
}

function ip6Words(text: string): number[] {
  const lastColon = text.lastIndexOf(':');
  const tail = text.slice(lastColon + 1);
  const word = tail.includes('.') ? ip4Word(tail) : undefined;
  const plain =
    word === undefined
      ? text
      : `${text.slice(0, lastColon + 1)}${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`;
  const [head = '', rest] = plain.split('::');
  const first = hexGroups(head);
  const last = rest === undefined ? [] : hexGroups(rest);
  const zeros = new Array<number>(8 - first.length - last.length).fill(0);
  const groups = [...first, ...zeros, ...last];
  return [0, 2, 4, 6].map((at) => (groups[at] ?? 0) * 0x10000 + (groups[at + 1] ?? 0));
}

function hexGroups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function octets(words: number[]): number[] {
  return words.flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]);
}

function ip6Groups(address: IpAddress): number[] {
  return address.words.flatMap((word) => [word >>> 16, word & 0xffff]);
}

function longestZeroRun(groups: number[]): { at: number; length: number } {
  let best = { at: 0, length: 0 };
  let start = 0;
  for (let at = 0; at <= groups.length; at++) {
    if (groups[at] === 0) continue;
    if (at - start > best.length) best = { at: start, length: at - start };
    start = at + 1;
  }
  return best;
}
