import type { InstanceKey } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../../shared/domain/operation.ts';
import { done, failed, refused } from '../operation.ts';
import type { Moved } from './moved.ts';

/** A move of one server as the result of an operation. @param message of one that is done */
export function moveResult(
  subject: InstanceKey,
  destination: InstanceKey,
  moved: Moved,
  message: string,
): OperationResult {
  switch (moved.state) {
    case 'done':
      return done(subject, message, { destination });
    case 'refused':
      return refused(subject, moved.reason);
    default:
      return failed(subject, moved.state, moved.reason, { destination });
  }
}
