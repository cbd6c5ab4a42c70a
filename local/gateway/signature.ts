/**
 * Verification of AWS Signature Version 4 in the Authorization header, by the algorithm of the IAM user guide's
 * "Create a signed AWS API request". Signatures in the query (presigned URLs) are not offered.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { CommonFailure } from './errors.ts';
import type { HttpRequest } from './http.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';

export interface SignatureHeader {
  accessKeyId: string;
  /** YYYYMMDD of the credential scope. */
  date: string;
  region: string;
  service: string;
  /** Lower-case names. */
  signedHeaders: string[];
  signature: string;
  /** X-Amz-Date, `YYYYMMDDTHHMMSSZ`. */
  timestamp: string;
}

/**
 * Reads the Authorization and X-Amz-Date headers.
 * @throws CommonFailure `missingAuthentication` or `incompleteSignature`
 */
export function parseAuthorization(headers: Record<string, string>): SignatureHeader {
  const authorization = headers['authorization'];
  if (authorization === undefined) {
    throw new CommonFailure('missingAuthentication', 'Request is missing Authentication Token');
  }
  if (!authorization.startsWith(`${ALGORITHM} `)) {
    throw new CommonFailure(
      'incompleteSignature',
      `Unsupported AWS 'algorithm': only ${ALGORITHM} is offered.`,
    );
  }
  const parts = new Map<string, string>();
  for (const part of authorization.slice(ALGORITHM.length).split(',')) {
    const equals = part.indexOf('=');
    parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const required = (name: string): string => {
    const value = parts.get(name);
    if (value) return value;
    throw new CommonFailure('incompleteSignature', `Authorization header requires '${name}' parameter.`);
  };
  const credential = required('Credential').split('/');
  const [accessKeyId, date, region, service, terminator] = credential;
  if (
    credential.length !== 5 ||
    !accessKeyId ||
    !date ||
    !region ||
    !service ||
    terminator !== 'aws4_request'
  ) {
    throw new CommonFailure(
      'incompleteSignature',
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/aws4_request.',
    );
  }
  const timestamp = headers['x-amz-date'] ?? '';
  if (!/^\d{8}T\d{6}Z$/.test(timestamp)) {
    throw new CommonFailure(
      'incompleteSignature',
      "Authorization header requires a 'X-Amz-Date' in basic format.",
    );
  }
  const signedHeaders = required('SignedHeaders').toLowerCase().split(';');
  return { accessKeyId, date, region, service, signedHeaders, signature: required('Signature'), timestamp };
}

/** A signature is taken for 5 minutes around the time of its making (15 for S3). */
const MAX_SKEW_MS = 5 * 60_000;

/**
 * Checks what of the signature needs no secret: its age, its scope's date, and that host and date are signed.
 * @param nowMs real time: clients sign with the machine's clock, whatever time is simulated
 * @throws CommonFailure `badSignature`
 */
export function checkFreshness(signature: SignatureHeader, nowMs: number): void {
  const { timestamp: t, date, signedHeaders } = signature;
  const signedAt = Date.UTC(
    Number(t.slice(0, 4)),
    Number(t.slice(4, 6)) - 1,
    Number(t.slice(6, 8)),
    Number(t.slice(9, 11)),
    Number(t.slice(11, 13)),
    Number(t.slice(13, 15)),
  );
  const skew = signature.service === 's3' ? 3 * MAX_SKEW_MS : MAX_SKEW_MS;
  if (signedAt < nowMs - skew) {
    const now = new Date(nowMs).toISOString();
    throw new CommonFailure(
      'badSignature',
      `Signature expired: ${t} is more than ${skew / 60_000} min. before ${now}`,
    );
  }
  if (signedAt > nowMs + skew) throw new CommonFailure('badSignature', `Signature not yet current: ${t}`);
  if (date !== t.slice(0, 8)) {
    throw new CommonFailure(
      'badSignature',
      `Date in Credential scope does not match X-Amz-Date: '${date}', '${t}'.`,
    );
  }
  for (const name of ['host', 'x-amz-date']) {
    if (!signedHeaders.includes(name)) {
      throw new CommonFailure('badSignature', `'${name}' must be a 'SignedHeader' in the AWS Authorization.`);
    }
  }
}

/**
 * Whether the request carries the signature that this secret makes.
 * @param payloadHash the hash that stands in the canonical request: hex SHA-256 of the body, or S3's literal
 */
export function signatureMatches(
  request: Omit<HttpRequest, 'body'>,
  signature: SignatureHeader,
  secretAccessKey: string,
  payloadHash: string,
): boolean {
  const canonicalRequest = [
    request.method,
    canonicalPath(request.rawPath, signature.service),
    canonicalQuery(request.rawQuery),
    ...signature.signedHeaders.map((name) => `${name}:${canonicalValue(request.headers[name] ?? '')}`),
    '',
    signature.signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
  const stringToSign = [ALGORITHM, signature.timestamp, scopeOf(signature), sha256(canonicalRequest)].join(
    '\n',
  );
  const expected = hmac(signingKey(secretAccessKey, signature), stringToSign).toString('hex');
  return sameText(expected, signature.signature);
}

export function scopeOf({ date, region, service }: SignatureHeader): string {
  return `${date}/${region}/${service}/aws4_request`;
}

export function signingKey(secretAccessKey: string, { date, region, service }: SignatureHeader): Buffer {
  return [date, region, service, 'aws4_request'].reduce<Buffer>(
    (key, part) => hmac(key, part),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
}

export function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Compares without telling by its duration where the texts differ. */
export function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Every service but S3 encodes the path a second time. */
function canonicalPath(rawPath: string, service: string): string {
  if (service === 's3') return rawPath;
  return rawPath
    .split('/')
    .map((segment) => encodeStrictly(segment))
    .join('/');
}

function canonicalQuery(rawQuery: string): string {
  if (rawQuery === '') return '';
  return rawQuery
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [recode(name), recode(value)] as const;
    })
    .sort(([nameA, valueA], [nameB, valueB]) => order(nameA, nameB) || order(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** By code point, as the algorithm demands; never by locale. */
function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function recode(part: string): string {
  try {
    return encodeStrictly(decodeURIComponent(part));
  } catch {
    return part;
  }
}

/** RFC 3986: everything but unreserved characters is escaped. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalValue(value: string): string {
  return value.trim().replace(/\s+/g, ' ');
}
