import { describe, expect, it } from 'vitest';
import type { InstanceFacts, InstanceSnapshot } from '../../../../src/shared/domain/instance.ts';
import type { OperationArgs, OperationName } from '../../../../src/shared/domain/operation.ts';
import type { PlaceCluster, PlaceFault } from '../../sagas/model-positions.ts';
import { key, type ServerOptions, uuidOf } from '../../topology/fleet.ts';
import { byPlace, expectNothingDone, master, operateByPlace, type PlaceOptions, places } from '../position-scene.ts';

const on = (instance: string, more: Partial<OperationArgs> = {}): OperationArgs => ({
  instance: key(instance),
  ...more,
});

function pair(db2: ServerOptions = {}, db1: ServerOptions = {}): readonly InstanceSnapshot[] {
  return [master('db1', db1), byPlace('db2', 'db1', db2)];
}

const SQL_ERROR = { sqlState: 0, lastSqlErrno: 1062, lastSqlError: 'Duplicate entry' } as const;
const SEMI_SYNC = { available: true } as const;

interface Case {
  readonly name: OperationName;
  readonly args: OperationArgs;
  readonly servers?: readonly InstanceSnapshot[];
  readonly deeds: readonly string[];
  readonly options?: PlaceOptions;
}

const DONE: readonly Case[] = [
  { name: 'start-replica', args: on('db2'), deeds: ['db2 start-replication both'] },
  { name: 'stop-replica', args: on('db2'), deeds: ['db2 stop-replication both'] },
  {
    name: 'stop-replica-nice',
    args: on('db2'),
    deeds: ['db2 stop-replication io', 'db2 wait-for-position', 'db2 stop-replication both'],
  },
  {
    name: 'stop-replica-nice',
    args: on('db2'),
    servers: pair({ replica: { sqlDelaySeconds: 60 } }),
    deeds: ['db2 stop-replication io', 'db2 stop-replication both'],
  },
  { name: 'restart-replica', args: on('db2'), deeds: ['db2 stop-replication both', 'db2 start-replication both'] },
  { name: 'reset-replica', args: on('db2'), deeds: ['db2 stop-replication both', 'db2 reset-replication'] },
  { name: 'reset-replica', args: on('db1'), deeds: [] },
  {
    name: 'detach-replica-master-host',
    args: on('db2'),
    deeds: [
      'db2 stop-replication io',
      'db2 wait-for-position',
      'db2 stop-replication both',
      'db2 detach-source',
      'db2 start-replication both',
    ],
  },
  {
    name: 'reattach-replica-master-host',
    args: on('db2'),
    servers: pair({ replica: { source: key('//db1') } }),
    deeds: ['db2 stop-replication both', 'db2 reattach-source', 'db2 start-replication both'],
  },
  {
    name: 'delay-replication',
    args: on('db2', { number: 60 }),
    deeds: ['db2 stop-replication sql', 'db2 set-delay', 'db2 start-replication sql'],
  },
  { name: 'delay-replication', args: on('db2', { number: 0 }), deeds: [] },
  {
    name: 'enable-semi-sync-master',
    args: on('db1'),
    servers: pair({}, { semiSync: SEMI_SYNC }),
    deeds: ['db1 set-semi-sync-source on'],
  },
  { name: 'disable-semi-sync-master', args: on('db1'), servers: pair({}, { semiSync: SEMI_SYNC }), deeds: [] },
  {
    name: 'enable-semi-sync-replica',
    args: on('db2'),
    servers: pair({ semiSync: SEMI_SYNC }),
    deeds: ['db2 set-semi-sync-replica'],
  },
  { name: 'set-read-only', args: on('db1'), deeds: ['db1 set-read-only on'] },
  {
    name: 'set-read-only',
    args: on('db1'),
    servers: pair({}, { semiSync: { sourceEnabled: true }, facts: { semiSyncPriority: 1 } }),
    deeds: ['db1 set-read-only on', 'db1 set-semi-sync-source off'],
  },
  {
    name: 'set-writeable',
    args: on('db2'),
    servers: pair({ semiSync: SEMI_SYNC, facts: { semiSyncPriority: 1, offlineMode: true } }),
    deeds: ['db2 set-semi-sync-source on', 'db2 end-offline-mode', 'db2 set-read-only off'],
  },
  {
    name: 'start-replica',
    args: on('db2'),
    servers: pair({ semiSync: { sourceEnabled: true }, facts: { semiSyncPriority: 1 } }),
    deeds: ['db2 set-semi-sync-source off', 'db2 set-semi-sync-replica', 'db2 start-replication both'],
  },
  {
    name: 'start-replica',
    args: on('db2'),
    servers: pair({ semiSync: { replicaEnabled: true } }, { semiSync: { sourceWaitForReplicas: 1 } }),
    options: { settings: { EnforceExactSemiSyncReplicas: true } },
    deeds: ['db2 set-semi-sync-replica', 'db2 start-replication both'],
  },
];

