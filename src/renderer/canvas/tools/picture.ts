import type { CanvasState } from '../canvas-store.ts';
import type { Picture } from './paint.ts';

/** What a painted view shows of a canvas. */
export function pictureOf({ layout, members, marks, dataCenters, options }: CanvasState): Picture {
  return { layout, members, marks, dataCenters, colourByDataCenter: options.colourByDataCenter };
}
