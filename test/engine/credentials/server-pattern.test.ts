import { describe, expect, it } from 'vitest';
import { covers, fitsServer } from '../../../src/main/engine/credentials/server-pattern.ts';

describe('a pattern of servers', () => {
  it.each<[pattern: string, host: string, port: number, fits: boolean]>([
    ['*', 'anything', 1, true],
    ['pay-*', 'pay-db1', 3306, true],
    ['PAY-*', 'pay-DB1', 3306, true],
    ['pay-*', 'prepay-db1', 3306, false],
    ['pay-db?', 'pay-db1', 3307, true],
    ['pay-db?', 'pay-db10', 3306, false],
    ['pay-db1:3307', 'pay-db1', 3307, true],
    ['pay-db1:3307', 'pay-db1', 3306, false],
    ['*:3307', 'pay-db1', 3307, true],
    ['pay.db', 'payxdb', 3306, false],
    ['*-db-*', 'a-db-b-db-c', 3306, true],
    ['*-db-?', 'a-db-b-db-c', 3306, true],
    ['', 'a', 3306, false],
  ])('%j and %s:%i: %s', (pattern, host, port, fits) => {
    expect(fitsServer(pattern, host, `${host}:${port}`)).toBe(fits);
  });

  it('takes no time for one that fits nothing', () => {
    const begun = performance.now();
    expect(fitsServer(`${'*a'.repeat(30)}b`, 'a'.repeat(5000), 'x')).toBe(false);
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it.each([
    ['*', 'pay-*', true],
    ['pay-*', 'pay-db*', true],
    ['pay-db*', 'pay-*', false],
    ['pay-*', 'pay-*', false],
  ])('%s takes what %s takes: %s', (wide, narrow, does) => {
    expect(covers(wide, narrow)).toBe(does);
  });
});
