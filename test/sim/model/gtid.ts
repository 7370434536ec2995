import { SqlError } from '../sql/sql-error.ts';

/** Server UUID → number of its last transaction; simulated servers have no gaps, so all from 1 are there. */
export type GtidCounts = Map<string, number>;

type Intervals = readonly (readonly [number, number])[];

/** As MySQL writes a set: sorted, one line for each server. */
export function gtidText(counts: ReadonlyMap<string, number>): string {
  if (counts.size === 1) {
    for (const [uuid, last] of counts) return last > 0 ? rangeText(uuid, 1, last) : '';
  }
  const sorted = [...counts].filter(([, last]) => last > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([uuid, last]) => rangeText(uuid, 1, last)).join(',\n');
}

export function rangeText(uuid: string, first: number, last: number): string {
  return first === last ? `${uuid}:${first}` : `${uuid}:${first}-${last}`;
}

/** Parses `uuid:1-5:7,uuid:…`; throws the server's error 1772 for anything else. */
export function parseGtidSet(text: string): Map<string, Intervals> {
  const sets = new Map<string, Intervals>();
  for (const part of text.split(',').map((piece) => piece.trim())) {
    if (part === '') continue;
    const match = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})((?::\d+(?:-\d+)?)+)$/i.exec(part);
    if (!match) throw new SqlError(1772, `Malformed GTID set specification '${text}'.`);
    const [, uuid = '', ranges = ''] = match;
    const intervals = ranges.slice(1).split(':').map(readRange);
    sets.set(uuid.toLowerCase(), [...(sets.get(uuid.toLowerCase()) ?? []), ...intervals]);
  }
  return sets;
}

function readRange(range: string): readonly [number, number] {
  const [first, last] = range.split('-').map(Number);
  return [first ?? 0, last ?? first ?? 0];
}

export function covers(counts: ReadonlyMap<string, number>, wanted: ReadonlyMap<string, Intervals>): boolean {
  for (const [uuid, intervals] of wanted) {
    const last = counts.get(uuid) ?? 0;
    if (intervals.some(([, to]) => to > last)) return false;
  }
  return true;
}

/** `GTID_SUBTRACT(minuend, subtrahend)` as text. */
export function subtractText(minuend: string, subtrahend: string): string {
  const taken = parseGtidSet(subtrahend);
  const parts: string[] = [];
  for (const [uuid, intervals] of [...parseGtidSet(minuend)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const left = (taken.get(uuid) ?? []).reduce<Intervals>(
      (rest, cut) => rest.flatMap((one) => without(one, cut)),
      intervals,
    );
    const ranges = left
      .toSorted((a, b) => a[0] - b[0])
      .map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
    if (ranges.length > 0) parts.push(`${uuid}:${ranges.join(':')}`);
  }
  return parts.join(',\n');
}

function without([from, to]: readonly [number, number], [cutFrom, cutTo]: readonly [number, number]): Intervals {
  const left: [number, number][] = [];
  if (from < cutFrom) left.push([from, Math.min(to, cutFrom - 1)]);
  if (to > cutTo) left.push([Math.max(from, cutTo + 1), to]);
  return cutFrom > to || cutTo < from ? [[from, to]] : left;
}
