import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { matchesClusterFilters } from '../../../shared/settings/cluster-filters.ts';
import type { ResolvedCredentials } from '../ports/credentials.ts';
import { fitsServer } from './server-pattern.ts';

/** A cluster by its name and its alias. */
export interface ClusterNames {
  readonly name: string;
  readonly alias: string;
}

/** Which account Baton logs in with, by server. Secrets stay in here, and leave only for a log-in. */
export class CredentialBook {
  #groups: readonly ResolvedCredentials[] = [];
  #clusterOf: (key: InstanceKey) => ClusterNames | null = () => null;

  /** @param clusterOf the cluster that a server belongs to, as far as that is known; asked for groups that name clusters */
  locateBy(clusterOf: (key: InstanceKey) => ClusterNames | null): void {
    this.#clusterOf = clusterOf;
  }

  /** The first group that fits a server; null where the settings hold. */
  groupOf(key: InstanceKey): ResolvedCredentials | null {
    let cluster: ClusterNames | null | undefined;
    const isOfCluster = (filters: readonly string[]): boolean => {
      if (filters.length === 0) return false;
      cluster ??= this.#clusterOf(key);
      return cluster !== null && matchesClusterFilters(filters, cluster.name, cluster.alias);
    };
    const text = keyText(key);
    return (
      this.#groups.find(
        ({ servers, clusters }) =>
          servers.some((pattern) => fitsServer(pattern, key.hostname, text)) || isOfCluster(clusters),
      ) ?? null
    );
  }

  /** @returns the names of the groups that are new, gone or other than before */
  replace(groups: readonly ResolvedCredentials[]): readonly string[] {
    const before = new Map(this.#groups.map((each) => [each.name, JSON.stringify(each)]));
    const after = new Map(groups.map((each) => [each.name, JSON.stringify(each)]));
    const inBoth = (names: Iterable<string>) => [...names].filter((name) => before.has(name) && after.has(name));
    const [orderBefore, orderAfter] = [inBoth(before.keys()), inBoth(after.keys())];
    const isMoved = (name: string) => orderBefore.indexOf(name) !== orderAfter.indexOf(name);
    this.#groups = groups;
    const names = new Set([...before.keys(), ...after.keys()]);
    return [...names].filter((name) => isMoved(name) || before.get(name) !== after.get(name));
  }

  get groups(): readonly ResolvedCredentials[] {
    return this.#groups;
  }

  /** The passwords, so that they can be kept from hooks. */
  secrets(): ReadonlySet<string> {
    return new Set(this.#groups.map(({ password }) => password).filter((password) => password !== ''));
  }
}
