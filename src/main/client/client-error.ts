/** The command line can't be carried out as it was written; the message says what is missing or wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The engine refused or failed, or can't be reached; said for a person. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

/** An answer that doesn't look as it should; the stock client ends with jq's exit code 5 then. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}
