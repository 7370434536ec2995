import { type InstanceKey, sameKey } from '../../../shared/domain/instance-key.ts';
import type { AnalysisSummary, Detection } from '../../../shared/domain/recovery.ts';
import { detectionSlot } from './queries.ts';
import type { Handler } from './results.ts';
import type { CommandState } from './state.ts';

/**
 * While a detection of an instance is active, another one of the same actionability isn't registered, whatever its
 * code (recovery reference, section 3).
 */
export const registerDetection: Handler<'register-detection'> = (state, command) => {
  const { analysis, atMs, node, nodeToken } = command;
  const slot = detectionSlot(analysis.key, analysis.isActionable);
  const existing = state.activeDetections.get(slot);
  if (existing) return { state, result: { registered: false, existingId: existing.id } };
  const id = state.nextDetectionId;
  const detection: Detection = { id, analysis, startedMs: atMs, active: true, endedMs: 0, node, nodeToken };
  return {
    state: { ...state, nextDetectionId: id + 1, activeDetections: state.activeDetections.set(slot, detection) },
    result: { registered: true, id },
  };
};

export const endDetection: Handler<'end-detection'> = (state, { key, atMs }) => {
  const after = endDetections(state, atMs, (detection) => sameKey(detection.analysis.key, key));
  return { state: after.state, result: { ended: after.ended } };
};

/** Ends the active detections that `matches` picks. The state is the same object when there are none. */
export function endDetections(
  state: CommandState,
  atMs: number,
  matches: (detection: Detection) => boolean,
): { readonly state: CommandState; readonly ended: number } {
  const activeDetections = state.activeDetections.filter((detection) => !matches(detection));
  if (activeDetections === state.activeDetections) return { state, ended: 0 };
  const ended = state.activeDetections
    .values()
    .filter(matches)
    .map((detection) => ({ ...detection, active: false, endedMs: atMs }));
  return {
    state: { ...state, activeDetections, endedDetections: [...state.endedDetections, ...ended] },
    ended: ended.length,
  };
}

/** The highest id of a detection of the instance, 0 for none: it links a recovery to what set it off. */
export function lastDetectionId(state: CommandState, key: InstanceKey): number {
  const ofInstance = (detection: Detection): boolean => sameKey(detection.analysis.key, key);
  const all = [...state.endedDetections, ...state.activeDetections.values()].filter(ofInstance);
  return all.reduce((highest, detection) => Math.max(highest, detection.id), 0);
}

/** Whether an analysis belongs to the cluster of that name, or of that alias when there is one. */
export function isOfCluster(analysis: AnalysisSummary, clusterName: string, alias: string): boolean {
  return analysis.clusterName === clusterName || (alias !== '' && analysis.clusterAlias === alias);
}
