import { expect, test } from 'vitest';
import { switchedOn } from '../../../src/main/adapters/http/input.ts';

test.each<[string, boolean]>([
  ['', false],
  ['force', true],
  ['force=true', true],
  ['force=YES', true],
  ['force=1', true],
  ['force=off', false],
  ['force=0', false],
  ['Force=on', true],
  ['other=true', false],
])('"%s" means %s', (query, on) => {
  expect(switchedOn(new URLSearchParams(query), 'force')).toBe(on);
});

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'maybe', '2'])('%s is no yes', (value) => {
  expect(() => switchedOn(new URLSearchParams({ force: value }), 'force')).toThrow('true or false');
});
