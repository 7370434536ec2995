import { describe, expect, test } from 'vitest';
import { DOMAIN_WRITER, listTagged, tagsOf } from '../../../src/main/core/commands/labels.ts';
import { parseTag, parseTagExpression, taggedInstances } from '../../../src/main/core/commands/tag-expression.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { answer, expireAt, from, HOUR, key, register, resolve, stateAfter, summary } from './samples.ts';

const tag = (host: string, name: string, value = '') =>
  ({ type: 'tag', key: key(host), name, value, atMs: 1 }) as const;
const untag = (host: string | null, name: string, value: string | null = null) =>
  ({ type: 'untag', key: host === null ? null : key(host), name, value, atMs: 1 }) as const;

describe('tags', () => {
  const tagged = stateAfter(tag('b', 'dc', 'east'), tag('a', 'dc', 'west'), tag('a', 'backup'), tag('c', 'old'));

  test('one value per name and server, in the order of the names', () => {
    const again = from(tagged, tag('a', 'dc', 'north'));
    expect(tagsOf(again, key('a'))).toEqual([
      { name: 'backup', value: '' },
      { name: 'dc', value: 'north' },
    ]);
    expect(from(again, tag('a', 'dc', 'north'))).toBe(again);
  });

  test.each([
    ['a', 'dc', null, ['a:3306']],
    ['a', 'dc', 'west', ['a:3306']],
    ['a', 'dc', 'east', []],
    ['a', 'backup', '', ['a:3306']],
    ['d', 'dc', null, []],
    [null, 'dc', null, ['a:3306', 'b:3306']],
    [null, 'dc', 'east', ['b:3306']],
  ])('untag of %s, %s=%s', (host, name, value, expected) => {
    expect(answer(tagged, untag(host, name, value)).untagged.map(keyText)).toEqual(expected);
    const after = from(tagged, untag(host, name, value));
    if (expected.length === 0) expect(after).toBe(tagged);
    for (const one of expected) expect(after.tags.get(one)?.tags.map((each) => each.name) ?? []).not.toContain(name);
  });

  test('a server whose last tag is gone is not listed', () => {
    expect(listTagged(from(tagged, untag('c', 'old'))).map((one) => keyText(one.key))).toEqual(['a:3306', 'b:3306']);
  });

  test.each([
    ['dc', ['a:3306', 'b:3306']],
    ['dc=east', ['b:3306']],
    ['dc=', []],
    ['backup=', ['a:3306']],
    ['~dc', ['c:3306']],
    ['!dc', ['c:3306']],
    ['~dc=east', ['a:3306']],
    ['~old=', []],
    ['dc,backup', ['a:3306']],
    ['dc,~backup', ['b:3306']],
    [' dc , ~backup\n', ['b:3306']],
    ['dc=east,dc=west', []],
  ])('tagged %s', (text, expected) => {
    const terms = parseTagExpression(text);
    expect(taggedInstances(tagged, terms ?? []).map(keyText)).toEqual(expected);
  });

  test.each(['', ' ', '=x', '~', '~=x', 'a b', 'dc,', ',dc', '~~dc'])('%j is no expression', (text) => {
    expect(parseTagExpression(text)).toBeNull();
  });

  test.each([
    ['name', 'name', null, false],
    ['name=', 'name', '', false],
    ['name=a=b c', 'name', 'a=b c', false],
    ['!name=v\n', 'name', 'v', true],
  ])('%j is a term', (text, name, value, negated) => {
    expect(parseTag(text)).toEqual({ name, value, negated });
  });
});

describe('pools', () => {
  const submit = (pool: string, hosts: readonly string[], atMs = 1) =>
    ({ type: 'submit-pool', pool, keys: hosts.map((host) => key(host)), atMs }) as const;

  test('a submission replaces, an empty one empties', () => {
    const first = stateAfter(submit('p', ['b', 'a', 'b']));
    expect(first.pools.get('p')?.keys.map(keyText)).toEqual(['a:3306', 'b:3306']);
    expect(answer(first, submit('p', ['a', 'b'], 2))).toEqual({ changed: false });
    expect(from(first, submit('p', ['a', 'b'], 2)).pools.get('p')?.registeredMs).toBe(2);
    expect(
      from(first, submit('p', ['c']))
        .pools.get('p')
        ?.keys.map(keyText),
    ).toEqual(['c:3306']);
    expect(from(first, submit('p', [])).pools.size).toBe(0);
    expect(from(stateAfter(), submit('p', [])).pools.size).toBe(0);
  });

  test('expire unless they are submitted again', () => {
    const state = stateAfter(submit('old', ['a'], 1), submit('new', ['a'], HOUR));
    const after = from(state, { ...expireAt(HOUR + 1), poolMs: HOUR });
    expect(after.pools.values().map(({ pool }) => pool)).toEqual(['new']);
    expect(from(state, expireAt(HOUR + 1)).pools).toBe(state.pools);
  });
});

describe('virtual names', () => {
  const name = (hostname: string, virtualName: string, atMs = 1) =>
    ({ type: 'register-virtual-name', hostname, virtualName, atMs }) as const;

  test('a virtual name stands for one host, and moves', () => {
    const state = stateAfter(name('a', 'vip'), name('b', 'vip'));
    expect(state.virtualNames.values()).toEqual([{ hostname: 'b', virtualName: 'vip', registeredMs: 1 }]);
    expect(from(state, name('b', '')).virtualNames.size).toBe(0);
    expect(from(state, name('b', 'b')).virtualNames.size).toBe(0);
    expect(answer(state, name('c', ''))).toEqual({ changed: false });
  });

  test('expire', () => {
    const state = stateAfter(name('a', 'vip'));
    expect(from(state, { ...expireAt(HOUR + 1), virtualNameMs: HOUR }).virtualNames.size).toBe(0);
    expect(from(state, { ...expireAt(HOUR), virtualNameMs: HOUR }).virtualNames.size).toBe(1);
  });
});

test('who was promoted is remembered as the writer of the domain', () => {
  const analysis = summary('a', { clusterDomain: 'shop.example' });
  const writer = (state: ReturnType<typeof stateAfter>) =>
    state.attributes.values().map(({ subject, value }) => [subject, value]);
  expect(writer(stateAfter(register('u', analysis, 1), resolve('u', key('b'), 2)))).toEqual([
    ['shop.example', 'b:3306'],
  ]);
  expect(writer(stateAfter(register('u', analysis, 1), resolve('u', null, 2)))).toEqual([]);
  expect(writer(stateAfter(register('u', summary('a'), 1), resolve('u', key('b'), 2)))).toEqual([]);
  const set = { type: 'set-attribute', subject: 'shop.example', name: DOMAIN_WRITER, atMs: 1 } as const;
  expect(stateAfter({ ...set, value: 'a:3306' }, { ...set, value: '' }).attributes.size).toBe(0);
});
