import { describe, expect, it } from 'vitest';
import { analyseCluster, analyseEveryInstance, compareAnalyses } from '../../../src/main/core/analysis/analyse.ts';
import type { AnalysisContext, AnalysisSettings } from '../../../src/main/core/analysis/context.ts';
import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import type { Downtime } from '../../../src/main/core/topology/topology.ts';
import type { Analysis } from '../../../src/shared/domain/analysis.ts';
import type { InstanceSnapshot, ReplicaStatus } from '../../../src/shared/domain/instance.ts';
import { fleet, key, NOW, type ServerOptions, server, unread } from '../topology/fleet.ts';

const SETTINGS: AnalysisSettings = {
  instancePollSeconds: 5,
  reasonableInstanceCheckSeconds: 1,
  reasonableReplicationLagSeconds: 10,
  enforceExactSemiSyncReplicas: false,
  recoverNonWriteableMaster: false,
  reduceReplicationAnalysisCount: true,
};

const CONTEXT: AnalysisContext = {
  nowMs: NOW,
  evidenceDueMs: 0,
  settings: SETTINGS,
  downtimes: new Map(),
  isInMaintenance: () => false,
  isIgnored: () => false,
  hasAutomatedMasterRecovery: () => true,
  hasAutomatedIntermediateMasterRecovery: () => false,
  hasStaleCoordinates: () => false,
};

const ALL = { includeDowntimed: true, includeNoProblem: true };

function analyse(snapshots: readonly InstanceSnapshot[], context: Partial<AnalysisContext> = {}): readonly Analysis[] {
  const { clusters } = buildTopology(snapshots);
  return [...clusters.values()].flatMap((cluster) => analyseCluster(cluster, { ...CONTEXT, ...context }));
}

/** `m DeadMaster` for every analysis that has a code, then the structure codes without their ending. */
function shown(analyses: readonly Analysis[]): string[] {
  return analyses.map(({ key: { hostname }, code, structure }) =>
    [hostname, code, ...structure.map((warning) => warning.replace(/StructureWarning$/, ''))].join(' '),
  );
}

const below = (name: string, source: string, replica: Partial<ReplicaStatus> = {}, options: ServerOptions = {}) =>
  server(name, { below: source, replica, ...options });
const stopped = { ioState: 0, sqlState: 0 } as const;
const refused = (wording: string): Partial<ReplicaStatus> => ({ ioState: 2, lastIoErrno: 2003, lastIoError: wording });
const SOURCE_WORDING = "Error connecting to source 'repl@m:3306'. This was attempt 2/10, with a delay of 60 seconds.";
const MASTER_WORDING = "error reconnecting to master 'repl@m:3306' - retry-time: 60";
const gone = (name: string, source: string) => below(name, source, {}, { dead: true });
const deadM = server('m', { dead: true });
const partialM = server('m', { dead: true, snapshot: { partialSuccess: true } });
const semiSync = (changes: object) =>
  server('m', { semiSync: { sourceEnabled: true, sourceStatus: true, sourceWaitForReplicas: 2, ...changes } });

type Case = readonly [what: string, snapshots: readonly InstanceSnapshot[], ...expected: string[]];

