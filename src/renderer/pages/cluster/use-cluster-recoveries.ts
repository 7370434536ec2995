import { useMemo } from 'react';
import { engine } from '../../link/index.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { type LiveStep, stepsOf } from './recovery-state.ts';
import type { Detection, Recovery } from './recovery-types.ts';

/** For what no event tells of, such as an acknowledgement. */
const EVERY_MS = 15_000;

/** The latest recoveries and detections of a cluster, read anew at each event that concerns it. */
export function useClusterRecoveries(cluster: string): {
  readonly recoveries: readonly Recovery[];
  readonly detections: readonly Detection[];
} {
  const latest = useFleetStore(
    ({ fleet }) =>
      fleet.events.findLast(
        ({ event, clusterName }) =>
          event.type === 'recovery-ended' ||
          (clusterName === cluster && (event.type === 'recovery-started' || event.type === 'detection')),
      )?.id,
  );
  const loaded = useLoaded(
    () =>
      Promise.all([
        engine.call('recoveries', { query: { cluster } }),
        engine.call('detections', { query: { cluster } }),
      ]),
    [cluster, latest],
    EVERY_MS,
  );
  if (loaded.state !== 'loaded') return NONE;
  const [recoveries, detections] = loaded.value;
  return { recoveries, detections };
}

const NONE = { recoveries: [], detections: [] } as const;

/** The steps of a recovery that the stream has told of, oldest first. */
export function useLiveSteps(uid: string): readonly LiveStep[] {
  const events = useFleetStore(({ fleet }) => fleet.events);
  return useMemo(() => stepsOf(events, uid), [events, uid]);
}
