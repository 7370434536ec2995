import type { Box, TopologyLayout } from './layout-types.ts';

export type Direction = 'up' | 'down' | 'left' | 'right' | 'first' | 'last';

/**
 * The box that an arrow key leads to: up and down to the next in the same column (siblings, then cousins), left to what
 * it hangs below, right to what hangs below it. Null where there is none. Ends of frames are no obstacle.
 */
export function neighbour(layout: TopologyLayout, fromId: string, direction: Direction): Box | null {
  const from = layout.byId.get(fromId);
  if (from === undefined || direction === 'first') return layout.boxes[0] ?? null;
  switch (direction) {
    case 'left':
      return from.gridColumn > 0 ? inGrid(layout, from, -1) : (layout.byId.get(from.parentId ?? '') ?? null);
    case 'right':
      return inGrid(layout, from, 1) ?? nearest(from, boxesBelow(layout, from));
    case 'last':
      return layout.boxes.reduce<Box | null>((found, box) => (found === null || box.y > found.y ? box : found), null);
    case 'up':
      return closest(layout, from, (box) => from.y - box.y);
    case 'down':
      return closest(layout, from, (box) => box.y - from.y);
  }
}

/** The sibling in the next column of a grid, in the same row. */
function inGrid(layout: TopologyLayout, from: Box, step: 1 | -1): Box | null {
  const siblings = layout.byId.get(from.parentId ?? '')?.childIds ?? [];
  for (const id of siblings) {
    const box = layout.byId.get(id);
    if (box !== undefined && box.y === from.y && box.gridColumn === from.gridColumn + step) return box;
  }
  return null;
}

/** What hangs below a box, as far as it begins beside it: the first column. */
function boxesBelow(layout: TopologyLayout, from: Box): readonly Box[] {
  return from.childIds
    .map((id) => layout.byId.get(id))
    .filter((box) => box !== undefined)
    .filter(({ gridColumn }) => gridColumn === 0);
}

function closest(layout: TopologyLayout, from: Box, distance: (box: Box) => number): Box | null {
  let found: Box | null = null;
  for (const box of layout.boxes) {
    if (box.depth !== from.depth || distance(box) <= 0) continue;
    if (found === null || distance(box) < distance(found)) found = box;
  }
  return found;
}

/** Level with `from`, or as near to that as there is. */
function nearest(from: Box, boxes: readonly Box[]): Box | null {
  const middle = from.y + from.height / 2;
  let found: Box | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    const away = Math.abs(box.y + box.height / 2 - middle);
    if (away < least) {
      found = box;
      least = away;
    }
  }
  return found;
}

/** The box at a point of the canvas; null where there is none. */
export function boxAt(layout: TopologyLayout, x: number, y: number): Box | null {
  for (const box of layout.boxes) {
    if (x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height) return box;
  }
  return null;
}
