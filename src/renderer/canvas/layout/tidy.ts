import { type HierarchyPointNode, hierarchy, tree } from 'd3-hierarchy';
import { framesOf } from './frames.ts';
import type { Box, Outline, OutlineItem, TopologyLayout, Trunk } from './layout-types.ts';
import {
  BOX_HEIGHT,
  BOX_WIDTH,
  COLUMN_GAP,
  COUSIN_GAP,
  GHOST_HEIGHT,
  SIBLING_GAP,
  TREE_GAP,
  TRUNK_OFFSET,
} from './sizes.ts';

type Placed = HierarchyPointNode<OutlineItem>;

const TOP: OutlineItem = {
  id: '',
  kind: 'ghost',
  memberIds: [],
  tie: 'none',
  ghostOf: '',
  children: [],
  hiddenIds: [],
  childCount: 0,
};

/**
 * Gives every box its place: tidy trees (Reingold and Tilford, as Buchheim et al. made it linear) that grow to the
 * right, one column a level, all below an invisible top so that the trees and the members of rings share the first
 * column. The upper left corner is 0,0.
 */
export function place(outline: Outline): TopologyLayout {
  const inRing = new Set(outline.rings.flat());
  const root = tree<OutlineItem>().nodeSize([1, 1]).separation(separation(inRing))(
    hierarchy({ ...TOP, children: outline.roots }),
  );
  const nodes = root.descendants().filter((node) => node.depth > 0);
  let top = Number.POSITIVE_INFINITY;
  for (const node of nodes) top = Math.min(top, node.x - heightOf(node.data) / 2);
  const boxes = nodes.map((node) => boxAt(node, Number.isFinite(top) ? top : 0, inRing));
  const byId = new Map(boxes.map((box) => [box.id, box]));
  return {
    boxes,
    byId,
    boxOf: outline.boxOf,
    trunks: boxes.flatMap((box) => trunkOf(box, byId)),
    frames: framesOf(boxes, byId, outline.rings),
    width: Math.max(0, ...boxes.map(({ x, width }) => x + width)),
    height: boxes.reduce((most, { y, height }) => Math.max(most, y + height), 0),
  };
}

function heightOf({ kind }: OutlineItem): number {
  return kind === 'ghost' ? GHOST_HEIGHT : BOX_HEIGHT;
}

/** From middle to middle, for two boxes in the same column. */
function separation(inRing: ReadonlySet<string>) {
  return (a: Placed, b: Placed): number => {
    const middle = (heightOf(a.data) + heightOf(b.data)) / 2;
    return middle + gapBetween(a, b, inRing);
  };
}

function gapBetween(a: Placed, b: Placed, inRing: ReadonlySet<string>): number {
  if (a.parent !== b.parent) return COUSIN_GAP;
  if (a.depth > 1) return SIBLING_GAP;
  return inRing.has(a.data.id) && inRing.has(b.data.id) ? COUSIN_GAP : TREE_GAP;
}

function boxAt(node: Placed, top: number, inRing: ReadonlySet<string>): Box {
  const { data } = node;
  const height = heightOf(data);
  const { children, ...item } = data;
  return {
    ...item,
    parentId: node.parent === null || node.parent.depth === 0 ? null : node.parent.data.id,
    childIds: children.map(({ id }) => id),
    depth: node.depth - 1,
    inRing: inRing.has(data.id),
    x: (node.depth - 1) * (BOX_WIDTH + COLUMN_GAP),
    y: Math.round(node.x - height / 2 - top),
    width: BOX_WIDTH,
    height,
  };
}

function trunkOf(box: Box, byId: ReadonlyMap<string, Box>): readonly Trunk[] {
  const first = byId.get(box.childIds[0] ?? '');
  const last = byId.get(box.childIds.at(-1) ?? '');
  if (first === undefined || last === undefined) return [];
  const fromX = box.x + box.width;
  return [
    {
      parentId: box.id,
      fromX,
      fromY: box.y + box.height / 2,
      x: fromX + TRUNK_OFFSET,
      top: first.y + first.height / 2,
      bottom: last.y + last.height / 2,
    },
  ];
}
