/** What kind of refusal or failure an operator is told of; decides exit code and HTTP status in one place. */
export type ErrorCode =
  | 'invalid-argument'
  | 'unknown-instance'
  | 'unknown-cluster'
  /** A rule or a precondition forbids it; the message says which. */
  | 'refused'
  /** A MySQL server failed or refused. */
  | 'server'
  /** Someone else is doing the same thing right now. */
  | 'conflict'
  | 'not-available'
  /** The configuration can't be used. */
  | 'configuration'
  /** The data folder or its database can't be used. */
  | 'store';

/** An expected failure, said for a person: what happened, where, why, and what to do. */
export class BatonError extends Error {
  override readonly name = 'BatonError';
  readonly code: ErrorCode;
  /** What the operator can do about it; may be empty. */
  readonly hint: string;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? '';
  }

  /** Message and hint as one text. */
  get text(): string {
    return this.hint === '' ? this.message : `${this.message} ${this.hint}`;
  }
}

/** Process exit codes by error code; 1 is the general failure that scripts test for. */
export const EXIT_CODES: Record<ErrorCode, number> = {
  'invalid-argument': 1,
  'unknown-instance': 1,
  'unknown-cluster': 1,
  refused: 1,
  server: 1,
  conflict: 1,
  'not-available': 1,
  configuration: 2,
  store: 3,
};
