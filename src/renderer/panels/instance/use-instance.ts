import { useThrottledValue } from '@mantine/hooks';
import { useRef } from 'react';
import { CallError, type CallOutput } from '../../link/engine-client.ts';
import { engine } from '../../link/index.ts';
import { useLink, useMember } from '../../stores/fleet-store.ts';
import { type Loaded, useLoaded } from '../../ui/use-loaded.ts';

export type InstanceView = CallOutput<'instance'>;
export type InstanceFactsView = NonNullable<InstanceView['snapshot']['facts']>;
export type ReplicaView = NonNullable<InstanceFactsView['replica']>;

/** No more than one reading a second, however fast a server changes. */
const CALM_MS = 1000;
/** What changes with every poll, such as coordinates, is in no delta. */
const EVERY_MS = 3000;
const NOT_FOUND = 404;
const UNANSWERED = 0;

/** All that is known of a server, read anew when it changes; null for a server that the engine does not know. */
export function useInstance(id: string): Loaded<InstanceView | null> & { readonly reload: () => void } {
  const { state } = useLink();
  const member = useThrottledValue(useMember(id), CALM_MS);
  const last = useRef<InstanceView | null>(null);
  return useLoaded(
    async () => {
      last.current = await read(id, last.current);
      return last.current;
    },
    [id, member, state],
    EVERY_MS,
  );
}

/** @param last what is shown while the engine does not answer, which the page says elsewhere */
async function read(id: string, last: InstanceView | null): Promise<InstanceView | null> {
  try {
    return await engine.call('instance', { params: { instance: id } });
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (error.status === NOT_FOUND) return null;
    if (error.status === UNANSWERED && last !== null) return last;
    throw error;
  }
}
