import { type HierarchyPointNode, hierarchy, tree } from 'd3-hierarchy';
import { framesOf } from './frames.ts';
import { type Cell, cellsAfter } from './grid.ts';
import type { Box, Outline, OutlineItem, TopologyLayout } from './layout-types.ts';
import { BOX_HEIGHT, BOX_WIDTH, COLUMN_GAP, COUSIN_GAP, GHOST_HEIGHT, SIBLING_GAP, TREE_GAP } from './sizes.ts';
import { trunksOf } from './trunks.ts';

type Placed = HierarchyPointNode<Cell>;

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
  const top: Cell = { item: { ...TOP, children: outline.roots }, parent: null, gridColumn: 0, next: null };
  const after = (cell: Cell): readonly Cell[] => (cell === top ? outline.roots.map(rootCell) : cellsAfter(cell));
  const root = tree<Cell>().nodeSize([1, 1]).separation(separation(inRing))(hierarchy(top, after));
  const nodes = root.descendants().filter((node) => node.depth > 0);
  const highest = nodes.reduce(
    (least, { x, data }) => Math.min(least, x - heightOf(data) / 2),
    Number.POSITIVE_INFINITY,
  );
  const boxes = nodes.map((node) => boxAt(node, highest, inRing));
  const byId = new Map(boxes.map((box) => [box.id, box]));
  return {
    boxes,
    byId,
    boxOf: outline.boxOf,
    trunks: trunksOf(boxes, byId),
    frames: framesOf(boxes, byId, outline.rings),
    width: boxes.reduce((most, { x, width }) => Math.max(most, x + width), 0),
    height: boxes.reduce((most, { y, height }) => Math.max(most, y + height), 0),
  };
}

function rootCell(item: OutlineItem): Cell {
  return { item, parent: null, gridColumn: 0, next: null };
}

function heightOf({ item }: Cell): number {
  return item.kind === 'ghost' ? GHOST_HEIGHT : BOX_HEIGHT;
}

/** From middle to middle, for two boxes in the same column. */
function separation(inRing: ReadonlySet<string>) {
  return (a: Placed, b: Placed): number => {
    const middle = (heightOf(a.data) + heightOf(b.data)) / 2;
    return middle + gapBetween(a, b, inRing);
  };
}

function gapBetween(a: Placed, b: Placed, inRing: ReadonlySet<string>): number {
  if (a.depth > 1) return a.data.parent === b.data.parent ? SIBLING_GAP : COUSIN_GAP;
  return inRing.has(a.data.item.id) && inRing.has(b.data.item.id) ? COUSIN_GAP : TREE_GAP;
}

function boxAt({ data, depth, x }: Placed, top: number, inRing: ReadonlySet<string>): Box {
  const { children, ...item } = data.item;
  const height = heightOf(data);
  return {
    ...item,
    parentId: data.parent?.id ?? null,
    childIds: children.map(({ id }) => id),
    depth: depth - 1,
    gridColumn: data.gridColumn,
    inRing: inRing.has(item.id),
    x: (depth - 1) * (BOX_WIDTH + COLUMN_GAP),
    y: Math.round(x - height / 2 - top),
    width: BOX_WIDTH,
    height,
  };
}
