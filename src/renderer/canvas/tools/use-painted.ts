import { type RefObject, useEffect, useRef } from 'react';

/**
 * A bitmap that is painted in the next frame after something asked for it, sharp on every screen.
 * @param watch tells of changes; gives what stops it
 */
export function usePainted(
  paint: (context: CanvasRenderingContext2D, width: number, height: number) => void,
  watch: (ask: () => void) => () => void,
): RefObject<HTMLCanvasElement | null> {
  const ref = useRef<HTMLCanvasElement>(null);
  const latest = useRef(paint);
  latest.current = paint;
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d') ?? null;
    if (canvas === null || context === null) return;
    let frame = 0;
    let [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const draw = (): void => {
      frame = 0;
      const scale = window.devicePixelRatio;
      const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
      if (canvas.width !== wide) canvas.width = wide;
      if (canvas.height !== high) canvas.height = high;
      context.setTransform(scale, 0, 0, scale, 0, 0);
      latest.current(context, width, height);
    };
    const ask = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    // Asked for at each painting, the size would have the browser lay out the page then and there.
    const resized = new ResizeObserver(() => {
      [width, height] = [canvas.clientWidth, canvas.clientHeight];
      ask();
    });
    resized.observe(canvas);
    const stop = watch(ask);
    ask();
    return () => {
      cancelAnimationFrame(frame);
      resized.disconnect();
      stop();
    };
  }, [watch]);
  return ref;
}
