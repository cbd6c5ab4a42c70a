/** The value of a key record's `p` tag: base64, then an RSA key (RFC 6376, sizes by RFC 8301) or Ed25519 (RFC 8463). */
import type { DerKey } from './dkim-key-der.ts';
import { readDerKey } from './dkim-key-der.ts';
import type { DkimKey, DkimProblem, DkimProblemCode } from './dkim-types.ts';
import { excerpt } from './names.ts';

/** RFC 8301 section 3.2: shorter keys are not valid; signers SHOULD have 2048; verifiers need not go beyond 4096. */
const MIN_RSA_BITS = 1024;
const GOOD_RSA_BITS = 2048;
const MAX_RSA_BITS = 4096;
const ED25519_OCTETS = 32;

/** Section 3.6.1 `base64string`, blanks removed; its padding is optional there. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

type Material = Pick<DkimKey, 'keyBits' | 'encoding'> & { problems: DkimProblem[] };

/**
 * @param value of `p`; `undefined` where the tag is missing
 * @param keyType of `k`; `undefined` where the type is not known and only the base64 can be judged
 */
export function readKeyMaterial(value: string | undefined, keyType: 'rsa' | 'ed25519' | undefined): Material {
  if (value === undefined) {
    return unusable('KEY_MISSING', 'The record has no p tag, so there is no key.');
  }
  if (value === '') return unusable('KEY_REVOKED', 'p is empty: the key is revoked.');
  const compact = value.replace(/[ \t\r\n]/g, '');
  const octets = decodeBase64(compact);
  if (octets === undefined) return unusable('KEY_NOT_BASE64', `p=${excerpt(value, 30)} is not base64.`);
  const material =
    keyType === undefined ? { problems: [] } : keyType === 'rsa' ? readRsa(octets) : readEd25519(octets);
  if (compact.length % 4 !== 0) {
    material.problems.push(
      warning('KEY_UNPADDED', 'The base64 of p lacks its = padding, which some verifiers want.'),
    );
  }
  return material;
}

function decodeBase64(compact: string): Buffer | undefined {
  const digits = compact.replace(/={1,2}$/, '');
  const paddedWrongly = digits !== compact && compact.length % 4 !== 0;
  if (!BASE64.test(compact) || digits.length % 4 === 1 || paddedWrongly) return undefined;
  return Buffer.from(compact, 'base64');
}

function readEd25519(octets: Buffer): Material {
  if (octets.length === ED25519_OCTETS) return { keyBits: 256, encoding: 'raw', problems: [] };
  const der = readDerKey(octets);
  if (der.kind === 'other' && der.algorithm === 'ed25519') {
    const message = 'p wraps the Ed25519 key in SubjectPublicKeyInfo; RFC 8463 wants the 32 octets alone.';
    return { encoding: 'spki', ...unusable('ED25519_SPKI', message) };
  }
  if (der.kind === 'rsa') return unusable('KEY_TYPE_MISMATCH', 'k=ed25519 but p holds an RSA key.');
  const message = `p holds ${octets.length} octets; an Ed25519 key has 32 (RFC 8463 section 4).`;
  return unusable('ED25519_LENGTH', message);
}

function readRsa(octets: Buffer): Material {
  const der = readDerKey(octets);
  if (der.kind === 'rsa')
    return { keyBits: der.modulusBits, encoding: der.encoding, problems: judgeRsa(der) };
  if (der.kind === 'other') {
    const message = `k is rsa (the default too) but p holds a key of type ${der.algorithm}.`;
    return unusable('KEY_TYPE_MISMATCH', message);
  }
  if (octets.length === ED25519_OCTETS) {
    return unusable(
      'KEY_TYPE_MISMATCH',
      'p holds 32 octets, as an Ed25519 key does, but k=ed25519 is missing.',
    );
  }
  return unusable('KEY_MALFORMED', `p is no RSA public key: ${der.because}.`);
}

function judgeRsa(der: Extract<DerKey, { kind: 'rsa' }>): DkimProblem[] {
  const problems: DkimProblem[] = [];
  const bits = der.modulusBits;
  if (!der.oddModulus || der.exponent < 3 || der.exponent % 2 === 0) {
    problems.push(
      error('KEY_EXPONENT', 'p is no possible RSA key: its modulus or exponent is even or too small.'),
    );
  }
  if (bits < MIN_RSA_BITS) {
    problems.push(
      error('KEY_TOO_SHORT', `The RSA key has ${bits} bits; verifiers refuse fewer than 1024 (RFC 8301).`),
    );
  } else if (bits < GOOD_RSA_BITS) {
    problems.push(warning('KEY_SHORT', `The RSA key has ${bits} bits; RFC 8301 wants 2048 or more.`));
  } else if (bits > MAX_RSA_BITS) {
    problems.push(
      warning('KEY_LONG', `The RSA key has ${bits} bits; verifiers need not support more than 4096.`),
    );
  }
  if (der.encoding === 'pkcs1') {
    const message = 'p is a bare PKCS#1 key, not SubjectPublicKeyInfo; some verifiers refuse it.';
    problems.push(warning('KEY_PKCS1', message));
  }
  if (der.trailingOctets > 0) {
    const message = `${der.trailingOctets} octets follow the key in p; some verifiers refuse it.`;
    problems.push(warning('KEY_TRAILING_DATA', message));
  }
  return problems;
}

function unusable(code: DkimProblemCode, message: string): Material {
  return { problems: [error(code, message)] };
}

function error(code: DkimProblemCode, message: string): DkimProblem {
  return { code, severity: 'error', message, tag: code === 'KEY_TYPE_MISMATCH' ? 'k' : 'p' };
}

function warning(code: DkimProblemCode, message: string): DkimProblem {
  return { code, severity: 'warning', message, tag: 'p' };
}
