import { type Node, Position } from '@xyflow/react';
import type { Box, Frame, TopologyLayout, Trunk } from './layout/layout-types.ts';

export type BoxNode = Node<{ readonly box: Box }, 'member' | 'ghost' | 'bundle'>;
export type TrunkNodeType = Node<{ readonly trunk: Trunk; readonly left: number; readonly top: number }, 'trunk'>;
export type FrameNodeType = Node<{ readonly frame: Frame }, 'frame'>;
export type CanvasNode = BoxNode | TrunkNodeType | FrameNodeType;

/** No node is moved, connected or selected by React Flow itself. */
const FIXED = { draggable: false, connectable: false, selectable: false, focusable: false, handles: [] } as const;

/** Nodes by id, as they were made for a layout before. */
export type NodeCache = ReadonlyMap<string, CanvasNode>;

/**
 * What React Flow draws of a layout. A box that is where it was, and as it was, is the same node object again, so that
 * nothing is drawn anew for it. Sizes are given, so that nothing is measured.
 */
export function flowNodes(layout: TopologyLayout, before: NodeCache): { nodes: CanvasNode[]; cache: NodeCache } {
  const cache = new Map<string, CanvasNode>();
  for (const frame of layout.frames) keep(cache, before, frameNode(frame));
  for (const trunk of layout.trunks) keep(cache, before, trunkNode(trunk));
  for (const box of layout.boxes) keep(cache, before, boxNode(box));
  return { nodes: [...cache.values()], cache };
}

function keep(cache: Map<string, CanvasNode>, before: NodeCache, node: CanvasNode): void {
  const old = before.get(node.id);
  cache.set(node.id, old !== undefined && JSON.stringify(old.data) === JSON.stringify(node.data) ? old : node);
}

function boxNode(box: Box): BoxNode {
  return { ...FIXED, handles: [], id: box.id, type: box.kind, ...placed(box), data: { box } };
}

function trunkNode(trunk: Trunk): TrunkNodeType {
  const left = Math.min(...trunk.lines.map(([x1, , x2]) => Math.min(x1, x2)));
  const top = Math.min(...trunk.lines.map(([, y1, , y2]) => Math.min(y1, y2)));
  const right = Math.max(...trunk.lines.map(([x1, , x2]) => Math.max(x1, x2)));
  const bottom = Math.max(...trunk.lines.map(([, y1, , y2]) => Math.max(y1, y2)));
  return {
    ...FIXED,
    handles: [],
    id: `trunk of ${trunk.parentId}`,
    type: 'trunk',
    zIndex: -1,
    ...placed({ x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) }),
    data: { trunk, left, top },
  };
}

function frameNode(frame: Frame): FrameNodeType {
  return { ...FIXED, handles: [], id: frame.id, type: 'frame', zIndex: -2, ...placed(frame), data: { frame } };
}

function placed({ x, y, width, height }: { x: number; y: number; width: number; height: number }) {
  return { position: { x, y }, width, height, measured: { width, height }, sourcePosition: Position.Right };
}