/** The worked examples of the reference, section 16, from what a poll would have told. */
const CASES: readonly Case[] = [
  ['all is well', fleet('m a<m b<m c<a')],
  [
    'dead, replicas broken',
    [deadM, below('a', 'm', refused(SOURCE_WORDING)), below('b', 'm', { ioState: 0 })],
    'm DeadMaster',
    'a FirstTierReplicaFailingToConnectToMaster',
  ],
  [
    'partly read, replicas broken',
    [partialM, below('a', 'm', { ioState: 2 }), below('b', 'm', stopped)],
    'm DeadMaster',
  ],
  ['unreachable, replicas fine', [deadM, below('a', 'm'), below('b', 'm')], 'm UnreachableMaster'],
  ['partly read, replicas fine', [partialM, below('a', 'm'), below('b', 'm')]],
  [
    'partly read, one replica cannot connect',
    [partialM, below('a', 'm', refused(SOURCE_WORDING)), below('b', 'm')],
    'm UnreachableMaster',
    'a FirstTierReplicaFailingToConnectToMaster',
  ],
  [
    'unreachable, all lag',
    [deadM, below('a', 'm', { secondsBehindSource: 60 }), below('b', 'm', { secondsBehindSource: 11 })],
    'm UnreachableMasterWithLaggingReplicas',
  ],
  [
    'unreachable, all are delayed',
    [
      deadM,
      below('a', 'm', { secondsBehindSource: 3600, sqlDelaySeconds: 3600 }),
      below('b', 'm', { secondsBehindSource: 3600, sqlDelaySeconds: 3600 }),
    ],
    'm UnreachableMaster',
  ],
  [
    'two of three unreachable, the third broken',
    [deadM, gone('a', 'm'), gone('b', 'm'), below('c', 'm', stopped)],
    'm DeadMasterAndSomeReplicas',
  ],
  [
    'two of three unreachable, the third fine',
    [deadM, gone('a', 'm'), gone('b', 'm'), below('c', 'm')],
    'm UnreachableMaster',
  ],
  ['all unreachable', [deadM, gone('a', 'm'), gone('b', 'm')], 'm DeadMasterAndReplicas NoFailoverSupport'],
  ['alone and dead', [deadM], 'm DeadMasterWithoutReplicas'],
  ['one of three stopped', [server('m'), below('a', 'm', stopped), below('b', 'm'), below('c', 'm')]],
  [
    'all appliers stopped',
    [server('m'), below('a', 'm', { sqlState: 0 }), below('b', 'm', { sqlState: 0 })],
    'm AllMasterReplicasNotReplicating',
  ],
  [
    'intermediate dead, its replica cannot connect',
    [...fleet('m s<m'), gone('i', 'm'), below('a', 'i', refused(MASTER_WORDING))],
    'i DeadIntermediateMasterWithSingleReplicaFailingToConnect',
  ],
  [
    'the same with the applier stopped too',
    [...fleet('m s<m'), gone('i', 'm'), below('a', 'i', { ...refused(MASTER_WORDING), sqlState: 0 })],
    'i DeadIntermediateMasterWithSingleReplica',
  ],
  [
    'intermediate reachable, replicas cannot connect',
    [...fleet('m i<m'), below('a', 'i', refused(SOURCE_WORDING)), below('b', 'i', refused(MASTER_WORDING))],
    'i AllIntermediateMasterReplicasFailingToConnectOrDead',
  ],
  ['intermediate reachable, replicas not', [...fleet('m i<m'), gone('a', 'i'), gone('b', 'i')]],
  [
    'a direct replica cannot connect, its sibling is fine',
    [...fleet('m b<m'), below('a', 'm', refused(SOURCE_WORDING))],
    'a FirstTierReplicaFailingToConnectToMaster',
  ],
  [
    'an old error of a replica that is connected again',
    [...fleet('m b<m'), below('a', 'm', { lastIoError: SOURCE_WORDING })],
  ],
  [
    'an I/O error that is not about connecting',
    [...fleet('m b<m'), below('a', 'm', refused('Got fatal error 1236 from source when reading data'))],
  ],
  ['semi-sync suspect', [semiSync({ sourceClients: 1 }), below('a', 'm')], 'm LockedSemiSyncMasterHypothesis'],
  [
    'semi-sync fallen back',
    [semiSync({ sourceClients: 1, sourceStatus: false }), below('a', 'm')],
    'm NoProblem NotEnoughValidSemiSyncReplicas',
  ],
  [
    'co-master dead',
    [below('a', 'b', {}, { dead: true }), below('b', 'a', refused(SOURCE_WORDING))],
    'a DeadCoMaster',
    'b AllCoMasterReplicasNotReplicating',
  ],
  ['a dead leaf', [server('m'), below('a', 'm'), gone('b', 'm')]],
  ['a detached replica', [server('m'), below('a', '//m', stopped), below('b', 'm')]],
  [
    'no replica could be promoted',
    [
      server('m'),
      ...['a', 'b'].map((n) => below(n, 'm', { gtidUse: 'none' }, { facts: { logReplicaUpdates: false } })),
    ],
    'm NoProblem NoLoggingReplicas NoFailoverSupport',
  ],
];

