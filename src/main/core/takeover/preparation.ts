import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { readLive } from '../operations/frame/live.ts';
import { known, type RoutineContext } from '../sagas/context.ts';
import { note, type Outcome, type Saga } from '../sagas/effects.ts';
import { usesGtid } from '../topology/server-traits.ts';
import type { Cluster, TopologyInstance } from '../topology/topology.ts';
import { bestOf, couldFollow, whyNotDesignated } from './designated.ts';
import { type Sibling, siblingOf } from './siblings.ts';
import type { TakeoverArgs } from './takeover.ts';

/** Everything that a takeover needs, found to be as it has to be. */
export interface Prepared {
  readonly cluster: Cluster;
  readonly master: InstanceFacts;
  readonly designated: InstanceFacts;
  /** The master's other replicas. */
  readonly siblings: readonly Sibling[];
  readonly byGtid: boolean;
}

export type Preparation =
  | { readonly ok: true; readonly prepared: Prepared }
  | { readonly ok: false; readonly reason: string };

/** Checks all preconditions of a graceful takeover (recovery reference 15.4); touches nothing. */
export function* prepareTakeover(context: RoutineContext, args: TakeoverArgs): Saga<Preparation> {
  const place = findMaster(context, args.master);
  if (!place.ok) return place;
  const replicas = place.master.replicas.flatMap((id) => context.topology.instances.get(id) ?? []);
  if (replicas.length === 0) return no(`${place.master.id} has no replicas, so there is nothing that could take over.`);
  const named = whyNotNamed(args, place.master, replicas);
  if (named !== null) return no(named);
  const read = yield* readAll(context, args, place.master, replicas);
  if (!read.ok) return no(read.failure.message);
  const { master, facts } = read.value;
  const unfit = whyMasterUnfit(master);
  if (unfit !== null) return no(unfit);
  const chosen = yield* choose(context, args, master, facts);
  if (!chosen.ok) return chosen;
  const { designated } = chosen;
  const siblings = replicas
    .filter((each) => !sameKey(each.key, designated.key))
    .map((each) => siblingOf(context, each, facts.find((one) => sameKey(one.key, each.key)) ?? null, designated));
  const obstacle =
    siblings.find((each) => each.obstacle !== null && !each.downtimed)?.obstacle ??
    whySemiSyncWouldStall(master, designated, siblings) ??
    whyMasterCannotFollow(context, master, designated);
  if (obstacle !== null) return no(obstacle);
  const credentials = yield* credentialsFor(args, master, designated);
  if (credentials !== null) return no(credentials);
  const byGtid = usesGtid(designated);
  return { ok: true, prepared: { cluster: place.cluster, master, designated, siblings, byGtid } };
}

type Place =
  | { readonly ok: true; readonly cluster: Cluster; readonly master: TopologyInstance }
  | { readonly ok: false; readonly reason: string };

function findMaster(context: RoutineContext, key: InstanceKey): Place {
  const master = known(context, key);
  const cluster = master === null ? undefined : context.topology.clusters.get(master.clusterName);
  if (master === null || cluster === undefined) return no(`${keyText(key)} isn't known.`);
  const masters = [...cluster.instances.values()].filter((each) => each.depth === 0 || each.isInRing);
  if (masters.length > 1) {
    const [one] = masters;
    return no(
      `Cluster ${cluster.alias} has ${masters.length} masters (${masters.map((each) => each.id).join(', ')}), and a graceful takeover needs exactly one. ` +
        `For a co-master pair use: cascade-master-takeover-auto -i ${one?.id ?? keyText(key)}`,
    );
  }
  if (masters[0]?.id !== master.id || !master.isMaster) {
    return no(
      `${keyText(key)} is not the master of cluster ${cluster.alias}: that is ${masters[0]?.id ?? 'not known'}.`,
    );
  }
  return { ok: true, cluster, master };
}

function whyNotNamed(
  { designated, startOldMaster: auto }: TakeoverArgs,
  master: TopologyInstance,
  replicas: readonly TopologyInstance[],
): string | null {
  const names = replicas.map((each) => each.id).join(', ');
  if (designated === null) {
    return replicas.length === 1 || auto
      ? null
      : `${master.id} has ${replicas.length} replicas (${names}): name the one that is to take over with -d, or use graceful-master-takeover-auto.`;
  }
  return replicas.some((each) => sameKey(each.key, designated))
    ? null
    : `${keyText(designated)} is not a direct replica of ${master.id}, and only one of those can take its place: ${names}.`;
}

interface ReadServers {
  readonly master: InstanceFacts;
  /** Of the replicas that can be read. */
  readonly facts: readonly InstanceFacts[];
}

