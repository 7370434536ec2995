/** The schema that injected marks name; it need not exist. */
export const MARK_SCHEMA = '_pseudo_gtid_';

/**
 * The name in an injected Pseudo-GTID entry: `_asc:<time>:<server>:<random>`, which sorts by time (discovery reference, 10).
 * @param atMs ms since the epoch; written as 8 hex digits of seconds
 * @param random 16 hex digits
 */
export function injectedMark(atMs: number, serverId: number, random: string): string {
  return `_asc:${hex(Math.floor(atMs / 1000))}:${hex(serverId)}:${random}`;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
