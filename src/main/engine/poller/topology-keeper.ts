import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import { buildCluster } from '../../core/topology/build-cluster.ts';
import { assembleTopology } from '../../core/topology/build-topology.ts';
import { groupIntoClusters, placementOf } from '../../core/topology/grouping.ts';
import type { Cluster, ClusterOptions, Topology } from '../../core/topology/topology.ts';

/** What operators and settings add; asked for at each rebuild, because both change. */
export type ClusterOptionsSource = () => Omit<ClusterOptions, 'isKnown' | 'previous'>;

/**
 * Holds the last snapshot of every instance, and the topology that follows from them. Only clusters with a changed
 * snapshot are rebuilt; the grouping is computed anew only when an instance came, went, or changed its source.
 */
export class TopologyKeeper {
  private readonly options: ClusterOptionsSource;
  private readonly snapshots = new Map<KeyText, InstanceSnapshot>();
  private readonly placements = new Map<KeyText, string>();
  private members = new Map<string, KeyText[]>();
  private clusterNames = new Map<KeyText, string>();
  private readonly clusters = new Map<string, Cluster>();
  private readonly dirty = new Set<string>();
  private readonly rebuilt = new Set<string>();
  private regroup = false;
  private assembled: Topology | null = null;

  constructor(options: ClusterOptionsSource) {
    this.options = options;
  }

  snapshot(key: InstanceKey): InstanceSnapshot | null {
    return this.snapshots.get(keyText(key)) ?? null;
  }

  all(): Iterable<InstanceSnapshot> {
    return this.snapshots.values();
  }

  get size(): number {
    return this.snapshots.size;
  }

  put(snapshot: InstanceSnapshot): void {
    const id = keyText(snapshot.key);
    const placement = placementOf(snapshot);
    this.snapshots.set(id, snapshot);
    if (this.placements.get(id) !== placement) {
      this.placements.set(id, placement);
      this.regroup = true;
    }
    const cluster = this.clusterNames.get(id);
    if (cluster !== undefined) this.dirty.add(cluster);
    this.assembled = null;
  }

  remove(keys: readonly InstanceKey[]): void {
    for (const key of keys) {
      const id = keyText(key);
      if (!this.snapshots.delete(id)) continue;
      this.placements.delete(id);
      this.regroup = true;
    }
    this.assembled = null;
  }

  /** Something other than a snapshot changed: aliases, promotion rules. */
  touch(): void {
    for (const name of this.members.keys()) this.dirty.add(name);
    this.assembled = null;
  }

  /** Rebuilds what changed. @returns the clusters that were rebuilt since the last call, by name */
  takeRebuilt(): readonly string[] {
    this.refresh();
    const names = [...this.rebuilt].filter((name) => this.clusters.has(name));
    this.rebuilt.clear();
    return names;
  }

  private refresh(): void {
    if (this.regroup) this.group();
    if (this.dirty.size === 0) return;
    const isKnown = (id: KeyText): boolean => this.snapshots.has(id);
    const options = this.options();
    for (const name of this.dirty) {
      this.rebuilt.add(name);
      const ids = this.members.get(name);
      if (ids === undefined) {
        this.clusters.delete(name);
        continue;
      }
      const snapshots = ids.flatMap((id) => this.snapshots.get(id) ?? []);
      const previous = this.clusters.get(name);
      this.clusters.set(
        name,
        buildCluster(name, snapshots, { ...options, isKnown, ...(previous ? { previous } : {}) }),
      );
    }
    this.dirty.clear();
    this.assembled = null;
  }

  topology(): Topology {
    if (this.regroup || this.dirty.size > 0 || this.assembled === null) {
      this.refresh();
      this.assembled = assembleTopology(this.clusters.values());
    }
    return this.assembled;
  }

  private group(): void {
    const grouped = groupIntoClusters(this.snapshots.values(), this.clusterNames);
    const members = new Map<string, KeyText[]>();
    const names = new Map<KeyText, string>();
    for (const [name, snapshots] of grouped) {
      const ids = snapshots.map((snapshot) => keyText(snapshot.key));
      for (const id of ids) names.set(id, name);
      members.set(name, ids);
      const before = this.members.get(name);
      if (before === undefined || !sameMembers(before, ids)) this.dirty.add(name);
    }
    for (const name of this.members.keys()) if (!members.has(name)) this.dirty.add(name);
    this.members = members;
    this.clusterNames = names;
    this.regroup = false;
  }
}

function sameMembers(a: readonly KeyText[], b: readonly KeyText[]): boolean {
  if (a.length !== b.length) return false;
  const set = new Set(a);
  return b.every((id) => set.has(id));
}
