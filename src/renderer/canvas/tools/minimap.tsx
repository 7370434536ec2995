import { useReactFlow, useStore, useStoreApi } from '@xyflow/react';
import { memo, useCallback, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type CanvasState, useCanvas, useCanvasStore } from '../canvas-store.ts';
import type { CanvasOptions, Members } from '../canvas-types.ts';
import type { TopologyLayout } from '../layout/layout-types.ts';
import { watchTheme } from './overview-layer.tsx';
import { type Palette, paintDabs, readPalette } from './paint.ts';
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

/** The map without the part that is seen, so that it is not painted anew whenever that moves. */
interface KeptPicture {
  readonly bitmap: HTMLCanvasElement;
  readonly members: Members;
  readonly layout: TopologyLayout;
  readonly marks: CanvasState['marks'];
  readonly options: CanvasOptions;
  readonly palette: Palette;
}

function pictureKept(kept: KeptPicture | null, state: CanvasState, palette: Palette, scale: Scale): KeptPicture {
  const { members, layout, marks, options } = state;
  const same =
    kept?.members === members &&
    kept.layout === layout &&
    kept.marks === marks &&
    kept.options === options &&
    kept.palette === palette;
  if (kept !== null && same) return kept;
  const bitmap = kept?.bitmap ?? document.createElement('canvas');
  const sharp = window.devicePixelRatio;
  bitmap.width = Math.round(WIDTH * sharp);
  bitmap.height = Math.round(HEIGHT * sharp);
  const context = bitmap.getContext('2d');
  if (context !== null) {
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    paintDabs(context, pictureOf(state), palette, { ...scale, width: WIDTH, height: HEIGHT });
  }
  return { bitmap, members, layout, marks, options, palette };
}

/** The whole topology in small, with the part that is seen; a press leads there. Nothing when all is seen. */
export const Minimap = memo(function Minimap() {
  const { width, height } = useCanvas(({ layout }) => layout);
  const allSeen = useStore(
    ({ transform: [x, y, zoom], width: wide, height: high }) =>
      x >= 0 && y >= 0 && x + width * zoom <= wide && y + height * zoom <= high,
  );
  return allSeen ? null : <SmallMap />;
});

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
  const kept = useRef<KeptPicture | null>(null);
  const ref = usePainted((context) => {
    const state = store.getState();
    const palette = readPalette();
    const scale = scaleOf(state.layout);
    kept.current = pictureKept(kept.current, state, palette, scale);
    context.clearRect(0, 0, WIDTH, HEIGHT);
    context.drawImage(kept.current.bitmap, 0, 0, WIDTH, HEIGHT);
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