/** The master last: what its replicas have by then, it had before. */
function* readAll(
  context: RoutineContext,
  { designated }: TakeoverArgs,
  master: TopologyInstance,
  replicas: readonly TopologyInstance[],
): Saga<Outcome<ReadServers>> {
  const facts: InstanceFacts[] = [];
  // Those that could not be read for a while would only cost their time limits.
  const readable = replicas.filter((each) => each.valid || (designated !== null && sameKey(each.key, designated)));
  for (const replica of readable) {
    const reading = yield* readLive(context, [replica.key]);
    if (reading.ok) facts.push(reading.value[0]);
    else yield* note(reading.failure.message);
  }
  const own = yield* readLive(context, [master.key]);
  if (own.ok) return { ok: true, value: { master: own.value[0], facts } };
  const message = `${own.failure.message} A master that can't be read can't hand over: use recover -i ${master.id}, or force-master-failover -i ${master.id}.`;
  return { ok: false, failure: { ...own.failure, message } };
}

function whyMasterUnfit({ key, group, replica, logBin }: InstanceFacts): string | null {
  const name = keyText(key);
  if (group !== null && group.name !== '') {
    return `${name} is a member of the replication group ${group.name}, which chooses its primary itself.`;
  }
  if (replica !== null) {
    return `${name} is configured as a replica of ${keyText(replica.source)}. If it is a master, remove that first: reset-replica -i ${name}`;
  }
  return logBin ? null : `${name} has no binary log (log_bin is off).`;
}

type Chosen =
  | { readonly ok: true; readonly designated: InstanceFacts }
  | { readonly ok: false; readonly reason: string };

function* choose(
  context: RoutineContext,
  args: TakeoverArgs,
  master: InstanceFacts,
  replicas: readonly InstanceFacts[],
): Saga<Chosen> {
  const { designated } = args;
  if (designated !== null) {
    const facts = replicas.find((each) => sameKey(each.key, designated));
    if (facts === undefined) return no(`${keyText(designated)} can't be read now.`);
    const reason = whyNotDesignated(context, facts, master);
    return reason === null ? { ok: true, designated: facts } : no(reason);
  }
  const judged = replicas.map((facts) => ({ facts, reason: whyNotDesignated(context, facts, master) }));
  for (const { reason } of judged) if (reason !== null) yield* note(`Not eligible: ${reason}`);
  const best = bestOf(
    context,
    judged.filter((each) => each.reason === null).map((each) => each.facts),
    master,
  );
  if (best === null) {
    const why = judged.flatMap(({ reason }) => reason ?? []).join(' ');
    return no(`No replica of ${keyText(master.key)} may take over. ${why}`.trim());
  }
  yield* note(`${keyText(best.facts.key)}: ${best.reason}`);
  return { ok: true, designated: best.facts };
}

/**
 * Once the siblings are below the designated one, nobody else acknowledges the master's transactions: with a higher
 * number awaited, every commit would wait out its time limit.
 */
function whySemiSyncWouldStall(
  master: InstanceFacts,
  designated: InstanceFacts,
  siblings: readonly Sibling[],
): string | null {
  const { semiSync } = master;
  const moved = siblings.some((each) => each.obstacle === null);
  if (semiSync === null || !semiSync.sourceEnabled || !semiSync.sourceStatus || !moved) return null;
  const name = keyText(master.key);
  const acknowledges = designated.semiSync?.replicaEnabled === true ? 1 : 0;
  if (semiSync.sourceWaitForReplicas <= acknowledges) return null;
  return (
    `${name} waits for ${semiSync.sourceWaitForReplicas} semi-sync ${semiSync.sourceWaitForReplicas === 1 ? 'replica' : 'replicas'}, and with its other replicas moved ` +
    `${acknowledges === 1 ? `only ${keyText(designated.key)} acknowledges` : 'none acknowledges'}: every commit would wait. ` +
    (acknowledges === 1
      ? `Set rpl_semi_sync_source_wait_for_replica_count = 1 on ${name} for the takeover.`
      : `Switch semi-sync on first: enable-semi-sync-replica -i ${keyText(designated.key)}`)
  );
}

function whyMasterCannotFollow(
  context: RoutineContext,
  master: InstanceFacts,
  designated: InstanceFacts,
): string | null {
  const verdict = couldFollow(context, master, designated);
  if (verdict.ok) return null;
  const lift = context.settings.LowerReplicaVersionAllowed
    ? ''
    : ' LowerReplicaVersionAllowed permits an older version.';
  const isOlder = verdict.reason.includes('older than');
  return `${keyText(master.key)} could not replicate from ${keyText(designated.key)} afterwards: ${verdict.reason}${isOlder ? lift : ''}`;
}

/** Found out before, since afterwards it is too late: the old master needs an account to replicate with. */
function* credentialsFor(
  { startOldMaster }: TakeoverArgs,
  master: InstanceFacts,
  designated: InstanceFacts,
): Saga<string | null> {
  if (designated.replicationCredentialsAvailable) return null;
  const name = keyText(master.key);
  const missing =
    `No replication account is known for ${keyText(designated.key)}, so ${name} could not replicate from it afterwards. ` +
    'Set ReplicationCredentialsQuery, or give Baton the account';
  if (startOldMaster) return `${missing}; graceful-master-takeover leaves ${name} stopped, for you to set up.`;
  yield* note(`${missing}; else set it by hand: change-master-credentials -i ${name}`);
  return null;
}

function no(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
