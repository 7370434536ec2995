import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { positionOf } from '../candidates/received.ts';
import { gtidContains, gtidSubtract, gtidText, gtidUnion } from '../gtid/gtid-position.ts';
import { note, now, type Outcome, perform, performAll, read, type Saga } from './effects.ts';

export interface CatchUpLimits {
  /** How long one server may take to answer one statement. */
  readonly statementTimeoutMs: number;
  /** Give up when the executed position hasn't moved for so long. */
  readonly applierStallMs: number;
}

/** One wait of the server's own wait function; between waits progress is looked at. */
const WAIT_MS = 2000;

/**
 * Lets a replica that receives no more apply its relay log to the end. An applier that was stopped without an
 * error is started. Waits by GTID, not by position: positions move only at checkpoints with a parallel applier.
 */
export function* applyRelayLog(facts: InstanceFacts, limits: CatchUpLimits): Saga<Outcome<void>> {
  const executed = positionOf(facts.flavor, facts.gtidExecuted);
  const received = gtidUnion(executed, positionOf(facts.flavor, facts.replica?.gtidRetrieved ?? ''));
  if (gtidContains(executed, received)) return DONE;
  const pending = gtidSubtract(received, executed);
  yield* note(`${keyText(facts.key)} applies its relay log first: ${pending.text}`);
  if (facts.replica?.sqlState !== 1) {
    const started = yield* perform(facts, { kind: 'start-replication', threads: 'sql' }, limits.statementTimeoutMs);
    if (!started.ok) return started;
  }
  return yield* waitUntilExecuted(facts, gtidText(received), limits);
}

/** Points the chosen replica at another one that received more, until it has everything, and stops it again. */
export function* bringOver(chosen: InstanceFacts, donor: InstanceFacts, limits: CatchUpLimits): Saga<Outcome<void>> {
  const applied = yield* applyRelayLog(donor, limits);
  if (!applied.ok) return applied;
  const pointed = yield* performAll(
    chosen,
    [
      { kind: 'stop-replication', threads: 'both' },
      { kind: 'repoint', source: donor.key, mode: { by: 'gtid' }, tls: null, credentialsOf: null },
      { kind: 'start-replication', threads: 'both' },
    ],
    limits.statementTimeoutMs,
  );
  if (!pointed.ok) return pointed;
  const wanted = gtidUnion(
    positionOf(donor.flavor, donor.gtidExecuted),
    positionOf(donor.flavor, donor.replica?.gtidRetrieved ?? ''),
  );
  const reached = yield* waitUntilExecuted(chosen, gtidText(wanted), limits);
  if (!reached.ok) return reached;
  return yield* perform(chosen, { kind: 'stop-replication', threads: 'io' }, limits.statementTimeoutMs);
}

function* waitUntilExecuted(facts: InstanceFacts, gtid: string, limits: CatchUpLimits): Saga<Outcome<void>> {
  let executed = '';
  let movedAtMs = yield* now();
  for (;;) {
    const waited = yield* perform(
      facts,
      { kind: 'wait-for-gtid', gtid, timeoutMs: WAIT_MS },
      WAIT_MS + limits.statementTimeoutMs,
    );
    if (waited.ok) return DONE;
    const current = yield* read(facts.key, limits.statementTimeoutMs);
    if (!current.ok) return current;
    const atMs = yield* now();
    if (current.value.gtidExecuted !== executed) {
      executed = current.value.gtidExecuted;
      movedAtMs = atMs;
    }
    const broken = current.value.replica?.lastSqlError ?? '';
    if (broken !== '' || atMs - movedAtMs > limits.applierStallMs) {
      const why = broken === '' ? `it made no progress for ${limits.applierStallMs} ms` : broken;
      return {
        ok: false,
        failure: { kind: 'aborted', message: `${keyText(facts.key)} can't apply what it received: ${why}` },
      };
    }
  }
}

const DONE: Outcome<void> = { ok: true, value: undefined };
