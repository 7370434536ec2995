import { describe, expect, it } from 'vitest';
import { overlaySettings } from '../../../src/shared/settings/overlay.ts';
import { defaultSettings } from '../../../src/shared/settings/settings.ts';
import { definitionOf, SETTING_NAMES } from '../../../src/shared/settings/table.ts';

const base = overlaySettings(defaultSettings(), {
  InstancePollSeconds: 7,
  MySQLTopologyUser: 'earlier',
  DiscoverySeeds: ['a:1', 'b:2'],
  ClusterNameToAlias: { one: 'first', two: 'second' },
}).settings;

describe('laying values over earlier ones', () => {
  it.each([
    ['an absent key keeps the value', {}, {}],
    ['a scalar replaces', { InstancePollSeconds: 1 }, { InstancePollSeconds: 1 }],
    ['case does not matter', { instancepollseconds: 2 }, { InstancePollSeconds: 2 }],
    ['a list replaces', { DiscoverySeeds: ['c:3'] }, { DiscoverySeeds: ['c:3'] }],
    [
      'a map merges',
      { ClusterNameToAlias: { two: 'other', three: 'third' } },
      { ClusterNameToAlias: { one: 'first', two: 'other', three: 'third' } },
    ],
    ['null leaves a number', { InstancePollSeconds: null }, {}],
    ['null leaves a text', { MySQLTopologyUser: null }, {}],
    ['null empties a list', { DiscoverySeeds: null }, { DiscoverySeeds: [] }],
    ['null empties a map', { ClusterNameToAlias: null }, { ClusterNameToAlias: {} }],
    ['a float', { DeadInstancePollSecondsMultiplyFactor: 1.5 }, { DeadInstancePollSecondsMultiplyFactor: 1.5 }],
    ['a negative int', { GraphitePollSeconds: -1 }, { GraphitePollSeconds: -1 }],
    ['a comment', { '#': 'why', _comment: 1, '//': [] }, {}],
  ])('%s', (_, parsed, expected) => {
    const { settings, findings } = overlaySettings(base, parsed);
    expect(settings).toEqual({ ...base, ...expected });
    expect(findings.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('takes the last of several keys for one setting, and says so', () => {
    const { settings, findings } = overlaySettings(base, { Debug: false, debug: true });
    expect(settings.Debug).toBe(true);
    expect(findings).toMatchObject([{ level: 'warning', key: 'Debug' }]);
  });

  it.each([
    ['Debug', 'true', 'wants true or false, without quotes, and got the text "true"'],
    ['Debug', 1, 'got the number 1'],
    ['InstancePollSeconds', '5', 'wants a whole number that is not negative'],
    ['InstancePollSeconds', -1, 'got the number -1'],
    ['InstancePollSeconds', 0, 'must be at least 1 (seconds)'],
    ['InstancePollSeconds', 1.5, 'got the number 1.5'],
    ['InstancePollSeconds', Number.NaN, 'got the number NaN'],
    ['InstancePollSeconds', Number.POSITIVE_INFINITY, 'got the number Infinity'],
    ['InstancePollSeconds', 2 ** 60, 'whole number'],
    ['DefaultInstancePort', 70_000, 'must be at most 65535'],
    ['DeadInstancePollSecondsMultiplyFactor', Number.NaN, 'wants a number'],
    ['MySQLTopologyUser', 5, 'wants a text in double quotes'],
    ['DiscoverySeeds', 'a:1', 'wants a list of texts'],
    ['DiscoverySeeds', ['a', 3], 'element 2 is the number 3'],
    ['DiscoverySeeds', ['a', null], 'element 2 is null'],
    ['ClusterNameToAlias', ['a'], 'wants an object of texts'],
    ['ClusterNameToAlias', { a: 1 }, 'entry "a" is the number 1'],
    ['DiscoverySeeds', {}, 'an object'],
  ])('%s: %j is an error, and the earlier value stays', (key, value, message) => {
    const { settings, findings } = overlaySettings(base, { [key]: value });
    expect(findings).toMatchObject([{ level: 'error', key }]);
    expect(findings[0]?.message).toContain(message);
    expect(settings).toEqual(base);
  });

  it('never shows the value of a secret', () => {
    const { findings } = overlaySettings(base, { MySQLTopologyPassword: 12345, HTTPAuthPassword: ['hunter2'] });
    expect(findings).toHaveLength(2);
    expect(JSON.stringify(findings)).not.toMatch(/12345|hunter2/);
  });

  it.each([
    [null, 'null'],
    [[], 'a list'],
    ['x', 'a string'],
    [3, 'a number'],
  ])('%j is no configuration', (parsed, what) => {
    const { findings } = overlaySettings(base, parsed);
    expect(findings).toMatchObject([{ level: 'error', message: expect.stringContaining(`is ${what}`) }]);
  });

  it('names the nearest setting for an unknown name, and accepts retired ones', () => {
    const parsed = { RecoverMasterClusterFilter: [], AuditPageSize: 5, SomethingElseEntirely: 1 };
    expect(overlaySettings(base, parsed).findings).toEqual([
      {
        level: 'warning',
        key: 'RecoverMasterClusterFilter',
        message: 'RecoverMasterClusterFilter is no setting that Baton knows; did you mean RecoverMasterClusterFilters?',
      },
      {
        level: 'info',
        key: 'AuditPageSize',
        message: 'AuditPageSize is a retired name; it is accepted and has no effect.',
      },
      {
        level: 'warning',
        key: 'SomethingElseEntirely',
        message: 'SomethingElseEntirely is no setting that Baton knows and has no effect.',
      },
    ]);
    expect(overlaySettings(base, parsed, { knownOnly: true }).findings.map(({ level }) => level)).toEqual([
      'error',
      'info',
      'error',
    ]);
  });

  it('lists in one finding what is accepted but not used yet, and groups what is ignored by its reason', () => {
    const pending = SETTING_NAMES.filter((name) => definitionOf(name).status === 'not-used-yet');
    const texts = pending.filter((name) => definitionOf(name).type === 'string').slice(0, 2);
    const { findings } = overlaySettings(base, {
      ...Object.fromEntries(texts.map((name) => [name, 'x'])),
      ServeAgentsHttp: true,
      MySQLOrchestratorHost: 'db',
      MySQLOrchestratorPort: 3307,
    });
    expect(findings.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      ...(texts.length === 0 ? [] : [`info: Accepted, but not used by this version yet: ${texts.join(', ')}.`]),
      'info: Ignored, because Baton works without agents on the database hosts: ServeAgentsHttp.',
      'info: Ignored, because Baton keeps its state in SQLite: MySQLOrchestratorHost, MySQLOrchestratorPort.',
    ]);
  });

  it.each([
    ['PromotionIgnoreHostnameFilters', ['db[1-3'], 'error', 'character 3 of "db[1-3"'],
    ['PromotionIgnoreHostnameFilters', ['10.0.0.1', '(?i)DB'], null, ''],
    ['PromotionIgnoreHostnameFilters', [''], 'warning', 'matches every host'],
    ['RecoverMasterClusterFilters', ['*', 'alias=a(b', 'alias~=^prod'], null, ''],
    ['RecoverMasterClusterFilters', ['alias~=prod('], 'error', 'character 12 of "alias~=prod("'],
    ['RecoverMasterClusterFilters', ['main*', 'a**'], 'error', 'character 3 of "a**"'],
    ['RecoverMasterClusterFilters', [''], 'warning', 'matches no cluster'],
    ['ClusterNameToAlias', { 'a(': 'x' }, 'error', 'character 2'],
    ['DataCenterPattern', '[.]([^.]+)[.]', null, ''],
    ['DataCenterPattern', 'dc1', 'warning', 'no group'],
    ['DataCenterPattern', '', null, ''],
    ['RejectHostnameResolvePattern', '?', 'error', 'character 1'],
  ])('checks the patterns of %s: %j gives %s', (key, value, level, message) => {
    const findings = overlaySettings(base, { [key]: value }).findings.filter((each) => each.level !== 'info');
    expect(findings.map((each) => each.level)).toEqual(level === null ? [] : [level]);
    expect(findings.map((each) => each.message).join()).toContain(message);
  });

  it('does not let a map reach a prototype', () => {
    const { settings } = overlaySettings(
      base,
      JSON.parse('{"ClusterNameToAlias": {"__proto__": "x"}, "__proto__": 1}'),
    );
    expect(Object.getPrototypeOf(settings.ClusterNameToAlias)).toBe(Object.prototype);
    expect(Object.entries(settings.ClusterNameToAlias)).toContainEqual(['__proto__', 'x']);
  });
});
