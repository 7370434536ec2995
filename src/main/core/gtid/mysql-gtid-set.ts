import {
  canonicalIntervals,
  countIntervals,
  type GtidInterval,
  type Intervals,
  intersectIntervals,
  intervalsContain,
  subtractIntervals,
  unionIntervals,
} from './intervals.ts';

/** The transactions of one source: a server (or group) uuid and, from MySQL 8.3, a tag. */
export interface GtidSource {
  /** Lower-case, with dashes. */
  readonly uuid: string;
  /** Lower-case; empty for untagged transactions. */
  readonly tag: string;
  /** Never empty. */
  readonly intervals: Intervals;
}

/**
 * An immutable set of MySQL GTIDs in canonical form: sources ascending by uuid, then tag, untagged first, each once.
 * Made by `parseGtidSet` and the functions of this file only. Rules: MySQL Reference Manual, "GTID Format and Storage".
 */
export interface MysqlGtidSet {
  readonly sources: readonly GtidSource[];
}

/** The highest transaction number that a server hands out: 2^63 - 2. */
export const MAX_TRANSACTION_NUMBER = 9223372036854775806n;

/** What a server puts between two uuids when it prints a set. */
export const SERVER_SEPARATOR = ',\n';

export const EMPTY_GTID_SET: MysqlGtidSet = { sources: [] };

/** Builds a set from sources in any order; repeated sources and overlapping intervals are merged. */
export function gtidSetOf(sources: readonly GtidSource[]): MysqlGtidSet {
  const bySource = new Map<string, GtidSource[]>();
  for (const source of sources) {
    if (source.intervals.length === 0) continue;
    const name = `${source.uuid}:${source.tag}`;
    const known = bySource.get(name);
    if (known === undefined) bySource.set(name, [source]);
    else known.push(source);
  }
  const merged: GtidSource[] = [];
  for (const [first, ...others] of bySource.values()) {
    if (first === undefined) continue;
    const all: readonly GtidInterval[] = [first, ...others].flatMap((source) => source.intervals);
    merged.push({ uuid: first.uuid, tag: first.tag, intervals: canonicalIntervals(all) });
  }
  return { sources: merged.sort(compareSources) };
}

/**
 * Prints as the server does: `uuid:1-5:7:tag:1-3,uuid:1`, a uuid once, untagged intervals before tagged ones.
 * @param separator stands between uuids; a server itself puts `SERVER_SEPARATOR` there and reads both
 */
export function gtidSetText(set: MysqlGtidSet, separator = ','): string {
  const pieces: string[] = [];
  let uuid = '';
  for (const source of set.sources) {
    if (source.uuid !== uuid) {
      if (uuid !== '') pieces.push(separator);
      uuid = source.uuid;
      pieces.push(uuid);
    }
    if (source.tag !== '') pieces.push(':', source.tag);
    for (const { from, to } of source.intervals) pieces.push(from === to ? `:${from}` : `:${from}-${to}`);
  }
  return pieces.join('');
}

export function isEmptyGtidSet(set: MysqlGtidSet): boolean {
  return set.sources.length === 0;
}

export function unionGtidSets(a: MysqlGtidSet, b: MysqlGtidSet): MysqlGtidSet {
  if (a === b || b.sources.length === 0) return a;
  if (a.sources.length === 0) return b;
  return combine(a, b, (x, y) => {
    if (x === undefined || y === undefined) return x ?? y;
    return { uuid: x.uuid, tag: x.tag, intervals: unionIntervals(x.intervals, y.intervals) };
  });
}

/** The transactions of `a` that are not in `b`; what `GTID_SUBTRACT(a, b)` answers. */
export function subtractGtidSets(a: MysqlGtidSet, b: MysqlGtidSet): MysqlGtidSet {
  return combine(a, b, (x, y) => {
    if (x === undefined || y === undefined) return x;
    return { uuid: x.uuid, tag: x.tag, intervals: subtractIntervals(x.intervals, y.intervals) };
  });
}

