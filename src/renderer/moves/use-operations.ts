import { useMemo } from 'react';
import { findCluster } from '../stores/fleet.ts';
import { useFleetStore } from '../stores/fleet-store.ts';
import { type Entry, operationsFor } from './model/registry.ts';
import { openMove, openNodeMenu, openOperation } from './model/store.ts';
import { useWhyNot } from './model/use-ground.ts';

export { openEntry } from './menu/node-menu.tsx';
export type { Entry } from './model/registry.ts';
export { isDangerous } from './model/requests.ts';

/**
 * What can be done with a server, for pages that show it. `why` of an entry, or `whyNot` for all of them, is the code of
 * the reason why not: its text is `moves:cannot.<code>`, the name of an entry `moves:action.<request.name>`.
 */
export function useOperations(id: string) {
  const cluster = useFleetStore(({ fleet }) => findCluster(fleet, id));
  const whyNot = useWhyNot();
  const member = cluster?.members.get(id);
  const entries = useMemo<readonly Entry[]>(
    () => (cluster === null || member === undefined ? [] : operationsFor(member, cluster)),
    [cluster, member],
  );
  return { entries, whyNot, openOperation, openMove, openNodeMenu };
}
