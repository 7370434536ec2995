import { applyCommand } from '../../../src/main/core/commands/reducer.ts';
import type { CommandOf, ResultOf } from '../../../src/main/core/commands/results.ts';
import { type CommandState, EMPTY_STATE } from '../../../src/main/core/commands/state.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';
import type { AnalysisSummary, Recovery } from '../../../src/shared/domain/recovery.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function key(hostname: string, port = 3306): InstanceKey {
  return { hostname, port };
}

/** An analysis of a dead source `host` of the cluster that is named after it. */
export function summary(host: string, changes: Partial<AnalysisSummary> = {}): AnalysisSummary {
  return {
    key: key(host),
    code: 'DeadMaster',
    description: 'Master cannot be reached by Baton and none of its replicas is replicating',
    clusterName: `${host}:3306`,
    clusterAlias: '',
    clusterDomain: '',
    replicas: [],
    hasAutomatedMasterRecovery: true,
    hasAutomatedIntermediateMasterRecovery: true,
    isActionable: true,
    isMaster: true,
    isCoMaster: false,
    isDowntimed: false,
    commandHint: '',
    ...changes,
  };
}

export function detect(analysis: AnalysisSummary, atMs: number): CommandOf<'register-detection'> {
  return { type: 'register-detection', analysis, node: 'console', nodeToken: 'token-1', atMs };
}

export function register(
  uid: string,
  analysis: AnalysisSummary,
  atMs: number,
  changes: Partial<CommandOf<'register-recovery'>> = {},
): CommandOf<'register-recovery'> {
  return {
    type: 'register-recovery',
    uid,
    kind: 'MasterRecovery',
    recoveryType: 'MasterRecoveryGTID',
    analysis,
    node: 'console',
    nodeToken: 'token-1',
    atMs,
    ...changes,
  };
}

export function resolve(
  uid: string,
  successor: InstanceKey | null,
  atMs: number,
  outcome: Recovery['outcome'] = successor === null ? 'failed' : 'succeeded',
): CommandOf<'resolve-recovery'> {
  return {
    type: 'resolve-recovery',
    uid,
    result: {
      outcome,
      successor,
      successorAlias: '',
      successorCoordinates: null,
      lostReplicas: [],
      participants: [],
      errors: [],
    },
    atMs,
  };
}

export function expireAt(atMs: number): CommandOf<'expire'> {
  return {
    type: 'expire',
    atMs,
    detectionBlockMs: HOUR,
    recoveryBlockMs: HOUR,
    candidateMs: HOUR,
    retentionMs: 7 * DAY,
  };
}

/** The state after some commands. */
export function stateAfter(...commands: readonly Command[]): CommandState {
  return from(EMPTY_STATE, ...commands);
}

export function from(state: CommandState, ...commands: readonly Command[]): CommandState {
  return commands.reduce((before, command) => applyCommand(before, command).state, state);
}

/** What one more command answers. */
export function answer<C extends Command>(state: CommandState, command: C): ResultOf<C> {
  return applyCommand(state, command).result;
}
