import { describe, expect, test } from 'vitest';
import { asIfDead } from '../../../src/main/core/readiness/as-if-dead.ts';
import { type Situation, weaknesses } from '../../../src/main/core/readiness/weaknesses.ts';
import type { InstanceFacts } from '../../../src/shared/domain/instance.ts';
import { factsOf, fleet, key, NOW, type ServerOptions } from '../topology/fleet.ts';

function replica(name: string, options: ServerOptions = {}): InstanceFacts {
  const facts = { replicationCredentialsAvailable: true, ...options.facts };
  return factsOf(name, {
    ...options,
    below: 'db1',
    facts,
    replica: { heartbeatPeriodSeconds: 1, sourceHeardAgoMs: 200, connectRetrySeconds: 1, ...options.replica },
  });
}

function codes(replicas: readonly InstanceFacts[], more: Partial<Situation> = {}): string[] {
  const situation: Situation = {
    replicas,
    successor: replicas[0] ?? null,
    preventCrossDataCenter: false,
    preventCrossRegion: false,
    master: factsOf('db1'),
    detectionTimeoutMs: 3000,
    ...more,
  };
  return weaknesses(situation).map(({ code, blocks }) => `${code}${blocks ? ' blocks' : ''}`);
}

const NOBODY = { successor: null };
const UNLOGGED = { facts: { logReplicaUpdates: false } };
const GRANT = { facts: { missingPrivileges: [{ anyOf: ['SUPER'], breaks: 'replication' as const }] } };
const FAR = { facts: { dataCenter: 'elsewhere' } };

describe('what is weak, and what keeps all replicas from being promoted', () => {
  test.each<readonly [string, readonly ServerOptions[], Partial<Situation>, readonly string[]]>([
    ['nothing', [{}, {}], {}, []],
    ['no replica', [], NOBODY, ['no-replicas blocks']],
    [
      'slow heartbeats, told once',
      [{ replica: { heartbeatPeriodSeconds: 30 } }, { replica: { heartbeatPeriodSeconds: 30 } }],
      {},
      ['slow-heartbeat'],
    ],
    [
      'slow heartbeats of a receiver that is stopped',
      [{ replica: { heartbeatPeriodSeconds: 30, ioState: 0 } }],
      {},
      [],
    ],
    ['slow retries', [{ replica: { connectRetrySeconds: 60 } }], {}, ['slow-connect-retry']],
    [
      'no replication account',
      [{ facts: { replicationCredentialsAvailable: false } }],
      {},
      ['no-replication-credentials'],
    ],
    ['one that logs nothing of others', [{}, UNLOGGED], {}, []],
    ['nobody who logs', [UNLOGGED, UNLOGGED], NOBODY, ['no-log-replica-updates blocks']],
    ['nobody with a binary log', [{ facts: { logBin: false } }], NOBODY, ['no-log-replica-updates blocks']],
    [
      'delayed and broken ones',
      [{ replica: { sqlDelaySeconds: 60 } }, { replica: { lastSqlErrno: 1062 } }],
      NOBODY,
      ['only-delayed-or-broken-replicas blocks'],
    ],
    ['one of them well', [{ replica: { sqlDelaySeconds: 60 } }, {}], NOBODY, []],
    [
      'all far away, and the rule',
      [FAR, FAR],
      { ...NOBODY, preventCrossDataCenter: true },
      ['data-center-rule blocks'],
    ],
    ['all far away, and no rule', [FAR, FAR], {}, []],
    ['a grant that one lacks', [{}, GRANT], {}, ['missing-grant']],
    ['a grant that the only one lacks', [GRANT], NOBODY, ['missing-grant blocks']],
  ])('%s', (_, options, more, expected) => {
    expect(
      codes(
        options.map((each, index) => replica(`db${index + 2}`, each)),
        more,
      ),
    ).toEqual(expected);
  });
});

test('as if dead: the master refuses, its replicas cannot connect, and nothing else changes', () => {
  const [master, below, deeper, stopped] = fleet('db1 db2<db1 db3<db2 db4<db1');
  if (!master || !below || !deeper || !stopped?.facts?.replica) throw new Error('The fleet lacks servers.');
  const halted = {
    ...stopped,
    facts: { ...stopped.facts, replica: { ...stopped.facts.replica, ioState: 0 as const } },
  };
  const [dead, cutOff, ...others] = asIfDead([master, below, deeper, halted], key('db1'), NOW);
  expect(dead).toMatchObject({ lastCheckedMs: NOW, failure: { kind: 'refused' }, facts: master.facts });
  expect(cutOff).toMatchObject({ failure: null, facts: { replica: { ioState: 2, lastIoErrno: 2003, sqlState: 1 } } });
  expect(others).toEqual([deeper, halted]);
});
