import type { Flavor } from '../../../shared/domain/instance.ts';
import { GtidSyntaxError } from './gtid-syntax-error.ts';
import {
  countPosition,
  countRanges,
  EMPTY_POSITION,
  intersectPositions,
  type MariadbPosition,
  missingRanges,
  parsePosition,
  positionContains,
  positionText,
  rangesText,
  unionPositions,
} from './mariadb-gtid.ts';
import {
  countGtids,
  EMPTY_GTID_SET,
  gtidSetContains,
  gtidSetText,
  intersectGtidSets,
  type MysqlGtidSet,
  subtractGtidSets,
  unionGtidSets,
} from './mysql-gtid-set.ts';
import { parseGtidSet } from './parse-gtid-set.ts';

/** The two kinds of GTID; Percona Server has MySQL's. */
export type GtidFlavor = 'mysql' | 'mariadb';

/** What a server has executed or received, whatever its flavour. */
export type GtidPosition =
  | { readonly flavor: 'mysql'; readonly set: MysqlGtidSet }
  | { readonly flavor: 'mariadb'; readonly position: MariadbPosition };

/** What one position has and another lacks. */
export interface GtidDifference {
  /** A GTID set for MySQL; for MariaDB ranges such as `0-1-101..105`. Empty when nothing is lacking. */
  readonly text: string;
  readonly count: bigint;
}

export type GtidOrder = 'equal' | 'ahead' | 'behind' | 'diverged';

export type GtidReading =
  | { readonly ok: true; readonly position: GtidPosition }
  | { readonly ok: false; readonly message: string };

/** Which GTIDs a server of this flavour has; null for those that have none or aren't known. */
export function gtidFlavorOf(flavor: Flavor): GtidFlavor | null {
  switch (flavor) {
    case 'MySQL':
    case 'Percona':
      return 'mysql';
    case 'MariaDB':
      return 'mariadb';
    case 'MaxScale':
    case 'unknown':
      return null;
  }
}

export function emptyGtid(flavor: GtidFlavor): GtidPosition {
  return flavor === 'mysql' ? { flavor, set: EMPTY_GTID_SET } : { flavor, position: EMPTY_POSITION };
}

/**
 * Reads what a server printed.
 * @throws GtidSyntaxError; use `readGtid` for what a person typed
 */
export function parseGtid(flavor: GtidFlavor, text: string): GtidPosition {
  return flavor === 'mysql' ? { flavor, set: parseGtidSet(text) } : { flavor, position: parsePosition(text) };
}

/** As `parseGtid`, with a malformed text as an answer instead of an exception. */
export function readGtid(flavor: GtidFlavor, text: string): GtidReading {
  try {
    return { ok: true, position: parseGtid(flavor, text) };
  } catch (error) {
    if (error instanceof GtidSyntaxError) return { ok: false, message: error.message };
    throw error;
  }
}

/** Canonical text in one line, as the server's own functions and variables take it. */
export function gtidText(position: GtidPosition): string {
  return position.flavor === 'mysql' ? gtidSetText(position.set) : positionText(position.position);
}

/** How many transactions; for MariaDB the sum of the sequences, an upper bound. */
export function gtidCount(position: GtidPosition): bigint {
  return position.flavor === 'mysql' ? countGtids(position.set) : countPosition(position.position);
}

export function gtidIsEmpty(position: GtidPosition): boolean {
  return position.flavor === 'mysql' ? position.set.sources.length === 0 : position.position.gtids.length === 0;
}

/** @throws TypeError when the flavours differ, as do all functions here that take two positions */
export function gtidUnion(a: GtidPosition, b: GtidPosition): GtidPosition {
  if (a.flavor === 'mysql' && b.flavor === 'mysql') return { flavor: 'mysql', set: unionGtidSets(a.set, b.set) };
  if (a.flavor === 'mariadb' && b.flavor === 'mariadb') {
    return { flavor: 'mariadb', position: unionPositions(a.position, b.position) };
  }
  return refuseMixture(a, b);
}

/** What both have for certain. */
export function gtidIntersect(a: GtidPosition, b: GtidPosition): GtidPosition {
  if (a.flavor === 'mysql' && b.flavor === 'mysql') return { flavor: 'mysql', set: intersectGtidSets(a.set, b.set) };
  if (a.flavor === 'mariadb' && b.flavor === 'mariadb') {
    return { flavor: 'mariadb', position: intersectPositions(a.position, b.position) };
  }
  return refuseMixture(a, b);
}

/** True when a server at `a` has everything that one at `b` has. */
export function gtidContains(a: GtidPosition, b: GtidPosition): boolean {
  if (a.flavor === 'mysql' && b.flavor === 'mysql') return gtidSetContains(a.set, b.set);
  if (a.flavor === 'mariadb' && b.flavor === 'mariadb') return positionContains(a.position, b.position);
  return refuseMixture(a, b);
}

/** What `a` has and `b` lacks; its count is 0 exactly when `gtidContains(b, a)`. */
export function gtidSubtract(a: GtidPosition, b: GtidPosition): GtidDifference {
  if (a.flavor === 'mysql' && b.flavor === 'mysql') {
    const set = subtractGtidSets(a.set, b.set);
    return { text: gtidSetText(set), count: countGtids(set) };
  }
  if (a.flavor === 'mariadb' && b.flavor === 'mariadb') {
    const ranges = missingRanges(a.position, b.position);
    return { text: rangesText(ranges), count: countRanges(ranges) };
  }
  return refuseMixture(a, b);
}

/** How `a` stands to `b`: `ahead` when it has all of `b` and more, `diverged` when each has something of its own. */
export function gtidCompare(a: GtidPosition, b: GtidPosition): GtidOrder {
  const hasB = gtidContains(a, b);
  const hasA = gtidContains(b, a);
  if (hasB) return hasA ? 'equal' : 'ahead';
  return hasA ? 'behind' : 'diverged';
}

const SHOWN_CHARACTERS = 400;

/**
 * The difference of two positions in a sentence, for logs and explanations; long sets are cut short.
 * @param nameA how to call the owner of `a`, such as `db1:3306`
 */
export function describeGtidDifference(a: GtidPosition, b: GtidPosition, nameA: string, nameB: string): string {
  const clauses: string[] = [];
  const onlyA = gtidSubtract(a, b);
  const onlyB = gtidSubtract(b, a);
  if (onlyA.count > 0n) clauses.push(`${nameA} has ${amount(onlyA)} that ${nameB} lacks: ${shorten(onlyA.text)}`);
  if (onlyB.count > 0n) clauses.push(`${nameB} has ${amount(onlyB)} that ${nameA} lacks: ${shorten(onlyB.text)}`);
  return clauses.length === 0 ? `${nameA} and ${nameB} have the same transactions.` : `${clauses.join('; ')}.`;
}

function amount(difference: GtidDifference): string {
  return difference.count === 1n ? '1 transaction' : `${difference.count} transactions`;
}

function shorten(text: string): string {
  if (text.length <= SHOWN_CHARACTERS) return text;
  return `${text.slice(0, SHOWN_CHARACTERS)}… (${text.length - SHOWN_CHARACTERS} more characters)`;
}

function refuseMixture(a: GtidPosition, b: GtidPosition): never {
  throw new TypeError(
    `GTIDs of different flavours can't be compared: ${a.flavor} (${gtidText(a)}) and ${b.flavor} (${gtidText(b)}).`,
  );
}
