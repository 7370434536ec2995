import { expect, test } from 'vitest';
import { goJson } from '../../../src/main/adapters/http/go-json.ts';
import { analysisJson } from '../../../src/main/adapters/http/json/analysis-json.ts';
import { instanceJson } from '../../../src/main/adapters/http/json/instance-json.ts';
import { detectionJson, recoveryJson } from '../../../src/main/adapters/http/json/recovery-json.ts';
import { viewOf } from '../../../src/main/adapters/http/view.ts';
import { fieldNames } from '../../compat/reference/shape-check.ts';
import { analysis, detection, exampleSnapshots, key, NOW, recovery } from './example.ts';
import { FakeEngine } from './fake-engine.ts';

const INSTANCE_FIELDS = fieldNames('Instance');
const ANALYSIS_FIELDS = fieldNames('Analysis');
const RECOVERY_FIELDS = fieldNames('Recovery');

type Shape = Record<string, unknown>;

function instance(engine: FakeEngine, id: string): Shape {
  const found = engine.current.instances.get(id);
  if (found === undefined) throw new Error(`no ${id}`);
  return JSON.parse(goJson(instanceJson(found, viewOf(engine, NOW)))) as Shape;
}

test('an instance has the 87 fields in their order', () => {
  expect(INSTANCE_FIELDS).toHaveLength(87);
  for (const id of ['db1:3306', 'db3:3306']) {
    expect(Object.keys(instance(FakeEngine.example(), id))).toEqual(INSTANCE_FIELDS);
  }
});

test('a stopped replica shows its state, with copies, quoted errors and null objects', () => {
  expect(instance(FakeEngine.example(), 'db3:3306')).toMatchObject({
    Key: { Hostname: 'db3', Port: 3306 },
    MasterKey: { Hostname: 'db1', Port: 3306 },
    Slave_SQL_Running: false,
    ReplicationSQLThreadRuning: false,
    ReplicationIOThreadRuning: true,
    ReplicationSQLThreadState: 0,
    LastSQLError: '"Table \\"a\\\\b\\" \\u00e9\\n"',
    LastIOError: '',
    SecondsBehindMaster: { Int64: 0, Valid: false },
    RelaylogCoordinates: { LogFile: 'relay.000001', LogPos: 4, Type: 1 },
    ReplicationDepth: 1,
    Problems: ['not_replicating'],
    PromotionRule: 'neutral',
    DowntimeEndTimestamp: '',
    ElapsedDowntime: 0,
    LastSeenTimestamp: '2024-01-31 10:20:29',
    SecondsSinceLastSeen: { Int64: 1, Valid: true },
    LastDiscoveryLatency: 1_500_000,
  });
});

test('a source lists its replicas twice and its semi-sync facts', () => {
  const shown = instance(FakeEngine.example(), 'db1:3306');
  const replicas = [
    { Hostname: 'db2', Port: 3306 },
    { Hostname: 'db3', Port: 3306 },
  ];
  expect(shown).toMatchObject({
    MasterKey: { Hostname: '', Port: 0 },
    ReplicationSQLThreadState: -1,
    SlaveHosts: replicas,
    Replicas: replicas,
    SemiSyncMasterEnabled: true,
    SemiSyncMasterTimeout: 1e18,
    SuggestedClusterAlias: 'main',
    ClusterName: 'db1:3306',
  });
});

test('an instance that was never read has empty values and keeps all fields', () => {
  const engine = FakeEngine.example();
  const [db1, ...others] = exampleSnapshots();
  if (db1 === undefined) throw new Error('no example');
  const never = { ...db1, facts: null, lastSeenMs: 0, failure: { kind: 'refused', message: 'x' } as const };
  engine.show([never, ...others]);
  const shown = instance(engine, 'db1:3306');
  expect(Object.keys(shown)).toEqual(INSTANCE_FIELDS);
  expect(shown).toMatchObject({
    Version: '',
    FlavorName: 'unknown',
    IsLastCheckValid: false,
    LastSeenTimestamp: '',
    SecondsSinceLastSeen: { Int64: 0, Valid: false },
    Problems: ['last_check_invalid'],
  });
});

test('a downtime is told with its length in nanoseconds, beyond what a double counts', () => {
  const engine = FakeEngine.example();
  engine.downtime('db2:3306');
  expect(instance(engine, 'db2:3306')).toMatchObject({
    IsDowntimed: true,
    DowntimeReason: 'repair',
    DowntimeOwner: 'ann',
    DowntimeEndTimestamp: '2024-01-31 10:21:30',
    ElapsedDowntime: 5_000_000_000,
  });
  const later = viewOf(engine, NOW + 400 * 86_400_000);
  engine.downtime('db2:3306', 'lost-in-recovery');
  const db2 = engine.current.instances.get('db2:3306');
  const text = db2 === undefined ? '' : goJson(instanceJson(db2, { ...later, state: engine.state() }));
  expect(text).toContain('"ElapsedDowntime":34560005000000000,');
});

test('an analysis has the 57 fields in their order', () => {
  const one = analysis(
    'db1:3306',
    { replicas: [key('db3:3306'), key('db2:3306')], downtimeEndMs: NOW + 90_000 },
    { replicas: 2 },
  );
  const shown = analysisJson(one, new FakeEngine().node, NOW) as Shape;
  expect(ANALYSIS_FIELDS).toHaveLength(57);
  expect(Object.keys(shown)).toEqual(ANALYSIS_FIELDS);
  expect(shown).toMatchObject({
    AnalyzedInstanceKey: { Hostname: 'db1', Port: 3306 },
    ClusterDetails: { ClusterName: 'db1:3306', ClusterAlias: 'main', ClusterDomain: 'db1:3306', CountInstances: 0 },
    CountReplicas: 2,
    Replicas: [
      { Hostname: 'db2', Port: 3306 },
      { Hostname: 'db3', Port: 3306 },
    ],
    StructureAnalysis: null,
    DowntimeRemainingSeconds: -90,
    ProcessingNodeHostname: 'baton-1',
  });
});

test('recoveries and detections share their fields and differ in what is null', () => {
  const done = recoveryJson(recovery(3)) as Shape;
  expect(Object.keys(done)).toEqual(RECOVERY_FIELDS);
  expect(Object.keys(done.AnalysisEntry as Shape)).toEqual(ANALYSIS_FIELDS);
  expect(done).toMatchObject({
    SuccessorKey: { Hostname: 'db1', Port: 3306 },
    SuccessorBinlogCoordinates: null,
    AllErrors: [''],
    IsSuccessful: true,
    RecoveryEndTimestamp: '2024-01-31 10:18:31',
    Type: '',
    RecoveryType: 'NotMasterRecovery',
  });
  const running = recoveryJson(recovery(4, { outcome: 'running', endedMs: 0, successor: null, errors: ['a', 'b'] }));
  expect(running).toMatchObject({
    SuccessorKey: { Hostname: '', Port: 0 },
    AllErrors: ['a', 'b'],
    RecoveryEndTimestamp: '',
    IsSuccessful: false,
  });
  const noticed = detectionJson(detection(7), 3) as Shape;
  expect(Object.keys(noticed)).toEqual(RECOVERY_FIELDS);
  expect(noticed).toMatchObject({
    UID: '',
    SuccessorKey: null,
    AllErrors: null,
    RecoveryType: '',
    RelatedRecoveryId: 3,
    AnalysisEntry: { StartActivePeriod: '2024-01-31 10:18:29', CountReplicas: 2 },
  });
});
