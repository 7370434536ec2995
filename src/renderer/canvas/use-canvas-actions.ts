import { useReactFlow, useStoreApi, type Viewport } from '@xyflow/react';
import { type RefObject, useMemo } from 'react';
import { type CanvasStore, toggled } from './canvas-store.ts';
import type { CanvasNode } from './flow-nodes.ts';
import type { Box, TopologyLayout } from './layout/layout-types.ts';
import { openingOf } from './layout/opening.ts';
import { detailAt } from './use-detail.ts';

/** What can be done with the view of a canvas. */
export interface CanvasActions {
  /** The first view: everything if it can be read so, else its beginning. */
  begin(): void;
  /** Keeps the first view right when the canvas gets another size, as long as nobody has moved it. */
  resized(): void;
  fit(): void;
  zoom(factor: number): void;
  zoomTo(zoom: number): void;
  /** Opens what hides a member, brings it into view and gives it the keyboard. */
  reveal(id: string): boolean;
  /** As `reveal`, but leaves the keyboard where it is. */
  show(id: string): void;
  /** Gives a member's box the keyboard and leaves the view as it is. */
  focus(id: string): void;
  /** Gives a box the keyboard, and moves the view if it stands outside. */
  focusBox(id: string): void;
  /** Folds what hangs below a box away, or shows it. */
  toggleFold(boxId: string): void;
  openBundle(boxId: string): void;
  foldAll(): void;
  unfoldAll(): void;
}

const MARGIN = 36;
/** Below, where the legend stands. */
const BOTTOM = 52;
const READABLE_ZOOM = 0.54;
const MOVE_MS = 220;

export function useCanvasActions(store: CanvasStore, area: RefObject<HTMLDivElement | null>): CanvasActions {
  const flow = useReactFlow<CanvasNode>();
  const flowStore = useStoreApi();
  return useMemo(() => {
    const view = new CanvasView(store, flow, area, () => flowStore.getState().transform);
    return {
      begin: () => view.begin(),
      resized: () => view.resized(),
      fit: () => view.fit(MOVE_MS),
      zoom: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: duration(MOVE_MS) }),
      zoomTo: (zoom) => void flow.zoomTo(zoom, { duration: duration(MOVE_MS) }),
      reveal: (id) => view.reveal(id, true),
      show: (id) => void view.reveal(id, false),
      focus: (id) => view.focus(id),
      focusBox: (id) => view.focusBox(id),
      toggleFold: (boxId) => store.setState(({ collapsed }) => ({ collapsed: toggled(collapsed, boxId) })),
      openBundle: (boxId) => store.setState(({ opened }) => ({ opened: new Set(opened).add(boxId) })),
      foldAll: () => store.setState(({ layout }) => ({ collapsed: foldable(layout), opened: new Set() })),
      unfoldAll: () => store.setState({ collapsed: new Set() }),
    };
  }, [store, flow, flowStore, area]);
}

/** Everything below the first column. */
function foldable(layout: TopologyLayout): ReadonlySet<string> {
  const inner = layout.boxes.filter(({ depth, childCount }) => depth > 0 && childCount > 0);
  return new Set(inner.map(({ id }) => id));
}

/** No movement for those who asked for none. */
function duration(ms: number): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : ms;
}

class CanvasView {
  private readonly store: CanvasStore;
  private readonly flow: ReturnType<typeof useReactFlow<CanvasNode>>;
  private readonly area: RefObject<HTMLDivElement | null>;
  private readonly transform: () => readonly [number, number, number];

  constructor(
    store: CanvasStore,
    flow: ReturnType<typeof useReactFlow<CanvasNode>>,
    area: RefObject<HTMLDivElement | null>,
    transform: () => readonly [number, number, number],
  ) {
    this.store = store;
    this.flow = flow;
    this.area = area;
    this.transform = transform;
  }

  /** What the view was set to by itself; what differs from it was set by a person. */
  private own: Viewport | null = null;

  private set(viewport: Viewport, ms: number): void {
    this.own = viewport;
    if (!this.isFar(viewport.zoom)) {
      void this.flow.setViewport(viewport, { duration: duration(ms) });
      return;
    }
    // First the boxes go, then the view: else all of them would be in view for a moment, and be drawn.
    this.store.setState({ detail: 'far' });
    requestAnimationFrame(() => void this.flow.setViewport(viewport));
  }

