/** The vocabulary of DKIM key records. */

export type DkimProblemCode =
  | 'EMPTY_RECORD'
  | 'TOO_LONG'
  | 'TAG_SYNTAX'
  | 'EMPTY_TAG'
  | 'DUPLICATE_TAG'
  | 'NON_ASCII'
  | 'VERSION_WRONG'
  | 'VERSION_NOT_FIRST'
  | 'KEY_TYPE_UNKNOWN'
  | 'KEY_TYPE_CASE'
  | 'KEY_TYPE_MISMATCH'
  | 'KEY_MISSING'
  | 'KEY_REVOKED'
  | 'KEY_NOT_BASE64'
  | 'KEY_UNPADDED'
  | 'KEY_PEM_ARMOUR'
  | 'KEY_MALFORMED'
  | 'KEY_TRAILING_DATA'
  | 'KEY_PKCS1'
  | 'KEY_TOO_SHORT'
  | 'KEY_SHORT'
  | 'KEY_LONG'
  | 'KEY_EXPONENT'
  | 'ED25519_LENGTH'
  | 'ED25519_SPKI'
  | 'HASH_NO_SHA256'
  | 'HASH_SHA1_LISTED'
  | 'SERVICE_NOT_EMAIL'
  | 'TEST_MODE'
  | 'STRICT_IDENTITY'
  | 'LEGACY_GRANULARITY'
  | 'UNKNOWN_TAG'
  | 'ESCAPED_SEMICOLON'
  | 'LITERAL_QUOTES'
  | 'TYPOGRAPHIC_QUOTES';

export interface DkimProblem {
  code: DkimProblemCode;
  /** `error`: verifiers do not use the key. `warning`: some do not, or it is weak. `info`: lint. */
  severity: 'error' | 'warning' | 'info';
  /** A sentence; outside text in it is bounded and printable. */
  message: string;
  tag?: string;
}

export interface DkimKey {
  /** A verifier of RFC 6376 and 8301 uses the key for e-mail signed with sha256. */
  usable: boolean;
  /** Missing when the record names a type that is not known. */
  keyType?: 'rsa' | 'ed25519';
  /** RSA: exact bit length of the modulus. Ed25519: 256. Missing when the key cannot be read. */
  keyBits?: number;
  /** `p=` is there and empty. */
  revoked: boolean;
  /** `t=y`. */
  testMode: boolean;
  /** `t=s`: the domain of `i=` must be that of `d=`. */
  strictIdentity: boolean;
  /** How the key is wrapped. */
  encoding?: 'spki' | 'pkcs1' | 'raw';
  /** `h=` in lower case; missing: every hash. */
  hashes?: string[];
  /** `s=` in lower case; `*` by default. */
  services: string[];
  /** `n=`, for people. */
  notes?: string;
  tags: { name: string; value: string }[];
  problems: DkimProblem[];
}
