import { describe, expect, it } from 'vitest';
import { isCommentKey, isRetiredName, nearestName, settingNamed } from '../../../src/shared/settings/names.ts';
import { defaultSettings, type Settings } from '../../../src/shared/settings/settings.ts';
import { IN_HOUSE_SETTINGS } from '../../../src/shared/settings/table/in-house.ts';
import { definitionOf, RETIRED_NAMES, SETTING_NAMES, SETTINGS } from '../../../src/shared/settings/table.ts';
import { parseValue } from '../../../src/shared/settings/value.ts';
import { REFERENCE } from './reference-defaults.ts';

describe('the settings table', () => {
  it('holds the 190 settings of the predecessor, the eleven of the fork, six of an in-house fork, and its own', () => {
    expect(REFERENCE).toHaveLength(190 + 11);
    const own = SETTING_NAMES.filter((name) => name.startsWith('Baton'));
    expect(own.length).toBeGreaterThanOrEqual(9);
    expect(SETTING_NAMES).toHaveLength(190 + 11 + Object.keys(IN_HOUSE_SETTINGS).length + own.length);
  });

  it.each(REFERENCE)('%s is %s with the default of the reference', (name, type, defaultValue) => {
    const known = settingNamed(name);
    expect(known).toBe(name);
    if (known === null) return;
    expect(definitionOf(known).type).toBe(type);
    expect(definitionOf(known).default).toEqual(defaultValue);
  });

  it.each(SETTING_NAMES)('%s has one sentence, a default that fits, and a reason where it is ignored', (name) => {
    const definition = definitionOf(name);
    expect(definition.doc).toMatch(/^[A-Z0-9].*\.$/);
    expect(definition.reason === undefined).toBe(definition.status !== 'ignored');
    expect(parseValue(definition, definition.default, definition.default)).toMatchObject({ ok: true });
  });

  it('has no two names that differ in case only, and none that is retired', () => {
    expect(new Set(SETTING_NAMES.map((name) => name.toLowerCase())).size).toBe(SETTING_NAMES.length);
    expect(RETIRED_NAMES.filter((name) => settingNamed(name) !== null)).toEqual([]);
    expect(RETIRED_NAMES.every(isRetiredName)).toBe(true);
  });

  it('marks every password and token as a secret', () => {
    const secret = SETTING_NAMES.filter((name) => definitionOf(name).secret === true);
    expect(secret).toEqual([
      'HTTPAuthPassword',
      'OAuthClientSecret',
      'MySQLOrchestratorPassword',
      'MySQLTopologyPassword',
      'ConsulAclToken',
      'MetaDBPassword',
    ]);
  });

  it('types each value by its row', () => {
    const settings: Settings = defaultSettings();
    const poll: number = settings.InstancePollSeconds;
    const filters: readonly string[] = settings.RecoverMasterClusterFilters;
    const aliases: Readonly<Record<string, string>> = settings.ClusterNameToAlias;
    expect([poll, filters, aliases, SETTINGS.Debug.default]).toEqual([5, [], {}, false]);
  });

  it('makes immutable settings that share nothing with the table', () => {
    const settings = defaultSettings();
    expect(Object.isFrozen(settings)).toBe(true);
    expect(Object.isFrozen(settings.PowerAuthUsers)).toBe(true);
    expect(Object.isFrozen(settings.ClusterNameToAlias)).toBe(true);
    expect(settings.PowerAuthUsers).not.toBe(SETTINGS.PowerAuthUsers.default);
  });
});

describe('names', () => {
  it.each([
    ['ReadOnly', 'ReadOnly'],
    ['readonly', 'ReadOnly'],
    ['MYSQLTOPOLOGYUSER', 'MySQLTopologyUser'],
    ['ReadOnlyy', null],
    ['__proto__', null],
    ['constructor', null],
  ])('%s means %s', (key, name) => expect(settingNamed(key)).toBe(name));

  it.each([
    ['RecoverMasterClusterFilter', 'RecoverMasterClusterFilters'],
    ['InstancePollSecond', 'InstancePollSeconds'],
    ['MySqlTopologyPasword', 'MySQLTopologyPassword'],
    ['Debugg', 'Debug'],
    ['DiscoveryIgnoreReplicaHostFilters', 'DiscoveryIgnoreReplicaHostnameFilters'],
    ['CompletelyDifferentThing', null],
    ['x', null],
  ])('the nearest name of %s is %s', (key, name) => expect(nearestName(key)).toBe(name));

  it.each([
    ['#', true],
    ['# filters', true],
    ['//', true],
    ['_comment', true],
    ['Comment', true],
    ['Debug', false],
  ])('%s is a comment: %s', (key, comment) => expect(isCommentKey(key)).toBe(comment));
});
