import fc from 'fast-check';

/**
 * A deliberately dumb model of a GTID set: every transaction is one string, `uuid:tag:number`. It shares no code with
 * the algebra under test, and knows neither intervals nor order.
 */
export type Dumb = ReadonlySet<string>;

export const UUIDS = [
  '3e11fa47-71ca-11e1-9e33-c80aa9429562',
  '3e11fa47-71ca-11e1-9e33-c80aa9429561',
  'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa',
] as const;
const TAGS = ['', '_x', 'a', 'a1', 'backup'] as const;
const LARGEST = 9223372036854775806n;

interface Piece {
  readonly uuid: string;
  readonly tag: string;
  readonly from: bigint;
  readonly length: number;
}

/** Small numbers, so that intervals meet, touch and overlap; now and then those at the upper end. */
const start = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt({ min: 1n, max: 40n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: LARGEST - 20n, max: LARGEST }) },
);

/** Most pieces belong to one source, so that its intervals of two samples interleave in every way. */
const source = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ uuid: UUIDS[0], tag: TAGS[0] }) },
  { weight: 2, arbitrary: fc.record({ uuid: fc.constantFrom(...UUIDS), tag: fc.constantFrom(...TAGS) }) },
);

const length = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 20 }));

const piece: fc.Arbitrary<Piece> = fc
  .record({ source, from: start, length })
  .map(({ source: { uuid, tag }, from, length }) => ({ uuid, tag, from, length }));

/** A text that a person could have written, and the transactions that it stands for. */
export interface Sample {
  readonly text: string;
  readonly dumb: Dumb;
}

const separator = fc.constantFrom(',', ', ', ',\n', ' , ', ',,');

export const sample: fc.Arbitrary<Sample> = fc
  .array(fc.record({ piece, upper: fc.boolean(), separator, chained: fc.boolean() }), { maxLength: 14, size: 'max' })
  .map((entries) => {
    const dumb = new Set<string>();
    let text = '';
    let uuid = '';
    let tag = '';
    for (const entry of entries) {
      const { from, length } = entry.piece;
      const to = from + BigInt(length) - 1n > LARGEST ? LARGEST : from + BigInt(length) - 1n;
      for (let number = from; number <= to; number++) dumb.add(`${entry.piece.uuid}:${entry.piece.tag}:${number}`);
      // An untagged interval can't follow a tagged one under the same mention of the uuid.
      const chainable = entry.chained && uuid === entry.piece.uuid && (entry.piece.tag !== '' || tag === '');
      if (!chainable) {
        if (text !== '') text += entry.separator;
        text += entry.upper ? entry.piece.uuid.toUpperCase() : entry.piece.uuid;
        tag = '';
      }
      if (entry.piece.tag !== tag) text += `:${entry.upper ? entry.piece.tag.toUpperCase() : entry.piece.tag}`;
      text += from === to ? `:${from}` : `:${from}-${to}`;
      uuid = entry.piece.uuid;
      tag = entry.piece.tag;
    }
    return { text, dumb };
  });

export function dumbUnion(a: Dumb, b: Dumb): Dumb {
  return new Set([...a, ...b]);
}

export function dumbSubtract(a: Dumb, b: Dumb): Dumb {
  return new Set([...a].filter((gtid) => !b.has(gtid)));
}

export function dumbIntersect(a: Dumb, b: Dumb): Dumb {
  return new Set([...a].filter((gtid) => b.has(gtid)));
}

export function dumbContains(a: Dumb, b: Dumb): boolean {
  return [...b].every((gtid) => a.has(gtid));
}

/** Spells a printed canonical set out into single transactions, by a regular expression and loops only. */
export function spellOut(printed: string): Dumb {
  const dumb = new Set<string>();
  if (printed === '') return dumb;
  for (const part of printed.split(',')) {
    const [uuid = '', ...items] = part.trim().split(':');
    let tag = '';
    for (const item of items) {
      if (/^[a-z_]/.test(item)) {
        tag = item;
        continue;
      }
      const [from = '', to = from] = item.split('-');
      for (let number = BigInt(from); number <= BigInt(to); number++) dumb.add(`${uuid}:${tag}:${number}`);
    }
  }
  return dumb;
}

/** The canonical text of a dumb set, made the slow way: sort everything, then join neighbours. */
export function dumbText(dumb: Dumb): string {
  const numbers = new Map<string, bigint[]>();
  for (const gtid of dumb) {
    const [uuid, tag, number] = gtid.split(':');
    const source = `${uuid}:${tag}`;
    numbers.set(source, [...(numbers.get(source) ?? []), BigInt(number ?? '')]);
  }
  const parts = new Map<string, string>();
  for (const source of [...numbers.keys()].sort()) {
    const [uuid = '', tag = ''] = source.split(':');
    const list = (numbers.get(source) ?? []).sort((a, b) => (a < b ? -1 : 1));
    const runs = list.filter((number) => !list.includes(number - 1n));
    const items = runs.map((from) => {
      let to = from;
      while (list.includes(to + 1n)) to++;
      return from === to ? `${from}` : `${from}-${to}`;
    });
    const tagged = tag === '' ? items.join(':') : `${tag}:${items.join(':')}`;
    parts.set(uuid, `${parts.get(uuid) ?? uuid}:${tagged}`);
  }
  return [...parts.values()].join(',');
}
