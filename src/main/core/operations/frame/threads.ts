import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { type Outcome, perform, performAll, read, type Saga } from '../../sagas/effects.ts';
import type { Threads } from './arrival.ts';

/** Stops both threads and reads the server back. */
export function* stopFully(facts: InstanceFacts, timeoutMs: number): Saga<Outcome<InstanceFacts>> {
  if (facts.replica !== null) {
    const done = yield* perform(facts, { kind: 'stop-replication', threads: 'both' }, timeoutMs);
    if (!done.ok) return done;
  }
  const after = yield* read(facts.key, timeoutMs);
  if (!after.ok) return after;
  const { replica } = after.value;
  if (replica !== null && (replica.ioState > 0 || replica.sqlState > 0)) {
    const message = `${keyText(facts.key)} still replicates after it was told to stop.`;
    return { ok: false, failure: { kind: 'other', message } };
  }
  return after;
}

export function* startThreads(facts: InstanceFacts, { io, sql }: Threads, timeoutMs: number): Saga<Outcome<void>> {
  if (io && sql) return yield* perform(facts, { kind: 'start-replication', threads: 'both' }, timeoutMs);
  return yield* performAll(
    facts,
    [
      ...(io ? [{ kind: 'start-replication', threads: 'io' } as const] : []),
      ...(sql ? [{ kind: 'start-replication', threads: 'sql' } as const] : []),
    ],
    timeoutMs,
  );
}
