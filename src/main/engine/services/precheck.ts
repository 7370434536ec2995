import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import { runningRecovery } from '../../core/commands/queries.ts';
import { isRecentlyChecked } from '../../core/topology/condition.ts';
import { clusterMaster } from '../../core/topology/navigate.ts';
import { isLastCheckInvalid } from '../../core/topology/server-traits.ts';
import type { Cluster, TopologyInstance } from '../../core/topology/topology.ts';
import type { Engine, TakeoverRequest } from './engine.ts';

/** One thing that is looked at before a switch-over. */
export interface PrecheckItem {
  /** Stable name, such as `lag`. */
  readonly check: string;
  readonly passed: boolean;
  /** What was found, as a sentence; with the servers concerned and what to do where it failed. */
  readonly reason: string;
}

export interface Precheck {
  readonly clusterName: string;
  readonly clusterAlias: string;
  readonly passed: boolean;
  /** The takeover that fits the topology; null when none does. */
  readonly takeover: TakeoverRequest['kind'] | null;
  readonly master: InstanceKey | null;
  readonly checks: readonly PrecheckItem[];
}

interface Scene {
  readonly engine: Engine;
  readonly cluster: Cluster;
  readonly members: readonly TopologyInstance[];
  /** Top of the cluster, and its co-master where there is one. */
  readonly masters: readonly TopologyInstance[];
  readonly nowMs: number;
}

/**
 * Looks at everything that a switch-over of a cluster needs (mission facts, 5.1), without touching a server: what
 * counts is how the servers were last read. @param nowMs milliseconds since the epoch
 * @throws BatonError when the cluster isn't known
 */
export function precheckCluster(engine: Engine, clusterName: string, nowMs: number): Precheck {
  const cluster = engine.topology().clusters.get(clusterName);
  if (cluster === undefined) throw new BatonError('unknown-cluster', `No cluster is known as ${clusterName}.`);
  const members = [...cluster.instances.values()];
  const masters = members.filter((one) => one.depth === 0 || one.isCoMaster);
  const scene: Scene = { engine, cluster, members, masters, nowMs };
  const checks = [
    shape(scene),
    oneWriteable(scene),
    replicationRuns(scene),
    reachable(scene),
    hostNames(scene),
    metadata(scene),
    privileges(scene),
    replicationAccount(scene),
    errant(scene),
    lag(scene),
    dataCenter(scene),
    virtualIp(scene),
    nothingRuns(scene),
  ];
  return {
    clusterName,
    clusterAlias: cluster.alias,
    passed: checks.every((one) => one.passed),
    takeover: takeoverFor(scene),
    master: clusterMaster(cluster)?.key ?? null,
    checks,
  };
}

function isPair({ masters: [one, other, ...more] }: Scene): boolean {
  return one !== undefined && other !== undefined && more.length === 0 && one.isCoMaster && other.isCoMaster;
}

function takeoverFor(scene: Scene): Precheck['takeover'] {
  if (isPair(scene)) return 'cascade-master-takeover-auto';
  return scene.masters.length === 1 ? 'graceful-master-takeover-auto' : null;
}

/** @param failures a sentence each; none means that the check passed */
function item(check: string, failures: readonly string[], good: string): PrecheckItem {
  return failures.length === 0
    ? { check, passed: true, reason: good }
    : { check, passed: false, reason: failures.join(' ') };
}

function shape(scene: Scene): PrecheckItem {
  const { cluster, masters, members } = scene;
  const failures: string[] = [];
  if (cluster.unknownSource !== null) {
    failures.push(`${keyText(cluster.unknownSource)}, the source on top, isn't known; discover it.`);
  } else if (takeoverFor(scene) === null) {
    const names = masters.map(({ id }) => id).join(', ');
    failures.push(`There are ${masters.length} servers on top (${names || 'none'}), and no pair of co-masters.`);
  } else if (masters.length === 1 && members.length === 1) {
    failures.push('The cluster has only one server; there is nothing to switch to.');
  } else if (masters.some((one) => one.isGroupMember)) {
    failures.push('The cluster is a replication group, which elects its primary itself.');
  }
  return item('topology', failures, isPair(scene) ? 'A pair of co-masters.' : 'One master with replicas below it.');
}

function oneWriteable({ masters, members }: Scene): PrecheckItem {
  const writeable = members.filter(({ facts }) => facts !== null && !facts.readOnly);
  const above = masters.filter((one) => writeable.includes(one));
  const names = writeable.map(({ id }) => id).join(', ');
  if (above.length === 0) return item('writeable', ['No master is writeable; set-writeable opens one.'], '');
  if (writeable.length > 1) return item('writeable', [`More than one server is writeable: ${names}.`], '');
  return item('writeable', [], `Only ${names} is writeable.`);
}

function replicationRuns({ members }: Scene): PrecheckItem {
  const failures = members
    .filter((one) => one.isReplica && !one.isReplicating)
    .map(({ id, facts }) => {
      const error = facts?.replica?.lastSqlError || facts?.replica?.lastIoError || '';
      return `${id} doesn't replicate${error === '' ? '' : `: ${error}`}.`;
    });
  return item('replication', failures, 'All replicas replicate.');
}

