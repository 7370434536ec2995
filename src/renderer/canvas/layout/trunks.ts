import type { Box, Line, Trunk } from './layout-types.ts';
import { COLUMN_GAP, SIBLING_GAP, TRUNK_OFFSET } from './sizes.ts';

/** The lines from each box to those that hang below it. */
export function trunksOf(boxes: readonly Box[], byId: ReadonlyMap<string, Box>): readonly Trunk[] {
  const trunks: Trunk[] = [];
  for (const box of boxes) {
    const children = box.childIds.map((id) => byId.get(id)).filter((child) => child !== undefined);
    if (children.length > 0) trunks.push({ parentId: box.id, lines: linesOf(box, children) });
  }
  return trunks;
}

function middleOf({ y, height }: Box): number {
  return y + height / 2;
}

/**
 * One line out of the box and one down past its children. The further columns of a grid have a line down of their own,
 * reached over the grid: so no line leads from one sibling to the next, as if that one were its source.
 */
function linesOf(box: Box, children: readonly Box[]): readonly Line[] {
  const fromX = box.x + box.width;
  const fromY = middleOf(box);
  const x = fromX + TRUNK_OFFSET;
  const columns = byColumn(children);
  const ends = (columns.get(0) ?? []).map(middleOf);
  const grid = [...columns].filter(([column]) => column > 0).sort(([a], [b]) => a - b);
  const lines: Line[] = [];
  const last = grid.at(-1)?.[1][0];
  if (last !== undefined) {
    const busY = Math.min(...grid.flatMap(([, inColumn]) => inColumn.map(({ y }) => y))) - SIBLING_GAP / 2;
    ends.push(busY);
    lines.push([x, busY, trunkX(last), busY]);
    for (const [, inColumn] of grid) {
      const [first] = inColumn;
      if (first !== undefined) lines.push([trunkX(first), busY, trunkX(first), Math.max(...inColumn.map(middleOf))]);
    }
  }
  const top = Math.min(fromY, ...ends);
  const bottom = Math.max(fromY, ...ends);
  return [[fromX, fromY, x, fromY], [x, top, x, bottom], ...lines];
}

function byColumn(children: readonly Box[]): ReadonlyMap<number, readonly Box[]> {
  const columns = new Map<number, Box[]>();
  for (const child of children) {
    const column = columns.get(child.gridColumn);
    if (column === undefined) columns.set(child.gridColumn, [child]);
    else column.push(child);
  }
  return columns;
}

/** Where the line down stands that a box hangs on. */
function trunkX({ x }: Box): number {
  return x - COLUMN_GAP + TRUNK_OFFSET;
}
