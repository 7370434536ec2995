import { GtidSyntaxError } from './gtid-syntax-error.ts';
import type { GtidInterval } from './intervals.ts';
import { type GtidSource, gtidSetOf, MAX_TRANSACTION_NUMBER, type MysqlGtidSet } from './mysql-gtid-set.ts';

const WHAT = 'MySQL GTID set';
const UUID_LENGTH = 36;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/iy;
const TAG = /[a-z_][a-z0-9_]*/iy;
const MAX_TAG_LENGTH = 32;
const DIGITS = /[0-9]+/y;
const MAX_DIGITS = `${MAX_TRANSACTION_NUMBER}`.length;
const SPACE = /\s+/y;

/**
 * Reads `uuid:1-5:7:9-11, uuid:tag:1-3`: a tag holds for the intervals after it, up to the next tag or uuid. Case, white
 * space, order, overlaps and superfluous commas don't matter, as on the server (MySQL Reference Manual, "GTID Sets").
 *
 * Stricter than the server where it silently drops what a person wrote: a source or a tag without transactions and an
 * interval that runs backwards are refused. So are uuids in braces or without dashes, which no server prints.
 * @throws GtidSyntaxError naming the problem and its place
 */
export function parseGtidSet(text: string): MysqlGtidSet {
  const sources: GtidSource[] = [];
  let at = afterCommas(text, 0);
  while (at < text.length) at = afterCommas(text, readUuidSet(text, at, sources));
  return gtidSetOf(sources);
}

/** Reads one uuid with all its tags and intervals; returns the offset of what follows: a comma or the end. */
function readUuidSet(text: string, start: number, sources: GtidSource[]): number {
  if (match(UUID, text, start) === '') fail(text, 'expected a server uuid', start);
  const uuid = text.slice(start, start + UUID_LENGTH).toLowerCase();
  let at = afterSpace(text, start + UUID_LENGTH);
  let tag = '';
  let intervals: GtidInterval[] = [];
  do {
    if (text[at] !== ':') fail(text, `expected ":" and a transaction number after ${tag || uuid}`, at);
    at = afterSpace(text, at + 1);
    const word = match(TAG, text, at);
    if (word === '') {
      at = readInterval(text, at, intervals);
      continue;
    }
    if (word.length > MAX_TAG_LENGTH) fail(text, `a tag has at most ${MAX_TAG_LENGTH} characters`, at);
    if (intervals.length > 0) sources.push({ uuid, tag, intervals });
    else if (tag !== '') fail(text, `expected a transaction number after tag ${tag}`, at);
    tag = word.toLowerCase();
    intervals = [];
    at = afterSpace(text, at + word.length);
  } while (text[at] === ':' || intervals.length === 0);
  sources.push({ uuid, tag, intervals });
  if (at < text.length && text[at] !== ',') fail(text, 'expected "," or ":"', at);
  return at;
}

function readInterval(text: string, start: number, intervals: GtidInterval[]): number {
  const from = readNumber(text, start);
  const dash = afterSpace(text, start + from.length);
  if (text[dash] !== '-') {
    intervals.push({ from: from.value, to: from.value });
    return dash;
  }
  const end = afterSpace(text, dash + 1);
  const to = readNumber(text, end);
  if (to.value < from.value) fail(text, `the interval that starts at ${from.value} runs backwards`, end);
  intervals.push({ from: from.value, to: to.value });
  return afterSpace(text, end + to.length);
}

function readNumber(text: string, at: number): { readonly value: bigint; readonly length: number } {
  const digits = match(DIGITS, text, at);
  if (digits === '') fail(text, 'expected a transaction number', at);
  // Converting takes quadratic time: a text of a megabyte of digits must not get that far.
  const value =
    digits.length > MAX_DIGITS ? BigInt(digits.replace(/^0+/, '').slice(0, MAX_DIGITS + 1)) : BigInt(digits);
  if (value === 0n) fail(text, 'a transaction number is at least 1', at);
  if (value > MAX_TRANSACTION_NUMBER) fail(text, `a transaction number is at most ${MAX_TRANSACTION_NUMBER}`, at);
  return { value, length: digits.length };
}

function afterSpace(text: string, at: number): number {
  // Sets of thousands of intervals have white space at few places: a comparison is cheaper than a pattern.
  return text.charCodeAt(at) > 0x20 ? at : at + match(SPACE, text, at).length;
}

function afterCommas(text: string, start: number): number {
  let at = afterSpace(text, start);
  while (text[at] === ',') at = afterSpace(text, at + 1);
  return at;
}

/** What a sticky pattern finds at exactly this offset; empty when it finds nothing. */
function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function fail(text: string, problem: string, offset: number): never {
  throw new GtidSyntaxError(WHAT, text, problem, offset);
}
