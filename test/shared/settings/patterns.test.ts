import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aliasForClusterName,
  firstGroupOf,
  matchesClusterFilters,
} from '../../../src/shared/settings/cluster-filters.ts';
import { compilePattern } from '../../../src/shared/settings/go-pattern.ts';
import {
  isIpAddress,
  matchesAnyPattern,
  matchesHostFilters,
  matchesRecoveryIgnoreFilters,
} from '../../../src/shared/settings/host-filters.ts';

function matches(pattern: string, text: string): boolean | string {
  const compiled = compilePattern(pattern);
  return compiled.ok ? compiled.regexp.test(text) : `${compiled.position}: ${compiled.message}`;
}

describe('patterns in the language of the predecessor', () => {
  it.each<[pattern: string, matching: string[], others: string[]]>([
    ['db[0-9]+', ['db1', 'xdb22y'], ['db', 'DB1']],
    ['(?i)DB', ['db', 'Db', 'aDB'], ['d']],
    ['(?i)a|b', ['A', 'B'], ['c']],
    ['x(?i)a|b', ['xa', 'xA', 'B', 'b'], ['XA']],
    ['(x(?i)a|b)c', ['xAc', 'Bc'], ['xAC', 'XAc']],
    ['(?i:a)b', ['Ab', 'ab'], ['aB']],
    ['(?i)a(?-i)b', ['Ab'], ['AB']],
    ['(?i)a(?-i:b)c', ['AbC'], ['ABC']],
    ['(?s)a.b', ['a\nb'], []],
    ['a.b', ['axb'], ['a\nb']],
    ['(?m)^b$', ['a\nb\nc'], ['ab']],
    ['^b$', ['b'], ['a\nb', 'b\n']],
    ['(?m)\\Ab\\z', ['b'], ['a\nb', 'b\nc']],
    ['(?P<dc>a)b', ['ab'], ['b']],
    ['(?<dc>a)b', ['ab'], ['b']],
    ['\\Qa.b*\\E+', ['a.b*', 'a.b**'], ['axb']],
    ['\\Qa.b', ['a.b'], ['axb']],
    ['[[:alpha:]]+$', ['ab', '1a'], ['a1']],
    ['^[[:^digit:]_]$', ['a', '_'], ['1']],
    ['^[^[:space:]-]$', ['a'], [' ', '-']],
    ['^[]a]$', [']', 'a'], ['b']],
    ['^[^]a]$', ['b'], [']', 'a']],
    ['^[a-]$', ['a', '-'], ['b']],
    ['^[-a]$', ['a', '-'], ['b']],
    ['^[a-c-e]$', ['b', '-', 'e'], ['d']],
    ['^[\\d-x]$', ['1', '-', 'x'], ['a']],
    ['^[&&||()]$', ['&', '|', '('], ['a']],
    ['^[\\]\\-\\^]$', [']', '-', '^'], ['a']],
    ['^[\\x41-\\x{43}]$', ['A', 'C'], ['D']],
    ['^\\101\\x42\\x{43}$', ['ABC'], []],
    ['^\\pL\\p{Greek}\\P{Greek}\\p{^Greek}$', ['aαbb'], ['aααb']],
    ['\\.example\\-host\\_1', ['a.example-host_1'], ['aexample-host_1']],
    ['a{2,3}b{1}c{,2}', ['aabc{,2}'], ['abc{,2}']],
    ['^a{$', ['a{'], ['a']],
    ['^a}]$', ['a}]'], ['a']],
    ['^*a', ['a'], ['b']],
    ['(?:^)?\\b+a', ['a'], ['ba']],
    ['', ['', 'x'], []],
    ['a||b', ['', 'a'], []],
    ['日本+', ['日本本'], ['日']],
  ])('%s', (pattern, matching, others) => {
    expect(matching.filter((text) => matches(pattern, text) !== true)).toEqual([]);
    expect(others.filter((text) => matches(pattern, text) !== false)).toEqual([]);
  });

  it.each([
    ['a(', 2],
    ['a(b(c)', 2],
    ['a)', 2],
    ['[a', 1],
    ['a[z-a]', 4],
    ['a[b-\\d]', 4],
    ['[[:nope:]]', 2],
    ['*a', 1],
    ['(*)', 2],
    ['a|+', 3],
    ['a**', 3],
    ['a*??', 4],
    ['a{3,2}', 2],
    ['a{1001}', 2],
    ['ab\\', 3],
    ['a\\1', 2],
    ['\\y', 1],
    ['[\\b]', 2],
    ['a(?=b)', 2],
    ['a(?!b)', 2],
    ['a(?<=b)', 2],
    ['(?x)a', 1],
    ['\\p{Klingon}', 1],
    ['\\pé', 1],
    ['\\x{110000}', 1],
  ])('%s is refused at character %i', (pattern, position) => {
    const compiled = compilePattern(pattern);
    expect(compiled).toMatchObject({ ok: false, position });
  });

  it('can swap greediness, and finds groups by number', () => {
    expect(firstGroupOf('(?U)(a+)', 'aaa')).toBe('a');
    expect(firstGroupOf('(?U)(a+?)', 'aaa')).toBe('aaa');
    expect(firstGroupOf('(a+?)', 'aaa')).toBe('a');
    expect(firstGroupOf('^[^.]+[.]([^.]+)[.]', 'db1.dc2.example')).toBe('dc2');
    expect(firstGroupOf('db', 'db1')).toBe('');
    expect(firstGroupOf('(', 'db1')).toBe('');
    expect(firstGroupOf('', 'db1')).toBe('');
  });

  it('matches any quoted text exactly', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = text.replace(/[^0-9A-Za-z]/gu, (each) => `\\x{${(each.codePointAt(0) ?? 0).toString(16)}}`);
        expect(matches(`\\A${escaped}\\z`, text)).toBe(true);
        expect(matches(`\\A${escaped}\\z`, `${text}x`)).toBe(false);
        const classes = [...text].map(
          (each) => `[${/\w/.test(each) ? each : `\\x{${(each.codePointAt(0) ?? 0).toString(16)}}`}]`,
        );
        expect(matches(`^${classes.join('')}$`, text)).toBe(true);
      }),
    );
  });

  it('never throws, and names a place within the pattern', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '\\',
      '?',
      'i',
      ':',
      '-',
      '{',
      '}',
      '1',
      ',',
      '*',
      '|',
      '^',
      'a',
      'Q',
      'p',
      'P',
      '<',
      '>',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const pattern = pieces.join('');
        const compiled = compilePattern(pattern);
        if (compiled.ok) return;
        expect(compiled.position).toBeGreaterThanOrEqual(1);
        expect(compiled.position).toBeLessThanOrEqual(pattern.length);
        expect(compiled.message).not.toBe('is not a regular expression');
      }),
      { numRuns: 3000 },
    );
  });
});