export function intersectGtidSets(a: MysqlGtidSet, b: MysqlGtidSet): MysqlGtidSet {
  return combine(a, b, (x, y) => {
    if (x === undefined || y === undefined) return undefined;
    return { uuid: x.uuid, tag: x.tag, intervals: intersectIntervals(x.intervals, y.intervals) };
  });
}

/** True when every transaction of `b` is in `a`; what `GTID_SUBSET(b, a)` answers. */
export function gtidSetContains(a: MysqlGtidSet, b: MysqlGtidSet): boolean {
  let i = 0;
  for (const y of b.sources) {
    let x = a.sources[i];
    while (x !== undefined && compareSources(x, y) < 0) x = a.sources[++i];
    if (x === undefined || compareSources(x, y) !== 0 || !intervalsContain(x.intervals, y.intervals)) return false;
  }
  return true;
}

export function gtidSetsEqual(a: MysqlGtidSet, b: MysqlGtidSet): boolean {
  return a === b || (a.sources.length === b.sources.length && gtidSetContains(a, b) && gtidSetContains(b, a));
}

/** How many transactions the set holds. */
export function countGtids(set: MysqlGtidSet): bigint {
  let count = 0n;
  for (const source of set.sources) count += countIntervals(source.intervals);
  return count;
}

/** Drops everything that comes from the given uuids, whatever its tag. The uuids may be in either case. */
export function subtractSources(set: MysqlGtidSet, uuids: Iterable<string>): MysqlGtidSet {
  const dropped = new Set<string>();
  for (const uuid of uuids) dropped.add(uuid.toLowerCase());
  return { sources: set.sources.filter((source) => !dropped.has(source.uuid)) };
}

/** Only what comes from the given uuid, with all its tags. */
export function onlySource(set: MysqlGtidSet, uuid: string): MysqlGtidSet {
  const wanted = uuid.toLowerCase();
  return { sources: set.sources.filter((source) => source.uuid === wanted) };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TAG = /^(?:[a-z_][a-z0-9_]{0,31})?$/;

/**
 * The set with one more transaction.
 * @param tag empty for an untagged transaction
 * @throws RangeError when the uuid, the tag or the number cannot belong to a GTID
 */
export function addGtid(set: MysqlGtidSet, uuid: string, tag: string, transaction: bigint): MysqlGtidSet {
  const source = { uuid: uuid.toLowerCase(), tag: tag.toLowerCase() };
  if (!UUID.test(source.uuid)) throw new RangeError(`${JSON.stringify(uuid)} is not a server uuid.`);
  if (!TAG.test(source.tag)) throw new RangeError(`${JSON.stringify(tag)} is not a GTID tag.`);
  if (transaction < 1n || transaction > MAX_TRANSACTION_NUMBER) {
    throw new RangeError(`${transaction} is not a transaction number: they go from 1 to ${MAX_TRANSACTION_NUMBER}.`);
  }
  return unionGtidSets(set, { sources: [{ ...source, intervals: [{ from: transaction, to: transaction }] }] });
}

/** Walks two sets side by side; a result that is undefined or without intervals is left out. */
function combine(
  a: MysqlGtidSet,
  b: MysqlGtidSet,
  join: (x: GtidSource | undefined, y: GtidSource | undefined) => GtidSource | undefined,
): MysqlGtidSet {
  const sources: GtidSource[] = [];
  let i = 0;
  let j = 0;
  while (i < a.sources.length || j < b.sources.length) {
    const x = a.sources[i];
    const y = b.sources[j];
    const order = x === undefined ? 1 : y === undefined ? -1 : compareSources(x, y);
    if (order <= 0) i++;
    if (order >= 0) j++;
    const joined = join(order <= 0 ? x : undefined, order >= 0 ? y : undefined);
    if (joined !== undefined && joined.intervals.length > 0) sources.push(joined);
  }
  return { sources };
}

/** The server's order: by the bytes of the uuid, then of the tag. Lower-case text sorts the same. */
function compareSources(a: GtidSource, b: GtidSource): number {
  if (a.uuid !== b.uuid) return a.uuid < b.uuid ? -1 : 1;
  if (a.tag !== b.tag) return a.tag < b.tag ? -1 : 1;
  return 0;
}
