import { useStore } from '@xyflow/react';
import { useLayoutEffect } from 'react';
import { type CanvasStore, type Detail, useCanvas } from './canvas-store.ts';

const NEAR_ZOOM = 0.5;
const FAR_ZOOM = 0.24;
/** Fewer boxes than this are drawn as boxes however far away: there the overview would gain nothing. */
const MANY_BOXES = 250;

/** How much is drawn of a box at a zoom, with so many boxes. */
export function detailAt(zoom: number, boxes: number): Detail {
  if (zoom >= NEAR_ZOOM) return 'near';
  return zoom < FAR_ZOOM && boxes > MANY_BOXES ? 'far' : 'middle';
}

/** Keeps the level of detail as the zoom has it. */
export function useDetail(store: CanvasStore): void {
  const boxes = useCanvas(({ layout }) => layout.boxes.length);
  const detail = useStore(({ transform }) => detailAt(transform[2], boxes));
  useLayoutEffect(() => {
    if (store.getState().detail !== detail) store.setState({ detail });
  }, [store, detail]);
}
