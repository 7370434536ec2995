import type { InstanceFacts, InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { compareKeys, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import { strongestClaim, suggestedAlias } from './aliases.ts';
import { ErrantFinder } from './errant.ts';
import { addTo, type Placement, placeMembers } from './placement.ts';
import {
  groupOf,
  hasDetachedCoordinates,
  isBinlogServer,
  isGroupSecondary,
  isMaster,
  isReplica,
  isReplicating,
  isSourceDetached,
  isValid,
  sourceKeyOf,
} from './server-traits.ts';
import type { Cluster, ClusterOptions, TopologyInstance } from './topology.ts';

/**
 * Builds the view of one cluster from the snapshots of its members, as `groupIntoClusters` gave them. Depth, co-masters
 * and ancestry follow the discovery reference, section 6, for all levels at once instead of one level a poll.
 *
 * The alias is the one that the members suggest; whether another cluster has a better claim to it is for
 * `resolveAliases` to say.
 */
export function buildCluster(
  name: string,
  snapshots: readonly InstanceSnapshot[],
  options: ClusterOptions = {},
): Cluster {
  const sorted = [...snapshots].sort((a, b) => compareKeys(a.key, b.key));
  const draft = new Draft(name, sorted, options);
  const drafts = draft.instances();
  const aliasClaim = strongestClaim(drafts, options.isLost);
  const alias = aliasClaim?.alias ?? name;
  const domain = clusterDomain(drafts);
  const instances = new Map<KeyText, TopologyInstance>();
  for (const instance of drafts) {
    instances.set(instance.id, { ...instance, clusterAlias: alias, clusterDomain: domain });
  }
  return { name, alias, domain, instances, unknownSource: draft.placement.unknownSource, aliasClaim };
}

/** The domain that the top tells, else, on a ring, that of another member of it. */
function clusterDomain(instances: readonly TopologyInstance[]): string {
  const tellers = instances.filter((instance) => instance.depth === 0 || instance.isInRing);
  tellers.sort((a, b) => a.depth - b.depth);
  return (
    tellers.find((instance) => instance.facts !== null && instance.facts.clusterDomain !== '')?.facts?.clusterDomain ??
    ''
  );
}

/** The instances of one cluster while they are being made: each needs those above it. */
class Draft {
  readonly placement: Placement;
  private readonly name: string;
  private readonly options: ClusterOptions;
  private readonly snapshots = new Map<KeyText, InstanceSnapshot>();
  private readonly replicas = new Map<KeyText, KeyText[]>();
  private readonly ring: ReadonlySet<KeyText>;
  private readonly errant = new ErrantFinder();
  private readonly made = new Map<KeyText, TopologyInstance>();

  constructor(name: string, sorted: readonly InstanceSnapshot[], options: ClusterOptions) {
    this.name = name;
    this.options = options;
    for (const snapshot of sorted) this.snapshots.set(keyText(snapshot.key), snapshot);
    for (const id of this.snapshots.keys()) {
      const source = this.sourceOf(id);
      if (source !== null) addTo(this.replicas, source, id);
    }
    this.placement = placeMembers(name, sorted);
    this.ring = new Set(this.placement.ring);
  }

  /** In key order; alias and domain of the cluster are still to be filled in. */
  instances(): readonly TopologyInstance[] {
    for (const id of this.placement.topDown) {
      const snapshot = this.snapshots.get(id);
      if (snapshot !== undefined) this.made.set(id, this.make(id, snapshot));
    }
    return [...this.snapshots.keys()].map((id) => this.made.get(id)).filter((instance) => instance !== undefined);
  }

  private make(id: KeyText, snapshot: InstanceSnapshot): TopologyInstance {
    const { facts } = snapshot;
    const parent = this.placement.parentOf(id);
    const source = this.sourceOf(id);
    const isCoMaster = source !== null && this.sourceOf(source) === id;
    const ancestryUuids = this.ancestryOf(id, parent, snapshot);
    return {
      key: snapshot.key,
      id,
      snapshot,
      facts,
      valid: isValid(snapshot),
      sourceKey: sourceKeyOf(facts),
      source,
      parent,
      replicas: this.replicas.get(id) ?? [],
      unknownReplicas: this.unknownReplicasOf(snapshot),
      clusterName: this.name,
      clusterAlias: this.name,
      clusterDomain: '',
      depth: this.placement.depths.get(id) ?? 0,
      isMaster: isMaster(facts),
      isReplica: isReplica(facts),
      isReplicating: isReplicating(facts),
      isCoMaster,
      isInRing: this.ring.has(id),
      isGroupMember: groupOf(facts) !== null,
      isGroupSecondary: isGroupSecondary(facts),
      isBinlogServer: isBinlogServer(facts),
      isDetached: hasDetachedCoordinates(facts),
      isSourceDetached: isSourceDetached(facts),
      ancestryUuids,
      gtidErrant: this.errantOf(id, parent, snapshot, ancestryUuids, isCoMaster),
      suggestedAlias: this.suggestedAliasOf(parent, snapshot),
      promotionRule: facts?.detectedPromotionRule ?? this.options.promotionRuleOf?.(id) ?? 'neutral',
    };
  }

  /** The source when it is a member and another server. */
  private sourceOf(id: KeyText): KeyText | null {
    const source = keyText(sourceKeyOf(this.snapshots.get(id)?.facts ?? null));
    return source !== id && this.snapshots.has(source) ? source : null;
  }

  private unknownReplicasOf({ facts }: InstanceSnapshot): TopologyInstance['unknownReplicas'] {
    const isKnown = this.options.isKnown ?? ((id: KeyText) => this.snapshots.has(id));
    return (facts?.connectedReplicas ?? []).filter((key) => !isKnown(keyText(key)));
  }

  /** The top of a ring has its alias from nobody, or it would never lose an alias that was taken back. */
  private suggestedAliasOf(parent: KeyText | null, { facts }: InstanceSnapshot): string {
    const inherited = parent === null ? '' : (this.made.get(parent)?.suggestedAlias ?? '');
    return suggestedAlias(this.name, inherited, facts?.suggestedClusterAlias ?? '', this.options);
  }

  /**
   * A ring's members are all each other's ancestors. Where the reference starts a list empty because the source isn't
   * known, the uuid of the source, which the replica tells, is put first: what came from it is not errant further down.
   */
  private ancestryOf(id: KeyText, parent: KeyText | null, { facts }: InstanceSnapshot): readonly string[] {
    const group = groupOf(facts);
    const own = [facts?.serverUuid ?? '', group?.name ?? ''];
    if (this.ring.has(id)) return uuidList([...this.ringUuidsAbove(id), ...own]);
    const above = parent === null ? undefined : this.made.get(parent);
    const inherited = above?.ancestryUuids ?? [];
    const told = above?.facts ? '' : (facts?.replica?.sourceUuid ?? '');
    return uuidList([...inherited, told, ...own]);
  }

  /** From the member below this one round to its parent. */
  private ringUuidsAbove(id: KeyText): readonly string[] {
    const { ring } = this.placement;
    const at = ring.indexOf(id);
    const others = [...ring.slice(at + 1), ...ring.slice(0, at)];
    return others.map((other) => this.snapshots.get(other)?.facts?.serverUuid ?? '');
  }

  private errantOf(
    id: KeyText,
    parent: KeyText | null,
    { facts }: InstanceSnapshot,
    ancestryUuids: readonly string[],
    isCoMaster: boolean,
  ): string {
    const parentFacts = parent === null ? null : (this.snapshots.get(parent)?.facts ?? null);
    if (facts === null || parent === null || parentFacts === null) return '';
    const before = this.options.previous?.instances.get(id);
    const parentBefore = before?.parent === parent ? this.options.previous?.instances.get(parent) : undefined;
    const unchanged =
      before?.facts?.gtidExecuted === facts.gtidExecuted &&
      // What looked errant may be further up by now; sets only grow.
      (before.gtidErrant === '' || this.placement.parentOf(parent) === null) &&
      parentBefore?.facts?.gtidExecuted === parentFacts.gtidExecuted &&
      parentBefore.facts.serverUuid === parentFacts.serverUuid &&
      before.isCoMaster === isCoMaster &&
      before.facts.flavor === facts.flavor &&
      sameList(before.ancestryUuids, ancestryUuids);
    if (unchanged) return before.gtidErrant;
    const aboveParent = () => this.factsAbove(parent, id);
    return this.errant.errantOf({ facts, parentId: parent, parentFacts, ancestryUuids, isCoMaster, aboveParent });
  }

  /** Of the servers above this one, nearest first; on a ring, up to the one asked for. */
  private factsAbove(id: KeyText, asked: KeyText): readonly InstanceFacts[] {
    const found: InstanceFacts[] = [];
    const visited = new Set<KeyText>([id, asked]);
    for (let at = this.placement.parentOf(id); at !== null && !visited.has(at); at = this.placement.parentOf(at)) {
      visited.add(at);
      const facts = this.snapshots.get(at)?.facts;
      if (facts) found.push(facts);
    }
    return found;
  }
}

/** Without repetitions, and without what stands for a missing uuid. */
function uuidList(uuids: readonly string[]): readonly string[] {
  return [...new Set(uuids.filter((uuid) => uuid !== '' && uuid !== 'No'))];
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}
