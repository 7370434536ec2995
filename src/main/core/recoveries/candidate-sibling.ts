import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { compareKeys } from '../../../shared/domain/instance-key.ts';
import { known, type RoutineContext } from '../sagas/context.ts';
import { compareCoordinates } from '../topology/coordinates.ts';
import { isBinlogServer, isReplicating, usesGtid } from '../topology/server-traits.ts';
import type { TopologyInstance } from '../topology/topology.ts';

/** A sibling of a failed server, with its facts. */
export type Sibling = TopologyInstance & { readonly facts: InstanceFacts };

/**
 * The replica of the same source that can best take over the replicas of a failed intermediate master (recovery
 * reference, 9.1). Null when there is none.
 */
export function candidateSibling(context: RoutineContext, failed: TopologyInstance): Sibling | null {
  const source = failed.source === null ? null : context.topology.instances.get(failed.source);
  const siblings = (source?.replicas ?? [])
    .flatMap((id) => context.topology.instances.get(id) ?? [])
    .filter((each): each is Sibling => isValidSibling(context, failed, each))
    .sort((a, b) => b.replicas.length - a.replicas.length || compareKeys(a.key, b.key));
  const wanted = (each: Sibling): boolean => each.promotionRule === 'must' || each.promotionRule === 'prefer';
  const near = (each: Sibling): boolean => isNear(each, failed);
  return (
    siblings.find((each) => wanted(each) && near(each)) ??
    siblings.find(wanted) ??
    siblings.find(near) ??
    siblings[0] ??
    null
  );
}

export function inSameDataCenter(one: TopologyInstance, other: TopologyInstance): boolean {
  return one.facts?.dataCenter === other.facts?.dataCenter;
}

function isNear(one: TopologyInstance, other: TopologyInstance): boolean {
  return inSameDataCenter(one, other) && one.facts?.environment === other.facts?.environment;
}

function isValidSibling(context: RoutineContext, failed: TopologyInstance, one: TopologyInstance): boolean {
  const { facts } = one;
  if (one.id === failed.id || facts === null || !one.valid || !isReplicating(facts)) return false;
  if (!facts.logBin || !facts.logReplicaUpdates) return false;
  if (one.promotionRule === 'must_not' || context.isPromotionIgnored(one.id) || context.isDowntimed(one.id))
    return false;
  const before = failed.facts;
  if (before === null) return true;
  if ((facts.replica?.hasFilters ?? false) !== (before.replica?.hasFilters ?? false)) return false;
  return isBinlogServer(facts) === isBinlogServer(before) && !isBehind(facts, before);
}

/** By GTID it doesn't matter: what it lacks comes from the source that both have. */
function isBehind(one: InstanceFacts, failed: InstanceFacts): boolean {
  if (one.replica === null || failed.replica === null || usesGtid(one)) return false;
  return compareCoordinates(one.replica.executed, failed.replica.executed) < 0;
}

/** The source that an intermediate master had, when it is known and could be read. */
export function grandparentOf(context: RoutineContext, failed: TopologyInstance): TopologyInstance | null {
  const source = known(context, failed.sourceKey);
  return source?.valid === true && source.facts !== null ? source : null;
}
