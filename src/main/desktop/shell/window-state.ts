import { z } from 'zod';

/** A rectangle in device-independent pixels of the whole desktop. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const coordinate = z.number().int().min(-100_000).max(100_000);
const extent = z.number().int().min(1).max(100_000);

export const windowStateSchema = z.strictObject({
  bounds: z.strictObject({ x: coordinate, y: coordinate, width: extent, height: extent }),
  maximized: z.boolean(),
  fullScreen: z.boolean(),
});
/** Where the window was; the bounds are those that it has when it is neither maximized nor full screen. */
export type WindowState = z.infer<typeof windowStateSchema>;

export const MIN_SIZE = { width: 640, height: 420 } as const;
const DEFAULT_SIZE = { width: 1280, height: 800 } as const;
/** So much of the window's upper edge has to be on a display that it can be taken hold of. */
const GRIP = { width: 120, height: 40 } as const;

/**
 * Where to open the window: where it was, if that can still be seen, and no larger than the display that it is on; else
 * in the middle of the first display.
 * @param workAreas of the displays there are now, the primary one first
 */
export function windowBounds(saved: WindowState | null, workAreas: readonly Rectangle[]): Rectangle {
  const [primary] = workAreas;
  if (primary === undefined) return saved?.bounds ?? { x: 0, y: 0, ...DEFAULT_SIZE };
  if (saved === null) return centred(DEFAULT_SIZE, primary);
  const { bounds } = saved;
  const fitting = workAreas.map((area) => ({ area, fitted: { x: bounds.x, y: bounds.y, ...sizeIn(bounds, area) } }));
  const found = fitting.find(({ area, fitted }) => canBeGripped(fitted, area));
  return found?.fitted ?? centred(bounds, primary);
}

function canBeGripped({ x, y, width }: Rectangle, area: Rectangle): boolean {
  const shared = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return shared >= GRIP.width && y >= area.y && y + GRIP.height <= area.y + area.height;
}

type Size = Pick<Rectangle, 'width' | 'height'>;

function centred(size: Size, area: Rectangle): Rectangle {
  const { width, height } = sizeIn(size, area);
  const x = area.x + Math.round((area.width - width) / 2);
  const y = area.y + Math.round((area.height - height) / 2);
  return { x, y, width, height };
}

function sizeIn(size: Size, area: Rectangle): Size {
  const fitted = (wanted: number, least: number, most: number) => Math.max(least, Math.min(wanted, most));
  return {
    width: fitted(size.width, MIN_SIZE.width, area.width),
    height: fitted(size.height, MIN_SIZE.height, area.height),
  };
}
