import { type InstanceKey, keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult, ReplicaResult } from '../../../../shared/domain/operation.ts';
import type { Moved } from '../frame/move-replica.ts';
import { moveResult } from '../frame/move-result.ts';

/** A move of one replica as the result of an operation. */
export function movedResult(subject: InstanceKey, destination: InstanceKey, moved: Moved): OperationResult {
  if (moved.state !== 'done') return moveResult(subject, destination, moved, '');
  const { replica } = moved.facts;
  const applies = replica?.sqlState === 1 ? '' : applierSentence(replica?.lastSqlError ?? '');
  const message = `${keyText(subject)} replicates from ${keyText(destination)}.${applies}`;
  return moveResult(subject, destination, moved, message);
}

function applierSentence(error: string): string {
  return error === ''
    ? ' Its applier was stopped before and stays so; start it with start-replica.'
    : ` Its applier was broken before and is still: ${error}`;
}

/** The result of an operation on one replica, as one of many. */
export function asReplicaResult(key: InstanceKey, { state, message }: OperationResult): ReplicaResult {
  return { key, state, reason: state === 'done' ? '' : message };
}
