import type { z } from 'zod';
import type { nodeSchema } from '../../shared/contract/v2/node.ts';
import { engine } from '../link/index.ts';
import { useLink } from '../stores/fleet-store.ts';
import { type Loaded, useLoaded } from './use-loaded.ts';

export type NodeView = z.output<typeof nodeSchema>;

/** The engine's node and who asks it; read anew when the engine comes back. */
export function useNode(): Loaded<NodeView> & { readonly reload: () => void } {
  const { state } = useLink();
  return useLoaded(() => engine.call('node', {}), [state]);
}
