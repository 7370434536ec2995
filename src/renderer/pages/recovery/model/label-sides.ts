/** Where the label of a mark has room: after it, before it, or nowhere; the mark then keeps its name on hover. */
export type LabelSide = 'after' | 'before' | 'none';

/**
 * No label crosses another one, a mark or an end. All in CSS pixels.
 * @param marks from left to right, with the room that each label takes
 */
export function labelSides(
  marks: readonly { readonly at: number; readonly room: number }[],
  width: number,
): readonly LabelSide[] {
  let free = 0;
  return marks.map(({ at, room }, index) => {
    const next = marks[index + 1]?.at ?? width;
    if (at >= free && at + room <= next) {
      free = at + room;
      return 'after';
    }
    const before = Math.max(free, marks[index - 1]?.at ?? 0);
    free = Math.max(free, at);
    return at - room >= before ? 'before' : 'none';
  });
}
