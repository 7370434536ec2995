import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countPosition,
  countRanges,
  intersectPositions,
  isEmptyPosition,
  type MariadbPosition,
  mariadbErrant,
  missingFromBinlog,
  missingRanges,
  parseBinlogState,
  parsePosition,
  positionContains,
  positionText,
  rangesText,
  unionPositions,
} from '../../../src/main/core/gtid/mariadb-gtid.ts';

describe('reading positions', () => {
  it.each([
    { text: '', canonical: '' },
    { text: ' , ', canonical: '' },
    { text: '0-1-100', canonical: '0-1-100' },
    { text: '2-3-50,0-1-100', canonical: '0-1-100,2-3-50' },
    { text: ' 0-1-100 ,\n1-2-7 ', canonical: '0-1-100,1-2-7' },
    { text: '0-1-100,0-2-105,0-3-99', canonical: '0-2-105' },
    { text: '0-2-105,0-1-105', canonical: '0-2-105' },
    { text: '0-1-0,1-1-3', canonical: '1-1-3' },
    { text: '10-1-1,9-1-1', canonical: '9-1-1,10-1-1' },
    { text: '4294967295-4294967295-18446744073709551615', canonical: '4294967295-4294967295-18446744073709551615' },
  ])('"$text"', ({ text, canonical }) => {
    expect(positionText(parsePosition(text))).toBe(canonical);
  });

  it.each([
    { text: 'x', offset: 0, says: 'expected domain-server-sequence, such as 0-1-100, at character 1, found "x".' },
    { text: '0-1', offset: 0, says: 'expected domain-server-sequence' },
    { text: '0-1-2,3', offset: 6, says: 'at character 7, found "3".' },
    { text: '0-1-2 0-2-3', offset: 6, says: 'expected ","' },
    { text: '0-1-2-3', offset: 5, says: 'expected ","' },
    { text: '0-1-1,4294967296-1-1', offset: 6, says: 'a domain is at most 4294967295' },
    { text: '0-4294967296-1', offset: 0, says: 'a server id is at most 4294967295' },
    { text: '0-1-18446744073709551616', offset: 0, says: 'a sequence is at most 18446744073709551615' },
    { text: `0-1-${'9'.repeat(5000)}`, offset: 0, says: 'a sequence is at most' },
    { text: '3e11fa47-71ca-11e1-9e33-c80aa9429562:1', offset: 0, says: 'expected domain-server-sequence' },
  ])('refuses "$text"', ({ text, offset, says }) => {
    expect(() => parsePosition(text)).toThrow(says);
    expect(() => parsePosition(text)).toThrow(expect.objectContaining({ offset }) as Error);
  });

  it('keeps each server of a binary log state', () => {
    expect(parseBinlogState('0-2-105,0-1-100')).toEqual([
      { domain: 0, server: 2, sequence: 105n },
      { domain: 0, server: 1, sequence: 100n },
    ]);
  });
});

describe('how positions stand to each other', () => {
  it.each([
    { a: '', b: '', missing: '', count: 0n, contained: true },
    { a: '0-1-100', b: '0-1-100', missing: '', count: 0n, contained: true },
    { a: '0-1-105', b: '0-1-100', missing: '0-1-101..105', count: 5n, contained: false },
    { a: '0-1-101', b: '0-1-100', missing: '0-1-101', count: 1n, contained: false },
    { a: '0-1-100', b: '0-1-105', missing: '', count: 0n, contained: true },
    { a: '0-1-100', b: '0-2-105', missing: '', count: 0n, contained: true },
    { a: '0-1-100', b: '0-2-100', missing: '0-1-100', count: 1n, contained: false },
    { a: '0-1-100,1-1-3', b: '0-1-100', missing: '1-1-1..3', count: 3n, contained: false },
    { a: '0-1-100', b: '1-1-3', missing: '0-1-1..100', count: 100n, contained: false },
    { a: '0-1-7,1-2-9', b: '0-1-5,1-2-8', missing: '0-1-6..7,1-2-9', count: 3n, contained: false },
  ])('$b has of $a', ({ a, b, missing, count, contained }) => {
    const ranges = missingRanges(parsePosition(a), parsePosition(b));
    expect(rangesText(ranges)).toBe(missing);
    expect(countRanges(ranges)).toBe(count);
    expect(positionContains(parsePosition(b), parsePosition(a))).toBe(contained);
  });

  it.each([
    { a: '0-1-5', b: '0-2-7', union: '0-2-7', intersection: '0-1-5' },
    { a: '0-1-5,1-1-1', b: '0-2-7,2-1-1', union: '0-2-7,1-1-1,2-1-1', intersection: '0-1-5' },
    { a: '0-1-5', b: '0-2-5', union: '0-2-5', intersection: '0-1-5' },
    { a: '0-1-5', b: '', union: '0-1-5', intersection: '' },
  ])('$a and $b', ({ a, b, union, intersection }) => {
    const x = parsePosition(a);
    const y = parsePosition(b);
    expect(positionText(unionPositions(x, y))).toBe(union);
    expect(positionText(unionPositions(y, x))).toBe(union);
    expect(positionText(intersectPositions(x, y))).toBe(intersection);
    expect(positionText(intersectPositions(y, x))).toBe(intersection);
  });

  it('counts the transactions up to a position', () => {
    expect(countPosition(parsePosition('0-1-100,1-2-7'))).toBe(107n);
  });
});

