import type { Box, Frame } from './layout-types.ts';
import { FRAME_PADDING, RING_OFFSET } from './sizes.ts';

/** What is drawn round the members of replication groups, and before the members of rings. */
export function framesOf(
  boxes: readonly Box[],
  byId: ReadonlyMap<string, Box>,
  rings: readonly (readonly string[])[],
): readonly Frame[] {
  const frames: Frame[] = [];
  for (const ring of rings) {
    const members = ring.map((id) => byId.get(id)).filter((box) => box !== undefined);
    const frame = ringFrame(members);
    if (frame !== null) frames.push(frame);
  }
  for (const box of boxes) {
    const secondaries = box.childIds.map((id) => byId.get(id)).filter((child) => child?.tie === 'group');
    const frame = groupFrame(
      box,
      secondaries.filter((one) => one !== undefined),
    );
    if (frame !== null) frames.push(frame);
  }
  return frames;
}

function ringFrame(members: readonly Box[]): Frame | null {
  const [first] = members;
  if (first === undefined) return null;
  const tops = members.map(({ y, height }) => y + height / 2);
  const top = Math.min(...tops);
  return {
    id: `ring of ${first.id}`,
    kind: 'ring',
    memberIds: members.map(({ id }) => id),
    x: first.x - RING_OFFSET,
    y: top,
    width: RING_OFFSET,
    height: Math.max(...tops) - top,
    outline: [],
  };
}

/**
 * The primary and its secondaries, which stand below each other in the next column, joined across the gap between the
 * columns, where no box is: so it never encloses a box that isn't of the group.
 */
function groupFrame(primary: Box, secondaries: readonly Box[]): Frame | null {
  const [first] = secondaries;
  const last = secondaries.at(-1);
  if (first === undefined || last === undefined) return null;
  const pad = FRAME_PADDING;
  const left = primary.x - pad;
  const near = primary.x + primary.width + pad;
  const far = first.x - pad;
  const right = first.x + first.width + pad;
  const [aboveLeft, belowLeft] = [primary.y - pad, primary.y + primary.height + pad];
  const [aboveRight, belowRight] = [first.y - pad, last.y + last.height + pad];
  const top = Math.min(aboveLeft, aboveRight);
  const bottom = Math.max(belowLeft, belowRight);
  const corners: readonly (readonly [number, number])[] = [
    [left, aboveLeft],
    [near, aboveLeft],
    [near, top],
    [far, top],
    [far, aboveRight],
    [right, aboveRight],
    [right, belowRight],
    [far, belowRight],
    [far, bottom],
    [near, bottom],
    [near, belowLeft],
    [left, belowLeft],
  ];
  return {
    id: `group of ${primary.id}`,
    kind: 'group',
    memberIds: [primary.id, ...secondaries.map(({ id }) => id)],
    x: left,
    y: top,
    width: right - left,
    height: bottom - top,
    outline: corners.map(([x, y]) => [x - left, y - top] as const),
  };
}
