import type { InstanceKey } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../../shared/domain/operation.ts';
import type { Moved } from '../frame/move-replica.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, failed, refused } from '../operation.ts';

/** How one server is left after something was undone on it, as a sentence. */
export interface PutBack {
  readonly state: 'undone' | 'left';
  readonly sentence: string;
}

/** Why it failed and how each server that was touched is left. */
export function notDone(why: string, backs: readonly PutBack[]): Extract<Moved, { readonly reason: string }> {
  const state = backs.some((each) => each.state === 'left') ? 'left' : 'undone';
  const sentences = [asSentence(why), ...backs.map((each) => each.sentence)].filter((each) => each !== '');
  return { state, reason: sentences.join(' ') };
}

/** A move of one server as the result of an operation. */
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
