import type { AnalysisFacts } from '../../../shared/domain/analysis.ts';
import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { isRealKey } from '../../../shared/domain/instance-key.ts';
import { activeDowntime } from '../topology/condition.ts';
import { groupOf, isLastCheckInvalid, logsReplicaUpdates, majorVersion } from '../topology/server-traits.ts';
import type { TopologyInstance } from '../topology/topology.ts';
import type { AnalysisContext } from './context.ts';

/**
 * What a replica says that can't connect to its source; servers from 8.0.23 on say `source` where older ones and
 * MariaDB say `master`.
 */
const CONNECT_ERROR = /error .*connecting to (?:master|source)/is;

/** A poll that has run for so long without an answer counts as an attempt that didn't succeed. */
const HANGING_POLL_MS = 1000;

/**
 * Collects the evidence about one instance in its role as a possible source (analysis reference, section 4).
 * @param replicas those that name the instance as their source
 */
export function collectFacts(
  instance: TopologyInstance,
  replicas: readonly TopologyInstance[],
  context: AnalysisContext,
): AnalysisFacts {
  const { facts, snapshot } = instance;
  const group = groupOf(facts);
  const valid = replicas.filter((replica) => replica.valid);
  // Of a source that could never be read no GTID mode is known that those of its replicas could differ from.
  const modes = facts === null ? [] : replicas.map((replica) => replica.facts?.gtidMode ?? '').sort();
  return {
    isMaster: !isRealKey(instance.sourceKey) && (group === null || group.memberRole === 'PRIMARY'),
    isGroupMember: group !== null && group.memberState !== 'OFFLINE',
    isCoMaster: instance.isCoMaster || replicas.some((replica) => replica.isCoMaster),
    isBinlogServer: instance.isBinlogServer,
    lastCheckValid: isAnalysedCheckValid(snapshot, context),
    partialSuccess: snapshot.partialSuccess,
    replicas: replicas.length,
    validReplicas: valid.length,
    validReplicatingReplicas: valid.filter((replica) => replicates(replica, context)).length,
    replicasFailingToConnect: valid.filter(failsToConnect).length,
    isFailingToConnect: failsToConnect(instance),
    downtimedReplicas: replicas.filter((replica) => activeDowntime(context, replica.id) !== null).length,
    depth: instance.depth,
    oracleGtidTopology: valid.length > 0 && valid.every((replica) => replica.facts?.replica?.gtidUse === 'mysql'),
    mariadbGtidTopology: valid.length > 0 && valid.every((replica) => replica.facts?.replica?.gtidUse === 'mariadb'),
    binlogServerTopology: valid.length > 0 && valid.every((replica) => replica.isBinlogServer),
    pseudoGtidTopology: facts?.usesPseudoGtid ?? false,
    semiSyncSourceEnabled: facts?.semiSync?.sourceEnabled ?? false,
    semiSyncSourceStatus: facts?.semiSync?.sourceStatus ?? false,
    semiSyncWaitForReplicas: facts?.semiSync?.sourceWaitForReplicas ?? 0,
    semiSyncClients: facts?.semiSync?.sourceClients ?? 0,
    semiSyncReplicasEnabled: replicas.filter((replica) => replica.facts?.semiSync?.replicaEnabled === true).length,
    ...lagFacts(replicas, context.settings.reasonableReplicationLagSeconds),
    ...loggingFacts(replicas),
    gtidMode: facts?.gtidMode ?? '',
    minReplicaGtidMode: modes[0] ?? '',
    maxReplicaGtidMode: modes.at(-1) ?? '',
    maxReplicaGtidErrant: greatestErrant(replicas, context),
    readOnly: facts?.readOnly ?? false,
    staleCoordinates: facts !== null && facts.coordinates !== null && context.hasStaleCoordinates(instance),
  };
}

/**
 * Whether the analysed instance's last check is valid: its last finished poll succeeded, and no attempt since has gone
 * on for too long (analysis reference, 2.1, first definition). A replica is asked less: `TopologyInstance.valid`.
 */
function isAnalysedCheckValid(
  snapshot: InstanceSnapshot,
  context: Pick<AnalysisContext, 'nowMs' | 'settings'>,
): boolean {
  if (snapshot.stale || isLastCheckInvalid(snapshot)) return false;
  const { instancePollSeconds, reasonableInstanceCheckSeconds } = context.settings;
  const isHanging =
    snapshot.lastAttemptMs > snapshot.lastCheckedMs && context.nowMs - snapshot.lastAttemptMs >= HANGING_POLL_MS;
  const attemptMs = isHanging ? context.nowMs : snapshot.lastAttemptMs;
  return attemptMs <= snapshot.lastSeenMs + (instancePollSeconds + reasonableInstanceCheckSeconds) * 1000;
}

/** Lag is what was stored last, of replicas that can't be read too; the configured delay isn't taken off. */
function lagFacts(
  replicas: readonly TopologyInstance[],
  reasonableSeconds: number,
): Pick<AnalysisFacts, 'delayedReplicas' | 'laggingReplicas'> {
  return {
    delayedReplicas: replicas.filter(({ facts }) => (facts?.replica?.sqlDelaySeconds ?? 0) > 0).length,
    laggingReplicas: replicas.filter(({ facts }) => (facts?.lagSeconds ?? 0) > reasonableSeconds).length,
  };
}

function loggingFacts(
  replicas: readonly TopologyInstance[],
): Pick<
  AnalysisFacts,
  | 'loggingReplicas'
  | 'statementLoggingReplicas'
  | 'mixedLoggingReplicas'
  | 'rowLoggingReplicas'
  | 'majorVersionsOfLoggingReplicas'
> {
  const logging = replicas.map(({ facts }) => facts).filter((facts) => facts !== null && logsReplicaUpdates(facts));
  const inFormat = (format: string) => logging.filter((facts) => facts?.binlogFormat.toUpperCase() === format).length;
  return {
    loggingReplicas: logging.length,
    statementLoggingReplicas: inFormat('STATEMENT'),
    mixedLoggingReplicas: inFormat('MIXED'),
    rowLoggingReplicas: inFormat('ROW'),
    majorVersionsOfLoggingReplicas: new Set(logging.map((facts) => majorVersion(facts?.version ?? '').join('.'))).size,
  };
}

/** A downtimed replica's errant transactions are known to whoever set the downtime. */
function greatestErrant(replicas: readonly TopologyInstance[], context: AnalysisContext): string {
  let greatest = '';
  for (const { id, gtidErrant } of replicas) {
    if (gtidErrant > greatest && activeDowntime(context, id) === null) greatest = gtidErrant;
  }
  return greatest;
}

function replicates({ id, facts }: TopologyInstance, { isDeaf, isProbed }: AnalysisContext): boolean {
  if (facts?.replica?.sqlState !== 1) return false;
  return facts.replica.ioState === 1 ? isDeaf?.(id) !== true : isProbed?.(id) === true;
}

/** A connecting I/O thread isn't running; the applier has to run, or the replica has troubles of its own. */
function failsToConnect({ facts }: TopologyInstance): boolean {
  const replica = facts?.replica;
  return replica?.sqlState === 1 && replica.ioState !== 1 && CONNECT_ERROR.test(replica.lastIoError);
}
