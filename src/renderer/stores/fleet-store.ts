import { useSyncExternalStore } from 'react';
import { create } from 'zustand';
import type { EngineLink } from '../../shared/contract/console/link.ts';
import type { Member } from '../../shared/contract/v2/instance.ts';
import type { StreamMessage } from '../../shared/contract/v2/stream.ts';
import { applyMessages, EMPTY_FLEET, type Fleet, type FleetCluster, findCluster, findMember } from './fleet.ts';

interface FleetState {
  readonly fleet: Fleet;
  readonly link: EngineLink;
}

/** What the engine has told, and how the page stands with it. */
export const useFleetStore = create<FleetState>(() => ({
  fleet: EMPTY_FLEET,
  link: { state: 'connecting', engine: '' },
}));

export function takeMessages(messages: readonly StreamMessage[]): void {
  const { fleet } = useFleetStore.getState();
  const after = applyMessages(fleet, messages);
  if (after !== fleet) useFleetStore.setState({ fleet: after });
}

export function takeLink(link: EngineLink): void {
  useFleetStore.setState({ link });
}

/** A cluster by name, alias or the id of a member; null while it is not known. */
export function useCluster(hint: string): FleetCluster | null {
  return useFleetStore(({ fleet }) => findCluster(fleet, hint));
}

/** A member by id, whichever cluster it is in. */
export function useMember(id: string): Member | null {
  return useFleetStore(({ fleet }) => findMember(fleet, id));
}

export function useLink(): EngineLink {
  return useFleetStore(({ link }) => link);
}

/** What the page shows is old: the engine is not there. */
export function useIsStale(): boolean {
  return useFleetStore(({ link }) => link.state !== 'connected');
}

const everySecond = (listener: () => void): (() => void) => {
  const timer = setInterval(listener, 1000);
  return () => clearInterval(timer);
};

/** The time in ms since the epoch, anew every second: for ages that are shown. */
export function useNowMs(): number {
  return useSyncExternalStore(everySecond, () => Math.floor(Date.now() / 1000) * 1000);
}
