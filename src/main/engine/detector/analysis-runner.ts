import type { Analysis } from '../../../shared/domain/analysis.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import { matchesClusterFilters } from '../../../shared/settings/cluster-filters.ts';
import { matchesRecoveryIgnoreFilters } from '../../../shared/settings/host-filters.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { analyseEveryInstance, isReported } from '../../core/analysis/analyse.ts';
import type { AnalysisContext, AnalysisFilter } from '../../core/analysis/context.ts';
import {
  areCoordinatesStale,
  type CoordinatesSighting,
  lockedAfterSeconds,
  sightCoordinates,
} from '../../core/analysis/stale-coordinates.ts';
import { isMaintenanceOver } from '../../core/commands/queries.ts';
import type { CommandState } from '../../core/commands/state.ts';
import type { Cluster } from '../../core/topology/topology.ts';

export interface AnalysisRunnerDeps {
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  readonly nowMs: () => number;
  readonly startedMs: number;
  readonly isDeaf: (id: KeyText) => boolean;
  readonly isProbed: (id: KeyText) => boolean;
}

/** Analyses clusters with the settings and the operators' state of the moment, and keeps the last result of each. */
export class AnalysisRunner {
  private readonly deps: AnalysisRunnerDeps;
  private readonly results = new Map<string, readonly Analysis[]>();
  private readonly sightings = new Map<KeyText, CoordinatesSighting>();

  constructor(deps: AnalysisRunnerDeps) {
    this.deps = deps;
  }

  /** Analyses one cluster anew. @returns every analysis, whether there is a problem or not */
  run(cluster: Cluster): readonly Analysis[] {
    const analyses = analyseEveryInstance(cluster, this.context());
    this.results.set(cluster.name, analyses);
    for (const analysis of analyses) this.sight(analysis);
    return analyses;
  }

  /** Analyses a cluster that is only supposed; nothing of it is kept. */
  suppose(cluster: Cluster): readonly Analysis[] {
    return analyseEveryInstance(cluster, this.context());
  }

  /** Remembers where a semi-sync source that may be locked stands (analysis reference, section 8). */
  private sight({ key, code, coordinates }: Analysis): void {
    const id = keyText(key);
    if (code === 'LockedSemiSyncMasterHypothesis' && coordinates !== null) {
      this.sightings.set(id, sightCoordinates(this.sightings.get(id), coordinates, this.deps.nowMs()));
    } else if (code !== 'LockedSemiSyncMaster') {
      this.sightings.delete(id);
    }
  }

  /** Drops the results of clusters that are no more. */
  keepOnly(clusterNames: { has(name: string): boolean }): void {
    for (const name of this.results.keys()) if (!clusterNames.has(name)) this.results.delete(name);
  }

  /** Nothing is kept of a server that was forgotten. */
  forget(id: KeyText): void {
    this.sightings.delete(id);
  }

  latest(filter: AnalysisFilter): readonly Analysis[] {
    const context = this.context();
    return [...this.results.values()].flat().filter((analysis) => isReported(analysis, context, filter));
  }

  of(key: InstanceKey): Analysis | null {
    const id = keyText(key);
    for (const analyses of this.results.values()) {
      const found = analyses.find((analysis) => keyText(analysis.key) === id);
      if (found) return found;
    }
    return null;
  }

  /** The analysis of a server whether or not the settings spare it one, as they may do with healthy leaves. */
  even(cluster: Cluster, key: InstanceKey): Analysis | null {
    const context = this.context();
    const settings = { ...context.settings, reduceReplicationAnalysisCount: false };
    const analyses = analyseEveryInstance(cluster, { ...context, settings });
    return analyses.find((each) => keyText(each.key) === keyText(key)) ?? null;
  }

  private context(): AnalysisContext {
    const settings = this.deps.settings();
    const ignore = settings.RecoveryIgnoreHostnameFilters;
    const lockedSeconds = lockedAfterSeconds(
      settings.ReasonableLockedSemiSyncMasterSeconds,
      settings.ReasonableReplicationLagSeconds,
    );
    const nowMs = this.deps.nowMs();
    const { downtimes, maintenances } = this.deps.state();
    return {
      nowMs,
      evidenceDueMs: this.deps.startedMs + startUpGraceMs(settings),
      settings: {
        instancePollSeconds: settings.InstancePollSeconds,
        reasonableInstanceCheckSeconds: settings.ReasonableInstanceCheckSeconds,
        reasonableReplicationLagSeconds: settings.ReasonableReplicationLagSeconds,
        enforceExactSemiSyncReplicas: settings.EnforceExactSemiSyncReplicas,
        recoverNonWriteableMaster: settings.RecoverNonWriteableMaster,
        reduceReplicationAnalysisCount: settings.ReduceReplicationAnalysisCount,
      },
      downtimes,
      isInMaintenance: (id) => {
        const maintenance = maintenances.get(id);
        return maintenance !== undefined && !isMaintenanceOver(maintenance, nowMs);
      },
      isDeaf: this.deps.isDeaf,
      isProbed: this.deps.isProbed,
      isIgnored: (hostname) => matchesRecoveryIgnoreFilters(ignore, { hostname, port: 0 }),
      hasAutomatedMasterRecovery: ({ name, alias }) =>
        matchesClusterFilters(settings.RecoverMasterClusterFilters, name, alias),
      hasAutomatedIntermediateMasterRecovery: ({ name, alias }) =>
        matchesClusterFilters(settings.RecoverIntermediateMasterClusterFilters, name, alias),
      hasStaleCoordinates: (instance) => {
        const coordinates = instance.facts?.coordinates ?? null;
        const sighting = this.sightings.get(instance.id);
        return coordinates !== null && areCoordinatesStale(sighting, coordinates, this.deps.nowMs(), lockedSeconds);
      },
    };
  }
}

/** How long after its start this process only watches, ms (`BatonStartupGraceSeconds`; 0 is three poll intervals). */
export function startUpGraceMs(settings: Settings): number {
  const seconds = settings.BatonStartupGraceSeconds;
  return (seconds > 0 ? seconds : 3 * settings.InstancePollSeconds) * 1000;
}
