import { describe, expect, test } from 'vitest';
import { EMPTY_STATE } from '../../../src/main/core/commands/state.ts';
import { type Precheck, precheckCluster } from '../../../src/main/engine/services/precheck.ts';
import type { InstanceFacts, InstanceSnapshot, ReplicaStatus } from '../../../src/shared/domain/instance.ts';
import type { Settings } from '../../../src/shared/settings/settings.ts';
import { exampleSnapshots, key, NOW, recovery } from '../../adapters/http/example.ts';
import { FakeEngine } from '../../adapters/http/fake-engine.ts';

const METADATA = {
  suggestedClusterAlias: 'main',
  dataCenter: 'dc1',
  clusterDomain: '10.0.0.9',
  replicationCredentialsAvailable: true,
};

/** Four servers that are well and say all that can be asked. */
function well(): InstanceSnapshot[] {
  return exampleSnapshots().map((one) => {
    const runs = one.facts?.replica && {
      ...one.facts.replica,
      ioState: 1 as const,
      sqlState: 1 as const,
      lastSqlError: '',
    };
    return { ...one, facts: one.facts && { ...one.facts, ...METADATA, replica: runs ?? null, lagSeconds: 0 } };
  });
}

function changed(
  id: string,
  facts: Partial<InstanceFacts>,
  replica: Partial<ReplicaStatus> | null = null,
): readonly InstanceSnapshot[] {
  return well().map((one) => {
    if (one.key.hostname !== id || one.facts === null) return one;
    const status = one.facts.replica && { ...one.facts.replica, ...replica };
    return { ...one, facts: { ...one.facts, replica: status, ...facts } };
  });
}

const ALL_QUERIES = { DetectClusterAliasQuery: 'a', DetectDataCenterQuery: 'b', DetectClusterDomainQuery: 'c' };

function check(snapshots: readonly InstanceSnapshot[], settings: Partial<Settings> = ALL_QUERIES): Precheck {
  const engine = new FakeEngine();
  engine.settings = { ...engine.settings, ...settings };
  engine.show(snapshots);
  return precheckCluster(engine, 'db1:3306', NOW);
}

function failures({ checks }: Precheck): readonly string[] {
  return checks.filter(({ passed }) => !passed).map(({ check: name, reason }) => `${name}: ${reason}`);
}

/** `db1` and `db2` replicate from each other. */
function pair(over: Partial<InstanceFacts> = {}): readonly InstanceSnapshot[] {
  const [, db2] = well();
  const replica = db2?.facts?.replica;
  return changed('db1', { replica: replica ? { ...replica, source: key('db2:3306') } : null, ...over });
}

describe('all is well', () => {
  test('with one master', () => {
    expect(check(well())).toMatchObject({
      passed: true,
      takeover: 'graceful-master-takeover-auto',
      master: key('db1:3306'),
      clusterAlias: 'main',
    });
  });

  test('with a pair of co-masters', () => {
    const found = check(pair());
    expect([failures(found), found.takeover]).toEqual([[], 'cascade-master-takeover-auto']);
  });

  test('what a site does not use is not missed, and said', () => {
    const without = well().map((one) => ({
      ...one,
      facts: one.facts && { ...one.facts, dataCenter: '', clusterDomain: '' },
    }));
    const found = check(without, {});
    expect(failures(found)).toEqual([]);
    expect(found.checks.filter(({ reason }) => reason.startsWith('Not used here')).map((one) => one.check)).toEqual([
      'metadata',
      'data-center',
      'vip',
    ]);
  });

  test('a replica that lags on purpose does not lag', () => {
    expect(failures(check(changed('db3', { lagSeconds: 3600 }, { sqlDelaySeconds: 3600 })))).toEqual([]);
  });
});

