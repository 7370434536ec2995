import { createContext, useContext } from 'react';
import { createStore, type StoreApi, useStore } from 'zustand';
import type {
  CanvasFindings,
  CanvasHooks,
  CanvasOptions,
  DragSubject,
  DropTarget,
  LagHistory,
  Members,
  NodeMark,
} from './canvas-types.ts';
import type { TopologyLayout } from './layout/layout-types.ts';

/** How much of a box is drawn: all, its name and state, or a dab on the overview. */
export type Detail = 'near' | 'middle' | 'far';

/**
 * What the boxes of one canvas read. Each reads its own share and is drawn anew only when that changes, whatever happens
 * to the others.
 */
export interface CanvasState {
  readonly members: Members;
  readonly layout: TopologyLayout;
  readonly options: CanvasOptions;
  readonly hooks: CanvasHooks;
  readonly marks: ReadonlyMap<string, NodeMark>;
  readonly selected: ReadonlySet<string>;
  readonly lags: LagHistory;
  readonly findings: CanvasFindings;
  /** Names of the data centers, sorted: the place of one is its colour. */
  readonly dataCenters: readonly string[];
  readonly detail: Detail;
  /** The box that Tab leads to. */
  readonly focusId: string;
  /** Counts up whenever the box of `focusId` is to take the keyboard. */
  readonly focusRound: number;
  readonly drag: { readonly subject: DragSubject; readonly over: DropTarget | null } | null;
  readonly collapsed: ReadonlySet<string>;
  readonly opened: ReadonlySet<string>;
  /** Shown as lines of text instead of as boxes. */
  readonly asText: boolean;
}

const EMPTY_LAYOUT: TopologyLayout = {
  boxes: [],
  byId: new Map(),
  boxOf: new Map(),
  trunks: [],
  frames: [],
  width: 0,
  height: 0,
};

export type CanvasStore = StoreApi<CanvasState>;

export function createCanvasStore(): CanvasStore {
  return createStore<CanvasState>(() => ({
    members: new Map(),
    layout: EMPTY_LAYOUT,
    options: { compact: false, colourByDataCenter: true, showPools: false, showAliases: true },
    hooks: {},
    marks: new Map(),
    selected: new Set(),
    lags: new Map(),
    findings: new Map(),
    dataCenters: [],
    detail: 'near',
    focusId: '',
    focusRound: 0,
    drag: null,
    collapsed: new Set(),
    opened: new Set(),
    asText: false,
  }));
}

const Context = createContext<CanvasStore | null>(null);
export const CanvasStoreProvider = Context.Provider;

export function useCanvasStore(): CanvasStore {
  const store = useContext(Context);
  if (store === null) throw new Error('A part of a canvas is used outside of one.');
  return store;
}

export function useCanvas<T>(select: (state: CanvasState) => T): T {
  return useStore(useCanvasStore(), select);
}

/** A set with one more or one less. */
export function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const after = new Set(set);
  if (!after.delete(id)) after.add(id);
  return after;
}
