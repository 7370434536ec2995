import { describe, expect, it } from 'vitest';
import {
  describeGtidDifference,
  emptyGtid,
  type GtidFlavor,
  gtidCompare,
  gtidContains,
  gtidCount,
  gtidFlavorOf,
  gtidIntersect,
  gtidIsEmpty,
  gtidSubtract,
  gtidText,
  gtidUnion,
  parseGtid,
  readGtid,
} from '../../../src/main/core/gtid/gtid-position.ts';
import type { Flavor } from '../../../src/shared/domain/instance.ts';

const A = '3e11fa47-71ca-11e1-9e33-c80aa9429562';

describe('positions of either flavour', () => {
  it.each([
    { flavor: 'mysql', a: `${A}:1-5`, b: `${A}:1-5`, order: 'equal', lacking: '', count: 0n },
    { flavor: 'mysql', a: `${A}:1-7`, b: `${A}:1-5`, order: 'ahead', lacking: `${A}:6-7`, count: 2n },
    { flavor: 'mysql', a: `${A}:1-5`, b: `${A}:1-7`, order: 'behind', lacking: '', count: 0n },
    { flavor: 'mysql', a: `${A}:1-5:t:1`, b: `${A}:1-6`, order: 'diverged', lacking: `${A}:t:1`, count: 1n },
    { flavor: 'mysql', a: '', b: '', order: 'equal', lacking: '', count: 0n },
    { flavor: 'mysql', a: `${A}:1`, b: '', order: 'ahead', lacking: `${A}:1`, count: 1n },
    { flavor: 'mariadb', a: '0-1-5', b: '0-1-5', order: 'equal', lacking: '', count: 0n },
    { flavor: 'mariadb', a: '0-1-7', b: '0-1-5', order: 'ahead', lacking: '0-1-6..7', count: 2n },
    { flavor: 'mariadb', a: '0-1-5', b: '0-2-7', order: 'behind', lacking: '', count: 0n },
    { flavor: 'mariadb', a: '0-1-5', b: '0-2-5', order: 'diverged', lacking: '0-1-5', count: 1n },
    { flavor: 'mariadb', a: '0-1-5,1-1-1', b: '0-1-6', order: 'diverged', lacking: '1-1-1', count: 1n },
  ] as const)('$flavor: $a is $order to $b', ({ flavor, a, b, order, lacking, count }) => {
    const x = parseGtid(flavor, a);
    const y = parseGtid(flavor, b);
    expect(gtidCompare(x, y)).toBe(order);
    expect(gtidSubtract(x, y)).toEqual({ text: lacking, count });
    expect(gtidContains(y, x)).toBe(count === 0n);
    expect(gtidText(x)).toBe(a);
  });

  it.each([
    { flavor: 'mysql', a: `${A}:1-5`, b: `${A}:4-9`, union: `${A}:1-9`, intersection: `${A}:4-5`, count: 9n },
    { flavor: 'mariadb', a: '0-1-5', b: '0-2-7,1-1-1', union: '0-2-7,1-1-1', intersection: '0-1-5', count: 8n },
  ] as const)('$flavor: joins $a and $b', ({ flavor, a, b, union, intersection, count }) => {
    const x = parseGtid(flavor, a);
    const y = parseGtid(flavor, b);
    expect(gtidText(gtidUnion(x, y))).toBe(union);
    expect(gtidText(gtidIntersect(x, y))).toBe(intersection);
    expect(gtidCount(gtidUnion(x, y))).toBe(count);
    expect(gtidIsEmpty(x)).toBe(false);
  });

  it.each(['mysql', 'mariadb'] as const)('%s: the empty position is what an empty text reads as', (flavor) => {
    expect(emptyGtid(flavor)).toEqual(parseGtid(flavor, ''));
    expect(gtidIsEmpty(emptyGtid(flavor))).toBe(true);
    expect(gtidCount(emptyGtid(flavor))).toBe(0n);
  });

  it.each<{ flavor: Flavor; gtids: GtidFlavor | null }>([
    { flavor: 'MySQL', gtids: 'mysql' },
    { flavor: 'Percona', gtids: 'mysql' },
    { flavor: 'MariaDB', gtids: 'mariadb' },
    { flavor: 'MaxScale', gtids: null },
    { flavor: 'unknown', gtids: null },
  ])('$flavor has GTIDs of kind $gtids', ({ flavor, gtids }) => {
    expect(gtidFlavorOf(flavor)).toBe(gtids);
  });

  it('answers a malformed text with a sentence', () => {
    expect(readGtid('mysql', `${A}:x`)).toEqual({
      ok: false,
      message:
        'Malformed MySQL GTID set: expected ":" and a transaction number after x at character 39, found the end of the text.',
    });
    expect(readGtid('mariadb', '0-1-5')).toEqual({ ok: true, position: parseGtid('mariadb', '0-1-5') });
  });

  it('refuses to mix flavours in every operation', () => {
    const mysql = parseGtid('mysql', `${A}:1`);
    const mariadb = parseGtid('mariadb', '0-1-5');
    for (const operation of [gtidUnion, gtidIntersect, gtidContains, gtidSubtract, gtidCompare]) {
      expect(() => operation(mysql, mariadb)).toThrow('GTIDs of different flavours');
      expect(() => operation(mariadb, mysql)).toThrow('GTIDs of different flavours');
    }
  });
});

describe('the difference in words', () => {
  const words = (a: string, b: string) =>
    describeGtidDifference(parseGtid('mysql', a), parseGtid('mysql', b), 'db1:3306', 'db2:3306');

  it.each([
    { a: `${A}:1`, b: `${A}:1`, says: 'db1:3306 and db2:3306 have the same transactions.' },
    { a: `${A}:1-3`, b: `${A}:1-2`, says: `db1:3306 has 1 transaction that db2:3306 lacks: ${A}:3.` },
    { a: `${A}:1`, b: `${A}:1-3`, says: `db2:3306 has 2 transactions that db1:3306 lacks: ${A}:2-3.` },
    {
      a: `${A}:1-3`,
      b: `${A}:3-4`,
      says: `db1:3306 has 2 transactions that db2:3306 lacks: ${A}:1-2; db2:3306 has 1 transaction that db1:3306 lacks: ${A}:4.`,
    },
  ])('$a and $b', ({ a, b, says }) => {
    expect(words(a, b)).toBe(says);
  });

  it('is cut short for long sets, and says by how much', () => {
    const many = `${A}:${Array.from({ length: 500 }, (_, i) => i * 2 + 1).join(':')}`;
    expect(words(many, '')).toMatch(/^db1:3306 has 500 transactions .*… \(\d+ more characters\)\.$/);
    expect(words(many, '').length).toBeLessThan(500);
  });
});