describe('a cluster as polled', () => {
  it.each(CASES.map(([what, snapshots, ...expected]) => [what, snapshots, expected] as const))(
    '%s',
    (_, snapshots, expected) => {
      expect(shown(analyse(snapshots))).toEqual(expected);
    },
  );

  it('a dead group primary with a broken asynchronous replica', () => {
    const primary = key('p');
    const cluster = [
      server('p', { dead: true, group: { memberRole: 'PRIMARY', primary } }),
      server('s', { group: { primary } }),
      below('a', 'p', stopped),
    ];
    expect(shown(analyse(cluster))).toEqual(['p DeadReplicationGroupMemberWithReplicas']);
  });

  it('is locked once the coordinates are stale', () => {
    const stale: Partial<AnalysisContext> = { hasStaleCoordinates: ({ id }) => id === 'm:3306' };
    expect(shown(analyse([semiSync({ sourceClients: 1 }), below('a', 'm')], stale))).toEqual([
      'm LockedSemiSyncMaster',
    ]);
  });

  it('does not count a replica as replicating that is proven to hear nothing', () => {
    const snapshots = [deadM, below('a', 'm'), below('b', 'm')];
    const deaf = (...ids: string[]) => ({ isDeaf: (id: string) => ids.includes(id) });
    expect(shown(analyse(snapshots, deaf('a:3306')))).toEqual(['m UnreachableMaster']);
    expect(shown(analyse(snapshots, deaf('a:3306', 'b:3306')))).toEqual(['m DeadMaster']);
  });

  it('takes a receiver that Baton restarts for one that runs: not against a dead master, nor against a live one', () => {
    const paused = (name: string) => below(name, 'm', { ioState: 0 });
    const probed = { isProbed: (id: string) => id === 'a:3306' };
    const both = [paused('a'), paused('b')];
    expect(shown(analyse([deadM, ...both]))).toEqual(['m DeadMaster']);
    expect(shown(analyse([deadM, ...both], probed))).toEqual(['m UnreachableMaster']);
    expect(shown(analyse([server('m'), ...both]))).toEqual(['m AllMasterReplicasNotReplicating']);
    expect(shown(analyse([server('m'), ...both], probed))).toEqual([]);
  });

  it('says errant transactions of a replica on its source, unless the replica is in downtime', () => {
    const uuid = '99999999-0000-0000-0000-000000000000';
    const master = server('m', { facts: { gtidExecuted: `${uuid}:1-3` } });
    const snapshots = [master, below('a', 'm', {}, { facts: { gtidExecuted: `${uuid}:1-5` } })];
    expect(shown(analyse(snapshots))).toEqual(['m NoProblem ErrantGTID']);
    expect(analyse(snapshots)[0]?.facts.maxReplicaGtidErrant).toBe(`${uuid}:4-5`);
    expect(shown(analyse(snapshots, { downtimes: downtimes('a') }))).toEqual([]);
  });

  it('with RecoverNonWriteableMaster says that the master is read-only in both places', () => {
    const snapshots = [server('m', { facts: { readOnly: true } }), below('a', 'm')];
    expect(shown(analyse(snapshots, { settings: { ...SETTINGS, recoverNonWriteableMaster: true } }))).toEqual([
      'm NoWriteableMasterStructureWarning NoWriteableMaster',
    ]);
  });
});

