import type { ClusterSummary } from '../../../shared/contract/v2/cluster.ts';
import type { Member } from '../../../shared/contract/v2/instance.ts';
import type { StreamMessage } from '../../../shared/contract/v2/stream.ts';

type Snapshot = Extract<StreamMessage, { type: 'snapshot' }>;

interface KnownCluster {
  readonly cluster: ClusterSummary;
  readonly members: ReadonlyMap<string, Member>;
}

/** All that the stream has told, so that a page that is loaded anew can be told it at once. */
export class FleetPicture {
  readonly #clusters = new Map<string, KnownCluster>();
  #last: { readonly id: string; readonly atMs: number } | null = null;

  apply(message: StreamMessage): void {
    if (message.type === 'heartbeat') return;
    this.#last = { id: message.id, atMs: message.atMs };
    switch (message.type) {
      case 'snapshot':
        this.#clusters.clear();
        for (const { cluster, members } of message.clusters) {
          this.#clusters.set(cluster.name, { cluster, members: byId(members) });
        }
        return;
      case 'topology': {
        const members = new Map(this.#clusters.get(message.clusterName)?.members);
        for (const id of message.gone) members.delete(id);
        for (const member of message.changed) members.set(member.id, member);
        this.#clusters.set(message.clusterName, { cluster: message.cluster, members });
        return;
      }
      case 'cluster-gone':
        this.#clusters.delete(message.clusterName);
        return;
      case 'event':
        return;
    }
  }

  /** Null while nothing has been told. */
  snapshot(): Snapshot | null {
    if (this.#last === null) return null;
    const clusters = [...this.#clusters.values()].map(({ cluster, members }) => ({
      cluster,
      members: [...members.values()],
    }));
    return { type: 'snapshot', ...this.#last, clusters };
  }

  /** Servers with a problem, over all clusters. */
  problems(): number {
    let problems = 0;
    for (const { cluster } of this.#clusters.values()) problems += cluster.problems;
    return problems;
  }

  /** What people call a cluster: its alias, else its name. */
  titleOf(clusterName: string): string {
    const alias = this.#clusters.get(clusterName)?.cluster.alias ?? '';
    return alias === '' ? clusterName : alias;
  }

  forget(): void {
    this.#clusters.clear();
    this.#last = null;
  }
}

function byId(members: readonly Member[]): ReadonlyMap<string, Member> {
  return new Map(members.map((member) => [member.id, member]));
}