function reachable({ engine, members, nowMs }: Scene): PrecheckItem {
  const freshness = { nowMs, instancePollSeconds: engine.settings.InstancePollSeconds };
  const failures = members.flatMap(({ id, snapshot }) => {
    if (isLastCheckInvalid(snapshot)) return [asSentence(snapshot.failure?.message ?? `${id} has not been read yet`)];
    if (isRecentlyChecked(snapshot, freshness)) return [];
    return [`${id} was last read ${Math.round((nowMs - snapshot.lastSeenMs) / 1000)} s ago.`];
  });
  return item('reachable', failures, `${engine.node.hostname} reads all ${members.length} servers.`);
}

/** 2005 is ER_UNKNOWN_HOST of the client library, which a replica's receiver reports. */
const UNKNOWN_HOST = 2005;

function hostNames({ members }: Scene): PrecheckItem {
  const failures = members.flatMap(({ id, facts, snapshot }) => [
    ...(snapshot.failure?.kind === 'unknown-host' ? [`${id}: ${snapshot.failure.message}`] : []),
    ...(facts?.replica?.lastIoErrno === UNKNOWN_HOST
      ? [`${id} can't look up its source ${keyText(facts.replica.source)}.`]
      : []),
  ]);
  return item(
    'host-names',
    failures,
    'The names of all servers resolve here, and those of the sources on their replicas.',
  );
}

function metadata({ engine, cluster, members }: Scene): PrecheckItem {
  if (engine.settings.DetectClusterAliasQuery === '') {
    return item('metadata', [], 'Not used here: DetectClusterAliasQuery is not set.');
  }
  // An alias that was set by hand is in no server's metadata.
  const byHand = engine.state().clusterAliases.get(cluster.name) !== undefined;
  const wanted = byHand ? (clusterMaster(cluster)?.facts?.suggestedClusterAlias ?? '') : cluster.alias;
  const failures = members.flatMap(({ id, facts }) => {
    const alias = facts?.suggestedClusterAlias ?? '';
    if (alias !== '' && alias === wanted) return [];
    return [alias === '' ? `${id} has no metadata row.` : `${id} says that it belongs to "${alias}".`];
  });
  return item('metadata', failures, `All servers say that they belong to "${wanted}".`);
}

function privileges({ members }: Scene): PrecheckItem {
  const failures = members.flatMap(({ facts }) => facts?.warnings ?? []).map(asSentence);
  return item('privileges', failures, 'The account connects to all servers and may do all that is needed.');
}

/** The old master has to log in to the new one; co-masters do already. */
function replicationAccount(scene: Scene): PrecheckItem {
  const [top] = scene.masters;
  const heirs = scene.members.filter((one) => one.source === top?.id);
  const isKnown = isPair(scene) || heirs.some(({ facts }) => facts?.replicationCredentialsAvailable === true);
  const failure = 'No replica tells the account that it replicates with; set ReplicationCredentialsQuery.';
  return item('account', isKnown ? [] : [failure], 'The account that the old master will replicate with is known.');
}

function errant({ members }: Scene): PrecheckItem {
  const failures = members
    .filter(({ gtidErrant }) => gtidErrant !== '')
    .map(({ id, gtidErrant }) => `${id} has transactions that its source lacks: ${gtidErrant}.`);
  return item('errant', failures, 'No replica is known to have transactions that its source lacks.');
}

function lag({ engine, members }: Scene): PrecheckItem {
  const limit = engine.settings.ReasonableReplicationLagSeconds;
  const failures = members.flatMap(({ id, isReplica, facts }) => {
    if (!isReplica || facts === null) return [];
    const delay = facts.replica?.sqlDelaySeconds ?? 0;
    const { lagSeconds } = facts;
    if (lagSeconds === null) return [`The lag of ${id} isn't known.`];
    return lagSeconds - delay > limit ? [`${id} lags by ${lagSeconds} s; the limit is ${limit} s.`] : [];
  });
  return item('lag', failures, `No replica lags by more than ${limit} s (ReasonableReplicationLagSeconds).`);
}

function dataCenter({ engine, members }: Scene): PrecheckItem {
  const { DetectDataCenterQuery, DataCenterPattern } = engine.settings;
  if (DetectDataCenterQuery === '' && DataCenterPattern === '') {
    return item('data-center', [], 'Not used here: neither DetectDataCenterQuery nor DataCenterPattern is set.');
  }
  const failures = members.flatMap(({ id, facts }) =>
    (facts?.dataCenter ?? '') === '' ? [`The data center of ${id} isn't known.`] : [],
  );
  return item('data-center', failures, 'The data center of every server is known.');
}

function virtualIp({ engine, cluster }: Scene): PrecheckItem {
  if (engine.settings.DetectClusterDomainQuery === '') {
    return item('vip', [], 'Not used here: DetectClusterDomainQuery is not set.');
  }
  const failures = cluster.domain === '' ? ['No virtual IP (cluster domain) is known for the cluster.'] : [];
  return item('vip', failures, `The cluster's domain is ${cluster.domain}.`);
}

function nothingRuns({ engine, cluster, masters }: Scene): PrecheckItem {
  const [top] = masters;
  const key = top?.key ?? { hostname: '', port: 0 };
  const about = { key, clusterName: cluster.name, clusterAlias: cluster.alias };
  const running = runningRecovery(engine.state(), about);
  const failures = running === null ? [] : [`Recovery ${running.id} of this cluster has not ended; wait for its end.`];
  return item('recoveries', failures, 'No recovery of this cluster is running.');
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
