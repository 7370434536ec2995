import type { ServerAction } from '../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { gtidsToWaitFor, losesItsRelayLog, positionOf } from '../candidates/received.ts';
import { gtidContains, gtidSubtract, gtidUnion } from '../gtid/gtid-position.ts';
import { note, now, type Outcome, perform, performAll, read, type Saga, sleep } from './effects.ts';

export interface CatchUpLimits {
  /** How long one server may take to answer one statement. */
  readonly statementTimeoutMs: number;
  /** Give up when the executed position hasn't moved for so long. */
  readonly applierStallMs: number;
}

/** Why a replica didn't get everything from another, and which of the two it is to be blamed on. */
export interface BringOverFailure {
  readonly blame: 'chosen' | 'donor';
  readonly message: string;
}

/** One wait of the server's own wait function; between waits progress is looked at. */
const WAIT_MS = 2000;
/** After a wait that failed at once, as where the function isn't there. */
const PAUSE_MS = 200;

/**
 * Lets a replica that receives no more apply its relay log to the end. An applier that was stopped without an
 * error is started, except where that would throw the relay log away. Waits by GTID, not by position: positions move
 * only at checkpoints with a parallel applier.
 * @returns the facts after that
 */
export function* applyRelayLog(facts: InstanceFacts, limits: CatchUpLimits): Saga<Outcome<InstanceFacts>> {
  const executed = positionOf(facts.flavor, facts.gtidExecuted);
  const received = gtidUnion(executed, positionOf(facts.flavor, facts.replica?.gtidRetrieved ?? ''));
  if (gtidContains(executed, received)) return { ok: true, value: facts };
  const pending = gtidSubtract(received, executed);
  if (losesItsRelayLog(facts)) {
    yield* note(
      `${keyText(facts.key)} stopped applying before, and MariaDB throws its relay log away: ${pending.text}`,
    );
    return { ok: true, value: facts };
  }
  yield* note(`${keyText(facts.key)} applies its relay log first: ${pending.text}`);
  if (facts.replica?.sqlState !== 1) {
    const started = yield* perform(facts, { kind: 'start-replication', threads: 'sql' }, limits.statementTimeoutMs);
    if (!started.ok) return started;
  }
  const reached = yield* waitForApplier(facts, gtidGoal(facts, gtidsToWaitFor(received, executed)), null, limits);
  return reached.ok ? yield* read(facts.key, limits.statementTimeoutMs) : reached;
}

/**
 * Points the chosen replica at another one that has more, until it has executed all that that one has executed, and
 * stops it from receiving again. The donor's facts must be read after it has applied its relay log.
 */
export function* bringOver(
  chosen: InstanceFacts,
  donor: InstanceFacts,
  limits: CatchUpLimits,
): Saga<BringOverFailure | null> {
  const pointed = yield* performAll(
    chosen,
    [
      { kind: 'stop-replication', threads: 'both' },
      { kind: 'repoint', source: donor.key, mode: { by: 'gtid' }, tls: null, credentialsOf: null },
      { kind: 'start-replication', threads: 'both' },
    ],
    limits.statementTimeoutMs,
  );
  if (!pointed.ok) return { blame: 'chosen', message: pointed.failure.message };
  const has = positionOf(chosen.flavor, chosen.gtidExecuted);
  const wanted = gtidsToWaitFor(positionOf(donor.flavor, donor.gtidExecuted), has);
  const reached = yield* waitForApplier(chosen, gtidGoal(chosen, wanted), donor.key, limits);
  if (!reached.ok) return yield* blameFor(chosen.key, reached.failure.message, limits);
  const stopped = yield* perform(chosen, { kind: 'stop-replication', threads: 'io' }, limits.statementTimeoutMs);
  return stopped.ok ? null : { blame: 'chosen', message: stopped.failure.message };
}

/** A replica that works and still isn't connected could not get the transactions; else it could not apply them. */
function* blameFor(key: InstanceKey, message: string, limits: CatchUpLimits): Saga<BringOverFailure> {
  const facts = yield* read(key, limits.statementTimeoutMs);
  const replica = facts.ok ? facts.value.replica : null;
  const couldNotGet = replica !== null && replica.sqlState === 1 && replica.ioState !== 1;
  return { blame: couldNotGet ? 'donor' : 'chosen', message };
}

/** What an applier is waited for to reach. */
export interface ApplierGoal {
  /** The server's own wait for it, of that length in ms. */
  readonly wait: (timeoutMs: number) => ServerAction;
  readonly isReached: (facts: InstanceFacts) => boolean;
  /** Changes as the applier gets on. */
  readonly progress: (facts: InstanceFacts) => string;
  /** What it is to apply, for people. */
  readonly text: string;
}

function gtidGoal({ flavor }: InstanceFacts, gtid: string): ApplierGoal {
  const target = positionOf(flavor, gtid);
  return {
    wait: (timeoutMs) => ({ kind: 'wait-for-gtid', gtid, timeoutMs }),
    isReached: (now) => gtidContains(positionOf(flavor, now.gtidExecuted), target),
    progress: (now) => now.gtidExecuted,
    text: gtid,
  };
}

/**
 * Waits until an applier has got there, as long as it gets on.
 * @param from the server that it receives from meanwhile; null when it only applies what it has
 */
export function* waitForApplier(
  facts: InstanceFacts,
  goal: ApplierGoal,
  from: InstanceKey | null,
  limits: CatchUpLimits,
): Saga<Outcome<void>> {
  let progress = '';
  let movedAtMs = yield* now();
  for (;;) {
    const waited = yield* perform(facts, goal.wait(WAIT_MS), WAIT_MS + limits.statementTimeoutMs);
    if (waited.ok) return DONE;
    const current = yield* read(facts.key, limits.statementTimeoutMs);
    if (!current.ok) return current;
    if (goal.isReached(current.value)) return DONE;
    const atMs = yield* now();
    if (goal.progress(current.value) !== progress) {
      progress = goal.progress(current.value);
      movedAtMs = atMs;
    }
    const stalled = atMs - movedAtMs > limits.applierStallMs;
    const why =
      obstacle(current.value, from) ?? (stalled ? `it made no progress for ${limits.applierStallMs} ms` : null);
    if (why !== null) {
      const message = `${keyText(facts.key)} can't apply what was received (${goal.text}): ${why}`;
      return { ok: false, failure: { kind: 'aborted', message } };
    }
    if (waited.failure.kind !== 'timeout') yield* sleep(PAUSE_MS);
  }
}

/** Why waiting longer is in vain; null when it may help. */
function obstacle({ replica }: InstanceFacts, from: InstanceKey | null): string | null {
  if (replica === null) return 'it replicates no more';
  if (replica.sqlState === 0) return replica.lastSqlError === '' ? 'its applier was stopped' : replica.lastSqlError;
  if (from === null) return null;
  if (!sameKey(replica.source, from)) return `it was pointed at ${keyText(replica.source)} meanwhile`;
  // The next attempt to connect comes after MASTER_CONNECT_RETRY, a minute by default.
  if (replica.ioState !== 1 && replica.lastIoError !== '') return replica.lastIoError;
  return replica.ioState === 0 ? 'its receiver was stopped' : null;
}

const DONE: Outcome<void> = { ok: true, value: undefined };
