import { useLink } from '../stores/fleet-store.ts';
import { type NodeView, readNode } from '../stores/node-store.ts';
import { type Loaded, useLoaded } from './use-loaded.ts';

/** The engine's node and who asks it, for a page that shows it; read anew when the engine comes back. */
export function useNode(): Loaded<NodeView> & { readonly reload: () => void } {
  const { state } = useLink();
  return useLoaded(readNode, [state]);
}
