import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataCenterColour, dataCentersOf } from '../../../src/renderer/canvas/data-centers.ts';
import { badgesOf } from '../../../src/renderer/canvas/view/badges.ts';
import { connectionOf } from '../../../src/renderer/canvas/view/connection.ts';
import { fitting } from '../../../src/renderer/canvas/view/fitting.ts';
import { linePoints } from '../../../src/renderer/canvas/view/sparkline-points.ts';
import { toneOf, tonesOf } from '../../../src/renderer/canvas/view/tone.ts';
import type { Member } from '../../../src/shared/contract/v2/instance.ts';
import { byId, member } from './members.ts';

const kinds = (changes: Partial<Member>, showPools = false): readonly string[] =>
  badgesOf(member('r', 'm', changes), { showPools, findings: [] }).map(({ kind }) => kind);

describe('the badges of a box', () => {
  const period = {
    key: { hostname: 'r', port: 3306 },
    owner: 'ops',
    reason: 'disk',
    explicit: true,
    beginMs: 0,
    endMs: 1,
  };
  const cases: readonly [string, Partial<Member>, readonly string[]][] = [
    ['a replica that is well', {}, ['superReadOnly', 'gtid']],
    ['one that takes writes', { readOnly: false, superReadOnly: false }, ['writeable', 'gtid']],
    ['one that nobody has read', { role: 'unknown', readOnly: null, superReadOnly: null, gtid: 'none' }, []],
    ['a stopped one', { problems: ['not_replicating'] }, ['stopped', 'superReadOnly', 'gtid']],
    [
      'one with both threads in error',
      { problems: ['not_replicating'], lastIoError: 'x', lastSqlError: 'y' },
      ['sqlError', 'ioError', 'superReadOnly', 'gtid'],
    ],
    ['a lagging one', { problems: ['replication_lag'] }, ['lag', 'superReadOnly', 'gtid']],
    ['an unreachable one', { problems: ['last_check_invalid'] }, ['unreachable', 'superReadOnly', 'gtid']],
    ['one with errant transactions', { problems: ['errant_gtid'] }, ['errant', 'superReadOnly', 'gtid']],
    ['one with coordinates', { gtid: 'none' }, ['superReadOnly', 'coordinates']],
    ['one with Pseudo-GTID', { gtid: 'pseudo' }, ['superReadOnly', 'pseudoGtid']],
    ['one in downtime', { downtime: period }, ['downtime', 'superReadOnly', 'gtid']],
    ['one in maintenance', { maintenance: period }, ['maintenance', 'superReadOnly', 'gtid']],
    ['a fenced one', { fenced: true }, ['fenced', 'superReadOnly', 'gtid']],
    [
      'a semi-sync one',
      { semiSyncReplica: true, semiSyncReplicaActive: true },
      ['superReadOnly', 'gtid', 'semiReplica'],
    ],
    ['semi-sync that does not work', { semiSyncReplica: true }, ['superReadOnly', 'gtid', 'semiReplicaIdle']],
    ['one without binary log', { binlogFormat: '' }, ['superReadOnly', 'gtid', 'noBinlog']],
    ['one that is not to be promoted', { promotionRule: 'must_not' }, ['superReadOnly', 'gtid', 'mustNot']],
    ['one with tags', { tags: [{ name: 'role', value: 'x' }] }, ['superReadOnly', 'gtid', 'tags']],
  ];
  it.each(cases)('tell what is to know of %s', (_, changes, expected) => {
    expect(kinds(changes)).toEqual(expected);
  });

  it('tell of pools only where they are wanted', () => {
    expect(kinds({ pools: ['reads'] })).not.toContain('pools');
    expect(kinds({ pools: ['reads'] }, true)).toContain('pools');
  });

  it('are never more than find room, and some are shown if none are long', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 12 }), { maxLength: 12 }), (texts) => {
        const shown = fitting(texts);
        expect(shown).toBeLessThanOrEqual(texts.length);
        if (texts.length > 0) expect(shown).toBeGreaterThan(0);
      }),
    );
    expect(fitting(['SRO', 'GTID'])).toBe(2);
    expect(fitting(['SQL error', 'IO error', 'unreachable', 'SRO', 'GTID'])).toBeLessThan(4);
  });
});

