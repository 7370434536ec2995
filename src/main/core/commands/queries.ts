import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import type { AnalysisSummary, Detection, Recovery } from '../../../shared/domain/recovery.ts';
import { type CommandState, type Downtime, LOST_IN_RECOVERY, type Maintenance } from './state.ts';

/** What makes two detections the same while one is active (recovery reference, section 3): not the code. */
export function detectionSlot(key: InstanceKey, isActionable: boolean): string {
  return `${keyText(key)}/${isActionable ? 'actionable' : 'observed'}`;
}

export function activeDetection(state: CommandState, key: InstanceKey, isActionable: boolean): Detection | null {
  return state.activeDetections.get(detectionSlot(key, isActionable)) ?? null;
}

/** All detections, newest first. */
export function listDetections(state: CommandState): readonly Detection[] {
  return [...state.endedDetections, ...state.activeDetections.values()].sort((a, b) => b.id - a.id);
}

/** All recoveries, newest first. */
export function listRecoveries(state: CommandState): readonly Recovery[] {
  return state.recoveries.toReversed();
}

export function findRecovery(state: CommandState, uid: string): Recovery | null {
  return state.recoveries.findLast((recovery) => recovery.uid === uid) ?? null;
}

/** The downtime that holds at `nowMs`, or null. One set by a recovery holds until it is ended. */
export function downtimeAt(state: CommandState, key: InstanceKey, nowMs: number): Downtime | null {
  const downtime = state.downtimes.get(keyText(key));
  return downtime && !isOver(downtime, nowMs) ? downtime : null;
}

/** Whether a downtime is past its time. */
export function isOver(downtime: Downtime, nowMs: number): boolean {
  return downtime.reason !== LOST_IN_RECOVERY && downtime.endMs <= nowMs;
}

/** The maintenance that holds at `nowMs`, or null. */
export function maintenanceAt(state: CommandState, key: InstanceKey, nowMs: number): Maintenance | null {
  const maintenance = state.maintenances.get(keyText(key));
  return maintenance && !isMaintenanceOver(maintenance, nowMs) ? maintenance : null;
}

/** The maintenances that hold at `nowMs`, by host name and port. */
export function listMaintenances(state: CommandState, nowMs: number): readonly Maintenance[] {
  return state.maintenances.values().filter((one) => !isMaintenanceOver(one, nowMs));
}

/** Whether a maintenance is past its time. */
export function isMaintenanceOver(maintenance: Maintenance, nowMs: number): boolean {
  return maintenance.endMs <= nowMs;
}

/** Whether the server was forgotten so recently that it must not come back yet. */
export function isForgotten(state: CommandState, key: InstanceKey, nowMs: number): boolean {
  const forgotten = state.forgotten.get(keyText(key));
  return forgotten !== undefined && nowMs < forgotten.untilMs;
}

/**
 * Tells which names and aliases stand for the cluster of `about`: a cluster is named after its source, so each
 * failover renames it. The chain of failovers is followed backwards from successor to the cluster that it took
 * over, and aliases connect what the names don't.
 */
export function clusterIdentity(
  recoveries: readonly Recovery[],
  about: Pick<AnalysisSummary, 'clusterName' | 'clusterAlias'>,
): (recovery: Recovery) => boolean {
  const names = new Set([about.clusterName]);
  const aliases = new Set([about.clusterAlias]);
  const belongs = ({ analysis, kind, successor }: Recovery): boolean =>
    (analysis.clusterName !== '' && names.has(analysis.clusterName)) ||
    (analysis.clusterAlias !== '' && aliases.has(analysis.clusterAlias)) ||
    (successor !== null && promotesSource(kind) && names.has(keyText(successor)));
  let before = -1;
  while (before !== names.size + aliases.size) {
    before = names.size + aliases.size;
    for (const recovery of recoveries) {
      if (!belongs(recovery)) continue;
      names.add(recovery.analysis.clusterName);
      aliases.add(recovery.analysis.clusterAlias);
    }
  }
  return belongs;
}

/** Whether a recovery of this kind gives its cluster another source, and so another name. */
export function promotesSource(kind: Recovery['kind']): boolean {
  return kind === 'MasterRecovery' || kind === 'CoMasterRecovery';
}

/**
 * The recovery that still runs for the same instance or the same cluster, or null. Safety rule: one recovery of a
 * cluster at a time, of whatever kind.
 */
export function runningRecovery(
  state: CommandState,
  about: Pick<AnalysisSummary, 'key' | 'clusterName' | 'clusterAlias'>,
): Recovery | null {
  const running = state.recoveries.filter((recovery) => recovery.outcome === 'running');
  if (running.length === 0) return null;
  const sameCluster = clusterIdentity(state.recoveries, about);
  return running.find((recovery) => sameKey(recovery.analysis.key, about.key) || sameCluster(recovery)) ?? null;
}
