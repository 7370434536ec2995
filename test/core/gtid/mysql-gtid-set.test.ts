import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addGtid,
  countGtids,
  EMPTY_GTID_SET,
  gtidSetContains,
  gtidSetsEqual,
  gtidSetText,
  intersectGtidSets,
  isEmptyGtidSet,
  MAX_TRANSACTION_NUMBER,
  onlySource,
  SERVER_SEPARATOR,
  subtractGtidSets,
  subtractSources,
  unionGtidSets,
} from '../../../src/main/core/gtid/mysql-gtid-set.ts';
import { parseGtidSet } from '../../../src/main/core/gtid/parse-gtid-set.ts';
import {
  dumbContains,
  dumbIntersect,
  dumbSubtract,
  dumbText,
  dumbUnion,
  type Sample,
  sample,
  spellOut,
  UUIDS,
} from './oracle.ts';

const [B, A] = UUIDS;

describe('GTID set algebra against single transactions', () => {
  const pairs = (check: (a: Sample, b: Sample) => void) =>
    fc.assert(fc.property(sample, sample, check), { numRuns: 300 });

  it('reads and prints the canonical form', () => {
    pairs((a) => {
      const printed = gtidSetText(parseGtidSet(a.text));
      expect(printed).toBe(dumbText(a.dumb));
      expect(gtidSetText(parseGtidSet(printed))).toBe(printed);
      expect(gtidSetText(parseGtidSet(gtidSetText(parseGtidSet(a.text), SERVER_SEPARATOR)))).toBe(printed);
    });
  });

  it('unites, intersects and subtracts', () => {
    pairs((a, b) => {
      const x = parseGtidSet(a.text);
      const y = parseGtidSet(b.text);
      expect(gtidSetText(unionGtidSets(x, y))).toBe(dumbText(dumbUnion(a.dumb, b.dumb)));
      expect(gtidSetText(intersectGtidSets(x, y))).toBe(dumbText(dumbIntersect(a.dumb, b.dumb)));
      expect(gtidSetText(subtractGtidSets(x, y))).toBe(dumbText(dumbSubtract(a.dumb, b.dumb)));
    });
  });

  it('counts, and tells whether one contains the other', () => {
    pairs((a, b) => {
      const x = parseGtidSet(a.text);
      const y = parseGtidSet(b.text);
      expect(countGtids(x)).toBe(BigInt(a.dumb.size));
      expect(isEmptyGtidSet(x)).toBe(a.dumb.size === 0);
      expect(gtidSetContains(x, y)).toBe(dumbContains(a.dumb, b.dumb));
      expect(gtidSetContains(x, y)).toBe(isEmptyGtidSet(subtractGtidSets(y, x)));
      expect(gtidSetContains(unionGtidSets(x, y), x)).toBe(true);
      expect(gtidSetContains(x, intersectGtidSets(x, y))).toBe(true);
      expect(gtidSetsEqual(x, y)).toBe(gtidSetText(x) === gtidSetText(y));
      expect(gtidSetsEqual(x, unionGtidSets(subtractGtidSets(x, y), intersectGtidSets(x, y)))).toBe(true);
    });
  });

  it('keeps every result canonical, so that equal sets have equal values', () => {
    pairs((a, b) => {
      const x = parseGtidSet(a.text);
      const y = parseGtidSet(b.text);
      for (const result of [unionGtidSets(x, y), intersectGtidSets(x, y), subtractGtidSets(x, y)]) {
        expect(result).toEqual(parseGtidSet(gtidSetText(result)));
      }
      expect(unionGtidSets(x, y)).toEqual(unionGtidSets(y, x));
    });
  });

  it('leaves its arguments as they were', () => {
    pairs((a, b) => {
      const x = parseGtidSet(a.text);
      const y = parseGtidSet(b.text);
      unionGtidSets(x, y);
      subtractGtidSets(x, y);
      intersectGtidSets(x, y);
      subtractSources(x, UUIDS);
      expect(gtidSetText(x)).toBe(dumbText(a.dumb));
      expect(gtidSetText(y)).toBe(dumbText(b.dumb));
    });
  });

  it('selects and drops sources with all their tags', () => {
    fc.assert(
      fc.property(sample, fc.constantFrom(...UUIDS), (a, uuid) => {
        const set = parseGtidSet(a.text);
        const from = new Set([...a.dumb].filter((gtid) => gtid.startsWith(uuid)));
        expect(spellOut(gtidSetText(onlySource(set, uuid.toUpperCase())))).toEqual(from);
        expect(spellOut(gtidSetText(subtractSources(set, [uuid.toUpperCase()])))).toEqual(dumbSubtract(a.dumb, from));
      }),
    );
  });
});

describe('adding one transaction', () => {
  it.each([
    { set: '', uuid: A, tag: '', n: 1n, result: `${A}:1` },
    { set: `${A}:1-3:5`, uuid: A.toUpperCase(), tag: '', n: 4n, result: `${A}:1-5` },
    { set: `${A}:1-3`, uuid: A, tag: 'Nightly', n: 4n, result: `${A}:1-3:nightly:4` },
    { set: `${A}:1-3`, uuid: B, tag: '', n: MAX_TRANSACTION_NUMBER, result: `${A}:1-3,${B}:${MAX_TRANSACTION_NUMBER}` },
    { set: `${A}:1-3`, uuid: A, tag: '', n: 2n, result: `${A}:1-3` },
  ])('$n to "$set"', ({ set, uuid, tag, n, result }) => {
    expect(gtidSetText(addGtid(parseGtidSet(set), uuid, tag, n))).toBe(result);
  });

  it.each([
    { uuid: 'db1', tag: '', n: 1n, says: '"db1" is not a server uuid.' },
    { uuid: A, tag: '1st', n: 1n, says: '"1st" is not a GTID tag.' },
    { uuid: A, tag: 'a'.repeat(33), n: 1n, says: 'is not a GTID tag.' },
    { uuid: A, tag: '', n: 0n, says: '0 is not a transaction number' },
    { uuid: A, tag: '', n: MAX_TRANSACTION_NUMBER + 1n, says: 'they go from 1 to 9223372036854775806' },
  ])('refuses $uuid:$tag:$n', ({ uuid, tag, n, says }) => {
    expect(() => addGtid(EMPTY_GTID_SET, uuid, tag, n)).toThrow(says);
  });
});

describe('large sets', () => {
  const MANY = 20_000;
  const every = (first: number) => `${A}:${Array.from({ length: MANY }, (_, i) => i * 4 + first).join(':')}`;

  it('handles tens of thousands of intervals in one pass', () => {
    const a = parseGtidSet(every(1));
    const b = parseGtidSet(every(2));
    expect(countGtids(a)).toBe(BigInt(MANY));
    const both = unionGtidSets(a, b);
    expect(countGtids(both)).toBe(BigInt(2 * MANY));
    expect(gtidSetText(both).startsWith(`${A}:1-2:5-6:9-10:`)).toBe(true);
    expect(gtidSetsEqual(subtractGtidSets(both, a), b)).toBe(true);
    expect(isEmptyGtidSet(intersectGtidSets(a, b))).toBe(true);
    expect(gtidSetContains(both, b)).toBe(true);
    expect(gtidSetContains(a, b)).toBe(false);
  });
});
