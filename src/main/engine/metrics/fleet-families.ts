import type { Labelled, MetricFamily } from '../ports/metrics.ts';
import type { Clock } from '../ports/runtime.ts';
import type { Engine } from '../services/engine.ts';
import { gauge, single } from './family.ts';
import { freshShare } from './freshness.ts';

/** The node and the servers that it watches. */
export function fleetFamilies(engine: Engine, clock: Clock): readonly MetricFamily[] {
  return [
    gauge('baton_build_info', 'Always 1; the labels say what runs.', ['version'], () => [
      [{ version: engine.node.version }, 1],
    ]),
    gauge('baton_healthy', '1 when this node does its work: /api/health says what is wrong.', [], () =>
      single(engine.health().isHealthy ? 1 : 0),
    ),
    gauge('baton_clusters', 'Clusters that Baton knows.', [], () => single(engine.topology().clusters.size)),
    gauge('baton_instances', 'Servers that Baton knows, by what their last poll said.', ['state'], () =>
      instanceStates(engine),
    ),
    gauge(
      'baton_instances_fresh_ratio',
      'Share of the servers that were read within InstancePollSeconds, 0 to 1; 1 when there are none.',
      [],
      () => {
        const pollMs = engine.settings.InstancePollSeconds * 1000;
        return single(freshShare(engine.topology().instances.values(), pollMs, clock.nowMs()));
      },
    ),
    gauge('baton_problems', 'Servers with a failure, by its code.', ['code'], () =>
      countsOf(engine.analyses().flatMap(({ code }) => (code === 'NoProblem' ? [] : [code]))),
    ),
    gauge('baton_structure_warnings', 'Servers with a warning of the structure, by its code.', ['code'], () =>
      countsOf(engine.analyses().flatMap(({ structure }) => structure)),
    ),
  ];
}

function instanceStates(engine: Engine): readonly Labelled[] {
  const counts = { read: 0, failing: 0, unread: 0 };
  for (const { snapshot } of engine.topology().instances.values()) {
    if (snapshot.failure !== null) counts.failing += 1;
    else if (snapshot.stale || snapshot.lastSeenMs === 0) counts.unread += 1;
    else counts.read += 1;
  }
  return Object.entries(counts).map(([state, count]) => [{ state }, count]);
}

function countsOf(codes: readonly string[]): readonly Labelled[] {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return Array.from(counts, ([code, count]) => [{ code }, count]);
}
