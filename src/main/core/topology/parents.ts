import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import {
  compareKeys,
  type InstanceKey,
  isRealKey,
  type KeyText,
  keyText,
  sameKey,
} from '../../../shared/domain/instance-key.ts';
import { groupOf, isGroupSecondary, sourceKeyOf } from './server-traits.ts';

/** Another server, and its key as text, which is needed over and over. */
export interface Parent {
  readonly key: InstanceKey;
  readonly id: KeyText;
}

/** What each instance hangs below, known to Baton or not; null for those that hang below nothing. */
export type Parents = ReadonlyMap<KeyText, Parent | null>;

/**
 * Finds the parent of every instance: the primary for a secondary of a replication group, else the source
 * (discovery reference, 6). A server that names itself has no parent. A server that could not be read yet, and that
 * nobody names as source, hangs below the server that says it is connected: a replica that refuses Baton's account
 * then shows up where it belongs and not as a cluster of its own.
 */
export function findParents(snapshots: readonly InstanceSnapshot[]): Parents {
  const primaries = primariesByGroup(snapshots);
  const parents = new Map<KeyText, Parent | null>();
  for (const snapshot of snapshots) parents.set(keyText(snapshot.key), parentOf(snapshot, primaries));
  const unread = snapshots.filter(({ facts }) => facts === null);
  if (unread.length > 0) attachUnread(unread, snapshots, parents);
  return parents;
}

function parentOf({ facts, key }: InstanceSnapshot, primaries: ReadonlyMap<string, InstanceKey>): Parent | null {
  const group = groupOf(facts);
  if (facts !== null && group !== null && isGroupSecondary(facts)) {
    const primary = isRealKey(group.primary) ? group.primary : primaries.get(group.name);
    if (primary !== undefined && !sameKey(primary, key)) return { key: primary, id: keyText(primary) };
  }
  const source = sourceKeyOf(facts);
  return isRealKey(source) && !sameKey(source, key) ? { key: source, id: keyText(source) } : null;
}

/** An expelled member no longer sees the primary; the primary itself tells. Of several, the first in key order. */
function primariesByGroup(snapshots: readonly InstanceSnapshot[]): ReadonlyMap<string, InstanceKey> {
  const primaries = new Map<string, InstanceKey>();
  for (const { facts, key } of snapshots) {
    const group = groupOf(facts);
    if (group?.memberRole !== 'PRIMARY') continue;
    const other = primaries.get(group.name);
    if (other === undefined || compareKeys(key, other) < 0) primaries.set(group.name, key);
  }
  return primaries;
}

function attachUnread(
  unread: readonly InstanceSnapshot[],
  snapshots: readonly InstanceSnapshot[],
  parents: Map<KeyText, Parent | null>,
): void {
  const named = new Set<KeyText>();
  for (const parent of parents.values()) {
    if (parent !== null) named.add(parent.id);
  }
  const announcers = new Map<KeyText, InstanceKey>();
  for (const { facts, key } of snapshots) {
    for (const replica of facts?.connectedReplicas ?? []) {
      const id = keyText(replica);
      const other = announcers.get(id);
      if (other === undefined || compareKeys(key, other) < 0) announcers.set(id, key);
    }
  }
  for (const snapshot of unread) {
    const id = keyText(snapshot.key);
    const key = announcers.get(id);
    if (key !== undefined && !named.has(id)) parents.set(id, { key, id: keyText(key) });
  }
}