describe('a connection', () => {
  const source = member('m', null, { dataCenter: 'a' });
  const state = (changes: Partial<Member>, tie: 'replicates' | 'group' | 'detached' = 'replicates') =>
    connectionOf(member('r', 'm', changes), tie, source).state;

  it.each<[ReturnType<typeof state>, ReturnType<typeof state>]>([
    ['running', state({})],
    ['lagging', state({ status: 'lag' })],
    ['delayed', state({ delaySeconds: 3600 })],
    ['stopped', state({ replicating: false })],
    ['broken', state({ replicating: false, lastSqlError: 'x' })],
    ['errant', state({ gtidErrant: 'u:1' })],
    ['unseen', state({ valid: false, replicating: false })],
    ['detached', state({}, 'detached')],
    ['group', state({ groupState: 'ONLINE' }, 'group')],
    ['group-broken', state({ groupState: 'ERROR' }, 'group')],
  ])('is %s', (expected, found) => {
    expect(found).toBe(expected);
  });

  it('tells the errors of both threads, and whether it leads to another data center', () => {
    const broken = { replicating: false, lastIoError: 'no route', lastSqlError: 'duplicate', dataCenter: 'b' };
    expect(connectionOf(member('r', 'm', broken), 'replicates', source)).toEqual({
      state: 'broken',
      error: 'no route\nduplicate',
      semiSync: false,
      crosses: true,
    });
    expect(connectionOf(member('r', 'm', { dataCenter: '' }), 'replicates', source).crosses).toBe(false);
  });
});

describe('the tone of a box', () => {
  it('is that of what is worst', () => {
    const members = [member('a'), member('b', 'a', { status: 'lag' }), member('c', 'a', { status: 'nonreplicating' })];
    expect(tonesOf(members)).toEqual({
      worst: 'trouble',
      counts: new Map([
        ['ok', 1],
        ['warn', 1],
        ['trouble', 1],
      ]),
    });
    expect(toneOf({ status: 'ok', problems: ['group_replication_member_not_online'] })).toBe('trouble');
    expect(tonesOf([]).worst).toBe('ok');
  });
});

describe('data centers', () => {
  it('have colours by their place among the names', () => {
    const centers = dataCentersOf(
      byId([member('x', null, { dataCenter: 'b' }), member('y', 'x', { dataCenter: 'a' }), member('z')]),
    );
    expect(centers).toEqual(['a', 'b']);
    expect(dataCenterColour(centers, 'a')).not.toBe(dataCenterColour(centers, 'b'));
    expect(dataCenterColour(centers, '')).toBeNull();
    const many = Array.from({ length: 25 }, (_, at) => `dc${at}`);
    expect(dataCenterColour(many, 'dc24')).not.toBeNull();
  });
});

describe('a curve of lags', () => {
  it('breaks where the lag was not known and stays inside its box', () => {
    expect(linePoints([], 40, 14)).toEqual([]);
    expect(linePoints([0, null, 0, 0], 30, 14)).toEqual(['20.0,13.0 30.0,13.0']);
    expect(linePoints([0, 100], 40, 14)).toEqual(['0.0,13.0 40.0,1.0']);
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: -5, max: 1e6 }), { nil: null }), { maxLength: 60 }),
        (values) => {
          for (const points of linePoints(values, 40, 14)) {
            for (const point of points.split(' ')) {
              const [x = -1, y = -1] = point.split(',').map(Number);
              expect(x >= 0 && x <= 40 && y >= 0 && y <= 14).toBe(true);
            }
          }
        },
      ),
    );
  });
});
