import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../../shared/domain/instance-key.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { type Outcome, parallel, read, type Saga } from '../../sagas/effects.ts';

/** Reads servers as they are now, side by side; fails with a sentence when one of them can't be read. */
export function* readLive<const K extends readonly InstanceKey[]>(
  context: RoutineContext,
  keys: K,
): Saga<Outcome<{ readonly [I in keyof K]: InstanceFacts }>> {
  const timeoutMs = statementTimeoutMs(context);
  const readings = yield* parallel(keys.map((key) => read(key, timeoutMs)));
  const facts: InstanceFacts[] = [];
  for (const [index, reading] of readings.entries()) {
    if (!reading.ok) {
      const key = keys[index];
      const message = `${key === undefined ? 'A server' : keyText(key)} can't be read now: ${reading.failure.message}`;
      return { ok: false, failure: { ...reading.failure, message } };
    }
    facts.push(reading.value);
  }
  // One reading for each key, in their order.
  return { ok: true, value: facts as { readonly [I in keyof K]: InstanceFacts } };
}
