import type { TopologyInstance } from '../../core/topology/topology.ts';
import type { Labelled, MetricFamily } from '../ports/metrics.ts';
import type { Clock } from '../ports/runtime.ts';
import type { Engine } from '../services/engine.ts';
import { gauge } from './family.ts';

const LABELS = ['instance', 'cluster'] as const;

/** One series for each server, where `BatonMetricsPerInstance` asks for that many. */
export function instanceFamilies(engine: Engine, clock: Clock): readonly MetricFamily[] {
  const each = (value: (instance: TopologyInstance) => number | null): readonly Labelled[] => {
    if (!engine.settings.BatonMetricsPerInstance) return [];
    return [...engine.topology().instances.values()].flatMap((instance) => {
      const known = value(instance);
      return known === null ? [] : [[{ instance: instance.id, cluster: instance.clusterName }, known] as const];
    });
  };
  return [
    gauge('baton_instance_up', '1 when the last poll of the server succeeded.', LABELS, () =>
      each(({ valid }) => (valid ? 1 : 0)),
    ),
    gauge(
      'baton_instance_lag_seconds',
      'Replication lag at the last good poll; left out for servers that fail, and for those that report none.',
      LABELS,
      () => each(({ valid, facts }) => (valid && facts !== null ? facts.lagSeconds : null)),
    ),
    gauge('baton_instance_seen_seconds_ago', 'Age of the last good reading of the server.', LABELS, () =>
      each(({ snapshot: { lastSeenMs } }) =>
        lastSeenMs === 0 ? null : Math.max(clock.nowMs() - lastSeenMs, 0) / 1000,
      ),
    ),
  ];
}
