import type { DropTargetView } from '../../../shared/contract/v2/drop-target.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { DragSubject, DropTarget, NodeMark } from '../../canvas/canvas-types.ts';

/** How the verdict on a target is told; made by who knows the language. */
export type TellTarget = (target: DropTargetView) => string;

/** What each box shows while something is dragged. */
export function dropMarks(
  subject: DragSubject,
  targets: readonly DropTargetView[],
  tell: TellTarget,
  draggedText: string,
): ReadonlyMap<string, NodeMark> {
  const marks = new Map<string, NodeMark>();
  for (const target of targets) {
    const id = keyText(target.target);
    const mark = { state: target.verdict, text: tell(target) };
    const known = marks.get(id);
    if (target.zone === 'onto') marks.set(id, { ...known, ...mark });
    // A box that takes no drop but on its crown is lit for that alone.
    else marks.set(id, known === undefined ? { ...mark, crown: mark } : { ...known, crown: mark });
  }
  for (const id of subject.ids) if (!subject.withReplicas) marks.set(id, { state: 'dragged', text: draggedText });
  return marks;
}

/** What a drop there means; null while it is not known or means nothing. A crown that is none counts as the box. */
export function targetAt(targets: readonly DropTargetView[], { id, zone }: DropTarget): DropTargetView | null {
  const there = targets.filter(({ target }) => keyText(target) === id);
  return there.find((one) => one.zone === zone) ?? there.find((one) => one.zone === 'onto') ?? null;
}

const RANK = { allowed: 0, unsure: 1, forbidden: 2 } as const;

/**
 * Of several servers that are dragged together: the worst verdict on each target, with its reason. The crown is for one
 * alone.
 */
export function joinedTargets(each: readonly (readonly DropTargetView[])[]): readonly DropTargetView[] {
  const [first = []] = each;
  if (each.length === 1) return first;
  const worst = new Map<string, DropTargetView>();
  for (const target of each.flat().filter(({ zone }) => zone === 'onto')) {
    const id = keyText(target.target);
    const known = worst.get(id);
    if (known === undefined || RANK[target.verdict] > RANK[known.verdict]) worst.set(id, target);
  }
  return [...worst.values()];
}