describe('positions as sets of single sequences', () => {
  const DOMAINS = 3;
  // One server only: then a position is exactly the set of the sequences below it, and set theory must hold.
  const history = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: DOMAINS, maxLength: DOMAINS });
  const asPosition = (last: readonly number[]) => parsePosition(last.map((n, domain) => `${domain}-1-${n}`).join(','));
  const asSet = (last: readonly number[]) =>
    new Set(last.flatMap((n, domain) => Array.from({ length: n }, (_, i) => `${domain}:${i + 1}`)));
  const spellOut = (position: MariadbPosition) =>
    new Set(
      position.gtids.flatMap((g) => Array.from({ length: Number(g.sequence) }, (_, i) => `${g.domain}:${i + 1}`)),
    );

  it('obey the laws of sets', () => {
    fc.assert(
      fc.property(history, history, (a, b) => {
        const [x, y, setA, setB] = [asPosition(a), asPosition(b), asSet(a), asSet(b)];
        expect(parsePosition(positionText(x))).toEqual(x);
        expect(isEmptyPosition(x)).toBe(setA.size === 0);
        expect(countPosition(x)).toBe(BigInt(setA.size));
        expect(spellOut(unionPositions(x, y))).toEqual(new Set([...setA, ...setB]));
        expect(spellOut(intersectPositions(x, y))).toEqual(new Set([...setA].filter((n) => setB.has(n))));
        expect(countRanges(missingRanges(x, y))).toBe(BigInt([...setA].filter((n) => !setB.has(n)).length));
        expect(positionContains(x, y)).toBe([...setB].every((n) => setA.has(n)));
      }),
    );
  });

  it('contain another exactly when it has nothing that they lack, whoever wrote', () => {
    const gtid = fc.tuple(
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 4 }),
    );
    const position = fc
      .array(gtid, { maxLength: 5 })
      .map((list) => parsePosition(list.map((g) => g.join('-')).join(',')));
    fc.assert(
      fc.property(position, position, (a, b) => {
        expect(positionContains(a, b)).toBe(missingRanges(b, a).length === 0);
        expect(positionContains(a, b) && positionContains(b, a)).toBe(positionText(a) === positionText(b));
        expect(unionPositions(a, b)).toEqual(unionPositions(b, a));
        expect(intersectPositions(a, b)).toEqual(intersectPositions(b, a));
      }),
    );
  });
});

describe('errant transactions of a MariaDB replica', () => {
  it.each([
    { name: 'lagging', replica: '0-1-90', source: '0-1-100', errant: '' },
    { name: 'polled after its source', replica: '0-1-110', source: '0-1-100', errant: '' },
    { name: 'own write on top', replica: '0-3-101', source: '0-1-100', errant: '0-3-101' },
    { name: 'own write at the same sequence', replica: '0-3-100', source: '0-1-100', errant: '0-3-100' },
    { name: 'own write in a domain of its own', replica: '0-1-100,7-3-2', source: '0-1-100', errant: '7-3-2' },
    { name: 'own write below the source can be an old one', replica: '0-3-99', source: '0-1-100', errant: '' },
    { name: 'written by a grandparent', replica: '0-9-101', source: '0-1-100', errant: '' },
  ])('$name', ({ replica, source, errant }) => {
    const found = mariadbErrant({
      replica: parsePosition(replica),
      source: parsePosition(source),
      ancestryServerIds: [1, 9],
    });
    expect(positionText(found)).toBe(errant);
  });
});

describe('what one binary log has and another has not', () => {
  it.each([
    { what: 'nothing, where both are the same', own: '0-1-24', other: '0-1-24', missing: '' },
    { what: 'nothing, where the other went on', own: '0-1-24', other: '0-1-24,0-2-30', missing: '' },
    { what: 'a write that the other has overtaken', own: '0-1-25', other: '0-1-24,0-2-30', missing: '0-1-25' },
    { what: 'several of them', own: '0-1-27', other: '0-1-24,0-2-30', missing: '0-1-25..27' },
    {
      what: 'only what came after the shared ones',
      own: '0-1-27,0-2-25',
      other: '0-1-20,0-2-30',
      missing: '0-1-26..27',
    },
    { what: 'a writer unknown there, beyond its end', own: '0-3-35', other: '0-1-24,0-2-30', missing: '0-3-31..35' },
    { what: 'nothing of a writer unknown there, before its end', own: '0-3-29', other: '0-2-30', missing: '' },
    { what: 'each domain for itself', own: '0-1-5,1-1-9', other: '0-1-5,1-1-7,2-1-40', missing: '1-1-8..9' },
    { what: 'all of a domain unknown there', own: '3-1-2', other: '0-1-5', missing: '3-1-1..2' },
    { what: 'all, where the other is empty', own: '0-1-2', other: '', missing: '0-1-1..2' },
    { what: 'nothing of an empty one', own: '', other: '0-1-2', missing: '' },
  ])('$what', ({ own, other, missing }) => {
    expect(rangesText(missingFromBinlog(parseBinlogState(own), parseBinlogState(other)))).toBe(missing);
  });
});
