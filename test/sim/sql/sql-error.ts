/** An error that the simulated server answers a statement with. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  readonly errno: number;
  readonly sqlState: string;
  /** The simulator met something that it doesn't know, and a real server might. */
  readonly notSimulated: boolean;

  constructor(errno: number, message: string, options: { sqlState?: string; notSimulated?: boolean } = {}) {
    super(message);
    this.errno = errno;
    this.sqlState = options.sqlState ?? 'HY000';
    this.notSimulated = options.notSimulated ?? false;
  }
}

/** ER_PARSE_ERROR, as MySQL words it. */
export function syntaxError(near: string): SqlError {
  const message =
    'You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version ' +
    `for the right syntax to use near '${near.slice(0, 80)}' at line 1`;
  return new SqlError(1064, message, { sqlState: '42000', notSimulated: true });
}
