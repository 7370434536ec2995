import { useEffect } from 'react';
import { create } from 'zustand';
import { engine } from '../../link/index.ts';
import { useLink, useNowMs } from '../../stores/fleet-store.ts';

const useNode = create<{ readonly readOnly: boolean; readonly clockAheadMs: number }>(() => ({
  readOnly: false,
  clockAheadMs: 0,
}));

/** Asks once per connection whether the engine lets anything be changed. */
export function useNodeKnowledge(): void {
  const { state } = useLink();
  useEffect(() => {
    if (state !== 'connected') return;
    engine.call('node', {}).then(
      ({ readOnly, nowMs }) => useNode.setState({ readOnly, clockAheadMs: Date.now() - nowMs }),
      // Then the first thing that is asked for tells.
      () => undefined,
    );
  }, [state]);
}

/** Why nothing can be changed now; null when it can. The text is `moves:cannot.<code>`. */
export function useWhyNot(): 'readOnlyEngine' | 'lost' | null {
  const { state } = useLink();
  const readOnly = useNode((node) => node.readOnly);
  if (state !== 'connected') return 'lost';
  return readOnly ? 'readOnlyEngine' : null;
}

/** The time by the engine's clock, by which its events are told; anew every second. */
export function useEngineNowMs(): number {
  const ahead = useNode(({ clockAheadMs }) => clockAheadMs);
  return useNowMs() - ahead;
}
