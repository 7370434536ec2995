import { type InstanceKey, keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult, ReplicaResult } from '../../../../shared/domain/operation.ts';
import type { Moved } from '../frame/move-replica.ts';
import { done, failed, refused } from '../operation.ts';

/** A move of one replica as the result of an operation. */
export function movedResult(subject: InstanceKey, destination: InstanceKey, moved: Moved): OperationResult {
  switch (moved.state) {
    case 'done': {
      const { replica } = moved.facts;
      const applies = replica?.sqlState === 1 ? '' : applierSentence(replica?.lastSqlError ?? '');
      return done(subject, `${keyText(subject)} replicates from ${keyText(destination)}.${applies}`, { destination });
    }
    case 'refused':
      return refused(subject, moved.reason);
    default:
      return failed(subject, moved.state, moved.reason, { destination });
  }
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
