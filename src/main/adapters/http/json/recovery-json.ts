import type { LogCoordinates } from '../../../../shared/domain/instance.ts';
import { NO_KEY } from '../../../../shared/domain/instance-key.ts';
import type { BlockedRecovery, Detection, Recovery, RecoveryStep } from '../../../../shared/domain/recovery.ts';
import type { Candidate } from '../../../core/commands/state.ts';
import type { AuditEntry } from '../../../engine/services/engine.ts';
import { timestamp } from '../go-json.ts';
import { analysisSummaryJson } from './analysis-json.ts';
import { coordinatesJson, keyJson, keysJson } from './key-json.ts';

/** A recovery as listings show it (http-api reference, section 7.6, recovery form). */
export function recoveryJson(recovery: Recovery): object {
  return {
    Id: recovery.id,
    UID: recovery.uid,
    AnalysisEntry: analysisSummaryJson(recovery.analysis, ''),
    SuccessorKey: keyJson(recovery.successor ?? NO_KEY),
    SuccessorAlias: recovery.successorAlias,
    SuccessorBinlogCoordinates: null,
    IsActive: recovery.inActivePeriod,
    IsSuccessful: recovery.outcome === 'succeeded',
    LostReplicas: keysJson(recovery.lostReplicas),
    ParticipatingInstanceKeys: keysJson(recovery.participants),
    AllErrors: recovery.errors.length === 0 ? [''] : recovery.errors,
    RecoveryStartTimestamp: timestamp(recovery.startedMs),
    RecoveryEndTimestamp: timestamp(recovery.endedMs),
    ProcessingNodeHostname: recovery.node,
    ProcessingNodeToken: recovery.nodeToken,
    Acknowledged: recovery.acknowledged,
    AcknowledgedAt: timestamp(recovery.acknowledgedMs),
    AcknowledgedBy: recovery.acknowledgedBy,
    AcknowledgedComment: recovery.acknowledgedComment,
    LastDetectionId: recovery.lastDetectionId,
    RelatedRecoveryId: 0,
    Type: '',
    RecoveryType: 'NotMasterRecovery',
  };
}

/**
 * A recovery as the call that carried it out answers it, with what listings leave out.
 * @param coordinates where the old master's binary log ended; null for unknown
 */
export function liveRecoveryJson(recovery: Recovery, coordinates: LogCoordinates | null): object {
  const place = recovery.successorCoordinates ?? coordinates;
  return {
    ...recoveryJson(recovery),
    SuccessorKey: recovery.successor === null ? null : keyJson(recovery.successor),
    SuccessorBinlogCoordinates: place === null ? null : coordinatesJson(place),
    AllErrors: recovery.errors,
    Type: recovery.kind,
    RecoveryType: recovery.type,
  };
}

/** A detection in the same shape (section 7.6, detection form). */
export function detectionJson(detection: Detection, relatedRecoveryId: number): object {
  const started = timestamp(detection.startedMs);
  return {
    Id: detection.id,
    UID: '',
    AnalysisEntry: analysisSummaryJson(detection.analysis, started),
    SuccessorKey: null,
    SuccessorAlias: '',
    SuccessorBinlogCoordinates: null,
    IsActive: detection.active,
    IsSuccessful: false,
    LostReplicas: [],
    ParticipatingInstanceKeys: [],
    AllErrors: null,
    RecoveryStartTimestamp: started,
    RecoveryEndTimestamp: '',
    ProcessingNodeHostname: detection.node,
    ProcessingNodeToken: detection.nodeToken,
    Acknowledged: false,
    AcknowledgedAt: '',
    AcknowledgedBy: '',
    AcknowledgedComment: '',
    LastDetectionId: 0,
    RelatedRecoveryId: relatedRecoveryId,
    Type: '',
    RecoveryType: '',
  };
}

export function recoveryStepJson(step: RecoveryStep): object {
  return { Id: step.id, RecoveryUID: step.recoveryUid, AuditAt: timestamp(step.atMs), Message: step.message };
}

export function blockedRecoveryJson(blocked: BlockedRecovery): object {
  return {
    FailedInstanceKey: keyJson(blocked.key),
    ClusterName: blocked.clusterName,
    Analysis: blocked.code,
    LastBlockedTimestamp: timestamp(blocked.lastBlockedMs),
    BlockingRecoveryId: blocked.blockingRecoveryId,
  };
}

export function auditJson(entry: AuditEntry): object {
  return {
    AuditId: entry.id,
    AuditTimestamp: timestamp(entry.atMs),
    AuditType: entry.type,
    AuditInstanceKey: keyJson(entry.key ?? NO_KEY),
    Message: entry.message,
  };
}

/** @param expiryMs when the rule expires; ms since the epoch. */
export function candidateJson(candidate: Candidate, expiryMs: number): object {
  return {
    Hostname: candidate.key.hostname,
    Port: candidate.key.port,
    PromotionRule: candidate.rule,
    LastSuggestedString: timestamp(candidate.registeredMs),
    PromotionRuleExpiry: timestamp(expiryMs),
  };
}
