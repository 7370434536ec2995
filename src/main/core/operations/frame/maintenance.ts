import { type InstanceKey, keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../../shared/domain/operation.ts';
import type { RoutineContext } from '../../sagas/context.ts';
import { now, propose, type Saga } from '../../sagas/effects.ts';
import { refused } from '../operation.ts';

/** What `begin-maintenance` answers. */
export interface MaintenanceAnswer {
  readonly begun: boolean;
  /** Who has it, when it was not begun. */
  readonly existing?: { readonly owner: string; readonly reason: string };
}

/** A lock that an operation forgot ends by itself after so long (topology operations reference, 1.5). */
const SAFETY_NET_MS = 10 * 60_000;

/**
 * Does the work with these servers under maintenance, and ends that whatever comes of it. Refuses when one of them is
 * under maintenance already.
 */
export function* underMaintenance(
  context: RoutineContext,
  keys: readonly InstanceKey[],
  reason: string,
  work: () => Saga<OperationResult>,
): Saga<OperationResult> {
  const { owner, nodeToken } = context;
  const held: InstanceKey[] = [];
  const beginMs = yield* now();
  for (const key of keys) {
    const endMs = beginMs + SAFETY_NET_MS;
    const answer = (yield* propose({
      type: 'begin-maintenance',
      key,
      owner,
      reason,
      explicit: false,
      nodeToken,
      beginMs,
      endMs,
    })) as MaintenanceAnswer;
    if (!answer.begun) {
      yield* endMaintenance(held);
      return refused(key, inMaintenance(key, answer));
    }
    held.push(key);
  }
  const result = yield* work();
  yield* endMaintenance(held);
  return result;
}

function inMaintenance(key: InstanceKey, { existing }: MaintenanceAnswer): string {
  const by = existing === undefined ? '' : ` by ${existing.owner}: ${existing.reason}`;
  return `${keyText(key)} is under maintenance already${by}. Wait for its end, or end it with end-maintenance -i ${keyText(key)}.`;
}

function* endMaintenance(keys: readonly InstanceKey[]): Saga<void> {
  const atMs = yield* now();
  for (const key of keys) yield* propose({ type: 'end-maintenance', key, atMs });
}
