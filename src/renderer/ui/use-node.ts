import type { z } from 'zod';
import type { nodeSchema } from '../../shared/contract/v2/node.ts';
import { engine } from '../link/index.ts';
import { useLink } from '../stores/fleet-store.ts';
import { type Loaded, useLoaded } from './use-loaded.ts';

export interface NodeView extends z.output<typeof nodeSchema> {
  /** By how much this machine's clock is ahead of the engine's, ms; the answer's way makes it a little too great. */
  readonly clockAheadMs: number;
}

/** The engine's node and who asks it; read anew when the engine comes back. */
export function useNode(): Loaded<NodeView> & { readonly reload: () => void } {
  const { state } = useLink();
  return useLoaded(async () => {
    const node = await engine.call('node', {});
    return { ...node, clockAheadMs: Date.now() - node.nowMs };
  }, [state]);
}
