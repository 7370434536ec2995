import type { InstanceFacts, InstanceSnapshot, PromotionRule } from '../../../shared/domain/instance.ts';
import type { InstanceKey, KeyText } from '../../../shared/domain/instance-key.ts';

/**
 * This folder decides who replicates from whom, what belongs together and what it is called, and what may replicate
 * from what. It never decides whether something is wrong enough to act on: that is `analysis`.
 *
 * Everything here is immutable. A changed snapshot gives a new Cluster; unchanged clusters are shared between
 * successive topologies.
 */
export interface Topology {
  readonly instances: ReadonlyMap<KeyText, TopologyInstance>;
  /** By cluster name, which is the text of the key of the cluster's top. */
  readonly clusters: ReadonlyMap<string, Cluster>;
}

/** Servers joined by replication. It has one top, or a ring (two co-masters, or more servers in a circle) on top. */
export interface Cluster {
  readonly name: string;
  /** Shown and addressable name; equals `name` when nothing gives a better one. */
  readonly alias: string;
  /** Empty when unknown. */
  readonly domain: string;
  /** Ordered by host name, then port. */
  readonly instances: ReadonlyMap<KeyText, TopologyInstance>;
  /** The source that several instances name and that Baton doesn't know; the cluster is then named after it. */
  readonly unknownSource: InstanceKey | null;
  /** What the instances have to say for an alias other than the name; null when nothing. */
  readonly aliasClaim: AliasClaim | null;
}

/** The strongest claim of a cluster to an alias; two clusters that want the same alias are settled by strength. */
export interface AliasClaim {
  readonly alias: string;
  readonly valid: boolean;
  readonly writeable: boolean;
  readonly replicas: number;
}

/** One server in its place. Keys of other servers refer to instances of the same cluster. */
export interface TopologyInstance {
  readonly key: InstanceKey;
  readonly id: KeyText;
  readonly snapshot: InstanceSnapshot;
  /** Facts of the last successful poll, however old; null until one has succeeded. */
  readonly facts: InstanceFacts | null;
  /** The last poll, by this process, succeeded. */
  readonly valid: boolean;
  /** The source as the replica names it, detached (`//host`) or not; NO_KEY when it has none. */
  readonly sourceKey: InstanceKey;
  /** The source when it is a member of this cluster. */
  readonly source: KeyText | null;
  /** What it hangs below: the primary for a secondary of a replication group, else the source. */
  readonly parent: KeyText | null;
  /** Those that name this instance as their source, ordered by host name, then port. */
  readonly replicas: readonly KeyText[];
  /** Connected to it as replicas by its own account, and not known to Baton. */
  readonly unknownReplicas: readonly InstanceKey[];
  readonly clusterName: string;
  readonly clusterAlias: string;
  /** Empty when unknown. */
  readonly clusterDomain: string;
  /** 0 for the top of the cluster, and one more at each level. */
  readonly depth: number;
  /** Not a replica, and not a secondary of a replication group. False until a poll has succeeded. */
  readonly isMaster: boolean;
  readonly isReplica: boolean;
  /** A replica with both threads running, by the last facts. */
  readonly isReplicating: boolean;
  /** Its source replicates from it. */
  readonly isCoMaster: boolean;
  /** Member of a ring of any length, co-masters included. */
  readonly isInRing: boolean;
  readonly isGroupMember: boolean;
  readonly isGroupSecondary: boolean;
  readonly isBinlogServer: boolean;
  /** Its coordinates carry the mark of a reversible break: `//file:position`. */
  readonly isDetached: boolean;
  /** The host name of its source carries the mark of a reversible break: `//host`. */
  readonly isSourceDetached: boolean;
  /** Server uuids from the top down to its own, then the name of its replication group. */
  readonly ancestryUuids: readonly string[];
  /** GTIDs that it has and no ancestor can have given it; empty for none and where that can't be told. */
  readonly gtidErrant: string;
  readonly suggestedAlias: string;
  readonly promotionRule: PromotionRule;
}

/** A `ClusterNameToAlias` entry: clusters whose name matches get the alias. */
export interface AliasPattern {
  readonly pattern: RegExp;
  readonly alias: string;
}

/** Anything that finds a value by key, such as a Map. */
export interface Lookup<V> {
  get(key: string): V | undefined;
}

/** What operators and settings add to what the servers say. */
export interface ClusterOptions {
  /** Aliases set by hand, by cluster name. They beat everything else. */
  readonly aliasOverrides?: Lookup<string>;
  /** In order; the first match counts. */
  readonly clusterNameToAlias?: readonly AliasPattern[];
  /** Instances lost in a recovery: they have no say in the alias of the cluster that they are left with. */
  readonly isLost?: (id: KeyText) => boolean;
  /** The promotion rule registered by hand, if any. */
  readonly promotionRuleOf?: (id: KeyText) => PromotionRule | undefined;
  /** True for servers that Baton knows in any cluster; without it, those of the same cluster. */
  readonly isKnown?: (id: KeyText) => boolean;
  /** The cluster as built before: what needs computing and has the same inputs is taken over from it. */
  readonly previous?: Cluster | undefined;
}

/** A running or past downtime of an instance, as it is registered. */
export interface Downtime {
  /** ms since the epoch. */
  readonly endMs: number;
  readonly reason: string;
  readonly owner: string;
}
