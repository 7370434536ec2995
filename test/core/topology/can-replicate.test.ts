import { describe, expect, it } from 'vitest';
import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import {
  canReplicateFrom,
  canReplicateFromGtid,
  type ReplicationRules,
  relocationObstacle,
} from '../../../src/main/core/topology/can-replicate.ts';
import type { InstanceFacts } from '../../../src/shared/domain/instance.ts';
import { factsOf, fleet, key, type ServerOptions, server } from './fleet.ts';

const RULES: ReplicationRules = {
  reasonableMaintenanceLagSeconds: 20,
  verifyReplicationFilters: false,
  lowerReplicaVersionAllowed: false,
};

type Case = readonly [
  what: string,
  replica: ServerOptions,
  source: ServerOptions,
  reason: RegExp | null,
  rules?: Partial<ReplicationRules>,
];

const facts = (change: Partial<InstanceFacts>): ServerOptions => ({ facts: change });
const delayed = (sqlDelaySeconds: number): ServerOptions => ({ below: 'm', replica: { sqlDelaySeconds } });
const filtered: ServerOptions = { below: 'm', replica: { hasFilters: true } };

const named = (row: Case) => [row[0], row] as const;

describe('canReplicateFrom', () => {
  const cases: readonly Case[] = [
    ['two healthy servers', {}, {}, null],
    ['no binary log on the source', {}, facts({ logBin: false }), /source:3306 has no binary log/],
    ['a source that does not pass on', {}, { below: 'm', ...facts({ logReplicaUpdates: false }) }, /can't pass it on/],
    ['a real master need not log replicated updates', {}, facts({ logReplicaUpdates: false }), null],
    [
      'an older replica',
      facts({ version: '8.0.36' }),
      facts({ version: '8.4.3' }),
      /version 8\.0\.36, older than 8\.4\.3/,
    ],
    ['5.7 below 5.6', facts({ version: '5.7.44' }), facts({ version: '5.6.24' }), null],
    ['8.0.11 below 8.0.36', facts({ version: '8.0.11' }), facts({ version: '8.0.36' }), null],
    ['8.10 below 8.9: by number', facts({ version: '8.10.0' }), facts({ version: '8.9.0' }), null],
    ['an older binlog server', facts({ version: '2.5-maxscale', flavor: 'MaxScale' }), {}, null],
    ['STATEMENT below ROW', facts({ binlogFormat: 'STATEMENT' }), {}, /STATEMENT format/],
    [
      'STATEMENT below MIXED',
      facts({ binlogFormat: 'STATEMENT' }),
      facts({ binlogFormat: 'MIXED' }),
      /STATEMENT format/,
    ],
    ['MIXED below ROW', facts({ binlogFormat: 'MIXED' }), {}, /MIXED format/],
    ['MIXED below ROW, where that will do', facts({ binlogFormat: 'MIXED' }), {}, null, { mixedBelowRowAllowed: true }],
    [
      'STATEMENT below ROW, which servers refuse',
      facts({ binlogFormat: 'STATEMENT' }),
      {},
      /STATEMENT format/,
      { mixedBelowRowAllowed: true },
    ],
    ['ROW below STATEMENT', {}, facts({ binlogFormat: 'STATEMENT' }), null],
    ['STATEMENT that is not logged again', facts({ binlogFormat: 'STATEMENT', logReplicaUpdates: false }), {}, null],
    ['STATEMENT without a binary log', facts({ binlogFormat: 'STATEMENT', logBin: false }), {}, null],
    ['a binlog server without a format of its own', facts({ binlogFormat: 'INHERIT', flavor: 'MaxScale' }), {}, null],
    ['filters on the source, not looked at', {}, filtered, null],
    ['filters on the source alone', {}, filtered, /has replication filters/, { verifyReplicationFilters: true }],
    ['filters on both', filtered, filtered, null, { verifyReplicationFilters: true }],
    ['equal server ids', facts({ serverId: 5 }), facts({ serverId: 5 }), /same server_id, 5/],
    ['equal server ids of a binlog server', facts({ serverId: 5, flavor: 'MaxScale' }), facts({ serverId: 5 }), null],
    ['equal uuids', facts({ serverUuid: 'u' }), facts({ serverUuid: 'u' }), /same server_uuid, u/],
    ['unknown uuids', facts({ serverUuid: '' }), facts({ serverUuid: '' }), null],
    ['a source delayed by more', delayed(0), delayed(21), /delayed by 21 s/],
    ['a source delayed by a reasonable time', delayed(0), delayed(20), null],
    ['both delayed alike', delayed(3600), delayed(3600), null],
    ['GTID modes play no part', facts({ gtidMode: 'OFF' }), {}, null],
  ];

  it.each(cases.map(named))('%s', (_, [, replica, source, reason, rules = {}]) => {
    const answer = canReplicateFrom(factsOf('replica', replica), factsOf('source', source), { ...RULES, ...rules });
    if (reason === null) expect(answer).toEqual({ ok: true, warnings: [] });
    else expect(answer).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });

  it('refuses a server below itself', () => {
    expect(canReplicateFrom(factsOf('a'), factsOf('a'), RULES)).toEqual({
      ok: false,
      reason: "a:3306 can't replicate from itself.",
    });
  });

  it('warns of an older replica where that is allowed', () => {
    const rules = { ...RULES, lowerReplicaVersionAllowed: true };
    const answer = canReplicateFrom(factsOf('a', facts({ version: '5.7.1' })), factsOf('b'), rules);
    expect(answer).toEqual({ ok: true, warnings: [expect.stringContaining('older than')] });
  });

  it('gives the first reason of several', () => {
    const answer = canReplicateFrom(
      factsOf('a', facts({ serverId: 5 })),
      factsOf('b', facts({ serverId: 5, logBin: false })),
      RULES,
    );
    expect(answer).toMatchObject({ reason: expect.stringContaining('no binary log') });
  });
});

describe('canReplicateFromGtid', () => {
  const uuid = '11111111-1111-1111-1111-111111111111';
  const byGtid = (executed: string): ServerOptions => ({ below: 'm', facts: { gtidExecuted: executed } });
  const mariadb: ServerOptions = {
    below: 'm',
    replica: { gtidUse: 'mariadb' },
    ...facts({ flavor: 'MariaDB', gtidMode: '' }),
  };

  const cases: readonly Case[] = [
    ['auto-position, nothing purged', byGtid(`${uuid}:1-5`), {}, null],
    ['purged, and had', byGtid(`${uuid}:1-5`), facts({ gtidPurged: `${uuid}:1-5` }), null],
    [
      'purged, and lacking',
      byGtid(`${uuid}:1-5`),
      facts({ gtidPurged: `${uuid}:1-9` }),
      new RegExp(`lacks: ${uuid}:6-9`),
    ],
    ['no GTIDs on the source', byGtid(''), facts({ gtidMode: 'OFF' }), /gtid_mode OFF/],
    ['a source before GTIDs', byGtid(''), facts({ gtidMode: '' }), /gtid_mode OFF/],
    ['a replica that does not use them', { below: 'm', replica: { gtidUse: 'none' } }, {}, /doesn't use GTIDs/],
    ['a server that is no replica', {}, {}, /doesn't use GTIDs/],
    ['MariaDB below MariaDB', mariadb, facts({ flavor: 'MariaDB', gtidPurged: 'x' }), null],
    ['MariaDB below MySQL', { ...mariadb }, {}, /no MariaDB server/],
    ['an unreadable set', byGtid('nonsense'), {}, /replica:3306 has executed can't be read/],
    ['what holds in general', byGtid(''), facts({ logBin: false }), /no binary log/],
  ];

  it.each(cases.map(named))('%s', (_, [, replica, source, reason]) => {
    const answer = canReplicateFromGtid(factsOf('replica', replica), factsOf('source', source), RULES);
    if (reason === null) expect(answer).toEqual({ ok: true, warnings: [] });
    else expect(answer).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });
});

describe('relocationObstacle', () => {
  it.each([
    ['a b<a c<b d<a', 'c', 'd', null],
    ['a b<a c<b d<a', 'b', 'c', /would make a circle/],
    ['a b<a c<b d<a', 'a', 'c', /would make a circle/],
    ['a b<a c<b d<a', 'b', 'a', null],
    ['a b<a x y<x', 'a', 'y', null],
    ['a<b b<a c<a', 'a', 'b', null],
    ['a<b b<a c<a', 'a', 'c', /would make a circle/],
    ['a b<a', 'b', 'nobody', /nobody:3306 isn't known/],
    ['a b<a', 'nobody', 'a', /nobody:3306 isn't known/],
  ])('%s: %s below %s', (text, replica, destination, reason) => {
    const obstacle = relocationObstacle(buildTopology(fleet(text)), key(replica), key(destination));
    if (reason === null) expect(obstacle).toBeNull();
    else expect(obstacle).toMatch(reason);
  });

  it.each([
    ['s', 'm', /s:3306 is a secondary/],
    ['p', 's', /p:3306 is the primary .* below its member s:3306/],
    ['p', 'm', null],
    ['m', 's', null],
  ])('in a group: %s below %s', (replica, destination, reason) => {
    const group = { primary: key('p') };
    const members = [server('p', { group: { ...group, memberRole: 'PRIMARY' } }), server('s', { group }), server('m')];
    const obstacle = relocationObstacle(buildTopology(members), key(replica), key(destination));
    if (reason === null) expect(obstacle).toBeNull();
    else expect(obstacle).toMatch(reason);
  });
});
