import { describe, expect, it } from 'vitest';
import { heartbeatsTell, isDeaf, mayRestartReceiver } from '../../../src/main/core/analysis/deafness.ts';
import type { InstanceFacts, ReplicaStatus } from '../../../src/shared/domain/instance.ts';
import { factsOf, key } from '../topology/fleet.ts';

const BEFORE: Partial<ReplicaStatus> = {
  heartbeatPeriodSeconds: 1,
  heartbeatsReceived: 5,
  sourceHeardAgoMs: 200,
  gtidRetrieved: 'x',
};

function replica(changes: Partial<ReplicaStatus>, facts: Partial<InstanceFacts> = {}): InstanceFacts {
  return factsOf('b', { below: 'a', facts, replica: { ...BEFORE, ...changes } });
}

describe('a replica that hears nothing', () => {
  const before = replica({});

  it.each<readonly [string, Partial<ReplicaStatus>, boolean]>([
    ['has heard nothing for longer than a heartbeat takes', { sourceHeardAgoMs: 1501 }, true],
    ['may still hear the next heartbeat', { sourceHeardAgoMs: 1500 }, false],
    ['has heard a heartbeat, and then nothing for too long', { sourceHeardAgoMs: 1501, heartbeatsReceived: 6 }, true],
    ['has received a transaction', { sourceHeardAgoMs: 1501, gtidRetrieved: 'y' }, false],
    [
      'is receiving a large transaction',
      { sourceHeardAgoMs: 9000, read: { file: 'binlog.000007', position: 9 } },
      false,
    ],
    ['reads the next binary log', { sourceHeardAgoMs: 9000, read: { file: 'binlog.000008', position: 4711 } }, false],
    ['knows itself that it is not connected', { sourceHeardAgoMs: 9000, ioState: 2 }, false],
    [
      'has a new receiver, which has yet to hear its first heartbeat',
      { sourceHeardAgoMs: 9000, heartbeatsReceived: 0 },
      false,
    ],
    ['was pointed elsewhere', { sourceHeardAgoMs: 9000, source: key('c') }, false],
    ['is sent no heartbeats', { sourceHeardAgoMs: 9000, heartbeatPeriodSeconds: 0 }, false],
    ['does not tell its heartbeat period', { sourceHeardAgoMs: 9000, heartbeatPeriodSeconds: null }, false],
    ['does not tell when it heard', { sourceHeardAgoMs: null }, false],
  ])('it %s', (_, changes, deaf) => {
    expect(isDeaf(before, replica(changes))).toBe(deaf);
  });

  it('was connected before', () => {
    expect(isDeaf(replica({ ioState: 2 }), replica({ sourceHeardAgoMs: 9000 }))).toBe(false);
  });

  it('is a replica, then and now', () => {
    const none = factsOf('b');
    expect(isDeaf(none, replica({ sourceHeardAgoMs: 9000 }))).toBe(false);
    expect(isDeaf(before, none)).toBe(false);
  });

  it('is told by servers that count no heartbeats too', () => {
    const silent = { heartbeatsReceived: null };
    expect(isDeaf(replica(silent), replica({ ...silent, sourceHeardAgoMs: 1501 }))).toBe(true);
  });
});

describe('a receiver may be restarted', () => {
  it.each<readonly [string, Partial<ReplicaStatus>, Partial<InstanceFacts>, boolean, boolean]>([
    ['on MySQL', {}, {}, false, true],
    ['not one that does not run', { ioState: 2 }, {}, true, false],
    ['not beside a stopped applier', { sqlState: 0 }, {}, true, false],
    ['not without GTID', { gtidUse: 'none' }, {}, true, false],
    ['on MariaDB with everything applied', { gtidUse: 'mariadb' }, { flavor: 'MariaDB' }, true, true],
    ['not on MariaDB with a relay log to lose', { gtidUse: 'mariadb' }, { flavor: 'MariaDB' }, false, false],
  ])('%s', (_, status, facts, applied, expected) => {
    expect(mayRestartReceiver(replica(status, facts), applied)).toBe(expected);
  });

  it('not on a server that is no replica', () => expect(mayRestartReceiver(factsOf('b'), true)).toBe(false));
});

describe('heartbeats tell in time', () => {
  it.each<readonly [string, Partial<ReplicaStatus>, boolean]>([
    ['when one comes within the limit', { heartbeatPeriodSeconds: 2.5 }, true],
    ['not when it may come later', { heartbeatPeriodSeconds: 2.6 }, false],
    ['not when there are none', { heartbeatPeriodSeconds: 0 }, false],
    ['not when the period is unknown', { heartbeatPeriodSeconds: null }, false],
    ['not when the server does not tell when it heard', { sourceHeardAgoMs: null }, false],
  ])('%s', (_, status, expected) => expect(heartbeatsTell(replica(status), 3000)).toBe(expected));

  it('not on a server that is no replica', () => expect(heartbeatsTell(factsOf('b'), 3000)).toBe(false));
});
