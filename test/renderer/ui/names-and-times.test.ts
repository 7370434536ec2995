import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRoute } from '../../../src/renderer/app/route-text.ts';
import { maskedServer, maskedVersion, maskOf } from '../../../src/renderer/ui/masks.ts';
import { durationText, lagText, timeText } from '../../../src/renderer/ui/times.ts';

describe('masked names', () => {
  test('the same name always has the same mask, and the mask does not have the name in it', () => {
    fc.assert(
      fc.property(fc.domain(), fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        const masked = maskedServer(`${host}:${port}`);
        expect(masked).toBe(maskedServer(`${host}:${port}`));
        expect(masked).toMatch(/^instance-[0-9a-f]{4}:\d+$/);
        expect(masked).not.toContain(host);
        expect(masked.endsWith(`:${port}`)).toBe(true);
      }),
    );
  });

  test('hosts of one fleet differ', () => {
    const masks = new Set(Array.from({ length: 100 }, (_, index) => maskOf(`db${index}.example.com`)));
    expect(masks.size).toBeGreaterThan(97);
  });

  test.each([
    ['8.0.36-28', '8.0'],
    ['10.11.6-MariaDB', '10.11'],
    ['', ''],
  ])('version %s is shown as %s', (version, shown) => {
    expect(maskedVersion(version)).toBe(shown);
  });
});

describe('times', () => {
  test.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1234, '1.2 s'],
    [59_000, '59 s'],
    [60_000, '1 min'],
    [185_000, '3 min 5 s'],
    [7_800_000, '2 h 10 min'],
    [273_600_000, '3 d 4 h'],
  ])('%i ms last %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  test.each([
    [0, '0s'],
    [75, '75s'],
    [600, '10m'],
    [9000, '2.5h'],
    [345_600, '4d'],
  ])('a lag of %i seconds is %s', (seconds, text) => {
    expect(lagText(seconds)).toBe(text);
  });

  test('a moment is written as the clock on the wall has it', () => {
    expect(timeText(new Date(2026, 0, 2, 3, 4, 5).getTime())).toBe('2026-01-02 03:04:05');
  });
});

describe('places', () => {
  test.each([
    ['', { page: 'clusters', args: [], query: {} }],
    ['#/', { page: 'clusters', args: [], query: {} }],
    ['#/cluster/a%3A3306', { page: 'cluster', args: ['a:3306'], query: {} }],
    ['#/search?q=a%20b', { page: 'search', args: [], query: { q: 'a b' } }],
    ['#/instance/%E0%A4%A', { page: 'instance', args: ['%E0%A4%A'], query: {} }],
  ])('%s', (fragment, route) => {
    expect(parseRoute(fragment)).toEqual(route);
  });
});