  resized(): void {
    // Out of sight there is nothing to fit into.
    if (this.area.current?.clientWidth === 0) return;
    const [x, y, zoom] = this.transform();
    if (this.own === null || (this.own.x === x && this.own.y === y && this.own.zoom === zoom)) this.begin();
    else if (this.area.current?.contains(document.activeElement)) this.keepInView();
  }

  /** What has the keyboard stays in view when there is less room, such as beside a panel that it opened. */
  private keepInView(): void {
    const { layout, focusId } = this.store.getState();
    const box = layout.byId.get(focusId);
    if (box !== undefined && this.transform()[2] >= READABLE_ZOOM) this.bringIntoView(box, false);
  }

  focus(id: string): void {
    const focusId = this.store.getState().layout.boxOf.get(id);
    if (focusId !== undefined) this.store.setState(({ focusRound }) => ({ focusId, focusRound: focusRound + 1 }));
  }

  private size(): { readonly width: number; readonly height: number } {
    const { clientWidth = 800, clientHeight = 600 } = this.area.current ?? {};
    return { width: clientWidth, height: clientHeight };
  }

  private fitZoom(): number {
    const { layout } = this.store.getState();
    const { width, height } = this.size();
    const zoom = Math.min((width - 2 * MARGIN) / layout.width, (height - MARGIN - BOTTOM) / layout.height);
    return Number.isFinite(zoom) && zoom > 0 ? Math.min(1, zoom) : 1;
  }

  fit(ms: number): void {
    const { layout } = this.store.getState();
    const { width, height } = this.size();
    const zoom = Math.max(0.01, this.fitZoom());
    const x = (width - layout.width * zoom) / 2;
    const y = (height + MARGIN - BOTTOM - layout.height * zoom) / 2;
    this.set({ x, y, zoom }, ms);
  }

  /** Thousands of boxes are left, or come to, in one step: those of every zoom on the way would have to be drawn. */
  private isFar(zoom: number): boolean {
    return detailAt(zoom, this.store.getState().layout.boxes.length) === 'far';
  }

  begin(): void {
    if (this.fitZoom() >= READABLE_ZOOM) {
      this.fit(0);
      return;
    }
    const { layout } = this.store.getState();
    const { width, height } = this.size();
    const root = layout.boxes[0];
    const zoom = Math.max(READABLE_ZOOM, this.fitZoom());
    const fits = layout.width * zoom + 2 * MARGIN < width;
    const x = fits ? (width - layout.width * zoom) / 2 : MARGIN;
    const y = root === undefined ? MARGIN : height / 2 - (root.y + root.height / 2) * zoom;
    this.set({ x, y: Math.min(MARGIN, y), zoom }, 0);
  }

  reveal(id: string, withKeyboard: boolean): boolean {
    const state = this.store.getState();
    if (!state.members.has(id)) return false;
    this.store.setState(openingOf(id, state));
    // The box is there once the canvas was laid out without what hid it.
    requestAnimationFrame(() => this.focusBox(id, true, withKeyboard));
    return true;
  }

  focusBox(id: string, centre = false, withKeyboard = true): void {
    const { layout } = this.store.getState();
    const box = layout.byId.get(id) ?? layout.byId.get(layout.boxOf.get(id) ?? '');
    if (box === undefined) return;
    this.bringIntoView(box, centre);
    this.store.setState(({ focusRound }) => ({ focusId: box.id, focusRound: focusRound + (withKeyboard ? 1 : 0) }));
  }

  private bringIntoView(box: Box, centre: boolean): void {
    const [x, y, zoom] = this.transform();
    const { width, height } = this.size();
    const left = box.x * zoom + x;
    const top = box.y * zoom + y;
    const right = left + box.width * zoom;
    const bottom = top + box.height * zoom;
    const inside = left >= 0 && top >= 0 && right <= width && bottom <= height;
    if (inside && zoom >= READABLE_ZOOM) return;
    const wanted = Math.max(zoom, READABLE_ZOOM);
    if (centre || wanted !== zoom) {
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      void this.flow.setCenter(middle.x, middle.y, {
        zoom: wanted,
        duration: this.isFar(zoom) ? 0 : duration(MOVE_MS),
      });
      return;
    }
    const dx = left < 0 ? MARGIN - left : right > width ? width - MARGIN - right : 0;
    const dy = top < 0 ? MARGIN - top : bottom > height ? height - MARGIN - bottom : 0;
    void this.flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: duration(MOVE_MS) });
  }
}