describe('what fails', () => {
  test.each<readonly [string, readonly InstanceSnapshot[], readonly (string | RegExp)[]]>([
    [
      'alone',
      well().slice(0, 1),
      [
        'topology: The cluster has only one server; there is nothing to switch to.',
        'account: No replica tells the account that it replicates with; set ReplicationCredentialsQuery.',
      ],
    ],
    [
      'read-only master',
      changed('db1', { readOnly: true }),
      ['writeable: No master is writeable; set-writeable opens one.'],
    ],
    [
      'two writeable',
      pair().map((one) => ({ ...one, facts: one.facts && { ...one.facts, readOnly: one.key.hostname > 'db2' } })),
      ['writeable: More than one server is writeable: db1:3306, db2:3306.'],
    ],
    [
      'a writeable replica',
      changed('db4', { readOnly: false }),
      ['writeable: More than one server is writeable: db1:3306, db4:3306.'],
    ],
    [
      'stopped',
      changed('db3', {}, { sqlState: 0, lastSqlError: 'Duplicate entry' }),
      ["replication: db3:3306 doesn't replicate: Duplicate entry."],
    ],
    [
      'a source’s name unknown to it',
      changed('db3', {}, { ioState: 2, lastIoErrno: 2005, lastIoError: 'Unknown host' }),
      [
        "replication: db3:3306 doesn't replicate: Unknown host.",
        "host-names: db3:3306 can't look up its source db1:3306.",
      ],
    ],
    ['no row', changed('db3', { suggestedClusterAlias: '' }), ['metadata: db3:3306 has no metadata row.']],
    [
      'another row',
      changed('db3', { suggestedClusterAlias: 'x' }),
      ['metadata: db3:3306 says that it belongs to "x".'],
    ],
    [
      'no grant',
      changed('db3', { warnings: ["Baton's account on db3:3306 has no SUPER: it can't repoint"] }),
      ["privileges: Baton's account on db3:3306 has no SUPER: it can't repoint."],
    ],
    ['lag', changed('db3', { lagSeconds: 11 }), ['lag: db3:3306 lags by 11 s; the limit is 10 s.']],
    ['unknown lag', changed('db3', { lagSeconds: null }), ["lag: The lag of db3:3306 isn't known."]],
    ['no data center', changed('db3', { dataCenter: '' }), ["data-center: The data center of db3:3306 isn't known."]],
  ])('%s', (_, snapshots, expected) => {
    const found = check(snapshots);
    expect([found.passed, failures(found)]).toEqual([false, expected]);
  });

  test.each([
    [
      { failure: { kind: 'refused', message: 'db3:3306 refuses connections.' } },
      'reachable: db3:3306 refuses connections.',
    ],
    [{ lastCheckedMs: NOW - 60_000, lastSeenMs: NOW - 60_000 }, 'reachable: db3:3306 was last read 60 s ago.'],
    [{ stale: true }, 'reachable: db3:3306 has not been read yet.'],
  ] as const)('%j', (over, expected) => {
    const found = check(well().map((one) => (one.key.hostname === 'db3' ? { ...one, ...over } : one)));
    expect(failures(found)).toEqual([expected]);
  });

  test('no account for replication', () => {
    const without = (list: readonly InstanceSnapshot[]) =>
      list.map((one) => ({ ...one, facts: one.facts && { ...one.facts, replicationCredentialsAvailable: false } }));
    const failure = 'account: No replica tells the account that it replicates with; set ReplicationCredentialsQuery.';
    expect([failures(check(without(well()))), failures(check(without(pair())))]).toEqual([[failure], []]);
  });

  test('errant transactions', () => {
    const [uuid, own] = ['00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000003'];
    const executed = well().map((one) => {
      const gtidExecuted = one.key.hostname === 'db3' ? `${uuid}:1-5,${own}:1` : `${uuid}:1-5`;
      return { ...one, facts: one.facts && { ...one.facts, gtidExecuted } };
    });
    expect(failures(check(executed))).toEqual([`errant: db3:3306 has transactions that its source lacks: ${own}:1.`]);
  });

  test('no virtual IP', () => {
    const without = well().map((one) => ({ ...one, facts: one.facts && { ...one.facts, clusterDomain: '' } }));
    expect(failures(check(without))).toEqual(['vip: No virtual IP (cluster domain) is known for the cluster.']);
  });

  test('a recovery is running', () => {
    const engine = new FakeEngine();
    engine.show(well());
    const analysis = { ...recovery(1).analysis, key: key('db1:3306'), clusterName: 'db1:3306' };
    engine.commands = { ...EMPTY_STATE, recoveries: [recovery(4, { outcome: 'running', endedMs: 0, analysis })] };
    expect(failures(precheckCluster(engine, 'db1:3306', NOW))).toEqual([
      'recoveries: Recovery 4 of this cluster has not ended; wait for its end.',
    ]);
  });

  test('a source on top that is not known', () => {
    const engine = new FakeEngine();
    engine.show(well().slice(1));
    const name = [...engine.topology().clusters.keys()][0] ?? '';
    const found = precheckCluster(engine, name, NOW);
    expect(failures(found)[0]).toBe("topology: db1:3306, the source on top, isn't known; discover it.");
  });

  test('a cluster that is not known', () => {
    expect(() => precheckCluster(new FakeEngine(), 'x:1', NOW)).toThrow('No cluster is known as x:1.');
  });
});