describe('whether the last check was valid', () => {
  const polled = (checkedAgo: number, seenAgo: number, attemptAgo: number): ServerOptions => ({
    snapshot: { lastCheckedMs: NOW - checkedAgo, lastSeenMs: NOW - seenAgo, lastAttemptMs: NOW - attemptAgo },
  });

  it.each([
    ['polled a moment ago', polled(10, 10, 15), true],
    ['not polled for a while: nobody tried', polled(60_000, 60_000, 60_005), true],
    ['the last poll failed', polled(10, 5000, 15), false],
    ['a failure is known before the times tell', { snapshot: { failure: { kind: 'broken', message: '' } } }, false],
    ['never seen', polled(10, NOW, 15), false],
    ['a poll has begun', polled(5000, 5000, 900), true],
    ['a poll hangs, but the last success is recent', polled(5000, 5000, 1000), true],
    ['a poll hangs for too long', polled(6001, 6001, 1001), false],
    ['a poll that began too late after the last success', polled(7000, 7000, 900), false],
  ] as const satisfies readonly (readonly [string, ServerOptions, boolean])[])('%s: %3$s', (_, options, valid) => {
    const { clusters } = buildTopology([server('m', options), below('a', 'm')]);
    const [cluster] = clusters.values();
    if (cluster === undefined) throw new Error('no cluster');
    expect(analyseCluster(cluster, CONTEXT, ALL)[0]?.facts.lastCheckValid).toBe(valid);
  });
});

describe('what is no evidence', () => {
  const old = { snapshot: { stale: true } };
  const starting = { evidenceDueMs: NOW + 1 };

  it.each<
    readonly [
      what: string,
      snapshots: readonly InstanceSnapshot[],
      context: Partial<AnalysisContext>,
      expected: string[],
    ]
  >([
    ['a master that comes from the store', [server('m', old), below('a', 'm', stopped)], {}, []],
    ['a master that was only just heard of', [unread('m'), below('a', 'm', stopped)], {}, []],
    ['a server that could never be read', [failedUnread('x')], {}, []],
    ['the same with replicas that say so', [failedUnread('m'), below('a', 'm', stopped)], {}, ['m DeadMaster']],
    ['replicas from the store, at start', [deadM, below('a', 'm', stopped), below('b', 'm', {}, old)], starting, []],
    [
      'replicas from the store, when they should have been polled',
      [deadM, below('a', 'm', stopped), below('b', 'm', {}, old)],
      {},
      ['m DeadMasterAndSomeReplicas'],
    ],
    ['all polled, at start', [deadM, below('a', 'm', stopped)], starting, ['m DeadMaster']],
  ])('%s', (_, snapshots, context, expected) => {
    expect(shown(analyse(snapshots, context))).toEqual(expected);
  });
});

function failedUnread(name: string): InstanceSnapshot {
  return unread(name, { lastCheckedMs: NOW - 10, failure: { kind: 'refused', message: 'refused' } });
}

function downtimes(...names: string[]): ReadonlyMap<string, Downtime> {
  return new Map(names.map((name) => [`${name}:3306`, { endMs: NOW + 60_000, reason: 'repair', owner: 'dba' }]));
}

