import type { DragSubject, DropTarget } from '../canvas-types.ts';
import type { Box, TopologyLayout } from '../layout/layout-types.ts';
import { boxAt } from '../layout/walk.ts';

/** The left end of a box, in canvas units: a drop there means its place and not below it. */
const CROWN_WIDTH = 54;

/** What a drag of a box moves: it, all that are selected if it is one of them, or all of a bundle. Null for a ghost. */
export function subjectOf(
  box: Box | undefined,
  withReplicas: boolean,
  selected: ReadonlySet<string>,
): DragSubject | null {
  if (box === undefined || box.memberIds.length === 0) return null;
  if (withReplicas) return { ids: [box.id], withReplicas };
  if (box.kind === 'member' && selected.size > 1 && selected.has(box.id)) return { ids: [...selected], withReplicas };
  return { ids: box.memberIds, withReplicas };
}

/**
 * What a drop at a point of the canvas would be on. Only a server whose box has something below it, or that is at the
 * top, has a crown; dropping servers on themselves is nothing, while replicas can be dropped on their own source.
 */
export function dropTargetAt(
  layout: TopologyLayout,
  { x, y }: { readonly x: number; readonly y: number },
  subject: DragSubject,
): DropTarget | null {
  const box = boxAt(layout, x, y);
  if (box === null || box.kind !== 'member') return null;
  if (!subject.withReplicas && subject.ids.includes(box.id)) return null;
  const crowned = !subject.withReplicas && (box.childCount > 0 || box.inRing);
  return { id: box.id, zone: crowned && x - box.x <= CROWN_WIDTH ? 'crown' : 'onto' };
}
