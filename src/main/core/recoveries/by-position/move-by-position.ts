import type { InstanceFacts, LogCoordinates } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { receivedPlace } from '../../candidates/choose-by-position.ts';
import { findPlace, ownLogs } from '../../operations/pseudo-gtid/find-place.ts';
import { whyNotMatchable } from '../../operations/pseudo-gtid/match.ts';
import type { RoutineContext } from '../../sagas/context.ts';
import type { DeadMasterInput } from '../../sagas/dead-master-input.ts';
import { note, type Outcome, perform, read, type Saga } from '../../sagas/effects.ts';
import { applierStoppedByHand, followNewSource, type MoveResult } from '../../sagas/follow-new-source.ts';
import { LENIENT } from '../../sagas/move-others.ts';
import { nameOf, type Participant } from '../../sagas/participants.ts';
import { resetSentence } from '../../sagas/promote.ts';
import { canReplicateFrom, canReplicateFromGtid } from '../../topology/can-replicate.ts';
import { compareCoordinates, coordinatesText, sameCoordinates } from '../../topology/coordinates.ts';
import { usesGtid } from '../../topology/server-traits.ts';
import { applyToTheEnd, whyPlaceUncertain } from './apply-to-the-end.ts';

/**
 * Points one of the others at the promoted server, when its place there is known for certain: it has executed exactly
 * as much of the failed source's binary log, or a Pseudo-GTID entry and every event after it say so. Otherwise it is
 * left as it is, and the reason is told.
 * @param ready the promoted one, stopped, before it was opened
 */
export function* moveByPosition(
  context: RoutineContext,
  input: DeadMasterInput,
  one: Participant,
  successor: InstanceFacts,
  ready: InstanceFacts,
): Saga<MoveResult> {
  const moved = yield* move(context, input, one, successor, ready);
  if (moved.failure !== null) yield* note(`${nameOf(one)} is left behind: ${moved.failure}`);
  return moved;
}

function* move(
  context: RoutineContext,
  input: DeadMasterInput,
  one: Participant,
  successor: InstanceFacts,
  ready: InstanceFacts,
): Saga<MoveResult> {
  const { facts } = one.contender;
  const { key } = facts;
  const obstacle = whyNotMoved(one, successor, ready);
  if (obstacle !== null) return { key, failure: obstacle };
  const threads = applierStoppedByHand(one.before) ? 'io' : 'both';
  const timeoutMs = input.statementTimeoutMs;
  if (usesGtid(facts)) return yield* followNewSource(facts, successor, timeoutMs, threads);
  const stopped = yield* stopAtTheEnd(input, facts);
  if (!stopped.ok) return { key, failure: stopped.failure.message };
  const place = yield* placeAt(context, stopped.value, successor, ready);
  if (!place.ok) return { key, failure: place.failure.message };
  return yield* followNewSource(stopped.value, successor, timeoutMs, threads, { by: 'coordinates', at: place.value });
}

function whyNotMoved(one: Participant, successor: InstanceFacts, ready: InstanceFacts): string | null {
  const { facts, trouble } = one.contender;
  const to = keyText(successor.key);
  const [received, has] = [receivedPlace(facts), ready.replica?.executed ?? null];
  if (received === null || has === null) return 'it is no replica any more.';
  const ahead =
    compareCoordinates(received, has) > 0
      ? `it received the failed server's binary log up to ${coordinatesText(received)}, and ${to} up to ${coordinatesText(has)} only.`
      : null;
  if (one.standing === 'lost') return [trouble?.reason, ahead].filter(Boolean).join(' Also, ');
  if (ahead !== null) return `${ahead} It is left as it is, so that what only it has can be saved by hand.`;
  if (one.standing === 'reset') return resetSentence(one);
  const rule = usesGtid(facts) ? canReplicateFromGtid : canReplicateFrom;
  const possible = rule(facts, successor, LENIENT);
  return possible.ok ? null : possible.reason;
}

/** Lets a replica apply all that it received, and stops it there. */
function* stopAtTheEnd(input: DeadMasterInput, facts: InstanceFacts): Saga<Outcome<InstanceFacts>> {
  const applied = yield* applyToTheEnd(facts, input);
  if (!applied.ok) return applied;
  const stopped = yield* perform(
    applied.value,
    { kind: 'stop-replication', threads: 'both' },
    input.statementTimeoutMs,
  );
  if (!stopped.ok) return stopped;
  const after = yield* read(facts.key, input.statementTimeoutMs);
  if (!after.ok) return after;
  return after.value.replica?.sqlState === 0 ? after : failed('its applier could not be stopped.');
}

/** Where the promoted server's binary log goes on with what this stopped replica lacks. */
function* placeAt(
  context: RoutineContext,
  stopped: InstanceFacts,
  successor: InstanceFacts,
  ready: InstanceFacts,
): Saga<Outcome<LogCoordinates>> {
  const [own, theirs] = [stopped.replica?.executed ?? null, ready.replica?.executed ?? null];
  if (own === null || theirs === null) return failed('it is no replica any more.');
  const uncertain = whyPlaceUncertain(stopped) ?? whyPlaceUncertain(ready);
  if (uncertain !== null) return failed(uncertain);
  const to = keyText(successor.key);
  // One that took writes of its own has a place that tells nothing of what it had received before them.
  if (sameCoordinates(own, theirs) && ready.readOnly && ready.coordinates !== null) {
    yield* note(
      `${keyText(stopped.key)} has executed exactly what ${to} has, and goes on from its ${coordinatesText(ready.coordinates)}.`,
    );
    return { ok: true, value: ready.coordinates };
  }
  const why = sameCoordinates(own, theirs)
    ? `${to} took writes of its own meanwhile`
    : `it stands at ${coordinatesText(own)} of the failed server's binary log, and ${to} at ${coordinatesText(theirs)}`;
  if (context.settings.PseudoGTIDPattern === '') {
    const advice = 'Without GTIDs and without Pseudo-GTID (PseudoGTIDPattern) its place there can only be guessed.';
    return failed(`${why}. ${advice}`);
  }
  const unmatchable = whyNotMatchable(stopped, ready);
  if (unmatchable !== null) return failed(`${why}, and it can't be matched: ${unmatchable}`);
  const found = yield* findPlace(context, ownLogs(stopped, successor), stopped, successor);
  if (!found.ok) return failed(`${why}, and it can't be matched: ${found.failure.message}`);
  const { at, events } = found.value;
  yield* note(`${keyText(stopped.key)} matches ${to} at ${coordinatesText(at)}; ${events} events were compared.`);
  return { ok: true, value: at };
}

function failed(message: string): Outcome<never> {
  return { ok: false, failure: { kind: 'aborted', message } };
}
