import { expect, test } from 'vitest';
import { ROUTES } from '../../src/main/adapters/http/routes.ts';
import { IN_HOUSE_SETTINGS } from '../../src/shared/settings/table/in-house.ts';
import { definitionOf, SETTING_NAMES } from '../../src/shared/settings/table.ts';
import { REFERENCE } from '../shared/settings/reference-defaults.ts';
import { LACKING_COMMANDS, OWN_COMMANDS, OWN_ROUTES, WRITE_NEEDED } from './intended.ts';
import { COMMAND_SYNONYMS, REFERENCE_COMMANDS } from './reference/commands.ts';
import { REFERENCE_ROUTES, unnamed } from './reference/routes.ts';
import { mismatches } from './reference/shape-check.ts';
import { SHAPES, type ShapeName } from './reference/shapes.ts';
import { commandDifferences, routeDifferences } from './walk/coverage.ts';

test("Baton's routes are those of the reference, and its own", () => {
  // 222 and 23 old spellings, five of the living fork, four of an in-house fork, move-gtid.
  expect(REFERENCE_ROUTES).toHaveLength(222 + 23 + 5 + 4 + 1);
  const { missing, more } = routeDifferences();
  expect(missing).toEqual([]);
  expect(more.toSorted()).toEqual([...OWN_ROUTES.keys()].toSorted());
});

test('routes that change something need what they needed, and answer in the same style', () => {
  const byPath = new Map(ROUTES.map((route) => [unnamed(route.path), route]));
  for (const { path, auth, style } of REFERENCE_ROUTES) {
    const route = byPath.get(unnamed(path));
    const needed = WRITE_NEEDED.has(path.split('/')[0] ?? '') ? 'W' : auth;
    expect([path, route?.auth]).toEqual([path, needed]);
    if (route?.unavailable === undefined) expect([path, route?.style]).toEqual([path, style]);
  }
});

test("Baton's commands are those of the reference, and its own", () => {
  const { missing, more } = commandDifferences();
  expect(missing).toEqual([...LACKING_COMMANDS.keys()]);
  expect(more.toSorted()).toEqual([...OWN_COMMANDS.keys()].toSorted());
  expect([...COMMAND_SYNONYMS.values()].filter((name) => !REFERENCE_COMMANDS.has(name))).toEqual([]);
});

test('every configuration variable is honoured, or ignored for a reason that is told', () => {
  const names = new Set<string>(SETTING_NAMES);
  expect(REFERENCE.filter(([name]) => !names.has(name))).toEqual([]);
  const reference = new Set(REFERENCE.map(([name]) => name));
  const more = SETTING_NAMES.filter((name) => !reference.has(name) && !name.startsWith('Baton'));
  expect(more).toEqual(Object.keys(IN_HOUSE_SETTINGS));
  for (const name of SETTING_NAMES) {
    const { status, reason } = definitionOf(name);
    expect(['used', 'not-used-yet', 'ignored']).toContain(status);
    if (status === 'ignored') expect(reason).toMatch(/\w+ \w+ \w+/);
  }
});

test('the shapes of the reference name no type that is not there', () => {
  for (const name of Object.keys(SHAPES) as ShapeName[]) expect(() => mismatches(null, name)).not.toThrow();
  for (const { shape } of REFERENCE_ROUTES) expect(() => mismatches(null, shape)).not.toThrow();
});

test.each([
  ['a field that is missing', { Hostname: 'x' }, 'Key', '.Port of Key is missing'],
  ['a field too many', { Hostname: 'x', Port: 1, More: 1 }, 'Key', '.More: Key has none'],
  ['another order', { Port: 1, Hostname: 'x' }, 'Key', ': the fields of Key come in another order'],
  ['another type', [{ Hostname: 'x', Port: '1' }], 'Key[]', '[0].Port should be uint, is "1"'],
  ['null for a list', null, 'Key[]', 'the value should be Key[], is null'],
  ['null within', { a: null }, '{Key[]}', '.a should be Key[], is null'],
  ['a list for null', [], 'null', 'the value should be null, is []'],
])('%s is a difference', (_, value, shape, problem) => {
  expect(mismatches(value, shape)).toEqual([problem]);
});

test.each([
  [null, 'Key[]|null'],
  [[], 'Key[]|null'],
  [{ Hostname: '', Port: 0 }, 'Key'],
  [{}, '{Key[]}'],
  ['', 'time'],
] as const)('%j is %s', (value, shape) => {
  expect(mismatches(value, shape)).toEqual([]);
});
