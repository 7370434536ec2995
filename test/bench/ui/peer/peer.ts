import { type Node, ReactFlow } from '@xyflow/react';
import { createElement } from 'react';
import { type Container, createRoot } from 'react-dom/client';

// What the console's canvas is compared with: React Flow as it comes, with as many nodes that hold nothing but a name,
// in the same three columns, and without any change.

const { document, location } = globalThis as unknown as {
  readonly document: { getElementById(id: string): Container | null };
  readonly location: { readonly search: string };
};
const count = Number(new URLSearchParams(location.search).get('count') ?? 2000);
const nodes: Node[] = Array.from({ length: count }, (_, at) => ({
  id: String(at),
  position: { x: (at % 23 === 0 ? 1 : 2) * 328, y: (at - count / 2) * 88 },
  width: 236,
  height: 76,
  data: { label: `db-${at}` },
}));
const viewport = { x: 40, y: 300, zoom: 0.62 };
const root = document.getElementById('peer');
if (root !== null) {
  createRoot(root).render(
    createElement(ReactFlow, { nodes, edges: [], minZoom: 0.02, nodesDraggable: false, defaultViewport: viewport }),
  );
}
