import type { OutlineItem } from './layout-types.ts';
import { BOX_HEIGHT, BOX_WIDTH, COLUMN_GAP, SIBLING_GAP } from './sizes.ts';

/** A box on its way to its place. Those of one row of a grid are a chain, so that the tree keeps their columns free. */
export interface Cell {
  readonly item: OutlineItem;
  readonly parent: OutlineItem | null;
  readonly gridColumn: number;
  /** The next one in its row. */
  readonly next: Cell | null;
}

/** How much broader than high a group of siblings is at best: windows are. */
const BROADNESS = 1.6;

/** In how many columns so many childless siblings stand; one for a few. */
function gridColumns(count: number): number {
  const high = BOX_HEIGHT + SIBLING_GAP;
  const wide = BOX_WIDTH + COLUMN_GAP;
  return Math.max(1, Math.floor(Math.sqrt((count * high * BROADNESS) / wide)));
}

/**
 * What stands next to a cell: the rest of its row, or what hangs below its box. Many childless siblings are put into a
 * grid that is read downwards, column by column, below the siblings that have something below them.
 */
export function cellsAfter({ item, next }: Cell): readonly Cell[] {
  if (next !== null) return [next];
  const leaves = item.children.filter(isLeaf);
  const columns = gridColumns(leaves.length);
  if (columns < 2) return item.children.map((child) => single(child, item));
  const others = item.children.filter((child) => !isLeaf(child)).map((child) => single(child, item));
  const rows = Math.ceil(leaves.length / columns);
  return [...others, ...Array.from({ length: rows }, (_, row) => rowOf(leaves, item, row, rows))];
}

function isLeaf({ kind, childCount, tie }: OutlineItem): boolean {
  return kind === 'member' && childCount === 0 && tie !== 'group';
}

function single(item: OutlineItem, parent: OutlineItem): Cell {
  return { item, parent, gridColumn: 0, next: null };
}

function rowOf(leaves: readonly OutlineItem[], parent: OutlineItem, row: number, rows: number): Cell {
  const inRow = leaves.filter((_, at) => at % rows === row);
  let cell: Cell | null = null;
  for (let gridColumn = inRow.length - 1; gridColumn >= 0; gridColumn -= 1) {
    const item = inRow[gridColumn];
    if (item !== undefined) cell = { item, parent, gridColumn, next: cell };
  }
  if (cell === null) throw new Error(`Row ${row} of the grid below ${parent.id} is empty.`);
  return cell;
}
