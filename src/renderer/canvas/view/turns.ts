import { useEffect, useState } from 'react';

/** So many boxes are drawn in full in one frame: half a frame's time on a slow machine. */
const A_FRAME = 10;

const waiting = new Set<() => void>();
let left = A_FRAME;
let asked = false;

function begin(): boolean {
  if (left === 0 || waiting.size > 0) return false;
  left -= 1;
  ask();
  return true;
}

function ask(): void {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    left = A_FRAME;
    for (const go of [...waiting].slice(0, A_FRAME)) {
      waiting.delete(go);
      left -= 1;
      go();
    }
    if (left < A_FRAME) ask();
  });
}

/**
 * Whether it is a new box's turn to be drawn in full. When many come into view at once, as when somebody comes nearer,
 * they take turns over the next frames, so that the view keeps moving.
 */
export function useTurn(): boolean {
  const [mine, setMine] = useState(begin);
  useEffect(() => {
    if (mine) return;
    const go = (): void => setMine(true);
    waiting.add(go);
    ask();
    return () => void waiting.delete(go);
  }, [mine]);
  return mine;
}
