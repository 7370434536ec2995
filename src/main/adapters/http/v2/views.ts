import type { ClusterSummary, ClusterTopology } from '../../../../shared/contract/v2/cluster.ts';
import type { Member } from '../../../../shared/contract/v2/instance.ts';
import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { matchesClusterFilters } from '../../../../shared/settings/cluster-filters.ts';
import { matchesHostFilters } from '../../../../shared/settings/host-filters.ts';
import { tagsOf } from '../../../core/commands/labels.ts';
import { downtimeAt, maintenanceAt } from '../../../core/commands/queries.ts';
import type { CommandState, Maintenance, Pool } from '../../../core/commands/state.ts';
import {
  type ConditionContext,
  isListedAsProblem,
  problemFlags,
  statusToken,
} from '../../../core/topology/condition.ts';
import { clusterMaster, writeableMaster } from '../../../core/topology/navigate.ts';
import { isBinlogServer, supportsMysqlGtid } from '../../../core/topology/server-traits.ts';
import type { Cluster, TopologyInstance } from '../../../core/topology/topology.ts';
import type { View } from '../view.ts';

type MemberContext = Pick<View, 'state' | 'condition' | 'nowMs'>;

export function memberView(instance: TopologyInstance, context: MemberContext): Member {
  return {
    ...placeOf(instance),
    ...conditionOf(instance, context),
    ...factsOf(instance),
    ...replicationOf(instance),
    ...upkeepOf(instance, context),
  };
}

function placeOf(instance: TopologyInstance) {
  return {
    id: instance.id,
    key: instance.key,
    clusterName: instance.clusterName,
    parent: instance.parent,
    sourceKey: instance.sourceKey.hostname === '' ? null : instance.sourceKey,
    sourceDetached: instance.isSourceDetached || instance.isDetached,
    depth: instance.depth,
    role: roleOf(instance),
    unknownReplicas: instance.unknownReplicas,
    promotionRule: instance.promotionRule,
    gtidErrant: instance.gtidErrant,
  };
}

function roleOf(instance: TopologyInstance): Member['role'] {
  if (instance.facts === null) return 'unknown';
  if (instance.isCoMaster) return 'co-master';
  if (instance.isMaster) return 'master';
  return instance.replicas.length > 0 ? 'intermediate-master' : 'replica';
}

function conditionOf(instance: TopologyInstance, { condition }: { readonly condition: ConditionContext }) {
  return {
    valid: instance.valid,
    status: statusToken(instance, condition),
    problems: problemFlags(instance, condition),
    failure: instance.snapshot.failure?.message ?? '',
    replicating: instance.isReplicating,
  };
}

function factsOf({ facts }: TopologyInstance) {
  const replica = facts?.replica;
  return {
    alias: facts?.alias ?? '',
    lagSeconds: facts?.lagSeconds ?? null,
    delaySeconds: replica?.sqlDelaySeconds ?? 0,
    lastIoError: replica?.lastIoError ?? '',
    lastSqlError: replica?.lastSqlError ?? '',
    readOnly: facts?.readOnly ?? null,
    superReadOnly: facts?.superReadOnly ?? null,
    version: facts?.version ?? '',
    flavor: facts?.flavor ?? 'unknown',
    binlogFormat: facts?.logBin === true ? facts.binlogFormat : '',
    gtid: gtidOf(facts),
    binlogServer: isBinlogServer(facts),
    serverUuid: facts?.serverUuid ?? '',
    dataCenter: facts?.dataCenter ?? '',
    region: facts?.region ?? '',
    environment: facts?.environment ?? '',
  };
}

function replicationOf({ facts }: TopologyInstance) {
  const semiSync = facts?.semiSync;
  return {
    semiSyncSource: semiSync?.sourceEnabled ?? false,
    semiSyncSourceActive: semiSync?.sourceStatus ?? false,
    semiSyncReplica: semiSync?.replicaEnabled ?? false,
    semiSyncReplicaActive: semiSync?.replicaStatus ?? false,
    groupRole: facts?.group?.memberRole ?? '',
    groupState: facts?.group?.memberState ?? '',
    channels: facts?.replica?.channels ?? 0,
  };
}

/** By what a replica finds its place; of other servers, by what their replicas could. */
function gtidOf(facts: InstanceFacts | null): Member['gtid'] {
  if (facts === null) return 'none';
  const used = facts.replica?.gtidUse ?? 'none';
  if (used !== 'none') return used;
  if (facts.usesPseudoGtid) return 'pseudo';
  if (facts.replica !== null) return 'none';
  if (facts.flavor === 'MariaDB') return 'mariadb';
  return supportsMysqlGtid(facts) ? 'mysql' : 'none';
}

function upkeepOf(
  { id, key }: TopologyInstance,
  { state, nowMs }: { readonly state: CommandState; readonly nowMs: number },
) {
  const maintenance = maintenanceAt(state, key, nowMs);
  return {
    downtime: downtimeAt(state, key, nowMs),
    maintenance: maintenance === null ? null : maintenanceView(maintenance),
    fenced: state.fences.has(id),
    promotionRuleRegistered: state.candidates.has(id),
    tags: tagsOf(state, key),
    pools: poolsByMember(state.pools).get(id) ?? [],
  };
}

/** Pools change seldom, and each member of each cluster asks for its own at every look. */
const poolsByMemberOf = new WeakMap<CommandState['pools'], ReadonlyMap<string, readonly string[]>>();

function poolsByMember(pools: CommandState['pools']): ReadonlyMap<string, readonly string[]> {
  const known = poolsByMemberOf.get(pools);
  if (known !== undefined) return known;
  const found = new Map<string, string[]>();
  for (const { pool, keys } of sortedPools(pools)) {
    for (const key of keys) {
      const id = keyText(key);
      const names = found.get(id);
      if (names === undefined) found.set(id, [pool]);
      else names.push(pool);
    }
  }
  poolsByMemberOf.set(pools, found);
  return found;
}

/** By name. */
export function sortedPools(pools: CommandState['pools']): readonly Pool[] {
  return [...pools.values()].sort((a, b) => (a.pool < b.pool ? -1 : 1));
}

/** Which process has it is nobody's affair. */
export function maintenanceView({ key, owner, reason, explicit, beginMs, endMs }: Maintenance) {
  return { key, owner, reason, explicit, beginMs, endMs };
}

export function clusterView(cluster: Cluster, view: View): ClusterSummary {
  const { name, alias, domain, unknownSource } = cluster;
  const { settings } = view;
  const writeable = writeableMaster(cluster);
  return {
    name,
    alias,
    domain,
    unknownSource,
    master: clusterMaster(cluster)?.key ?? null,
    writeableMaster: writeable?.key ?? null,
    members: cluster.instances.size,
    problems: [...cluster.instances.values()].filter((one) => isProblem(one, view)).length,
    automatedMasterRecovery: matchesClusterFilters(settings.RecoverMasterClusterFilters, name, alias),
    automatedIntermediateMasterRecovery: matchesClusterFilters(
      settings.RecoverIntermediateMasterClusterFilters,
      name,
      alias,
    ),
  };
}

export function isProblem(instance: TopologyInstance, { settings, condition }: View): boolean {
  const ignored = settings.ProblemIgnoreHostnameFilters;
  return isListedAsProblem(instance, condition, () => matchesHostFilters(ignored, instance.key));
}

export function clusterTopologyView(cluster: Cluster, view: View): ClusterTopology {
  return {
    cluster: clusterView(cluster, view),
    members: Array.from(cluster.instances.values(), (instance) => memberView(instance, view)),
  };
}
