import { useLink, useNowMs } from '../../stores/fleet-store.ts';
import { useNodeStore } from '../../stores/node-store.ts';

/** Why nothing can be changed now; null when it can. The text is `moves:cannot.<code>`. */
export function useWhyNot(): 'readOnlyEngine' | 'lost' | null {
  const { state } = useLink();
  const readOnly = useNodeStore(({ node }) => node?.readOnly === true);
  if (state !== 'connected') return 'lost';
  return readOnly ? 'readOnlyEngine' : null;
}

/** The time by the engine's clock, by which its events are told; anew every second. */
export function useEngineNowMs(): number {
  const ahead = useNodeStore(({ node }) => node?.clockAheadMs ?? 0);
  return useNowMs() - ahead;
}
