import type { InstanceFacts, LogCoordinates } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { receivedPlace, unappliedText } from '../../candidates/choose-by-position.ts';
import { type ApplierGoal, type CatchUpLimits, waitForApplier } from '../../sagas/catch-up.ts';
import { note, type Outcome, perform, read, type Saga } from '../../sagas/effects.ts';
import { compareCoordinates, coordinatesText } from '../../topology/coordinates.ts';

/**
 * Lets a replica that receives no more apply its relay log to the end. An applier that was stopped without an error is
 * started: without GTIDs a relay log outlives that, on MariaDB too.
 * @returns the facts after that
 */
export function* applyToTheEnd(facts: InstanceFacts, limits: CatchUpLimits): Saga<Outcome<InstanceFacts>> {
  const place = receivedPlace(facts);
  if (place === null) return failed(`${keyText(facts.key)} is no replica any more.`);
  const pending = unappliedText(facts);
  if (pending === '') return { ok: true, value: facts };
  if ((facts.replica?.sqlDelaySeconds ?? 0) > 0) {
    return failed(`${keyText(facts.key)} is delayed on purpose and has not applied ${pending}.`);
  }
  yield* note(`${keyText(facts.key)} applies ${pending} first.`);
  if (facts.replica?.sqlState !== 1) {
    const started = yield* perform(facts, { kind: 'start-replication', threads: 'sql' }, limits.statementTimeoutMs);
    if (!started.ok) return started;
  }
  const reached = yield* waitForApplier(facts, positionGoal(place), null, limits);
  return reached.ok ? yield* read(facts.key, limits.statementTimeoutMs) : reached;
}

/**
 * Where several workers commit out of order, the executed place is the one up to which nothing is missing, and what lies
 * beyond may be executed in part (MySQL manual, "Replication and Transaction Inconsistencies"). There is no such part
 * when the place is the end of all that was received. So a stopped replica's place counts there and nowhere else.
 */
export function whyPlaceUncertain(stopped: InstanceFacts): string | null {
  const { replica } = stopped;
  if (replica?.appliesOutOfOrder !== true) return null;
  const pending = unappliedText(stopped);
  if (pending === '' && replica.lastSqlErrno === 0) return null;
  const why =
    replica.lastSqlErrno === 0 ? `has not applied ${pending}` : `stopped with an error: ${replica.lastSqlError}`;
  return (
    `${keyText(stopped.key)} applies transactions in parallel and out of order, and ${why}; so what it has executed beyond ` +
    `${coordinatesText(replica.executed)} can't be told.`
  );
}

function positionGoal(at: LogCoordinates): ApplierGoal {
  return {
    wait: (timeoutMs) => ({ kind: 'wait-for-position', at, timeoutMs }),
    isReached: ({ replica }) => replica !== null && compareCoordinates(replica.executed, at) >= 0,
    progress: ({ replica }) => (replica === null ? '' : coordinatesText(replica.executed)),
    text: `up to ${coordinatesText(at)}`,
  };
}

function failed(message: string): Outcome<InstanceFacts> {
  return { ok: false, failure: { kind: 'aborted', message } };
}