describe('host filters', () => {
  const key = { hostname: 'db1.dc2.example', port: 3306 };
  const address = { hostname: '10.0.0.10', port: 3306 };

  it.each([
    [[], key, false],
    [['db1'], key, true],
    [['db2', 'dc2'], key, true],
    [[':3306$'], key, true],
    [[':3307$'], key, false],
    [['^db1.dc2.example$'], key, false],
    [['10.0.0.10'], address, true],
    [['10.0.0.1'], address, false],
    [['10.0.0.1.*'], address, true],
    [['^10[.]0[.]'], address, true],
    [['::1'], { hostname: '::1', port: 3306 }, true],
    [['::1'], { hostname: 'fe80::1', port: 3306 }, false],
    [['db('], key, false],
    [['db(', 'db1'], key, true],
    [['(?i)DB1'], key, true],
    [[''], key, true],
  ])('%j on %j: %s', (filters, instance, expected) => expect(matchesHostFilters(filters, instance)).toBe(expected));

  it.each([
    [['example$'], key, true],
    [[':3306$'], key, false],
    [['3306'], key, false],
    [['10.0.0.1'], address, true],
    [['10x0'], address, false],
    [['('], key, false],
    [[], key, false],
  ])('the recovery ignore filters %j on %j: %s', (filters, instance, expected) =>
    expect(matchesRecoveryIgnoreFilters(filters, instance)).toBe(expected),
  );

  it.each([
    ['10.0.0.1', true],
    ['255.255.255.255', true],
    ['256.0.0.1', false],
    ['10.0.0', false],
    ['010.0.0.1', false],
    ['10.0.0.1:3306', false],
    ['::', true],
    ['::1', true],
    ['fe80::1', true],
    ['1:2:3:4:5:6:7:8', true],
    ['1:2:3:4:5:6:7', false],
    ['1:2:3:4:5:6:7:8:9', false],
    ['1::2::3', false],
    ['::ffff:10.0.0.1', true],
    ['::10.0.0.1', true],
    [':10.0.0.1', false],
    ['fe80::1%eth0', false],
    ['12345::', false],
    [':', false],
    ['db1', false],
    ['', false],
  ])('%s is an address: %s', (text, expected) => expect(isIpAddress(text)).toBe(expected));

  it('finds users by pattern', () => {
    expect(matchesAnyPattern(['^gh-ost', '_cdc$'], 'orders_cdc')).toBe(true);
    expect(matchesAnyPattern(['^gh-ost', '_cdc$'], 'repl')).toBe(false);
  });
});

describe('cluster filters', () => {
  const name = 'db1.example:3306';

  it.each([
    [[], 'prod', false],
    [['db1.example:3306'], 'prod', true],
    [['prod'], 'prod', true],
    [['pro'], 'prod', false],
    [['alias=prod'], 'prod', true],
    [['alias=pro'], 'prod', false],
    [['alias~=^pr'], 'prod', true],
    [['alias~=^db1'], 'prod', false],
    [['alias~=('], 'prod', false],
    [['alias~='], 'prod', true],
    [['*'], 'prod', true],
    [['*'], '', true],
    [['db[0-9]'], 'prod', true],
    [['^example'], 'prod', false],
    [['example'], 'prod', true],
    [['('], 'prod', false],
    [['('], '(', true],
    [[''], 'prod', false],
    [[''], '', false],
    [['alias='], '', true],
    [['alias=x=y'], 'x=y', true],
    [['alias~=x~=y'], 'x~=y', true],
    [['other', 'alias=prod'], 'prod', true],
    [['(?i)DB1'], 'prod', true],
  ])('%j with alias %s: %s', (filters, alias, expected) =>
    expect(matchesClusterFilters(filters, name, alias)).toBe(expected),
  );

  it('gives the alias of the first pattern that is found in the name', () => {
    const mapping = { '(': 'broken', '^db2': 'two', 'db[12]': 'pair', example: 'late' };
    expect(aliasForClusterName(mapping, 'db2.example:3306')).toBe('two');
    expect(aliasForClusterName(mapping, 'db1.example:3306')).toBe('pair');
    expect(aliasForClusterName(mapping, 'elsewhere:3306')).toBe('');
    expect(aliasForClusterName({}, 'db1:3306')).toBe('');
  });
});
