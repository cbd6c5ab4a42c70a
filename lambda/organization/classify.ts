/** What an error of AWS, or of the way to it, means for coverage. */
import type { CoverageOutcome, UnseenReason } from '../facts/types.ts';

/** Longest detail that is stored beside an outcome. */
const MAX_DETAIL = 300;

export interface ClassifiedError {
  outcome: Extract<
    CoverageOutcome,
    'ACCESS_DENIED' | 'DENIED_BY_POLICY' | 'THROTTLED' | 'TIMED_OUT' | 'FAILED'
  >;
  /** `<code>: <message>`, bounded, without control characters. */
  detail: string;
}

/** AWS names the denied session, whose name differs from scan to scan: kept, it would make the same denial a new one. */
const OWN_SESSION = /(:assumed-role\/[\w+=,.@-]{1,64}\/ses-posture)-[0-9a-f]{12}\b/g;

/** The parts of an SDK or Node error that tell anything. */
interface ErrorParts {
  name: string;
  code: string;
  message: string;
  status?: number;
}

const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'NotAuthorized',
  'UnauthorizedOperation',
]);

const THROTTLED = new Set([
  'BandwidthLimitExceeded',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

const TIMED_OUT = new Set([
  'TimeoutError',
  'AbortError',
  'RequestTimeout',
  'RequestTimeoutException',
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
]);

/** The way to AWS broke; another try may find it whole. */
const BROKEN_CONNECTION = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

/** The session's credentials are not, or no longer, accepted. */
const BAD_CREDENTIALS = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'CredentialsProviderError',
]);

/**
 * The coverage outcome that an error stands for. Never says EMPTY or REGION_DISABLED: an error proves neither.
 * `UnrecognizedClientException` is what an opt-in Region that is off answers, but a bad key is answered the same, so it
 * is FAILED here; only ListRegions proves REGION_DISABLED (see survey.ts).
 */
export function classifyAwsError(error: unknown): ClassifiedError {
  const parts = errorParts(error);
  const detail = describe(parts);
  if (isDenial(parts)) {
    return { outcome: deniedByPolicy(parts.message) ? 'DENIED_BY_POLICY' : 'ACCESS_DENIED', detail };
  }
  if (isThrottle(parts)) return { outcome: 'THROTTLED', detail };
  // The SDK calls every broken connection a TimeoutError; only the code tells silence from a reset or refusal.
  const late = TIMED_OUT.has(parts.name) || TIMED_OUT.has(parts.code);
  if (late && !BROKEN_CONNECTION.has(parts.code)) return { outcome: 'TIMED_OUT', detail };
  return { outcome: 'FAILED', detail };
}

/** As `classifyAwsError`, in the words of `Observed`. */
export function classifyUnseen(error: unknown): { because: UnseenReason; detail: string } {
  const { outcome, detail } = classifyAwsError(error);
  return { because: outcome === 'DENIED_BY_POLICY' ? 'ACCESS_DENIED' : outcome, detail };
}

export function isThrottlingError(error: unknown): boolean {
  return isThrottle(errorParts(error));
}

/** Whether the same request may well succeed a moment later: throttling, a lost answer, a fault of the server. */
export function isTransientError(error: unknown): boolean {
  const parts = errorParts(error);
  if (isThrottle(parts) || BROKEN_CONNECTION.has(parts.code)) return true;
  if (parts.name === 'AbortError') return false;
  return TIMED_OUT.has(parts.name) || TIMED_OUT.has(parts.code) || (parts.status ?? 0) >= 500;
}

/** Whether the credentials themselves were refused, whatever they were used for. */
export function isCredentialError(error: unknown): boolean {
  const { name, code } = errorParts(error);
  return BAD_CREDENTIALS.has(name) || BAD_CREDENTIALS.has(code);
}

/** Whether the endpoint's host name does not exist. */
export function isUnknownHost(error: unknown): boolean {
  return errorParts(error).code === 'ENOTFOUND';
}

/** Whether AWS's sentence says that a policy denies on purpose, or that no service control policy allows. */
export function deniedByPolicy(message: string): boolean {
  return /explicit deny|(service|resource) control policy/i.test(message.slice(0, 4096));
}

/** Outside text made fit for storage, terminal and mail: one line, no control or invisible characters, at most `max` characters. */
export function plainText(text: string, max = MAX_DETAIL): string {
  const clean = text
    .slice(0, max * 4)
    .replace(/[\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g, ' ')
    .trim();
  return clean.length > max ? `${clean.slice(0, max - 1)}…` : clean;
}

function isDenial(parts: ErrorParts): boolean {
  return (
    DENIED.has(parts.name) || (parts.status === 403 && /not authorized/i.test(parts.message.slice(0, 4096)))
  );
}

function isThrottle(parts: ErrorParts): boolean {
  return parts.status === 429 || THROTTLED.has(parts.name);
}

function describe(parts: ErrorParts): string {
  const label = parts.name === 'Error' && parts.code ? parts.code : parts.name;
  const message = parts.message.slice(0, 4096).replace(OWN_SESSION, '$1');
  return plainText(message ? `${label}: ${message}` : label);
}

function errorParts(error: unknown): ErrorParts {
  if (typeof error !== 'object' || error === null) return { name: 'Error', code: '', message: String(error) };
  const { name, code, message, $metadata } = error as {
    name?: unknown;
    code?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: unknown };
  };
  const status = $metadata?.httpStatusCode;
  return {
    name: typeof name === 'string' ? name : 'Error',
    code: typeof code === 'string' ? code : '',
    message: typeof message === 'string' ? message : '',
    ...(typeof status === 'number' ? { status } : {}),
  };
}
