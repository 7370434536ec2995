import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  goJson,
  nanosFromMillis,
  nullInt64,
  quotedError,
  rfc3339,
  timestamp,
  uint64,
} from '../../../src/main/adapters/http/go-json.ts';
import {
  compilePattern,
  matchPattern,
  pathParts,
  percentDecode,
} from '../../../src/main/adapters/http/path-matching.ts';

test.each([
  [{ b: 1, a: '<&>' }, '{"b":1,"a":"\\u003c\\u0026\\u003e"}'],
  ['\u2028\u2029', '"\\u2028\\u2029"'],
  [[], '[]'],
  [null, 'null'],
])('%j is written as Go writes it', (value, text) => {
  expect(goJson(value)).toBe(text);
});

test('any text survives the escaping', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => JSON.parse(goJson({ text })).text === text));
});

test('64-bit values keep their digits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (ms) => {
      expect(goJson(nanosFromMillis(ms))).toBe(`${BigInt(ms) * 1_000_000n}`);
    }),
  );
  expect(goJson(uint64(2 ** 64))).toBe('18446744073709551615');
  expect(goJson(uint64(1e18))).toBe('1000000000000000000');
  expect(goJson(uint64(Number.NaN))).toBe('0');
});

test.each([
  ['', ''],
  ["can't", '"can\'t"'],
  ['a"b\\c\n\t\x01', '"a\\"b\\\\c\\n\\t\\x01"'],
  ['é漢😀', '"\\u00e9\\u6f22\\U0001f600"'],
])('an error %j is quoted in ASCII', (text, quoted) => {
  expect(quotedError(text)).toBe(quoted);
});

test('times and null numbers', () => {
  expect(timestamp(0)).toBe('');
  expect(timestamp(Date.UTC(2024, 0, 2, 3, 4, 5, 678))).toBe('2024-01-02 03:04:05');
  expect(rfc3339(0)).toBe('0001-01-01T00:00:00Z');
  expect(nullInt64(null)).toEqual({ Int64: 0, Valid: false });
  expect(nullInt64(1.9)).toEqual({ Int64: 1, Valid: true });
});

const PATTERN = compilePattern('tag/:host/:port/:name');

test.each([
  ['/tag/a/1/x', { host: 'a', port: '1', name: 'x' }],
  ['/tag/a/1/x/', { host: 'a', port: '1', name: 'x' }],
  ['/tag/a/1/some%20reason%0A', { host: 'a', port: '1', name: 'some reason\n' }],
  ['/tag/a/1/x+y', { host: 'a', port: '1', name: 'x+y' }],
  ['/tag/a/1/%C3%A9', { host: 'a', port: '1', name: 'é' }],
  ['/tag/a/1/%2541', { host: 'a', port: '1', name: '%41' }],
  ['/tag/a/1/x%2Fy', null],
  ['/tag/a/1/x%3Fy', null],
  ['/tag/a/1/x%23y', null],
  ['/tag/a/1/x//', null],
  ['/tag/a//x', null],
  ['/tag/a/1', null],
  ['/Tag/a/1/x', null],
])('%s', (path, parameters) => {
  expect(matchPattern(PATTERN, pathParts(percentDecode(path) ?? ''))).toEqual(parameters);
});

test('a broken escape is no path, and what was encoded comes back', () => {
  expect(percentDecode('/a%zz')).toBeNull();
  expect(percentDecode('/a%2')).toBeNull();
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => percentDecode(encodeURIComponent(text)) === text));
});
