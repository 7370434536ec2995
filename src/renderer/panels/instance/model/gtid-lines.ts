/** What one server wrote of a GTID set, or what could not be read. */
export type GtidLine =
  | {
      readonly kind: 'mysql';
      /** Lower-case. */
      readonly uuid: string;
      /** From MySQL 8.3; empty for none. */
      readonly tag: string;
      /** As the server writes them: `1-5:7`. */
      readonly intervals: string;
      readonly count: bigint;
    }
  | { readonly kind: 'mariadb'; readonly domain: string; readonly serverId: string; readonly sequence: string }
  | { readonly kind: 'other'; readonly text: string };

const MYSQL = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(.+)$/i;
const MARIADB = /^(\d+)-(\d+)-(\d+)$/;
const INTERVAL = /^(\d+)(?:-(\d+))?$/;
const TAG = /^[a-z_][a-z0-9_]{0,31}$/i;

/**
 * A GTID set of MySQL (`uuid:1-5:7:tag:1-3,…`), or a position or binary log state of MariaDB
 * (`domain-server-sequence,…`), one line for each writer. What is neither is given as it is.
 * Source: MySQL Reference Manual, "GTID Format and Storage"; MariaDB documentation, "Global Transaction ID".
 */
export function gtidLines(text: string): readonly GtidLine[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .flatMap(linesOf);
}

function linesOf(part: string): readonly GtidLine[] {
  const mariadb = MARIADB.exec(part);
  if (mariadb !== null) {
    const [, domain = '', serverId = '', sequence = ''] = mariadb;
    return [{ kind: 'mariadb', domain, serverId, sequence }];
  }
  const [, uuid = '', rest = ''] = MYSQL.exec(part) ?? [];
  return uuid === ''
    ? [{ kind: 'other', text: part }]
    : (tagged(uuid.toLowerCase(), rest) ?? [{ kind: 'other', text: part }]);
}

/** Null when something in it is neither an interval nor a tag. */
function tagged(uuid: string, rest: string): readonly GtidLine[] | null {
  const byTag: { readonly tag: string; readonly intervals: string[]; count: bigint }[] = [];
  let present: (typeof byTag)[number] | null = null;
  for (const piece of rest.split(':').map((one) => one.trim())) {
    const interval = INTERVAL.exec(piece);
    if (interval === null) {
      if (!TAG.test(piece)) return null;
      present = { tag: piece.toLowerCase(), intervals: [], count: 0n };
      byTag.push(present);
      continue;
    }
    if (present === null) {
      present = { tag: '', intervals: [], count: 0n };
      byTag.push(present);
    }
    const [, from = '', to = from] = interval;
    present.intervals.push(piece);
    present.count += BigInt(to) - BigInt(from) + 1n;
  }
  return byTag.map(({ tag, intervals, count }) => ({
    kind: 'mysql',
    uuid,
    tag,
    intervals: intervals.join(':'),
    count,
  }));
}

/** How many transactions a set names; null for MariaDB, whose positions name none but the last. */
export function transactionsIn(lines: readonly GtidLine[]): bigint | null {
  let sum = 0n;
  for (const line of lines) {
    if (line.kind !== 'mysql') return null;
    sum += line.count;
  }
  return sum;
}
