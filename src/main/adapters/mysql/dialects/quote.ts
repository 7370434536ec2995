import mysql from 'mysql2';

/** A string literal that is safe under any SQL mode but NO_BACKSLASH_ESCAPES, which Baton's sessions don't set. */
export function quote(value: string): string {
  return mysql.escape(value);
}

/** An identifier in backquotes, as it is; a backquote in it is doubled. */
export function name(value: string): string {
  return `\`${value.replaceAll('`', '``')}\``;
}

/** A whole number as text; refuses anything else, so that no text can slip into a statement. */
export function whole(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a whole number`);
  return String(value);
}
