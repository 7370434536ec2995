import { ReactFlow, ReactFlowProvider } from '@xyflow/react';
import { memo, type RefObject, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CanvasStore, CanvasStoreProvider, createCanvasStore, useCanvas } from './canvas-store.ts';
import { DragCopy } from './drag/drag-copy.tsx';
import { useNodeDrag } from './drag/use-node-drag.ts';
import type { CanvasNode } from './flow-nodes.ts';
import { Legend } from './tools/legend.tsx';
import { Minimap } from './tools/minimap.tsx';
import { OutlineView } from './tools/outline-view.tsx';
import { OverviewLayer } from './tools/overview-layer.tsx';
import { CanvasToolbar } from './tools/toolbar.tsx';
import { ZoomButtons } from './tools/zoom-buttons.tsx';
import type { TopologyCanvasProps } from './topology-canvas-props.ts';
import { type CanvasActions, useCanvasActions } from './use-canvas-actions.ts';
import { useCanvasInput } from './use-canvas-input.ts';
import { useCanvasState } from './use-canvas-state.ts';
import { useDetail } from './use-detail.ts';
import { CanvasTextProvider } from './view/canvas-text.ts';
import { MemberNode } from './view/member-node.tsx';
import { BundleNode, FrameNode, GhostNode, TrunkNode } from './view/other-nodes.tsx';
import '@xyflow/react/dist/base.css';
import './canvas-frame.css';
import './canvas-box.css';
import './canvas-connections.css';
import './canvas-overlays.css';

const NODE_TYPES = { member: MemberNode, ghost: GhostNode, bundle: BundleNode, trunk: TrunkNode, frame: FrameNode };
const NO_EDGES: never[] = [];
const NO_NODES: CanvasNode[] = [];
const PRO_OPTIONS = { hideAttribution: true };

/** The topology of a cluster. Draws what it is given, knows of no engine, and tells what is done to it. */
export function TopologyCanvas(props: TopologyCanvasProps) {
  const { t } = useTranslation('canvas');
  const [store] = useState(createCanvasStore);
  return (
    <CanvasStoreProvider value={store}>
      <CanvasTextProvider value={t}>
        <ReactFlowProvider>
          <Canvas {...props} store={store} />
        </ReactFlowProvider>
      </CanvasTextProvider>
    </CanvasStoreProvider>
  );
}

function Canvas({ store, ...props }: TopologyCanvasProps & { readonly store: CanvasStore }) {
  const { t } = useTranslation('canvas');
  const nodes = useCanvasState(props, store);
  const area = useRef<HTMLDivElement>(null);
  const actions = useCanvasActions(store, area);
  const drag = useNodeDrag(store, area);
  const detail = useCanvas((state) => state.detail);
  const far = detail === 'far';
  const asText = useCanvas((state) => state.asText);
  useCanvasInput(store, area, actions);
  useDetail(store);
  useImperativeHandle(props.handle, () => ({ reveal: actions.reveal, fit: actions.fit, focus: actions.focus }), [
    actions,
  ]);
  useFirstView(area, actions);
  const { revealId } = props;
  useEffect(() => {
    if (revealId !== undefined && revealId !== '') actions.reveal(revealId);
  }, [revealId, actions]);
  return (
    <div className="topology">
      <CanvasToolbar actions={actions} onOptionsChange={props.onOptionsChange} tools={props.tools} />
      <div
        ref={area}
        className="topology-area"
        data-detail={detail}
        hidden={asText}
        role="group"
        aria-label={t('label')}
        tabIndex={far ? 0 : -1}
      >
        <Flow nodes={nodes} far={far} />
        <Legend />
        <ZoomButtons actions={actions} />
        <Minimap />
      </div>
      {asText ? <OutlineView /> : null}
      <DragCopy copyRef={drag} />
    </div>
  );
}

/** Drawn anew when its nodes are others, and not whenever something is in them. */
const Flow = memo(function Flow({ nodes, far }: { readonly nodes: CanvasNode[]; readonly far: boolean }) {
  return (
    <ReactFlow<CanvasNode>
      nodes={far ? NO_NODES : nodes}
      edges={NO_EDGES}
      nodeTypes={NODE_TYPES}
      onlyRenderVisibleElements
      minZoom={0.01}
      maxZoom={2}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      elementsSelectable={false}
      selectNodesOnDrag={false}
      zoomOnDoubleClick={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionKeyCode={null}
      multiSelectionKeyCode={null}
      proOptions={PRO_OPTIONS}
    >
      {far ? <OverviewLayer /> : null}
    </ReactFlow>
  );
});

/** Shows what can be shown from the start, and again whenever the room for it changes, until a person looks elsewhere. */
function useFirstView(area: RefObject<HTMLDivElement | null>, actions: CanvasActions): void {
  useLayoutEffect(() => {
    actions.begin();
    if (area.current === null) return;
    const observer = new ResizeObserver(() => actions.resized());
    observer.observe(area.current);
    return () => observer.disconnect();
  }, [area, actions]);
}
