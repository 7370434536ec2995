import type { AliasClaim, AliasPattern, Cluster, ClusterOptions, TopologyInstance } from './topology.ts';

/**
 * The alias that an instance suggests for its cluster: set by hand for the cluster, else what its parent suggests, else
 * what the server's own query gave, else by pattern of the cluster name (discovery reference, 7). Empty for none.
 */
export function suggestedAlias(
  clusterName: string,
  inherited: string,
  detected: string,
  options: Pick<ClusterOptions, 'aliasOverrides' | 'clusterNameToAlias'>,
): string {
  return (
    options.aliasOverrides?.get(clusterName) ||
    inherited ||
    detected ||
    aliasByPattern(clusterName, options.clusterNameToAlias ?? [])
  );
}

/** The strongest claim among a cluster's instances; null when none of them suggests an alias. */
export function strongestClaim(
  instances: Iterable<TopologyInstance>,
  isLost: (id: string) => boolean = () => false,
): AliasClaim | null {
  let strongest: AliasClaim | null = null;
  for (const instance of instances) {
    if (instance.suggestedAlias === '' || isLost(instance.id)) continue;
    const claim: AliasClaim = {
      alias: instance.suggestedAlias,
      valid: instance.valid,
      writeable: instance.facts !== null && !instance.facts.readOnly,
      replicas: instance.replicas.length,
    };
    if (strongest === null || isStronger(claim, strongest)) strongest = claim;
  }
  return strongest;
}

/**
 * The effective alias of every cluster by name. An alias belongs to one cluster: of several that claim it, the
 * strongest gets it, and the others go by their names, as do clusters that claim nothing.
 */
export function resolveAliases(clusters: Iterable<Cluster>): ReadonlyMap<string, string> {
  const all = [...clusters].sort((a, b) => (a.name < b.name ? -1 : 1));
  const owners = new Map<string, { readonly name: string; readonly claim: AliasClaim }>();
  for (const { name, aliasClaim: claim } of all) {
    if (claim === null) continue;
    const owner = owners.get(claim.alias);
    if (owner === undefined || isStronger(claim, owner.claim)) owners.set(claim.alias, { name, claim });
  }
  const aliases = new Map<string, string>();
  for (const { name, aliasClaim } of all) {
    const owned = aliasClaim !== null && owners.get(aliasClaim.alias)?.name === name;
    aliases.set(name, owned ? aliasClaim.alias : name);
  }
  return aliases;
}

/** The cluster under another alias; itself when that is its alias already. */
export function withAlias(cluster: Cluster, alias: string): Cluster {
  if (cluster.alias === alias) return cluster;
  const instances = new Map<string, TopologyInstance>();
  for (const [id, instance] of cluster.instances) instances.set(id, { ...instance, clusterAlias: alias });
  return { ...cluster, alias, instances };
}

function aliasByPattern(clusterName: string, patterns: readonly AliasPattern[]): string {
  return patterns.find(({ pattern }) => clusterName.search(pattern) >= 0)?.alias ?? '';
}

/** Valid over invalid, writeable over read-only, then more replicas. */
function isStronger(a: AliasClaim, b: AliasClaim): boolean {
  if (a.valid !== b.valid) return a.valid;
  if (a.writeable !== b.writeable) return a.writeable;
  return a.replicas > b.replicas;
}
