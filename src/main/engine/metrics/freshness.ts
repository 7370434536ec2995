import type { TopologyInstance } from '../../core/topology/topology.ts';

/**
 * Whether a server was read within its interval: its last good reading is no older than the interval plus the time that
 * a reading of it takes, so that the next one is not overdue.
 * @param pollMs `InstancePollSeconds`, in ms
 */
function isFresh({ snapshot }: TopologyInstance, pollMs: number, nowMs: number): boolean {
  return snapshot.failure === null && nowMs - snapshot.lastSeenMs <= pollMs + snapshot.latencyMicros / 1000;
}

/** The share of servers that were read within their interval, 0 to 1; 1 when there are none. */
export function freshShare(instances: Iterable<TopologyInstance>, pollMs: number, nowMs: number): number {
  let all = 0;
  let fresh = 0;
  for (const instance of instances) {
    all += 1;
    if (isFresh(instance, pollMs, nowMs)) fresh += 1;
  }
  return all === 0 ? 1 : fresh / all;
}
