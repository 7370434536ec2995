import { isOver } from '../../core/commands/queries.ts';
import type { ConditionContext } from '../../core/topology/condition.ts';
import type { TopologyInstance } from '../../core/topology/topology.ts';
import type { Engine } from '../../engine/services/engine.ts';
import { type InstanceJsonContext, instanceJson } from './json/instance-json.ts';

/** What Baton knows at one moment, so that one answer never mixes two. */
export type View = InstanceJsonContext;

export function viewOf(engine: Engine, nowMs: number): View {
  const { settings } = engine;
  const state = engine.state();
  return { topology: engine.topology(), state, settings, nowMs, condition: conditionAt(engine, nowMs) };
}

/** By what settings, downtimes and time the instances of this moment are judged. */
export function conditionAt(engine: Pick<Engine, 'settings' | 'state'>, nowMs: number): ConditionContext {
  const { settings } = engine;
  const { downtimes } = engine.state();
  return {
    nowMs,
    instancePollSeconds: settings.InstancePollSeconds,
    reasonableLagSeconds: settings.ReasonableReplicationLagSeconds,
    reasonableMaintenanceLagSeconds: settings.ReasonableMaintenanceReplicationLagSeconds,
    downtimes: {
      get(id) {
        const downtime = downtimes.get(id);
        if (downtime === undefined || isOver(downtime, nowMs)) return undefined;
        // A downtime that a recovery set holds beyond its end.
        return { ...downtime, endMs: Math.max(downtime.endMs, nowMs + 1) };
      },
    },
  };
}

export function instancesJson(instances: Iterable<TopologyInstance>, view: View): readonly object[] {
  return Array.from(instances, (instance) => instanceJson(instance, view));
}