describe('operations on one server', () => {
  it.each(DONE)('$name does $deeds', ({ name, args, servers, deeds, options }) => {
    const scene = operateByPlace(name, args, servers ?? pair(), options);
    expect(scene.result).toMatchObject({ state: 'done' });
    expect(scene.deeds).toEqual(deeds);
    expect(scene.cluster.maintenance.size).toBe(0);
  });

  const REFUSED: readonly (readonly [OperationName, OperationArgs, readonly InstanceSnapshot[], RegExp])[] = [
    ...(
      [
        'start-replica',
        'stop-replica',
        'stop-replica-nice',
        'restart-replica',
        'detach-replica-master-host',
        'reattach-replica-master-host',
        'restart-replica-statements',
        'skip-query',
        'delay-replication',
        'master-pos-wait',
        'change-master-credentials',
      ] as const
    ).map((name) => [name, on('db1'), pair(), /db1:3306 is not a replica/] as const),
    ['detach-replica-master-host', on('db2'), pair({ replica: { source: key('//db1') } }), /detached already/],
    ['reattach-replica-master-host', on('db2'), pair(), /is not detached/],
    ['skip-query', on('db2'), pair(), /nothing to skip/],
    ['skip-query', on('db2'), pair({ replica: { sqlState: 0 } }), /stopped without an error/],
    ['skip-query', on('db2'), pair({ replica: { ...SQL_ERROR, gtidUse: 'mariadb' } }), /disable-gtid/],
    ['delay-replication', on('db2', { number: -1 }), pair(), /whole number of seconds/],
    ['delay-replication', on('db2', { number: 1.5 }), pair(), /whole number of seconds/],
    ['delay-replication', on('db2'), pair(), /whole number of seconds/],
    ['enable-semi-sync-master', on('db1'), pair(), /no semi-sync plugin/],
    ['disable-semi-sync-replica', on('db2'), pair(), /no semi-sync plugin/],
    ['flush-binary-logs', on('db1', { text: 'binlog.000001' }), pair(), /can't go back/],
    ['flush-binary-logs', on('db1', { text: 'other.000009' }), pair(), /not a binary log's name/],
    ['flush-binary-logs', on('db1', { number: 100_000 }), pair(), /at most/],
    ['purge-binary-logs', on('db1'), pair(), /first file to keep/],
    ['purge-binary-logs', on('db1', { text: 'binlog.000009' }), pair(), /no binary log binlog.000009/],
    ['kill-query', on('db1'), pair(), /named by its id/],
    ['kill-query', on('db1', { number: 7 }), pair(), /no client session 7/],
    ['master-pos-wait', on('db2'), pair(), /file:position/],
    [
      'master-pos-wait',
      on('db2', { text: 'binlog.000009:4' }),
      pair({ replica: { sqlState: 0 } }),
      /applier of db2:3306 does not run/,
    ],
  ];

  it.each(REFUSED)('%s is refused and touches nothing: %#', (name, args, servers, reason) => {
    const scene = operateByPlace(name, args, servers);
    expect(scene.result).toMatchObject({ state: 'refused', message: expect.stringMatching(reason) });
    expectNothingDone(scene);
  });

  it('purge-binary-logs is refused while a replica needs a log, and forced on demand', () => {
    const logs = ['binlog.000006', 'binlog.000007', 'binlog.000008'].map((file) => ({ file, sizeBytes: 1 }));
    const prepare = (cluster: PlaceCluster): void => {
      cluster.answers['binary-logs'] = logs;
    };
    const args = on('db1', { text: 'binlog.000008' });
    const kept = operateByPlace('purge-binary-logs', args, pair(), { prepare });
    expect(kept.result).toMatchObject({
      state: 'refused',
      message: expect.stringMatching(/db2:3306 has executed up to binlog.000007/),
    });
    const forced = operateByPlace('purge-binary-logs', { ...args, force: true }, pair(), { prepare });
    // The logs stay as they are here, as while a dump thread reads them: it is tried again, and then told.
    expect(new Set(forced.deeds)).toEqual(new Set(['db1 purge-binary-logs']));
    expect(forced.deeds.length).toBeGreaterThan(1);
  });

  it('set-writeable names another writeable master of the cluster', () => {
    const scene = operateByPlace('set-writeable', on('db2'), pair());
    expect(scene.result.message).toMatch(/db1:3306 of the same cluster takes writes too/);
    expect(scene.cluster.commands).toContainEqual({ type: 'lift-fence', key: key('db2') });
  });
});

describe('skip-query finds the transaction that failed', () => {
  const [db1, db2] = [uuidOf('db1'), uuidOf('db2')];
  const failing = (lastSqlError: string, retrieved: string, executed: string): readonly InstanceSnapshot[] =>
    pair({
      facts: { gtidMode: 'ON', gtidExecuted: executed },
      replica: { ...SQL_ERROR, lastSqlError, gtidUse: 'mysql', gtidRetrieved: retrieved },
    });
  const worker = (gtid: string): string =>
    `Worker 1 failed executing transaction '${gtid}' at source log binlog.000007, end_log_pos 9`;
  const event = (gtid: string) => ({
    at: { file: 'r', position: 4 },
    endPosition: 9,
    type: 'Gtid',
    serverId: 1,
    info: `SET @@SESSION.GTID_NEXT= '${gtid}'`,
  });
  const injected = (servers: readonly InstanceSnapshot[], events: readonly unknown[] = []): unknown => {
    const scene = operateByPlace('skip-query', on('db2'), servers, {
      prepare: (cluster) => {
        cluster.answers['relaylog-events'] = events;
      },
    });
    const found = scene.steps.flatMap(({ effect }) =>
      effect.type === 'perform' && effect.action.kind === 'inject-empty' ? effect.action.gtids : [],
    );
    return found[0] ?? scene.deeds.find((each) => each.includes('skip-event')) ?? scene.result.message;
  };

  it.each([
    ['the error names it', failing(worker(`${db1}:15`), `${db1}:1-20`, `${db1}:1-14,${db2}:1-3`), [], `${db1}:15`],
    [
      'the error names one after it that had to give up as well',
      failing(worker(`${db1}:16`), `${db1}:1-20`, `${db1}:1-14`),
      [],
      `${db1}:15`,
    ],
    ['the error names it, tagged', failing(worker(`${db1}:tag:15`), '', `${db1}:1-14`), [], `${db1}:tag:15`],
    ['only one server lacks', failing('Duplicate entry', `${db1}:11-20`, `${db1}:1-14,${db2}:1-99`), [], `${db1}:15`],
    ['a gap', failing('Duplicate entry', `${db1}:1-20`, `${db1}:1-10:12`), [], `${db1}:11`],
    [
      'two servers lack: the relay log',
      failing('Duplicate entry', `${db1}:1-20,${db2}:1-9`, `${db1}:1-14`),
      [event(`${db2}:1`)],
      `${db2}:1`,
    ],
    ['it has none', failing(worker('ANONYMOUS'), '', ''), [], 'db2 skip-event'],
  ] as const)('%s', (_, servers, events, expected) => {
    expect(injected(servers, events)).toBe(expected);
  });

  it.each([
    ['nothing tells', failing('Duplicate entry', `${db1}:1-20,${db2}:1-9`, `${db1}:1-14`), /can't be told/],
    ['it is executed by now', failing(worker(`${db1}:15`), `${db1}:1-20`, `${db1}:1-15`), /has executed .*:15 by now/],
  ])('or refuses: %s', (_, servers, reason) => {
    const scene = operateByPlace('skip-query', on('db2'), servers);
    expect(scene.result).toMatchObject({ state: 'refused', message: expect.stringMatching(reason) });
    expectNothingDone(scene);
  });
});

const FAULTS: readonly PlaceFault[] = ['timeout', 'late', 'error', 'gone'];

describe.each(DONE.filter((each) => each.deeds.length > 0))('$name ($deeds) with a fault at any effect', (one) => {
  const servers = one.servers ?? pair();
  const run = (faultAt?: PlaceOptions['faultAt']) =>
    operateByPlace(one.name, one.args, servers, { ...one.options, ...(faultAt && { faultAt }) });
  const state = (facts: InstanceFacts) => [
    facts.readOnly,
    facts.replica?.ioState,
    facts.replica?.sqlState,
    facts.replica?.source.hostname,
    facts.replica?.sqlDelaySeconds,
    facts.semiSync?.sourceEnabled,
    facts.semiSync?.replicaEnabled,
  ];
  const effects = run().cluster.effects;
  const wanted = state(run().cluster.facts(one.args.instance));

  it.each(FAULTS)('%s: done, as it was, or left with a command', (fault) => {
    const before = state(
      operateByPlace('restart-replica-statements', one.args, servers).cluster.facts(one.args.instance),
    );
    for (let at = 0; at < effects; at++) {
      const scene = run((index) => (index === at ? fault : null));
      const { state: end, message } = scene.result;
      const label = `${fault} at ${at}: ${end}: ${message}; ${places(scene, ['db1', 'db2'])}`;
      expect(scene.cluster.maintenance.size, label).toBe(0);
      if (end === 'left') expect(message, label).toMatch(/: [a-z-]+ -i db\d:3306/);
      if (fault === 'gone') continue;
      const now = state(scene.cluster.facts(one.args.instance));
      if (end === 'done') expect(now.slice(0, 5), label).toEqual(wanted.slice(0, 5));
      if (end === 'undone' || end === 'refused') expect(now, label).toEqual(before);
    }
  });
});
