/** Errors that a person can act on. */

/**
 * Something that the operator has to put right. `message` is one or two sentences: what happened, to what, what to do.
 * `name` is the error type that Step Functions and the command line show, e.g. `AccountUnknown`.
 */
export class OperatorError extends Error {
  constructor(name: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = name;
  }
}
