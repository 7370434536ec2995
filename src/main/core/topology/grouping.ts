import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { compareKeys, type InstanceKey, type KeyText, keyText, NO_KEY } from '../../../shared/domain/instance-key.ts';
import { findParents, type Parents } from './parents.ts';
import { groupOf, sourceKeyOf } from './server-traits.ts';

/** Cluster name to the snapshots of its members, in the order in which they were given. */
export type ClusterMembers = ReadonlyMap<string, readonly InstanceSnapshot[]>;

/**
 * The part of a snapshot that grouping looks at. As long as it stays the same for every instance, and no instance
 * comes or goes, the grouping stays the same.
 */
export function placementOf(snapshot: InstanceSnapshot): string {
  const { facts } = snapshot;
  if (facts === null) return '?';
  const group = groupOf(facts);
  const place = keyText(sourceKeyOf(facts));
  return group === null ? place : `${place} ${group.name} ${group.memberRole} ${keyText(group.primary)}`;
}

/**
 * Tells which instances belong together and what each cluster is called (discovery reference, 6), over the whole
 * graph at once. In time linear in the number of instances; rings of any length are safe.
 *
 * A cluster is named after its top. On top of a ring, the name is kept if it was one of the ring's members before
 * (`previousNames`: instance to cluster name), else it is the member that sorts first.
 *
 * Where the reference makes every replica of a source that it doesn't know a cluster of its own, two or more that name
 * the same unknown source stay together, in a cluster named after that source: an operator who can't reach the source
 * needs to see that they belong together. A single one is named after itself, as in the reference.
 */
export function groupIntoClusters(
  snapshots: Iterable<InstanceSnapshot>,
  previousNames: ReadonlyMap<KeyText, string> = new Map(),
): ClusterMembers {
  const all = [...snapshots];
  const parents = findParents(all);
  const namer = new ClusterNamer(parents, previousNames);
  const clusters = new Map<string, InstanceSnapshot[]>();
  for (const snapshot of all) {
    const name = namer.nameOf(keyText(snapshot.key));
    const members = clusters.get(name);
    if (members === undefined) clusters.set(name, [snapshot]);
    else members.push(snapshot);
  }
  return clusters;
}

/** The members of a ring in the order child to parent, or null when going up from `start` ends at a top. */
export function ringAbove(start: KeyText, parents: Parents): KeyText[] | null {
  const walked = new Map<KeyText, number>();
  const path: KeyText[] = [];
  for (let at: KeyText | null = start; at !== null; at = knownParent(at, parents)) {
    const seenAt = walked.get(at);
    if (seenAt !== undefined) return path.slice(seenAt);
    walked.set(at, path.length);
    path.push(at);
  }
  return null;
}

/** The parent of an instance if Baton knows it, else null. */
export function knownParent(id: KeyText, parents: Parents): KeyText | null {
  const parent = parents.get(id)?.id;
  return parent !== undefined && parents.has(parent) ? parent : null;
}

/** The first by host name, then port; NO_KEY of none. */
export function firstInKeyOrder(keys: readonly InstanceKey[]): InstanceKey {
  return [...keys].sort(compareKeys)[0] ?? NO_KEY;
}

const UNNAMED = '';

class ClusterNamer {
  private readonly names = new Map<KeyText, string>();
  private readonly parents: Parents;
  private readonly previousNames: ReadonlyMap<KeyText, string>;
  /** How many instances name each source that isn't known. */
  private readonly unknownSources = new Map<KeyText, number>();

  constructor(parents: Parents, previousNames: ReadonlyMap<KeyText, string>) {
    this.parents = parents;
    this.previousNames = previousNames;
    for (const parent of parents.values()) {
      if (parent === null || parents.has(parent.id)) continue;
      this.unknownSources.set(parent.id, (this.unknownSources.get(parent.id) ?? 0) + 1);
    }
  }

  /** Goes up to the nearest instance that is named already, or to the top, and names everything on the way. */
  nameOf(start: KeyText): string {
    const path: KeyText[] = [];
    let at: KeyText | null = start;
    let name: string | undefined;
    while (at !== null) {
      name = this.names.get(at);
      if (name !== undefined) break;
      // A place holder, by which the walk notices that it goes round in a ring.
      this.names.set(at, UNNAMED);
      path.push(at);
      at = knownParent(at, this.parents);
    }
    if (at === null) name = this.nameOfTop(path.at(-1) ?? start);
    else if (name === undefined || name === UNNAMED) name = this.nameOfRing(path.slice(path.indexOf(at)));
    for (const id of path) this.names.set(id, name);
    return name;
  }

  private nameOfTop(id: KeyText): string {
    const unknown = this.parents.get(id)?.id;
    return unknown !== undefined && (this.unknownSources.get(unknown) ?? 0) > 1 ? unknown : id;
  }

  private nameOfRing(ring: readonly KeyText[]): string {
    const members = new Set(ring);
    const kept = new Set(ring.map((id) => this.previousNames.get(id)).filter((n) => n !== undefined && members.has(n)));
    const candidates = kept.size > 0 ? kept : members;
    // Every member of a ring is the parent of another, which knows its key.
    const keys = ring.map((id) => this.parents.get(id)?.key).filter((key) => key !== undefined);
    const first = firstInKeyOrder(keys.filter((key) => candidates.has(keyText(key))));
    return keyText(first);
  }
}
