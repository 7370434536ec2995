import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import { firstInKeyOrder, knownParent, ringAbove } from './grouping.ts';
import { findParents, type Parents } from './parents.ts';

/** Where every member of one cluster stands. */
export interface Placement {
  /** All members, each after its parent, except that a ring begins somewhere. */
  readonly topDown: readonly KeyText[];
  readonly depths: ReadonlyMap<KeyText, number>;
  /** Null for the top, and for those whose parent isn't a member. */
  readonly parentOf: (id: KeyText) => KeyText | null;
  /** From the member after which the cluster is named, downwards; empty when there is a top. */
  readonly ring: readonly KeyText[];
  readonly unknownSource: InstanceKey | null;
}

/** Places the members of one cluster. Depth is 0 at the top, or at the ring member that gave the cluster its name. */
export function placeMembers(clusterName: string, snapshots: readonly InstanceSnapshot[]): Placement {
  const parents = findParents(snapshots);
  const parentOf = (id: KeyText) => knownParent(id, parents);
  const ring = findRing(clusterName, snapshots, parents);
  const unknownSource = findUnknownSource(clusterName, parents);
  const depths = new Map<KeyText, number>();
  ring.forEach((id, depth) => {
    depths.set(id, depth);
  });
  const children = new Map<KeyText, KeyText[]>();
  for (const id of parents.keys()) {
    const parent = parentOf(id);
    if (parent === null) depths.set(id, unknownSource === null ? 0 : 1);
    else if (!depths.has(id)) addTo(children, parent, id);
  }
  const topDown = [...depths.keys()];
  // The list grows while it is walked.
  for (const id of topDown) {
    for (const child of children.get(id) ?? []) {
      depths.set(child, (depths.get(id) ?? 0) + 1);
      topDown.push(child);
    }
  }
  return { topDown, depths, parentOf, ring, unknownSource };
}

/** Appends to the list kept under a key. */
export function addTo(lists: Map<KeyText, KeyText[]>, key: KeyText, id: KeyText): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [id]);
  else list.push(id);
}

function findRing(clusterName: string, snapshots: readonly InstanceSnapshot[], parents: Parents): readonly KeyText[] {
  const first = snapshots[0];
  const upwards = first === undefined ? null : ringAbove(keyText(first.key), parents);
  if (upwards === null) return [];
  const members = new Set(upwards);
  const top = members.has(clusterName)
    ? clusterName
    : keyText(firstInKeyOrder(snapshots.map(({ key }) => key).filter((key) => members.has(keyText(key)))));
  const downwards = [...upwards].reverse();
  const start = downwards.indexOf(top);
  return [...downwards.slice(start), ...downwards.slice(0, start)];
}

/** The cluster bears the name of a source that isn't a member: then Baton doesn't know that source. */
function findUnknownSource(clusterName: string, parents: Parents): InstanceKey | null {
  if (parents.has(clusterName)) return null;
  for (const parent of parents.values()) {
    if (parent?.id === clusterName) return parent.key;
  }
  return null;
}
