import type { Analysis } from '../../../shared/domain/analysis.ts';
import type { Readiness } from '../../../shared/domain/readiness.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { CommandState } from '../../core/commands/state.ts';
import type { Obstacle } from '../../core/policy/may-recover.ts';
import { readiness } from '../../core/readiness/readiness.ts';
import type { Cluster, Topology } from '../../core/topology/topology.ts';
import type { Clock } from '../ports/runtime.ts';
import { pictureOf, routineSettings } from '../routines/routine-input.ts';

export interface ReadinessDeps {
  readonly clock: Clock;
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  readonly topology: () => Topology;
  /** Analyses a cluster that is only supposed, and remembers nothing of it. */
  readonly analyse: (cluster: Cluster) => readonly Analysis[];
  /** All that the detector would hold against a recovery of this failure now. */
  readonly obstacles: (analysis: Analysis) => readonly Obstacle[];
}

/** Says of a cluster whether it would be failed over now: a dry run of the real recovery with the master assumed dead. */
export class ReadinessService {
  private readonly deps: ReadinessDeps;

  constructor(deps: ReadinessDeps) {
    this.deps = deps;
  }

  /** @returns null for a cluster that isn't known */
  of(clusterName: string): Readiness | null {
    const { clock, settings, state, topology, analyse, obstacles } = this.deps;
    const known = topology();
    const cluster = known.clusters.get(clusterName);
    if (cluster === undefined) return null;
    const now = { topology: known, state: state(), settings: settings(), nowMs: clock.nowMs() };
    const keys = [...cluster.instances.values()].map(({ key }) => key);
    return readiness({
      cluster,
      picture: pictureOf(now, keys),
      settings: routineSettings(now.settings),
      detectionTimeoutMs: now.settings.BatonDetectionTimeoutMilliseconds,
      analyse,
      obstacles,
    });
  }
}
