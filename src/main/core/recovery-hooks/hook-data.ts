import type { LogCoordinates } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { AnalysisSummary } from '../../../shared/domain/recovery.ts';

/** The promoted server, as far as it is known when the hook runs. */
export interface HookSuccessor {
  readonly key: InstanceKey;
  /** Empty when it has none. */
  readonly alias: string;
  /** Null when not known; the placeholder then stays in the text and the variable unset. */
  readonly coordinates: LogCoordinates | null;
}

/** What a hook may be told, as the engine knows it at the moment at which the hook runs. */
export interface HookFacts {
  readonly analysis: AnalysisSummary;
  readonly isGroupMember: boolean;
  /** Host name of the node that runs the recovery. */
  readonly orchestratorHost: string;
  /** Empty for hooks outside a registered recovery. */
  readonly recoveryUid: string;
  readonly isSuccessful: boolean;
  readonly lostReplicas: readonly InstanceKey[];
  readonly successor: HookSuccessor | null;
}

/** The two forms in which the same values reach a hook. */
export interface HookData {
  /** Placeholder name without braces → value. */
  readonly placeholders: Readonly<Record<string, string>>;
  /** Variable name → value. */
  readonly environment: Readonly<Record<string, string>>;
}

/** One value with all the names that it goes by. */
interface HookValue {
  readonly placeholders: readonly string[];
  readonly variable: string | null;
  readonly value: string;
}

/**
 * The placeholders and environment variables of a recovery's hooks (recovery reference, section 5.3;
 * configuration reference, section 7). Without a successor its four names are absent from both, so that the
 * placeholders stay in the command literally and the variables are unset.
 */
export function hookData(facts: HookFacts): HookData {
  const placeholders: Record<string, string> = {};
  const environment: Record<string, string> = {};
  for (const entry of [...failureValues(facts), ...successorValues(facts.successor)]) {
    for (const name of entry.placeholders) placeholders[name] = entry.value;
    if (entry.variable !== null) environment[entry.variable] = entry.value;
  }
  return { placeholders, environment };
}

/** How a failed hook is named in logs: `hook 2 of OnFailureDetectionProcesses exited with 3: no such VIP`. */
export function hookFailureText(list: string, ordinal: number, error: string): string {
  return `hook ${ordinal} of ${list} ${error}`;
}

function failureValues(facts: HookFacts): readonly HookValue[] {
  const { analysis } = facts;
  const lost = keyList(facts.lostReplicas);
  const replicas = keyList(analysis.replicas);
  return [
    one('failureType', 'ORC_FAILURE_TYPE', analysis.code),
    one('instanceType', 'ORC_INSTANCE_TYPE', instanceType(facts)),
    one('isMaster', 'ORC_IS_MASTER', String(analysis.isMaster)),
    one('isCoMaster', 'ORC_IS_CO_MASTER', String(analysis.isCoMaster)),
    one('failureDescription', 'ORC_FAILURE_DESCRIPTION', analysis.description),
    one('command', 'ORC_COMMAND', analysis.commandHint),
    one('failedHost', 'ORC_FAILED_HOST', analysis.key.hostname),
    one('failedPort', 'ORC_FAILED_PORT', String(analysis.key.port)),
    one('failureCluster', 'ORC_FAILURE_CLUSTER', analysis.clusterName),
    one('failureClusterAlias', 'ORC_FAILURE_CLUSTER_ALIAS', analysis.clusterAlias),
    one('failureClusterDomain', 'ORC_FAILURE_CLUSTER_DOMAIN', analysis.clusterDomain),
    many(['countReplicas', 'countSlaves'], 'ORC_COUNT_REPLICAS', String(analysis.replicas.length)),
    one('isDowntimed', 'ORC_IS_DOWNTIMED', String(analysis.isDowntimed)),
    one('autoMasterRecovery', 'ORC_AUTO_MASTER_RECOVERY', String(analysis.hasAutomatedMasterRecovery)),
    one(
      'autoIntermediateMasterRecovery',
      'ORC_AUTO_INTERMEDIATE_MASTER_RECOVERY',
      String(analysis.hasAutomatedIntermediateMasterRecovery),
    ),
    one('orchestratorHost', 'ORC_ORCHESTRATOR_HOST', facts.orchestratorHost),
    one('recoveryUID', 'ORC_RECOVERY_UID', facts.recoveryUid),
    one('isSuccessful', 'ORC_IS_SUCCESSFUL', String(facts.isSuccessful)),
    many(['lostReplicas', 'lostSlaves'], 'ORC_LOST_REPLICAS', lost),
    one('countLostReplicas', null, String(facts.lostReplicas.length)),
    many(['replicaHosts', 'slaveHosts'], 'ORC_REPLICA_HOSTS', replicas),
  ];
}

function successorValues(successor: HookSuccessor | null): readonly HookValue[] {
  if (successor === null) return [];
  const values = [
    one('successorHost', 'ORC_SUCCESSOR_HOST', successor.key.hostname),
    one('successorPort', 'ORC_SUCCESSOR_PORT', String(successor.key.port)),
    one('successorAlias', 'ORC_SUCCESSOR_ALIAS', successor.alias),
  ];
  const at = successor.coordinates;
  if (at === null) return values;
  const coordinates = `${at.file}:${at.position}`;
  return [...values, one('successorBinlogCoordinates', 'ORC_SUCCESSOR_BINLOG_COORDINATES', coordinates)];
}

/** Analysis reference, section 4, notes: a plain failing replica counts as an intermediate master as well. */
function instanceType(facts: HookFacts): string {
  if (facts.analysis.isCoMaster) return 'co-master';
  if (facts.isGroupMember) return 'group-member';
  return facts.analysis.isMaster ? 'master' : 'intermediate-master';
}

function keyList(keys: readonly InstanceKey[]): string {
  return keys.map(keyText).join(',');
}

function one(placeholder: string, variable: string | null, value: string): HookValue {
  return { placeholders: [placeholder], variable, value };
}

function many(placeholders: readonly string[], variable: string, value: string): HookValue {
  return { placeholders, variable, value };
}
