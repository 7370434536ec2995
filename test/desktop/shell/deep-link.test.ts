import { expect, test } from 'vitest';
import { placeOfLink } from '../../../src/main/desktop/shell/deep-link.ts';

const UID = `1763714924581000000:${'a1'.repeat(32)}`;

test.each([
  ['baton://cluster/payments', '/cluster/payments'],
  ['baton://cluster/127.0.0.1:3306', '/cluster/127.0.0.1%3A3306'],
  ['baton://cluster/a%20b%2Fc/', '/cluster/a%20b%2Fc'],
  ['BATON://cluster/Pay', '/cluster/Pay'],
  ['baton://instance/db1:3307', '/instance/db1%3A3307'],
  ['baton://instance/[::1]:3307', '/instance/%5B%3A%3A1%5D%3A3307'],
  [`baton://recovery/${UID}`, `/recovery/${encodeURIComponent(UID)}`],
  ['baton://problems', '/problems'],
  ['baton://recoveries/', '/recoveries'],
])('%s leads to %s', (link, place) => {
  expect(placeOfLink(link)).toBe(place);
});

test.each([
  ['another scheme', 'https://cluster/payments'],
  ['the page itself', 'baton-console://console/index.html'],
  ['no cluster', 'baton://cluster/'],
  ['an unknown place', 'baton://settings/x'],
  ['something to do', 'baton://takeover/payments'],
  ['a port that is none', 'baton://instance/db1:99999'],
  ['a uid that is none', 'baton://recovery/1'],
  ['a place with more', 'baton://problems/x'],
  ['a user', 'baton://root@cluster/payments'],
  ['a zero byte', 'baton://cluster/a%00'],
  ['a line break', 'baton://cluster/a%0Ab'],
  ['a broken escape', 'baton://cluster/%zz'],
  ['no link', 'cluster/payments'],
  ['a novel', `baton://cluster/${'x'.repeat(3000)}`],
])('%s leads nowhere', (_name, link) => {
  expect(placeOfLink(link)).toBeNull();
});
