import type { AcknowledgeTarget } from '../../../shared/domain/command.ts';
import { keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import type { Detection, Recovery } from '../../../shared/domain/recovery.ts';
import { endDetections, isOfCluster, lastDetectionId } from './detections.ts';
import { DOMAIN_WRITER, withAttribute } from './labels.ts';
import { endMaintenancesOfOthers } from './maintenance.ts';
import { promotesSource, runningRecovery } from './queries.ts';
import type { CommandOf, Handler } from './results.ts';
import type { CommandState } from './state.ts';

/**
 * Compare-and-set: a recovery is registered only while no other one of its instance or its cluster runs. Block
 * periods are policy and were judged before. A forced recovery acknowledges the ended ones of the same instance
 * (recovery reference, section 4.1).
 */
export const registerRecovery: Handler<'register-recovery'> = (state, command) => {
  const taken = state.recoveries.find((recovery) => recovery.uid === command.uid);
  if (taken) return { state, result: { registered: false, reason: 'uid-taken', existing: taken } };
  const running = runningRecovery(state, command.analysis);
  if (running) return { state, result: { registered: false, reason: 'recovery-running', existing: running } };
  const comment = 'Acknowledged by itself, because a recovery of the same server was forced.';
  const { recoveries, changed } = acknowledgeWhere(
    state.recoveries,
    (recovery) => command.forced === true && isEnded(recovery) && sameKey(recovery.analysis.key, command.analysis.key),
    { by: 'baton', comment, atMs: command.atMs },
  );
  const id = state.nextRecoveryId;
  return {
    state: {
      ...state,
      nextRecoveryId: id + 1,
      recoveries: [...recoveries, newRecovery(id, command, lastDetectionId(state, command.analysis.key))],
    },
    result: { registered: true, id, acknowledgedIds: changed.map((recovery) => recovery.id) },
  };
};

function newRecovery(id: number, command: CommandOf<'register-recovery'>, lastDetection: number): Recovery {
  return {
    id,
    uid: command.uid,
    kind: command.kind,
    type: command.recoveryType,
    analysis: command.analysis,
    startedMs: command.atMs,
    endedMs: 0,
    outcome: 'running',
    inActivePeriod: true,
    activePeriodEndedMs: 0,
    successor: null,
    successorAlias: '',
    successorCoordinates: null,
    lostReplicas: [],
    participants: [],
    errors: [],
    acknowledged: false,
    acknowledgedMs: 0,
    acknowledgedBy: '',
    acknowledgedComment: '',
    lastDetectionId: lastDetection,
    node: command.node,
    nodeToken: command.nodeToken,
  };
}

/**
 * Writes how a recovery came out. With the outcome `running` it only writes what is known so far. One that was taken
 * for interrupted may still report, since its process may have been cut off rather than dead. Its active period goes
 * on: it is what keeps a flapping cluster from being failed over again.
 */
export const resolveRecovery: Handler<'resolve-recovery'> = (state, { uid, result, atMs }) => {
  const before = state.recoveries.find((recovery) => recovery.uid === uid);
  if (!before) return { state, result: { resolved: false, reason: 'unknown-recovery' } };
  const open = before.outcome === 'running' || (before.outcome === 'interrupted' && result.outcome !== 'running');
  if (!open) return { state, result: { resolved: false, reason: 'already-ended' } };
  const recovery: Recovery = {
    ...before,
    outcome: result.outcome,
    successor: result.successor,
    successorAlias: result.successorAlias,
    successorCoordinates: result.successorCoordinates,
    lostReplicas: result.lostReplicas,
    participants: result.participants,
    errors: result.errors,
    endedMs: result.outcome === 'running' ? 0 : atMs,
  };
  const promoted = recovery.outcome === 'succeeded' && promotesSource(recovery.kind) ? recovery.successor : null;
  const next: CommandState = {
    ...state,
    recoveries: state.recoveries.map((one) => (one === before ? recovery : one)),
    fences: promoted === null ? state.fences : state.fences.delete(keyText(promoted)),
  };
  const subject = recovery.analysis.clusterDomain;
  if (promoted === null || subject === '') return { state: next, result: { resolved: true, recovery } };
  const writer = { subject, name: DOMAIN_WRITER, value: keyText(promoted), atMs };
  return { state: withAttribute(next, writer), result: { resolved: true, recovery } };
};

/**
 * Ends active periods by a person's word, of ended and of running recoveries alike; a running one goes on and still
 * keeps others out. By instance and by cluster it also ends active detections (recovery reference, section 4.3).
 */
export const acknowledge: Handler<'acknowledge'> = (state, command) => {
  const { recoveries, changed } = acknowledgeWhere(state.recoveries, (one) => isMeant(one, command.which), command);
  const acknowledged = changed.length === 0 ? state : { ...state, recoveries };
  const after = endDetections(acknowledged, command.atMs, (one) => endsDetection(one, command.which));
  return { state: after.state, result: { acknowledged: changed, detectionsEnded: after.ended } };
};

function isMeant(recovery: Recovery, which: AcknowledgeTarget): boolean {
  switch (which.by) {
    case 'all':
      return true;
    case 'id':
      return recovery.id === which.id;
    case 'uid':
      return recovery.uid === which.uid;
    case 'cluster':
      return isOfCluster(recovery.analysis, which.clusterName, which.alias);
    case 'instance':
      return sameKey(recovery.analysis.key, which.key);
  }
}

function endsDetection({ analysis }: Detection, which: AcknowledgeTarget): boolean {
  if (which.by === 'instance') return sameKey(analysis.key, which.key);
  return which.by === 'cluster' && isOfCluster(analysis, which.clusterName, which.alias);
}

function acknowledgeWhere(
  recoveries: readonly Recovery[],
  picks: (recovery: Recovery) => boolean,
  how: { readonly by: string; readonly comment: string; readonly atMs: number },
): { readonly recoveries: readonly Recovery[]; readonly changed: readonly Recovery[] } {
  const changed: Recovery[] = [];
  const after = recoveries.map((recovery) => {
    if (recovery.acknowledged || !picks(recovery)) return recovery;
    const acknowledged: Recovery = {
      ...recovery,
      inActivePeriod: false,
      activePeriodEndedMs: recovery.inActivePeriod ? how.atMs : recovery.activePeriodEndedMs,
      acknowledged: true,
      acknowledgedMs: how.atMs,
      acknowledgedBy: how.by,
      acknowledgedComment: how.comment,
    };
    changed.push(acknowledged);
    return acknowledged;
  });
  return { recoveries: changed.length === 0 ? recoveries : after, changed };
}

/**
 * Marks the running recoveries of other processes as interrupted, and ends what their operations held. Unlike the reference (section 4.2) this doesn't
 * acknowledge them: nobody knows in what state they left the cluster, so they block until a person has looked.
 */
export const interruptRecoveries: Handler<'interrupt-recoveries'> = (state, { exceptNodeToken, atMs }) => {
  const interrupted: Recovery[] = [];
  const recoveries = state.recoveries.map((recovery) => {
    if (recovery.outcome !== 'running' || recovery.nodeToken === exceptNodeToken) return recovery;
    const error = `The Baton process on ${recovery.node} that ran this recovery was gone before it ended.`;
    const after: Recovery = {
      ...recovery,
      outcome: 'interrupted',
      endedMs: atMs,
      errors: [...recovery.errors, error],
    };
    interrupted.push(after);
    return after;
  });
  const maintenances = endMaintenancesOfOthers(state, exceptNodeToken);
  const unchanged = interrupted.length === 0 && maintenances === state.maintenances;
  const next: CommandState = unchanged
    ? state
    : { ...state, maintenances, recoveries: interrupted.length === 0 ? state.recoveries : recoveries };
  return { state: next, result: { interrupted } };
};

export function isEnded(recovery: Recovery): boolean {
  return recovery.outcome !== 'running';
}
