import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesLike } from '../../../src/main/adapters/http/like-pattern.ts';

test.each([
  ['main:3306', 'main:3306', true],
  ['main:3306', 'MAIN:3306', true],
  ['main:3306', 'main', false],
  ['main:3306', 'main%', true],
  ['main:3306', '%3306', true],
  ['main:3306', '%n:%', true],
  ['main:3306', 'main_3306', true],
  ['main:3306', 'main__3306', false],
  ['main:3306', '%%%', true],
  ['main:3306', '%_%_%_%_%_%_%_%_%_%', true],
  ['main:3306', '%_%_%_%_%_%_%_%_%_%_', false],
  ['main:3306', '', false],
  ['', '', true],
  ['', '%', true],
  ['', '_', false],
  ['a.b', 'a.b', true],
  ['axb', 'a.b', false],
  ['a\nb', 'a%b', true],
  ['aab', '%ab', true],
  ['ab', '%a', false],
  ['💩', '_', true],
])('%s LIKE %s: %s', (text, pattern, matches) => {
  expect(matchesLike(text, pattern)).toBe(matches);
});

test('as a regular expression would have it', () => {
  const few = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_', '.'), maxLength: 8 });
  fc.assert(
    fc.property(few, few, (text, pattern) => {
      const source = pattern.replaceAll('.', '\\.').replaceAll('%', '.*').replaceAll('_', '.');
      expect(matchesLike(text, pattern)).toBe(new RegExp(`^${source}$`, 's').test(text));
    }),
    { numRuns: 1000 },
  );
});

test('a pattern that is made to take for ever takes no time', () => {
  const began = performance.now();
  expect(matchesLike('a'.repeat(200), `${'%a'.repeat(2000)}%b`)).toBe(false);
  expect(matchesLike('a'.repeat(200), `${'%_'.repeat(100)}b`)).toBe(false);
  expect(performance.now() - began).toBeLessThan(1000);
});
