import { useReactFlow } from '@xyflow/react';
import { type RefObject, useEffect, useRef } from 'react';
import type { CanvasStore } from '../canvas-store.ts';
import type { CanvasNode } from '../flow-nodes.ts';
import { DragSession } from './drag-session.ts';

/** A press becomes a drag after so many pixels. */
const SLACK = 5;

/**
 * Lets boxes be dragged onto each other. React Flow's own dragging would move the boxes; here they stay where they are,
 * and a copy follows the pointer without anything being drawn anew.
 * @returns where the copy is put
 */
export function useNodeDrag(
  store: CanvasStore,
  area: RefObject<HTMLDivElement | null>,
): RefObject<HTMLDivElement | null> {
  const copy = useRef<HTMLDivElement>(null);
  const flow = useReactFlow<CanvasNode>();
  useEffect(() => {
    const element = area.current;
    if (element === null) return;
    let session: DragSession | null = null;
    const press = (event: PointerEvent): void => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || session !== null) return;
      const source = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-drag]') : null;
      const { box, drag } = source?.dataset ?? {};
      if (box === undefined || drag === undefined || store.getState().hooks.onDrop === undefined) return;
      const from = { x: event.clientX, y: event.clientY };
      const move = (moved: PointerEvent): void => {
        if (session === null) {
          if (Math.hypot(moved.clientX - from.x, moved.clientY - from.y) < SLACK) return;
          session = DragSession.begin(store, flow, element, copy.current, box, drag === 'replicas');
        }
        if (session === null) finish();
        else session.moveTo({ x: moved.clientX, y: moved.clientY });
      };
      const release = (): void => {
        session?.drop();
        finish();
      };
      const giveUp = (): void => {
        session?.cancel();
        finish();
      };
      const key = (pressed: KeyboardEvent): void => {
        if (pressed.key !== 'Escape' || session === null) return;
        pressed.preventDefault();
        pressed.stopPropagation();
        giveUp();
      };
      const finish = (): void => {
        if (session !== null) swallowClick();
        session = null;
        window.removeEventListener('pointermove', move);
        window.removeEventListener('pointerup', release);
        window.removeEventListener('pointercancel', giveUp);
        window.removeEventListener('blur', giveUp);
        window.removeEventListener('keydown', key, true);
      };
      window.addEventListener('pointermove', move);
      window.addEventListener('pointerup', release);
      window.addEventListener('pointercancel', giveUp);
      window.addEventListener('blur', giveUp);
      window.addEventListener('keydown', key, true);
    };
    element.addEventListener('pointerdown', press);
    return () => {
      element.removeEventListener('pointerdown', press);
      session?.cancel();
    };
  }, [store, flow, area]);
  return copy;
}

/** The release at the end of a drag is no click on what is there. */
function swallowClick(): void {
  const swallow = (event: MouseEvent): void => {
    event.stopPropagation();
    event.preventDefault();
  };
  window.addEventListener('click', swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0);
}
