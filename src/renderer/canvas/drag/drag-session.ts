import type { useReactFlow } from '@xyflow/react';
import type { CanvasStore } from '../canvas-store.ts';
import type { DragSubject, DropTarget, WindowPoint } from '../canvas-types.ts';
import type { CanvasNode } from '../flow-nodes.ts';
import { dropTargetAt, subjectOf } from './drop-target.ts';

type Flow = ReturnType<typeof useReactFlow<CanvasNode>>;

/** So near the edge of the canvas, in pixels, the view moves along. */
const EDGE = 48;
/** How fast at most, in pixels a frame. */
const PAN_STEP = 18;

/** One drag, from the first movement to the release. */
export class DragSession {
  private readonly store: CanvasStore;
  private readonly flow: Flow;
  private readonly area: HTMLElement;
  private readonly copy: HTMLElement | null;
  private readonly subject: DragSubject;
  private point: WindowPoint = { x: 0, y: 0 };
  private frame = 0;

  private constructor(
    store: CanvasStore,
    flow: Flow,
    area: HTMLElement,
    copy: HTMLElement | null,
    subject: DragSubject,
  ) {
    this.store = store;
    this.flow = flow;
    this.area = area;
    this.copy = copy;
    this.subject = subject;
  }

  /** Null when what was pressed can't be dragged. */
  static begin(
    store: CanvasStore,
    flow: Flow,
    area: HTMLElement,
    copy: HTMLElement | null,
    boxId: string,
    withReplicas: boolean,
  ): DragSession | null {
    const { hooks, layout, selected } = store.getState();
    const subject = subjectOf(layout.byId.get(boxId), withReplicas, selected);
    if (subject === null || hooks.canDrag?.(subject) === false) return null;
    store.setState({ drag: { subject, over: null } });
    hooks.onDragStart?.(subject);
    return new DragSession(store, flow, area, copy, subject);
  }

  moveTo(point: WindowPoint): void {
    this.point = point;
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.step());
  }

  drop(): void {
    this.aim();
    const { drag, hooks } = this.store.getState();
    const over = drag?.over ?? null;
    this.end();
    if (over !== null) hooks.onDrop?.(this.subject, over);
    hooks.onDragEnd?.();
  }

  cancel(): void {
    this.end();
    this.store.getState().hooks.onDragEnd?.();
  }

  private end(): void {
    cancelAnimationFrame(this.frame);
    this.store.setState({ drag: null });
  }

  private step(): void {
    this.frame = 0;
    this.moveCopy();
    const moved = this.panAtEdge();
    this.aim();
    if (moved) this.frame = requestAnimationFrame(() => this.step());
  }

  /** The copy stands beside the pointer, and inside the window. */
  private moveCopy(): void {
    if (this.copy === null) return;
    const { offsetWidth, offsetHeight } = this.copy;
    const x = Math.min(this.point.x + 14, window.innerWidth - offsetWidth - 6);
    const below = this.point.y + 12;
    const y = below + offsetHeight > window.innerHeight ? this.point.y - offsetHeight - 12 : below;
    this.copy.style.transform = `translate(${x}px, ${y}px)`;
  }

  /** Finds out what is under the pointer, from the layout: that holds however far away the canvas is seen. */
  private aim(): void {
    const { layout, drag, hooks } = this.store.getState();
    if (drag === null) return;
    const { left, top, right, bottom } = this.area.getBoundingClientRect();
    const { x, y } = this.point;
    const inside = x >= left && x <= right && y >= top && y <= bottom;
    const over = inside ? dropTargetAt(layout, this.flow.screenToFlowPosition({ x, y }), this.subject) : null;
    if (same(over, drag.over)) return;
    this.store.setState({ drag: { ...drag, over } });
    hooks.onDragOver?.(over);
  }

  private panAtEdge(): boolean {
    const { left, top, right, bottom } = this.area.getBoundingClientRect();
    const dx = push(this.point.x, left, right);
    const dy = push(this.point.y, top, bottom);
    if (dx === 0 && dy === 0) return false;
    const { x, y, zoom } = this.flow.getViewport();
    void this.flow.setViewport({ x: x + dx, y: y + dy, zoom });
    return true;
  }
}

/** How far the view moves: the more, the nearer the pointer is to the edge; not at all once it is well outside. */
function push(at: number, from: number, to: number): number {
  if (at < from - EDGE || at > to + EDGE) return 0;
  if (at < from + EDGE) return PAN_STEP * Math.min(1, (from + EDGE - at) / EDGE);
  if (at > to - EDGE) return -PAN_STEP * Math.min(1, (at - to + EDGE) / EDGE);
  return 0;
}

function same(a: DropTarget | null, b: DropTarget | null): boolean {
  return a === b || (a !== null && b !== null && a.id === b.id && a.zone === b.zone);
}
