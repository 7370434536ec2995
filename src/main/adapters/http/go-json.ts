/**
 * JSON as the compatible surface has always sent it: compact, with `<`, `>`, `&`, U+2028 and U+2029 escaped
 * (http-api reference, section 1). Key order is that of the objects given.
 */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A number as JSON shows it; an opaque object where a JavaScript number would lose digits. */
export type JsonInteger = number | object;

const UINT64_MAX = 2n ** 64n - 1n;

/** Digits that survive `JSON.stringify` although they exceed 2^53. */
function exact(value: bigint): JsonInteger {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)) return Number(value);
  return rawJson(value.toString());
}

function rawJson(text: string): object {
  // Part of the language (JSON.parse source text access) and of Node since 22, not yet of TypeScript's es2024 library.
  return (JSON as unknown as { rawJSON(text: string): object }).rawJSON(text);
}

/** A duration in nanoseconds, which is how the surface counts all of them. */
export function nanosFromMillis(milliseconds: number): JsonInteger {
  const whole = Math.trunc(milliseconds);
  return exact(BigInt(whole) * 1_000_000n + BigInt(Math.round((milliseconds - whole) * 1e6)));
}

export function nanosFromMicros(microseconds: number): JsonInteger {
  return exact(BigInt(Math.round(microseconds)) * 1000n);
}

/** An unsigned 64-bit value; what would overflow in the reader's integer is cut to the largest one. */
export function uint64(value: number): JsonInteger {
  if (!(value > 0)) return 0;
  const integer = BigInt(Math.trunc(Math.min(value, 2 ** 64)));
  return exact(integer > UINT64_MAX ? UINT64_MAX : integer);
}

export interface NullInt64 {
  readonly Int64: number;
  readonly Valid: boolean;
}

/** `sql.NullInt64`: an object, never `null`. */
export function nullInt64(value: number | null): NullInt64 {
  return value === null ? { Int64: 0, Valid: false } : { Int64: Math.trunc(value), Valid: true };
}

/** `YYYY-MM-DD hh:mm:ss` in UTC, the form that a MySQL backend gave; empty for 0. */
export function timestamp(ms: number): string {
  return ms <= 0 ? '' : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** RFC 3339, with the zero time of the surface for 0. */
export function rfc3339(ms: number): string {
  return ms <= 0 ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString();
}

/**
 * A replication error as the surface has it: `""`, or a double-quoted literal of printable ASCII whose quotes are
 * part of the value (http-api reference, section 7.3, LastSQLError).
 */
export function quotedError(text: string): string {
  if (text === '') return '';
  let quoted = '"';
  for (const character of text) quoted += quotedCharacter(character);
  return `${quoted}"`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function quotedCharacter(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return character;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
