/** The RSA public key inside a DKIM record: a bounded reader of the two DER forms that are published. */

export type DerKey =
  | {
      kind: 'rsa';
      /** SubjectPublicKeyInfo (RFC 5280 section 4.1), or the bare RSAPublicKey of RFC 8017 section A.1.1. */
      encoding: 'spki' | 'pkcs1';
      /** Exact bit length of the modulus. */
      modulusBits: number;
      /** Of more than 32 bits: Infinity. */
      exponent: number;
      oddModulus: boolean;
      /** Octets after the key, which readers ignore. */
      trailingOctets: number;
    }
  /** A SubjectPublicKeyInfo of another algorithm. */
  | { kind: 'other'; algorithm: 'ed25519' | 'rsa-pss' | 'ec' | 'unknown' }
  | { kind: 'malformed'; because: string };

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_IDENTIFIER = 0x06;

/** 1.2.840.113549.1.1.1 */
const RSA_ENCRYPTION = '2a864886f70d010101';
const OTHER_ALGORITHMS: Readonly<Record<string, 'ed25519' | 'rsa-pss' | 'ec'>> = {
  '2b6570': 'ed25519',
  '2a864886f70d01010a': 'rsa-pss',
  '2a8648ce3d0201': 'ec',
};

interface Element {
  tag: number;
  start: number;
  end: number;
}

class DerError extends Error {}

/** Reads a DER-encoded public key. Never throws. */
export function readDerKey(der: Uint8Array): DerKey {
  try {
    const outer = expect(der, 0, der.length, SEQUENCE, 'the key');
    const first = read(der, outer.start, outer.end);
    const trailingOctets = der.length - outer.end;
    if (first.tag === INTEGER) return { ...readRsa(der, outer), encoding: 'pkcs1', trailingOctets };
    if (first.tag !== SEQUENCE) throw new DerError('it begins neither with an algorithm nor with a number');
    return readSpki(der, outer, first, trailingOctets);
  } catch (error) {
    if (error instanceof DerError) return { kind: 'malformed', because: error.message };
    throw error;
  }
}

function readSpki(der: Uint8Array, outer: Element, algorithm: Element, trailingOctets: number): DerKey {
  const identifier = expect(der, algorithm.start, algorithm.end, OBJECT_IDENTIFIER, 'the algorithm');
  const oid = Buffer.from(der.subarray(identifier.start, identifier.end)).toString('hex');
  if (oid !== RSA_ENCRYPTION) return { kind: 'other', algorithm: OTHER_ALGORITHMS[oid] ?? 'unknown' };
  const bits = expect(der, algorithm.end, outer.end, BIT_STRING, 'the key bits');
  if (der[bits.start] !== 0) throw new DerError('the key bits are not whole octets');
  const key = expect(der, bits.start + 1, bits.end, SEQUENCE, 'the RSA key');
  return { ...readRsa(der, key), encoding: 'spki', trailingOctets };
}

function readRsa(
  der: Uint8Array,
  key: Element,
): { kind: 'rsa'; modulusBits: number; exponent: number; oddModulus: boolean } {
  const modulus = expect(der, key.start, key.end, INTEGER, 'the modulus');
  const exponent = expect(der, modulus.end, key.end, INTEGER, 'the exponent');
  const exponentBits = bitLength(der, exponent, 'the exponent');
  return {
    kind: 'rsa',
    modulusBits: bitLength(der, modulus, 'the modulus'),
    exponent: exponentBits > 32 ? Infinity : smallNumber(der, exponent),
    oddModulus: ((der[modulus.end - 1] ?? 0) & 1) === 1,
  };
}

function smallNumber(der: Uint8Array, element: Element): number {
  let value = 0;
  for (let at = element.start; at < element.end; at += 1) value = value * 256 + (der[at] ?? 0);
  return value;
}

/** Of a positive INTEGER in its shortest form, as DER has it (X.690 section 8.3). */
function bitLength(der: Uint8Array, element: Element, what: string): number {
  const length = element.end - element.start;
  const first = der[element.start];
  if (first === undefined || length === 0) throw new DerError(`${what} is empty`);
  if (first & 0x80) throw new DerError(`${what} is negative: its leading zero octet is missing`);
  if (first !== 0) return (length - 1) * 8 + significantBits(first);
  const second = der[element.start + 1];
  if (length === 1 || second === undefined) throw new DerError(`${what} is zero`);
  if (!(second & 0x80)) throw new DerError(`${what} has needless leading zeros`);
  return (length - 1) * 8;
}

function significantBits(octet: number): number {
  return 32 - Math.clz32(octet);
}

function expect(der: Uint8Array, at: number, end: number, tag: number, what: string): Element {
  const element = read(der, at, end);
  if (element.tag !== tag) throw new DerError(`${what} is not where it should be`);
  return element;
}

/** One tag, length, value; lengths of at most four octets, which is more than a TXT record holds. */
function read(der: Uint8Array, at: number, end: number): Element {
  const tag = der[at];
  const first = der[at + 1];
  if (at + 2 > end || tag === undefined || first === undefined) throw new DerError('it ends too early');
  if (first < 0x80) return bounded({ tag, start: at + 2, end: at + 2 + first }, end);
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4) throw new DerError('a length in it is not readable');
  let length = 0;
  for (let index = 0; index < octets; index += 1) length = length * 256 + (der[at + 2 + index] ?? 0);
  return bounded({ tag, start: at + 2 + octets, end: at + 2 + octets + length }, end);
}

function bounded(element: Element, end: number): Element {
  if (element.end > end) throw new DerError('it is cut short');
  return element;
}
