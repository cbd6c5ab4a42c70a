/** Public keys in DER with a modulus of an exact size; no primes are looked for, as nothing is ever signed with them. */

function element(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.from(content.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x82]), length, content]);
}

const RSA_ALGORITHM = Buffer.from('300d06092a864886f70d0101010500', 'hex');

export const derOf = {
  /** RSAPublicKey of the octets as given: the caller sets leading zeros. */
  pkcs1: (modulus: Buffer, exponent: Buffer): Buffer =>
    element(0x30, element(0x02, modulus), element(0x02, exponent)),
  spki: (rsaPublicKey: Buffer): Buffer =>
    element(0x30, RSA_ALGORITHM, element(0x03, Buffer.from([0]), rsaPublicKey)),
};

/** A SubjectPublicKeyInfo whose modulus is odd and has exactly `bits` bits. */
export function rsaPublicKey(bits: number, exponent: number[] = [1, 0, 1]): Buffer {
  const modulus = Buffer.alloc(Math.ceil(bits / 8), 0xa5);
  const topBits = bits % 8 === 0 ? 8 : bits % 8;
  modulus[0] = (1 << (topBits - 1)) | (0xa5 & ((1 << (topBits - 1)) - 1));
  const positive = topBits === 8 ? Buffer.concat([Buffer.from([0]), modulus]) : modulus;
  return derOf.spki(derOf.pkcs1(positive, Buffer.from(exponent)));
}
