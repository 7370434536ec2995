import type { Members } from '../canvas-types.ts';
import type { Folding, Outline, OutlineItem } from './layout-types.ts';
import type { Forest } from './outline.ts';
import { MOST_SIBLINGS } from './sizes.ts';

/** The id of the box that stands for childless siblings below a box; of those in a data center in the compact drawing. */
function bundleId(parentId: string, dataCenter: string | null): string {
  return dataCenter === null ? `siblings below ${parentId}` : `siblings in ${dataCenter} below ${parentId}`;
}

/**
 * Folds away what the reader wants folded: collapsed subtrees, childless siblings in the same data center when drawn
 * compactly, and childless siblings of which there are too many to look at, until that bundle is opened.
 */
export function fold(forest: Forest, members: Members, folding: Folding): Outline {
  const boxOf = new Map<string, string>();
  // Children are folded before their parents, without recursion.
  const order: OutlineItem[] = [...forest.roots];
  for (let at = 0; at < order.length; at += 1) {
    const item = order[at];
    if (item !== undefined && !folding.collapsed.has(item.id)) order.push(...item.children);
  }
  const folded = new Map<string, OutlineItem>();
  for (const item of order.reverse()) {
    for (const id of item.memberIds) boxOf.set(id, item.id);
    if (folding.collapsed.has(item.id) && item.children.length > 0) {
      const hiddenIds = membersBelow(item);
      for (const id of hiddenIds) boxOf.set(id, item.id);
      folded.set(item.id, { ...item, children: [], hiddenIds });
      continue;
    }
    const children = item.children.map((child) => folded.get(child.id) ?? child);
    folded.set(item.id, { ...item, children: bundled(item.id, children, members, folding, boxOf) });
  }
  return { roots: forest.roots.map((root) => folded.get(root.id) ?? root), rings: forest.rings, boxOf };
}

function membersBelow(item: OutlineItem): string[] {
  const found: string[] = [];
  const open: OutlineItem[] = [...item.children];
  for (let at = 0; at < open.length; at += 1) {
    const one = open[at];
    if (one === undefined) continue;
    found.push(...one.memberIds);
    open.push(...one.children);
  }
  return found;
}

function bundled(
  parentId: string,
  children: readonly OutlineItem[],
  members: Members,
  { compact, opened }: Folding,
  boxOf: Map<string, string>,
): readonly OutlineItem[] {
  const alone = children.filter((item) => canBeBundled(item));
  if (!compact && alone.length <= MOST_SIBLINGS) return children;
  const groups = new Map<string, OutlineItem[]>();
  for (const item of alone) {
    const id = bundleId(parentId, compact ? (members.get(item.id)?.dataCenter ?? '') : null);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [item]);
    else group.push(item);
  }
  const bundles: OutlineItem[] = [];
  const gone = new Set<string>();
  for (const [id, items] of groups) {
    if (items.length < 2 || opened.has(id)) continue;
    for (const item of items) {
      gone.add(item.id);
      boxOf.set(item.id, id);
    }
    bundles.push(bundleItem(id, items));
  }
  return [...children.filter((item) => !gone.has(item.id)), ...bundles];
}

/** Group members keep their boxes: they are framed together with their primary. */
function canBeBundled({ kind, childCount, tie }: OutlineItem): boolean {
  return kind === 'member' && childCount === 0 && tie !== 'group';
}

function bundleItem(id: string, items: readonly OutlineItem[]): OutlineItem {
  return {
    id,
    kind: 'bundle',
    memberIds: items.map((item) => item.id),
    tie: 'replicates',
    ghostOf: '',
    children: [],
    hiddenIds: [],
    childCount: 0,
  };
}
