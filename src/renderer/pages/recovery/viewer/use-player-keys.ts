import { useEffect } from 'react';
import type { Player } from './use-player.ts';

/** Who needs these keys for itself. */
const TYPING = 'input, textarea, select, [contenteditable="true"], [role="menu"], [role="dialog"]';
const PRESSING = 'button, a[href], [role="tab"], [role="radio"], [role="switch"]';
const MOVING = '.topology, [role="tablist"], [role="radiogroup"]';

/** Space plays and pauses, the arrows go a step, Home and End to the ends, wherever the focus is on the page. */
export function usePlayerKeys({ toggle, step, go }: Player, length: number): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target, key } = event;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const within = (selector: string): boolean => target instanceof Element && target.closest(selector) !== null;
      if (within(TYPING) || (key === ' ' ? within(PRESSING) || within('.topology') : within(MOVING))) return;
      if (key === ' ') toggle();
      else if (key === 'ArrowLeft') step(-1);
      else if (key === 'ArrowRight') step(1);
      else if (key === 'Home') go(0);
      else if (key === 'End') go(length);
      else return;
      event.preventDefault();
    };
    // Before the canvas, which takes the space key for its own wherever the focus is.
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, [toggle, step, go, length]);
}
