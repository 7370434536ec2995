import { useReactFlow, useStoreApi } from '@xyflow/react';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useCanvas, useCanvasStore } from '../canvas-store.ts';
import type { TopologyLayout } from '../layout/layout-types.ts';
import { watchTheme } from './overview-layer.tsx';
import { paintDabs, readPalette } from './paint.ts';
import { pictureOf } from './picture.ts';
import { usePainted } from './use-painted.ts';

const WIDTH = 168;
const HEIGHT = 112;
const MARGIN = 6;

interface Scale {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** How the whole of a layout fits into the map. */
function scaleOf({ width, height }: TopologyLayout): Scale {
  const zoom = Math.min((WIDTH - 2 * MARGIN) / Math.max(1, width), (HEIGHT - 2 * MARGIN) / Math.max(1, height), 0.2);
  return { zoom, x: (WIDTH - width * zoom) / 2, y: (HEIGHT - height * zoom) / 2 };
}

/** The whole topology in small, with the part that is seen; a press leads there. */
export function Minimap() {
  const worthIt = useCanvas(({ layout }) => layout.boxes.length > 5);
  return worthIt ? <SmallMap /> : null;
}

function SmallMap() {
  const { t } = useTranslation('canvas');
  const store = useCanvasStore();
  const flowStore = useStoreApi();
  const flow = useReactFlow();
  const watch = useCallback(
    (ask: () => void) => {
      const stops = [store.subscribe(ask), flowStore.subscribe(ask), watchTheme(ask)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    [store, flowStore],
  );
  const ref = usePainted((context) => {
    const palette = readPalette();
    const scale = scaleOf(store.getState().layout);
    paintDabs(context, pictureOf(store.getState()), palette, { ...scale, width: WIDTH, height: HEIGHT });
    const { transform, width, height } = flowStore.getState();
    const [x, y, zoom] = transform;
    context.strokeStyle = palette.info;
    context.lineWidth = 1.5;
    context.strokeRect(
      (-x / zoom) * scale.zoom + scale.x,
      (-y / zoom) * scale.zoom + scale.y,
      (width / zoom) * scale.zoom,
      (height / zoom) * scale.zoom,
    );
  }, watch);
  const lead = (event: React.PointerEvent<HTMLCanvasElement>): void => {
    if (event.buttons !== 1) return;
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const scale = scaleOf(store.getState().layout);
    const x = (event.clientX - left - scale.x) / scale.zoom;
    const y = (event.clientY - top - scale.y) / scale.zoom;
    void flow.setCenter(x, y, { zoom: flow.getZoom() });
  };
  return (
    <canvas
      ref={ref}
      className="canvas-minimap"
      style={{ width: WIDTH, height: HEIGHT }}
      role="img"
      aria-label={t('minimap')}
      onPointerDown={lead}
      onPointerMove={lead}
    />
  );
}
