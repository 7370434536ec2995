import { useLayoutEffect, useMemo, useRef } from 'react';
import { type CanvasStore, useCanvas } from './canvas-store.ts';
import type { CanvasFindings, CanvasHooks, LagHistory, Members, NodeMark } from './canvas-types.ts';
import { dataCentersOf } from './data-centers.ts';
import { type CanvasNode, flowNodes, type NodeCache } from './flow-nodes.ts';
import { layoutTopology, structureDiffers } from './layout/layout.ts';
import type { TopologyLayout } from './layout/layout-types.ts';
import type { TopologyCanvasProps } from './topology-canvas-props.ts';

const NO_MARKS: ReadonlyMap<string, NodeMark> = new Map();
const NO_LAGS: LagHistory = new Map();
const NO_FINDINGS: CanvasFindings = new Map();
const NONE: ReadonlySet<string> = new Set();

/** Puts what the canvas was given where its boxes read it, and lays it out anew when its structure differs. */
export function useCanvasState(props: TopologyCanvasProps, store: CanvasStore): CanvasNode[] {
  const { cluster, options } = props;
  const { members } = cluster;
  const structure = useStructure(members);
  const collapsed = useCanvas((state) => state.collapsed);
  const opened = useCanvas((state) => state.opened);
  const { compact } = options;
  const layout = useMemo(
    () => layoutTopology(structure, { compact, collapsed, opened }),
    [structure, compact, collapsed, opened],
  );
  const nodes = useNodes(layout);
  const dataCenters = useMemo(() => dataCentersOf(structure), [structure]);
  const { marks = NO_MARKS, lags = NO_LAGS, findings = NO_FINDINGS, selected = NONE } = props;
  const hooks = useHooks(props);
  useLayoutEffect(() => {
    const { focusId } = store.getState();
    store.setState({
      ...{ members, layout, options, marks, lags, findings, selected, dataCenters, hooks },
      focusId: layout.byId.has(focusId) ? focusId : (layout.boxOf.get(focusId) ?? layout.boxes[0]?.id ?? ''),
    });
  }, [store, members, layout, options, marks, lags, findings, selected, dataCenters, hooks]);
  return nodes;
}

/** The members as they were when their structure last changed. */
function useStructure(members: Members): Members {
  const kept = useRef(members);
  if (structureDiffers(kept.current, members)) kept.current = members;
  return kept.current;
}

function useNodes(layout: TopologyLayout): CanvasNode[] {
  const cache = useRef<NodeCache>(new Map());
  return useMemo(() => {
    const made = flowNodes(layout, cache.current);
    cache.current = made.cache;
    return made.nodes;
  }, [layout]);
}

function useHooks(props: TopologyCanvasProps): CanvasHooks {
  const { onNodeOpen, onNodeContextMenu, onSelectionChange, canDrag, onDragStart, onDragOver, onDrop, onDragEnd } =
    props;
  return useMemo(() => {
    const all = {
      onNodeOpen,
      onNodeContextMenu,
      onSelectionChange,
      canDrag,
      onDragStart,
      onDragOver,
      onDrop,
      onDragEnd,
    };
    return Object.fromEntries(Object.entries(all).filter(([, hook]) => hook !== undefined)) as CanvasHooks;
  }, [onNodeOpen, onNodeContextMenu, onSelectionChange, canDrag, onDragStart, onDragOver, onDrop, onDragEnd]);
}
