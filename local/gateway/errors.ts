/**
 * What a stand-in answers when it refuses. A refusal that every service knows (a wrong key, a denial, bad input) is
 * thrown as a `CommonFailure` and gets its code and status from the protocol, because AWS names it differently in each;
 * a refusal of one operation is thrown as an `AwsError` with its own code.
 */

/** Refusals that every service has, under a code of its own. */
export type FailureKind =
  | 'missingAuthentication'
  | 'incompleteSignature'
  | 'unknownKey'
  | 'badSignature'
  | 'expiredToken'
  | 'denied'
  | 'malformed'
  | 'invalid'
  | 'unknownOperation'
  | 'tooLarge'
  | 'throttled'
  | 'internal';

export class CommonFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.name = 'CommonFailure';
    this.kind = kind;
  }
}

export class AwsError extends Error {
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** Further members of the error's shape, e.g. Organizations' `Reason`. */
  readonly details: Record<string, string>;

  constructor(code: string, message: string, status = 400, details: Record<string, string> = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** Code and HTTP status of each common refusal, as one protocol (or one service) writes them. */
export type FailureCodes = Record<FailureKind, { code: string; status: number }>;

/** Gives any error the code and status that a service with these codes answers. */
export function toAwsError(error: unknown, codes: FailureCodes): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof CommonFailure) {
    const { code, status } = codes[error.kind];
    return new AwsError(code, error.message, status);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new AwsError(codes.internal.code, `The stand-in itself failed: ${reason}`, codes.internal.status);
}

export const MESSAGE = {
  unknownKey: 'The security token included in the request is invalid.',
  expiredToken: 'The security token included in the request is expired',
  badSignature:
    'The request signature we calculated does not match the signature you provided. ' +
    'Check your AWS Secret Access Key and signing method.',
  badRegion: 'Credential should be scoped to a valid region.',
} as const;