describe('what hides an analysis', () => {
  const dead = [deadM, below('a', 'm', stopped), below('b', 'm', stopped)];
  const broken = [server('m'), below('a', 'm', stopped), below('b', 'm', stopped)];
  const single = [server('m'), below('a', 'm', stopped)];
  const withoutDowntimed = { includeDowntimed: false, includeNoProblem: false };

  it.each<
    readonly [
      what: string,
      snapshots: readonly InstanceSnapshot[],
      downtimed: string[],
      isReplicas: boolean,
      isShown: boolean,
    ]
  >([
    ['no downtime', dead, [], false, true],
    ['downtime of the instance', dead, ['m'], false, false],
    ['downtime of all replicas of a dead master does not excuse it', dead, ['a', 'b'], false, true],
    ['downtime of all replicas excuses that they do not replicate', broken, ['a', 'b'], true, false],
    ['downtime of some replicas does not', broken, ['a'], false, true],
    ['a single replica that does not replicate is not excused', single, ['a'], false, true],
  ])('%s', (_, snapshots, downtimed, isReplicasDowntimed, isShown) => {
    const [cluster] = buildTopology(snapshots).clusters.values();
    if (cluster === undefined) throw new Error('no cluster');
    const context = { ...CONTEXT, downtimes: downtimes(...downtimed) };
    const [analysis] = analyseCluster(cluster, context);
    expect(analysis).toMatchObject({
      isDowntimed: downtimed.includes('m'),
      isReplicasDowntimed,
      skippableDueToDowntime: !isShown,
    });
    expect(analyseCluster(cluster, context, withoutDowntimed).length).toBe(isShown ? 1 : 0);
    expect(analyseEveryInstance(cluster, context).length).toBe(1);
  });

  it('ends with the downtime', () => {
    const over = new Map([['m:3306', { endMs: NOW, reason: '', owner: '' }]]);
    expect(analyse(dead, { downtimes: over })[0]).toMatchObject({ isDowntimed: false, downtimeEndMs: 0 });
  });

  it('maintenance hides the instance, but its replica still counts', () => {
    expect(analyse(dead, { isInMaintenance: (id) => id === 'm:3306' })).toEqual([]);
    expect(shown(analyse(dead, { isInMaintenance: (id) => id === 'a:3306' }))).toEqual(['m DeadMaster']);
  });

  it('filters look at the host name alone', () => {
    expect(analyse(dead, { isIgnored: (hostname) => hostname === 'm' })).toEqual([]);
    expect(shown(analyse(dead, { isIgnored: (hostname) => hostname === 'm:3306' }))).toEqual(['m DeadMaster']);
  });
});

describe('which instances have an analysis, in which order', () => {
  const order = (snapshots: readonly InstanceSnapshot[], settings: Partial<AnalysisSettings> = {}) => {
    const context = { ...CONTEXT, settings: { ...SETTINGS, ...settings } };
    const { clusters } = buildTopology(snapshots);
    const analyses = [...clusters.values()].flatMap((cluster) => analyseEveryInstance(cluster, context));
    return analyses
      .sort(compareAnalyses)
      .map(({ key: { hostname } }) => hostname)
      .join(' ');
  };

  it.each([
    ['healthy leaves have none', fleet('m a<m b<a'), {}, 'm a'],
    ['with the reduction off they have', fleet('m a<m b<a'), { reduceReplicationAnalysisCount: false }, 'm a b'],
    ['dead leaves have one', [...fleet('m a<m'), gone('b', 'm')], {}, 'm b'],
    ['leaves that cannot connect have one', [...fleet('m a<m'), below('b', 'm', refused(MASTER_WORDING))], {}, 'm b'],
    ['stopped leaves have none', [...fleet('m a<m'), below('b', 'm', stopped)], {}, 'm'],
    ['masters first, then by replicas', fleet('m a<m b<m c<b d<b e<a x y<x'), {}, 'm x b a'],
    ['the top before others that are no masters', fleet('a<b b<a c<b d<b e<d f<d g<d h<d'), {}, 'a d b'],
  ])('%s', (_, snapshots, settings, expected) => {
    expect(order(snapshots, settings)).toBe(expected);
  });
});

