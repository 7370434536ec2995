import { GtidSyntaxError } from './gtid-syntax-error.ts';

/** One MariaDB GTID: replication domain and server id are 32-bit numbers, the sequence is a 64-bit one. */
export interface MariadbGtid {
  readonly domain: number;
  readonly server: number;
  readonly sequence: bigint;
}

/**
 * An immutable MariaDB GTID position: the last transaction of each replication domain, ascending by domain, each once.
 *
 * A position holds no history. Having `0-1-100` is taken to mean having the sequences 1 to 100 of domain 0, whoever
 * wrote them; this is how MariaDB itself waits for a position (`MASTER_GTID_WAIT`), and it is exact as long as
 * sequences only grow (`gtid_strict_mode`). One thing can be told: the same sequence from two servers is two
 * transactions, so neither position has reached the other. Rules: MariaDB documentation, "Global Transaction ID".
 */
export interface MariadbPosition {
  readonly gtids: readonly MariadbGtid[];
}

/** Consecutive sequences of one domain; both ends belong to it. `server` wrote the last one, maybe not all of them. */
export interface MariadbRange {
  readonly domain: number;
  readonly server: number;
  readonly from: bigint;
  readonly to: bigint;
}

export const EMPTY_POSITION: MariadbPosition = { gtids: [] };

const GTID = /\s*(\d+)-(\d+)-(\d+)\s*/y;
const BLANK = /[\s,]*/y;
const MAX_ID = 2n ** 32n - 1n;
const MAX_SEQUENCE = 2n ** 64n - 1n;

/**
 * Reads `domain-server-sequence,…` into a position: of a domain that is listed with several servers, as in
 * `gtid_binlog_state`, the highest sequence counts. Sequence 0 means that nothing of the domain was received, and is
 * left out.
 * @throws GtidSyntaxError naming the problem and its place
 */
export function parsePosition(text: string): MariadbPosition {
  return positionOf(parseBinlogState(text));
}

/**
 * Reads the text of `gtid_binlog_state`: the last transaction of each server in each domain, in the order of the text.
 * @throws GtidSyntaxError naming the problem and its place
 */
export function parseBinlogState(text: string): readonly MariadbGtid[] {
  const gtids: MariadbGtid[] = [];
  let at = skipBlank(text, 0);
  while (at < text.length) {
    GTID.lastIndex = at;
    const found = GTID.exec(text);
    if (found === null) fail(text, 'expected domain-server-sequence, such as 0-1-100,', at);
    const [whole, domain = '', server = '', sequence = ''] = found;
    gtids.push({
      domain: Number(readNumber(text, domain, MAX_ID, 'a domain', at)),
      server: Number(readNumber(text, server, MAX_ID, 'a server id', at)),
      sequence: readNumber(text, sequence, MAX_SEQUENCE, 'a sequence', at),
    });
    at += whole.length;
    if (at < text.length && text[at] !== ',') fail(text, 'expected ","', at);
    at = skipBlank(text, at);
  }
  return gtids;
}

/** Prints `domain-server-sequence,…`, ascending by domain. */
export function positionText(position: MariadbPosition): string {
  return position.gtids.map((gtid) => `${gtid.domain}-${gtid.server}-${gtid.sequence}`).join(',');
}

export function isEmptyPosition(position: MariadbPosition): boolean {
  return position.gtids.length === 0;
}

/** The higher sequence of each domain: where a server stands that has both. */
export function unionPositions(a: MariadbPosition, b: MariadbPosition): MariadbPosition {
  return positionOf([...a.gtids, ...b.gtids]);
}

/** The lower sequence of each domain that both have, with the server of the lower: what both have for certain. */
export function intersectPositions(a: MariadbPosition, b: MariadbPosition): MariadbPosition {
  const inB = byDomain(b);
  const gtids: MariadbGtid[] = [];
  for (const x of a.gtids) {
    const y = inB.get(x.domain);
    if (y !== undefined) gtids.push(isLater(x, y) ? y : x);
  }
  return { gtids };
}

/** True when a server at `a` has reached `b`, in every domain of `b`. */
export function positionContains(a: MariadbPosition, b: MariadbPosition): boolean {
  const inA = byDomain(a);
  return b.gtids.every((gtid) => missingOf(gtid, inA.get(gtid.domain)) === null);
}

/** What a server at `a` has that one at `b` lacks, by domain; empty exactly when `positionContains(b, a)`. */
export function missingRanges(a: MariadbPosition, b: MariadbPosition): readonly MariadbRange[] {
  const inB = byDomain(b);
  const ranges: MariadbRange[] = [];
  for (const gtid of a.gtids) {
    const missing = missingOf(gtid, inB.get(gtid.domain));
    if (missing !== null) ranges.push(missing);
  }
  return ranges;
}

