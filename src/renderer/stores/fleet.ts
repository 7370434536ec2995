import type { ClusterSummary, ClusterTopology } from '../../shared/contract/v2/cluster.ts';
import type { Member } from '../../shared/contract/v2/instance.ts';
import type { StreamMessage } from '../../shared/contract/v2/stream.ts';

export type EngineEventMessage = Extract<StreamMessage, { type: 'event' }>;

/** A cluster as the page has it; members by id (`host:port`). A change makes a new object of what changed only. */
export interface FleetCluster {
  readonly cluster: ClusterSummary;
  readonly members: ReadonlyMap<string, Member>;
}

/** All that the stream has told. */
export interface Fleet {
  /** Whether anything has been told yet. */
  readonly known: boolean;
  readonly clusters: ReadonlyMap<string, FleetCluster>;
  /** The latest events, oldest first. */
  readonly events: readonly EngineEventMessage[];
}

export const EMPTY_FLEET: Fleet = { known: false, clusters: new Map(), events: [] };

const EVENTS_KEPT = 1000;

/** The fleet after some messages of the stream; what did not change stays the same object. */
export function applyMessages(fleet: Fleet, messages: readonly StreamMessage[]): Fleet {
  let { known } = fleet;
  let clusters: Map<string, FleetCluster> | null = null;
  const fresh: EngineEventMessage[] = [];
  for (const message of messages) {
    switch (message.type) {
      case 'snapshot':
        known = true;
        clusters = new Map(message.clusters.map((one) => [one.cluster.name, clusterOf(one)]));
        break;
      case 'topology':
        clusters ??= new Map(fleet.clusters);
        clusters.set(message.clusterName, changed(clusters.get(message.clusterName), message));
        break;
      case 'cluster-gone':
        clusters ??= new Map(fleet.clusters);
        clusters.delete(message.clusterName);
        break;
      case 'event':
        fresh.push(message);
        break;
      case 'heartbeat':
        break;
    }
  }
  if (clusters === null && fresh.length === 0 && known === fleet.known) return fleet;
  return {
    known,
    clusters: clusters ?? fleet.clusters,
    events: fresh.length === 0 ? fleet.events : [...fleet.events, ...fresh].slice(-EVENTS_KEPT),
  };
}

function clusterOf({ cluster, members }: ClusterTopology): FleetCluster {
  return { cluster, members: new Map(members.map((one) => [one.id, one])) };
}

function changed(
  before: FleetCluster | undefined,
  { cluster: told, changed: members, gone }: Extract<StreamMessage, { type: 'topology' }>,
): FleetCluster {
  // It comes with each change of a member, and is mostly as it was.
  const cluster =
    before !== undefined && JSON.stringify(before.cluster) === JSON.stringify(told) ? before.cluster : told;
  if (before !== undefined && members.length === 0 && gone.length === 0) return { ...before, cluster };
  const after = new Map(before?.members);
  for (const id of gone) after.delete(id);
  for (const member of members) after.set(member.id, member);
  return { cluster, members: after };
}

/** The member of this id, whichever cluster it is in. */
export function findMember({ clusters }: Fleet, id: string): Member | null {
  for (const { members } of clusters.values()) {
    const found = members.get(id);
    if (found !== undefined) return found;
  }
  return null;
}

/** The cluster of this name or alias, or the one that has a member of this id. */
export function findCluster({ clusters }: Fleet, hint: string): FleetCluster | null {
  const named = clusters.get(hint);
  if (named !== undefined) return named;
  for (const one of clusters.values()) if (one.cluster.alias === hint) return one;
  for (const one of clusters.values()) if (one.members.has(hint)) return one;
  return null;
}

/** What people call a cluster. */
export function clusterTitle({ alias, name }: Pick<ClusterSummary, 'alias' | 'name'>): string {
  return alias === '' ? name : alias;
}
