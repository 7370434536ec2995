import type { ClusterTopology } from '../../../../../shared/contract/v2/cluster.ts';
import type { Member } from '../../../../../shared/contract/v2/instance.ts';
import type { ApiContext } from '../../api.ts';
import { viewOf } from '../../view.ts';
import { clusterTopologyView } from '../views.ts';

interface Known {
  readonly topology: ClusterTopology;
  readonly clusterText: string;
  /** Of each member, by its id. */
  readonly texts: ReadonlyMap<string, string>;
}

export type TopologyChange =
  | {
      readonly type: 'topology';
      readonly clusterName: string;
      readonly cluster: ClusterTopology['cluster'];
      readonly changed: readonly Member[];
      readonly gone: readonly string[];
    }
  | { readonly type: 'cluster-gone'; readonly clusterName: string };

/** Compares what the engine knows with what readers were told last. */
export class TopologyDeltas {
  readonly #context: ApiContext;
  readonly #known = new Map<string, Known>();

  constructor(context: ApiContext) {
    this.#context = context;
  }

  /** What readers know once they have read all that was told, by name. */
  known(): readonly ClusterTopology[] {
    return [...this.#known.values()]
      .map(({ topology }) => topology)
      .sort((a, b) => (a.cluster.name < b.cluster.name ? -1 : 1));
  }

  forget(): void {
    this.#known.clear();
  }

  /**
   * What differs from what was last told; from then on it is told. Clusters that are gone come last, so that a renamed
   * one is there before its old name goes.
   * @param only the clusters that may have changed; null for all
   */
  changes(only: ReadonlySet<string> | null): readonly TopologyChange[] {
    const { engine, nowMs } = this.#context;
    const view = viewOf(engine, nowMs());
    const { clusters } = view.topology;
    const found: TopologyChange[] = [];
    for (const cluster of clusters.values()) {
      if (only !== null && !only.has(cluster.name) && this.#known.has(cluster.name)) continue;
      const change = this.#compare(clusterTopologyView(cluster, view));
      if (change !== null) found.push(change);
    }
    for (const clusterName of [...this.#known.keys()]) {
      if (clusters.has(clusterName)) continue;
      this.#known.delete(clusterName);
      found.push({ type: 'cluster-gone', clusterName });
    }
    return found;
  }

  #compare(topology: ClusterTopology): TopologyChange | null {
    const { cluster, members } = topology;
    const before = this.#known.get(cluster.name);
    const clusterText = JSON.stringify(cluster);
    const texts = new Map(members.map((member) => [member.id, JSON.stringify(member)]));
    this.#known.set(cluster.name, { topology, clusterText, texts });
    const changed = members.filter(({ id }) => before?.texts.get(id) !== texts.get(id));
    const gone = before === undefined ? [] : [...before.texts.keys()].filter((id) => !texts.has(id));
    if (clusterText === before?.clusterText && changed.length + gone.length === 0) return null;
    return { type: 'topology', clusterName: cluster.name, cluster, changed, gone };
  }
}
