import type { Analysis, AnalysisFacts } from '../../../src/shared/domain/analysis.ts';
import type { InstanceFacts, InstanceSnapshot, ReplicaStatus } from '../../../src/shared/domain/instance.ts';
import { type InstanceKey, NO_KEY, parseKey } from '../../../src/shared/domain/instance-key.ts';
import type { AnalysisSummary, Detection, Recovery } from '../../../src/shared/domain/recovery.ts';
import { NOTHING_WRONG } from '../../support/plain-analysis-facts.ts';
import { PLAIN_REPLICA } from '../../support/plain-replica.ts';

/** 2024-01-31 10:20:30 UTC. */
export const NOW = Date.UTC(2024, 0, 31, 10, 20, 30);

export function key(text: string): InstanceKey {
  const parsed = parseKey(text, 3306);
  if (parsed === null) throw new Error(`not a key: ${text}`);
  return parsed;
}

function facts(id: string, over: Partial<InstanceFacts> = {}): InstanceFacts {
  return {
    key: key(id),
    serverId: 1,
    serverUuid: `uuid-of-${id}`,
    version: '8.0.36',
    versionComment: 'Test Server',
    flavor: 'MySQL',
    uptimeSeconds: 100,
    readOnly: false,
    superReadOnly: false,
    offlineMode: false,
    logBin: true,
    logReplicaUpdates: true,
    binlogFormat: 'ROW',
    binlogRowImage: 'FULL',
    coordinates: { file: 'bin.000001', position: 4 },
    gtidMode: 'ON',
    gtidExecuted: '',
    gtidPurged: '',
    replica: null,
    semiSync: null,
    group: null,
    connectedReplicas: [],
    replicationCredentialsAvailable: false,
    alias: '',
    dataCenter: '',
    region: '',
    environment: '',
    suggestedClusterAlias: '',
    clusterDomain: '',
    semiSyncPriority: 0,
    detectedPromotionRule: null,
    usesPseudoGtid: false,
    lagSeconds: 0,
    warnings: [],
    ...over,
  };
}

function replicaOf(source: string, over: Partial<ReplicaStatus> = {}): ReplicaStatus {
  return {
    source: key(source),
    sourceUuid: `uuid-of-${source}`,
    ...PLAIN_REPLICA,
    read: { file: 'bin.000001', position: 4 },
    executed: { file: 'bin.000001', position: 4 },
    relay: { file: 'relay.000001', position: 4 },
    retryCount: 86400,
    ...over,
  };
}

function snapshot(instance: InstanceFacts, over: Partial<InstanceSnapshot> = {}): InstanceSnapshot {
  return {
    key: instance.key,
    facts: instance,
    lastCheckedMs: NOW - 1000,
    lastSeenMs: NOW - 1000,
    lastAttemptMs: NOW - 1001,
    partialSuccess: false,
    failure: null,
    latencyMicros: 1500,
    stale: false,
    ...over,
  };
}

/** `db1` above `db2` and `db3`, `db4` below `db2`; alias `main`. */
export function exampleSnapshots(): InstanceSnapshot[] {
  const semi = {
    available: true,
    sourceEnabled: true,
    sourceStatus: true,
    sourceTimeoutMs: 1e18,
    sourceWaitForReplicas: 1,
    sourceClients: 1,
    replicaEnabled: false,
    replicaStatus: false,
  };
  const db1 = facts('db1:3306', { serverId: 101, suggestedClusterAlias: 'main', semiSync: semi });
  const db2 = facts('db2:3306', { serverId: 102, readOnly: true, replica: replicaOf('db1:3306') });
  const db3 = facts('db3:3306', {
    serverId: 103,
    readOnly: true,
    lagSeconds: null,
    replica: replicaOf('db1:3306', { sqlState: 0, secondsBehindSource: null, lastSqlError: 'Table "a\\b" é\n' }),
  });
  const db4 = facts('db4:3306', {
    serverId: 104,
    readOnly: true,
    lagSeconds: 3,
    replica: replicaOf('db2:3306', { secondsBehindSource: 3 }),
  });
  return [db1, db2, db3, db4].map((one) => snapshot(one));
}

function summary(id: string, over: Partial<AnalysisSummary> = {}): AnalysisSummary {
  return {
    key: key(id),
    code: 'DeadMaster',
    description: 'Master cannot be reached',
    clusterName: id,
    clusterAlias: 'main',
    clusterDomain: '',
    replicas: [key('db3:3306'), key('db2:3306')],
    hasAutomatedMasterRecovery: true,
    hasAutomatedIntermediateMasterRecovery: false,
    isActionable: true,
    isMaster: true,
    isCoMaster: false,
    isDowntimed: false,
    commandHint: '',
    ...over,
  };
}

export function recovery(id: number, over: Partial<Recovery> = {}): Recovery {
  return {
    id,
    uid: `17066960300000000${id}:${'ab'.repeat(32)}`,
    kind: 'MasterRecovery',
    type: 'MasterRecoveryGTID',
    analysis: summary('db0:3306'),
    startedMs: NOW - 120_000,
    endedMs: NOW - 119_000,
    outcome: 'succeeded',
    inActivePeriod: true,
    activePeriodEndedMs: 0,
    successor: key('db1:3306'),
    successorAlias: '',
    successorCoordinates: { file: 'bin.000001', position: 4 },
    lostReplicas: [],
    participants: [key('db1:3306')],
    errors: [],
    acknowledged: false,
    acknowledgedMs: 0,
    acknowledgedBy: '',
    acknowledgedComment: '',
    lastDetectionId: 7,
    node: 'baton-1',
    nodeToken: 'cd'.repeat(32),
    ...over,
  };
}

export function detection(id: number, over: Partial<Detection> = {}): Detection {
  return {
    id,
    analysis: summary('db0:3306'),
    startedMs: NOW - 121_000,
    active: true,
    endedMs: 0,
    node: 'baton-1',
    nodeToken: 'cd'.repeat(32),
    ...over,
  };
}

export function analysis(id: string, over: Partial<Analysis> = {}, counts: Partial<AnalysisFacts> = {}): Analysis {
  return {
    key: key(id),
    sourceKey: NO_KEY,
    clusterName: 'db1:3306',
    clusterAlias: 'main',
    clusterDomain: '',
    code: 'DeadMaster',
    description: 'Master cannot be reached',
    structure: [],
    facts: { ...NO_COUNTS, ...counts },
    replicas: [],
    dataCenter: '',
    region: '',
    environment: '',
    coordinates: null,
    isDowntimed: false,
    isReplicasDowntimed: false,
    downtimeEndMs: 0,
    skippableDueToDowntime: false,
    hasAutomatedMasterRecovery: false,
    hasAutomatedIntermediateMasterRecovery: false,
    commandHint: '',
    ...over,
  };
}

/** What could not be checked either. */
const NO_COUNTS: AnalysisFacts = { ...NOTHING_WRONG, lastCheckValid: false };
