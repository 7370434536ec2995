import { type InstanceKey, keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult, ReplicaResult } from '../../../../shared/domain/operation.ts';
import { done } from '../operation.ts';

/** The line that the command line prints after the candidate (topology operations reference, 7). */
export function summaryLine(kind: 'smart' | 'gtid', instance: InstanceKey, results: readonly ReplicaResult[]): string {
  const moved = results.filter((each) => each.state === 'done').length;
  const lost = results.length - moved;
  const rest = kind === 'gtid' ? `moved: ${moved}` : `trivial: 0, pseudo-gtid: ${moved}`;
  return `${keyText(instance)} lost: ${lost}, ${rest}`;
}

/** A single replica is the candidate as it is. */
export function onlyOne(kind: 'smart' | 'gtid', instance: InstanceKey, replica: InstanceKey): OperationResult {
  const message = `${keyText(replica)} is the only replica of ${keyText(instance)}: nothing is to be moved.`;
  return done(replica, message, { lines: [summaryLine(kind, instance, [])] });
}
