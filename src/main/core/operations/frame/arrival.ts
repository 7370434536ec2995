import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import { now, type Outcome, read, type Saga, sleep } from '../../sagas/effects.ts';
import { asSentence } from './sentence.ts';

/** The threads that are to run in the end. */
export interface Threads {
  readonly io: boolean;
  readonly sql: boolean;
}

const FIRST_LOOK_MS = 5;
const LONGEST_PAUSE_MS = 200;
/** A receiver retries by MASTER_CONNECT_RETRY; one that hasn't connected after so long is not going to soon. */
const CONNECT_LIMIT_MS = 10_000;
/** A receiver counts as running before its source has said whether it serves it; the refusal follows at once. */
const SECOND_LOOK_MS = 50;

/**
 * Waits until a replica follows this source with these threads running, and still does at a second look.
 * @returns it, as read then
 */
export function* arrived(
  key: InstanceKey,
  source: InstanceKey,
  threads: Threads,
  timeoutMs: number,
): Saga<Outcome<InstanceFacts>> {
  const startedMs = yield* now();
  let pauseMs = FIRST_LOOK_MS;
  let looksGood = false;
  for (;;) {
    const facts = yield* read(key, timeoutMs);
    if (!facts.ok) return facts;
    const problem = whatIsMissing(facts.value, source, threads);
    if (problem === null) {
      if (looksGood) return facts;
      looksGood = true;
      yield* sleep(SECOND_LOOK_MS);
      continue;
    }
    looksGood = false;
    if (problem.final || (yield* now()) - startedMs > CONNECT_LIMIT_MS) {
      return { ok: false, failure: { kind: 'other', message: `${keyText(key)} ${asSentence(problem.text)}` } };
    }
    yield* sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

function whatIsMissing(
  { replica }: InstanceFacts,
  source: InstanceKey,
  threads: Threads,
): { readonly text: string; readonly final: boolean } | null {
  if (replica === null) return { text: 'has no replication configured', final: true };
  if (!sameKey(replica.source, source)) {
    return { text: `replicates from ${keyText(replica.source)} instead of ${keyText(source)}`, final: true };
  }
  if (threads.io && replica.ioState !== 1) {
    const reason = replica.lastIoError === '' ? 'its receiver did not connect' : replica.lastIoError;
    // A receiver that has stopped with an error won't try again by itself.
    return {
      text: `could not connect to ${keyText(source)}: ${reason}`,
      final: replica.ioState === 0 && replica.lastIoErrno !== 0,
    };
  }
  // By GTID, the file is known only from what the source sends once it has accepted the replica's position.
  if (threads.io && replica.gtidUse !== 'none' && replica.read.file === '') {
    return { text: `is connected to ${keyText(source)} and gets nothing from it`, final: false };
  }
  if (threads.sql && replica.sqlState !== 1) {
    const reason = replica.lastSqlError === '' ? 'its applier does not run' : replica.lastSqlError;
    return { text: `does not apply what it receives: ${reason}`, final: replica.lastSqlErrno !== 0 };
  }
  return null;
}
