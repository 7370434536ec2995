import { useStoreApi } from '@xyflow/react';
import { useCallback } from 'react';
import { useCanvasStore } from '../canvas-store.ts';
import { paintDabs, readPalette } from './paint.ts';
import { pictureOf } from './picture.ts';
import { usePainted } from './use-painted.ts';

/** Thousands of boxes seen from far away, painted in one go instead of being laid out as elements. */
export function OverviewLayer() {
  const store = useCanvasStore();
  const flow = useStoreApi();
  const watch = useCallback(
    (ask: () => void) => {
      const stops = [store.subscribe(ask), flow.subscribe(ask), watchTheme(ask)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    [store, flow],
  );
  const ref = usePainted((context, width, height) => {
    const [x, y, zoom] = flow.getState().transform;
    paintDabs(context, pictureOf(store.getState()), readPalette(), { x, y, zoom, width, height });
  }, watch);
  return <canvas ref={ref} className="overview-layer" aria-hidden />;
}

/** Tells when the page changes its colours. */
export function watchTheme(ask: () => void): () => void {
  const observer = new MutationObserver(ask);
  observer.observe(document.documentElement, {
    attributeFilter: ['data-mantine-color-scheme', 'data-contrast'],
  });
  return () => observer.disconnect();
}
