/** Errors as Step Functions sees them. The interpreter matches Retry and Catch by `name`. */

/** A task that failed: `name` is the Error, `message` the Cause. */
export class TaskFailure extends Error {
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }
}

/** More than 262,144 bytes: cannot be retried or caught. */
export class DataLimitExceeded extends Error {
  readonly isRetryable = false;
  readonly isCatchable = false;
  constructor(message: string) {
    super(message);
    this.name = 'States.DataLimitExceeded';
  }
}

/** Wraps what a handler threw as Lambda does: the class's name as Error, a JSON text with message and trace as Cause. */
export function asTaskFailure(error: unknown): Error {
  if (error instanceof DataLimitExceeded) return error;
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const trace = (stack ?? '').split('\n').slice(0, 10);
  return new TaskFailure(name, JSON.stringify({ errorType: name, errorMessage: message, trace }));
}