/** Prints `0-1-101` for one transaction and `0-1-101..105` for several; ranges are separated by commas. */
export function rangesText(ranges: readonly MariadbRange[]): string {
  return ranges
    .map(({ domain, server, from, to }) => `${domain}-${server}-${from}${from === to ? '' : `..${to}`}`)
    .join(',');
}

export function countRanges(ranges: readonly MariadbRange[]): bigint {
  let count = 0n;
  for (const { from, to } of ranges) count += to - from + 1n;
  return count;
}

/** The number of transactions up to the position, if every domain began at 1 and left out no sequence. */
export function countPosition(position: MariadbPosition): bigint {
  return countRanges(missingRanges(position, EMPTY_POSITION));
}

/** What to know to look for writes that were made on a MariaDB replica itself. */
export interface MariadbErrantQuestion {
  readonly replica: MariadbPosition;
  readonly source: MariadbPosition;
  /** Server ids of the source and of all above it; what they wrote and the source's poll hasn't seen yet is no error. */
  readonly ancestryServerIds: Iterable<number>;
}

/**
 * The last transactions of the replica's domains that its source lacks and no ancestor wrote.
 *
 * An answer is a strong hint. No answer proves nothing: a write on the replica is invisible in its position as soon as
 * it has applied a transaction of the same domain after it, and one below the source's sequence may as well have come
 * from an earlier source.
 */
export function mariadbErrant(question: MariadbErrantQuestion): MariadbPosition {
  const ancestry = new Set(question.ancestryServerIds);
  const inSource = byDomain(question.source);
  const isErrant = (gtid: MariadbGtid) =>
    !ancestry.has(gtid.server) && missingOf(gtid, inSource.get(gtid.domain)) !== null;
  return { gtids: question.replica.gtids.filter(isErrant) };
}

/**
 * What is in one server's binary log and not in another's, told by their `gtid_binlog_state`: the last transaction of
 * each writer in each domain. Unlike positions this also finds what the other server's sequence has overtaken since.
 * A writer that the other log has never seen may have been left out when that server was set up; of it, only what is
 * beyond the other's sequence counts.
 */
export function missingFromBinlog(own: readonly MariadbGtid[], other: readonly MariadbGtid[]): readonly MariadbRange[] {
  const reached = ({ domain, server }: MariadbGtid): bigint => {
    const ofDomain = other.filter((each) => each.domain === domain);
    return ofDomain.find((each) => each.server === server)?.sequence ?? highestSequence(ofDomain, 0n);
  };
  return own.flatMap((gtid) => {
    const { domain, server, sequence } = gtid;
    if (sequence <= reached(gtid)) return [];
    const shared = own.filter((each) => each.domain === domain && each.sequence <= reached(each));
    const last = highestSequence(shared, reached(gtid));
    return [{ domain, server, from: (last < sequence ? last : reached(gtid)) + 1n, to: sequence }];
  });
}

function highestSequence(gtids: readonly MariadbGtid[], atLeast: bigint): bigint {
  let highest = atLeast;
  for (const { sequence } of gtids) if (sequence > highest) highest = sequence;
  return highest;
}

function positionOf(gtids: readonly MariadbGtid[]): MariadbPosition {
  const last = new Map<number, MariadbGtid>();
  for (const gtid of gtids) {
    if (gtid.sequence === 0n) continue;
    const known = last.get(gtid.domain);
    if (known === undefined || isLater(gtid, known)) last.set(gtid.domain, gtid);
  }
  return { gtids: [...last.values()].sort((a, b) => a.domain - b.domain) };
}

/** Orders two GTIDs of one domain. Equal sequences are ordered by server, so that results don't depend on the order. */
function isLater(a: MariadbGtid, b: MariadbGtid): boolean {
  return a.sequence === b.sequence ? a.server > b.server : a.sequence > b.sequence;
}

function missingOf(gtid: MariadbGtid, reached: MariadbGtid | undefined): MariadbRange | null {
  const { domain, server, sequence } = gtid;
  if (reached === undefined) return { domain, server, from: 1n, to: sequence };
  if (reached.sequence < sequence) return { domain, server, from: reached.sequence + 1n, to: sequence };
  if (reached.sequence > sequence || reached.server === server) return null;
  return { domain, server, from: sequence, to: sequence };
}

function byDomain(position: MariadbPosition): ReadonlyMap<number, MariadbGtid> {
  return new Map(position.gtids.map((gtid) => [gtid.domain, gtid]));
}

function readNumber(text: string, digits: string, max: bigint, what: string, at: number): bigint {
  const value = digits.length > `${max}`.length ? max + 1n : BigInt(digits);
  if (value > max) fail(text, `${what} is at most ${max}`, at);
  return value;
}

function skipBlank(text: string, at: number): number {
  BLANK.lastIndex = at;
  return at + (BLANK.exec(text)?.[0].length ?? 0);
}

function fail(text: string, problem: string, offset: number): never {
  throw new GtidSyntaxError('MariaDB GTID position', text, problem, offset);
}
