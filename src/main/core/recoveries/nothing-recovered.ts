import { note, type Saga } from '../sagas/effects.ts';
import type { RecoveryResult } from './recovery.ts';

/** A recovery that ends without having replaced or repaired anything. */
export function* nothingRecovered(
  error: string,
  more: Partial<Omit<RecoveryResult, 'successor'>> = {},
): Saga<RecoveryResult> {
  yield* note(error);
  return { successor: null, lostReplicas: [], participants: [], ...more, errors: [...(more.errors ?? []), error] };
}