it('an analysis tells everything that hooks and the HTTP interface need', () => {
  const place = { dataCenter: 'east', region: 'eu', environment: 'prod', suggestedClusterAlias: 'main' };
  const snapshots = [server('m', { dead: true, facts: place }), below('a', 'm', stopped)];
  expect(analyse(snapshots)).toEqual([
    {
      key: key('m'),
      sourceKey: { hostname: '', port: 0 },
      clusterName: 'm:3306',
      clusterAlias: 'main',
      clusterDomain: 'm:3306',
      code: 'DeadMaster',
      description: 'The master cannot be reached, and none of its replicas is replicating.',
      structure: [],
      facts: expect.objectContaining({ replicas: 1, validReplicas: 1, validReplicatingReplicas: 0 }),
      replicas: [key('a')],
      dataCenter: 'east',
      region: 'eu',
      environment: 'prod',
      coordinates: { file: 'binlog.000007', position: 4711 },
      isDowntimed: false,
      isReplicasDowntimed: false,
      downtimeEndMs: 0,
      skippableDueToDowntime: false,
      hasAutomatedMasterRecovery: true,
      hasAutomatedIntermediateMasterRecovery: false,
      commandHint: '',
    },
  ]);
});

describe('the facts of the replicas', () => {
  const facts = (...replicas: InstanceSnapshot[]) => {
    const [cluster] = buildTopology([server('m'), ...replicas]).clusters.values();
    if (cluster === undefined) throw new Error('no cluster');
    return analyseCluster(cluster, { ...CONTEXT, downtimes: downtimes('d') }, ALL)[0]?.facts;
  };
  const binlog = (version: string, binlogFormat: string, logBin = true): ServerOptions => ({
    facts: { version, binlogFormat, logBin },
  });

  it('count formats and versions of those that log', () => {
    const replicas = [
      below('a', 'm', {}, binlog('8.0.36', 'ROW')),
      below('b', 'm', {}, binlog('8.0.11', 'MIXED')),
      below('c', 'm', {}, binlog('8.4.3', 'STATEMENT')),
      below('d', 'm', {}, binlog('5.7.44', 'ROW', false)),
    ];
    expect(facts(...replicas)).toMatchObject({
      replicas: 4,
      downtimedReplicas: 1,
      loggingReplicas: 3,
      rowLoggingReplicas: 1,
      mixedLoggingReplicas: 1,
      statementLoggingReplicas: 1,
      majorVersionsOfLoggingReplicas: 2,
    });
  });

  it('count lag as it was stored, of unreachable replicas too, and unknown lag as none', () => {
    const replicas = [
      below('a', 'm', { secondsBehindSource: 11 }, { dead: true }),
      below('b', 'm', { secondsBehindSource: 3600, sqlDelaySeconds: 3600 }),
      below('c', 'm', { secondsBehindSource: 10 }),
      below('d', 'm', { secondsBehindSource: null, ioState: 0 }),
    ];
    expect(facts(...replicas)).toMatchObject({ laggingReplicas: 2, delayedReplicas: 1, validReplicas: 3 });
  });

  it('ask only the reachable ones for GTIDs', () => {
    const byPosition = { gtidUse: 'none' } as const;
    expect(facts(below('a', 'm'), below('b', 'm', byPosition, { dead: true }))?.oracleGtidTopology).toBe(true);
    expect(facts(below('a', 'm'), below('b', 'm', byPosition))?.oracleGtidTopology).toBe(false);
    expect(facts(gone('a', 'm'))?.oracleGtidTopology).toBe(false);
    expect(facts(below('a', 'm', { gtidUse: 'mariadb' }))).toMatchObject({
      mariadbGtidTopology: true,
      oracleGtidTopology: false,
    });
    expect(facts(below('a', 'm', {}, { facts: { flavor: 'MaxScale' } }))?.binlogServerTopology).toBe(true);
  });

  it('compare GTID modes as texts', () => {
    const mode = (name: string, gtidMode: string) => below(name, 'm', {}, { facts: { gtidMode } });
    expect(facts(mode('a', 'ON_PERMISSIVE'), mode('b', 'OFF'), mode('c', 'ON'))).toMatchObject({
      minReplicaGtidMode: 'OFF',
      maxReplicaGtidMode: 'ON_PERMISSIVE',
    });
  });
});
