import { describe, expect, test } from 'vitest';
import { aliasOrNone, keyPrefix, masterPairs } from '../../../src/main/core/kv/master-pairs.ts';
import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';

const BOTH = { ipv4: '10.0.0.7', ipv6: 'fd00::7' };
const NONE = { ipv4: '', ipv6: '' };
const db1: InstanceKey = { hostname: 'db1.example', port: 3307 };

test.each([
  ['mysql/master', 'mysql/master/'],
  ['mysql/master/', 'mysql/master/'],
  ['mysql/master///', 'mysql/master/'],
  ['a', 'a/'],
  ['/', '/'],
  ['/a/b', '/a/b/'],
  ['', '/'],
])('the prefix %j is %j', (given, prefix) => {
  expect(keyPrefix(given)).toBe(prefix);
  expect(keyPrefix(keyPrefix(given))).toBe(prefix);
});

describe('the entries of a cluster', () => {
  test.each([
    [
      'with both addresses',
      'mysql/master',
      'shop',
      BOTH,
      [
        ['mysql/master/shop', 'db1.example:3307'],
        ['mysql/master/shop/hostname', 'db1.example'],
        ['mysql/master/shop/port', '3307'],
        ['mysql/master/shop/ipv4', '10.0.0.7'],
        ['mysql/master/shop/ipv6', 'fd00::7'],
      ],
    ],
    [
      'without addresses empty those of the source before',
      'mysql/master/',
      'shop',
      NONE,
      [
        ['mysql/master/shop', 'db1.example:3307'],
        ['mysql/master/shop/hostname', 'db1.example'],
        ['mysql/master/shop/port', '3307'],
        ['mysql/master/shop/ipv4', ''],
        ['mysql/master/shop/ipv6', ''],
      ],
    ],
    [
      'below the root',
      '/',
      'shop',
      { ...NONE, ipv4: '10.0.0.7' },
      [
        ['/shop', 'db1.example:3307'],
        ['/shop/hostname', 'db1.example'],
        ['/shop/port', '3307'],
        ['/shop/ipv4', '10.0.0.7'],
        ['/shop/ipv6', ''],
      ],
    ],
    ['without an alias are none', 'mysql/master', '', BOTH, []],
  ])('%s', (_, prefix, alias, addresses, pairs) => {
    expect(masterPairs(prefix, alias, db1, addresses).map(({ key, value }) => [key, value])).toEqual(pairs);
  });

  test('a cluster that goes by its name has no alias', () => {
    expect(aliasOrNone({ name: 'db1:3306', alias: 'db1:3306' })).toBe('');
    expect(aliasOrNone({ name: 'db1:3306', alias: 'shop' })).toBe('shop');
  });
});
