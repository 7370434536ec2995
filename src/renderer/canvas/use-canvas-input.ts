import { useStoreApi } from '@xyflow/react';
import { type RefObject, useEffect } from 'react';
import { type CanvasStore, toggled } from './canvas-store.ts';
import { boxAt, type Direction, neighbour } from './layout/walk.ts';
import type { CanvasActions } from './use-canvas-actions.ts';

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Home: 'first',
  End: 'last',
};

const ZOOM_STEP = 1.25;

/**
 * The keyboard and the clicks of a canvas, read in one place for all boxes: which box it was stands in its attributes.
 */
export function useCanvasInput(
  store: CanvasStore,
  area: RefObject<HTMLDivElement | null>,
  actions: CanvasActions,
): void {
  const flow = useStoreApi();
  useEffect(() => {
    const element = area.current;
    if (element === null) return;
    const onKey = (event: KeyboardEvent): void => takeKey(event, store, actions);
    const onClick = (event: MouseEvent): void => {
      if (store.getState().detail === 'far') takeFarClick(event, store, actions, element, flow.getState().transform);
      else takeClick(event, store, actions);
    };
    const onMenu = (event: MouseEvent): void => {
      const id = boxIdAt(event.target);
      const { onNodeContextMenu } = store.getState().hooks;
      if (id === null || onNodeContextMenu === undefined || !store.getState().members.has(id)) return;
      event.preventDefault();
      store.setState({ focusId: id });
      onNodeContextMenu(id, { x: event.clientX, y: event.clientY });
    };
    // However a box came to the keyboard, by a screen reader too: it is the one that keys are about.
    const onFocus = (event: FocusEvent): void => {
      const id = boxIdAt(event.target);
      if (id !== null && id !== store.getState().focusId) store.setState({ focusId: id });
    };
    element.addEventListener('focusin', onFocus);
    element.addEventListener('keydown', onKey);
    element.addEventListener('click', onClick);
    element.addEventListener('contextmenu', onMenu);
    return () => {
      element.removeEventListener('focusin', onFocus);
      element.removeEventListener('keydown', onKey);
      element.removeEventListener('click', onClick);
      element.removeEventListener('contextmenu', onMenu);
    };
  }, [store, area, actions, flow]);
}

function closest(target: EventTarget | null, selector: string): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(selector) : null;
}

function boxIdAt(target: EventTarget | null): string | null {
  return closest(target, '[data-box]')?.dataset.box ?? null;
}

function takeClick(event: MouseEvent, store: CanvasStore, actions: CanvasActions): void {
  const fold = closest(event.target, '[data-fold]')?.dataset.fold;
  if (fold !== undefined) {
    actions.toggleFold(fold);
    return;
  }
  const id = boxIdAt(event.target);
  if (id === null) return;
  store.setState({ focusId: id });
  choose(id, store, actions, event.ctrlKey || event.metaKey || event.shiftKey);
}

/** From far away a click leads there. */
function takeFarClick(
  event: MouseEvent,
  store: CanvasStore,
  actions: CanvasActions,
  element: HTMLElement,
  [x, y, zoom]: readonly [number, number, number],
): void {
  if (closest(event.target, '.react-flow__pane') === null) return;
  const { left, top } = element.getBoundingClientRect();
  const box = boxAt(store.getState().layout, (event.clientX - left - x) / zoom, (event.clientY - top - y) / zoom);
  if (box !== null) actions.focusBox(box.id);
}

function choose(id: string, store: CanvasStore, actions: CanvasActions, more: boolean): void {
  const { layout, hooks, selected, members } = store.getState();
  if (layout.byId.get(id)?.kind === 'bundle') actions.openBundle(id);
  if (!members.has(id)) return;
  if (more) {
    hooks.onSelectionChange?.(toggled(selected, id));
    return;
  }
  hooks.onSelectionChange?.(new Set([id]));
  hooks.onNodeOpen?.(id);
}

function takeKey(event: KeyboardEvent, store: CanvasStore, actions: CanvasActions): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLInputElement) return;
  const { layout, focusId, hooks, members } = store.getState();
  const direction = ARROWS[event.key];
  if (direction !== undefined) {
    const box = neighbour(layout, focusId, direction);
    if (box !== null) actions.focusBox(box.id);
  } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
    if (members.has(focusId)) hooks.onNodeContextMenu?.(focusId, placeOf(focusId, event));
  } else if (event.key === 'Enter') {
    if (boxIdAt(event.target) === null) return;
    choose(focusId, store, actions, false);
  } else if (event.key === ' ') {
    if (members.has(focusId)) choose(focusId, store, actions, true);
  } else if (event.key === '+' || event.key === '=') actions.zoom(ZOOM_STEP);
  else if (event.key === '-') actions.zoom(1 / ZOOM_STEP);
  else if (event.key === '0') actions.fit();
  else if (event.key === '*' || event.key === '/') actions.toggleFold(focusId);
  else return;
  event.preventDefault();
}

/** Where a menu that the keyboard asked for opens: below its box. */
function placeOf(id: string, event: KeyboardEvent): { readonly x: number; readonly y: number } {
  const element = closest(event.target, '[data-box]') ?? document.querySelector(`[data-box="${CSS.escape(id)}"]`);
  const { left, bottom } = element?.getBoundingClientRect() ?? { left: 0, bottom: 0 };
  return { x: left + 12, y: bottom - 6 };
}
