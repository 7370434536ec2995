import type { RepointMode, ServerAction } from '../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { now, type Outcome, performAll, read, type Saga, sleep } from './effects.ts';

export interface MoveResult {
  readonly key: InstanceKey;
  /** Why the replica doesn't follow the new source; null when it does. */
  readonly failure: string | null;
}

const FIRST_LOOK_MS = 5;
const LONGEST_PAUSE_MS = 200;
const CONNECT_LIMIT_MS = 10_000;

/**
 * Points a replica at a new source and sees it connected. An applier that an operator had stopped stays
 * stopped: the replica receives, and its owner decides when it applies.
 * @param threads which to start; by default what the facts suggest
 */
export function* followNewSource(
  facts: InstanceFacts,
  source: InstanceFacts,
  timeoutMs: number,
  threads: 'io' | 'both' = applierStoppedByHand(facts) ? 'io' : 'both',
  mode: RepointMode = { by: 'gtid' },
): Saga<MoveResult> {
  const actions: readonly ServerAction[] = [
    { kind: 'stop-replication', threads: 'both' },
    { kind: 'repoint', source: source.key, mode, tls: null, credentialsOf: null },
    { kind: 'start-replication', threads },
  ];
  const moved = yield* performAll(facts, actions, timeoutMs);
  if (!moved.ok) return { key: facts.key, failure: moved.failure.message };
  const connected = yield* waitForConnection(facts.key, source.key, timeoutMs);
  return { key: facts.key, failure: connected.ok ? null : connected.failure.message };
}

export function applierStoppedByHand({ replica }: InstanceFacts): boolean {
  return replica !== null && replica.sqlState === 0 && replica.lastSqlErrno === 0;
}

function* waitForConnection(key: InstanceKey, source: InstanceKey, timeoutMs: number): Saga<Outcome<void>> {
  const startedMs = yield* now();
  let pauseMs = FIRST_LOOK_MS;
  for (;;) {
    const facts = yield* read(key, timeoutMs);
    if (!facts.ok) return facts;
    const replica = facts.value.replica;
    const follows = replica !== null && sameKey(replica.source, source);
    if (follows && replica.ioState === 1) return { ok: true, value: undefined };
    // A receiver that has stopped with an error won't try again by itself.
    const hasFailed = follows && replica.ioState === 0 && replica.lastIoErrno !== 0;
    if (hasFailed || (yield* now()) - startedMs > CONNECT_LIMIT_MS) {
      const why = replica?.lastIoError || 'its receiver did not connect';
      return { ok: false, failure: { kind: 'other', message: `It was pointed at ${keyText(source)}, but ${why}` } };
    }
    yield* sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
