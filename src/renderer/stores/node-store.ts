import { useEffect } from 'react';
import type { z } from 'zod';
import { create } from 'zustand';
import type { nodeSchema } from '../../shared/contract/v2/node.ts';
import { engine } from '../link/index.ts';
import { useLink } from './fleet-store.ts';

export interface NodeView extends z.output<typeof nodeSchema> {
  /** By how much this machine's clock is ahead of the engine's, ms; the answer's way makes it a little too great. */
  readonly clockAheadMs: number;
}

/** The engine's node and who asks it, once that was told. */
export const useNodeStore = create<{ readonly node: NodeView | null }>(() => ({ node: null }));

/** Asks once per connection. */
export function useNodeReading(): void {
  const { state } = useLink();
  useEffect(() => {
    if (state !== 'connected') return;
    // Should it fail, the first thing that a page asks for tells why.
    readNode().catch(() => undefined);
  }, [state]);
}

/** @throws CallError */
export async function readNode(): Promise<NodeView> {
  const told = await engine.call('node', {});
  const node = { ...told, clockAheadMs: Date.now() - told.nowMs };
  useNodeStore.setState({ node });
  return node;
}
