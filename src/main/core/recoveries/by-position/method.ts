import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { chooseByPosition, receivedPlace } from '../../candidates/choose-by-position.ts';
import type { RoutineContext } from '../../sagas/context.ts';
import type { DeadMasterInput } from '../../sagas/dead-master-input.ts';
import { note, parallel, perform, read, type Saga } from '../../sagas/effects.ts';
import { inTrouble } from '../../sagas/make-complete.ts';
import { contendersOf, keyOf, type Participant, replaced, withFacts } from '../../sagas/participants.ts';
import type { Completion, RecoveryMethod } from '../../sagas/recovery-method.ts';
import { compareCoordinates, coordinatesText } from '../../topology/coordinates.ts';
import { applyToTheEnd, whyPlaceUncertain } from './apply-to-the-end.ts';
import { moveByPosition } from './move-by-position.ts';

/**
 * Replicas are compared by how much of the failed source's binary log they have received, and moved by coordinates: the
 * promoted one's own place is written down when it has executed all that it received, and is where those go on that
 * have executed exactly as much. Others are matched by Pseudo-GTID, or left. Nothing is guessed.
 */
export function byPosition(context: RoutineContext): RecoveryMethod {
  return {
    choose: (input, participants) => chooseByPosition(contendersOf(participants), input.failed, input.policy),
    makeComplete,
    *moveOthers(input, others, successor, ready) {
      return yield* parallel(others.map((each) => moveByPosition(context, input, each, successor, ready)));
    },
    whatIsLost,
  };
}

/** Lets the chosen one apply its relay log, and stops it there, so that its own place is that of what it executed. */
function* makeComplete(
  input: DeadMasterInput,
  participants: readonly Participant[],
  chosen: Participant,
): Saga<Completion> {
  const failed = function* (reason: string): Saga<Completion> {
    return { participants: replaced(participants, yield* inTrouble(input, chosen, reason)), ready: null };
  };
  const applied = yield* applyToTheEnd(chosen.contender.facts, input);
  if (!applied.ok) return yield* failed(applied.failure.message);
  const stopped = yield* perform(
    applied.value,
    { kind: 'stop-replication', threads: 'both' },
    input.statementTimeoutMs,
  );
  if (!stopped.ok) return yield* failed(stopped.failure.message);
  const ready = yield* read(keyOf(chosen), input.statementTimeoutMs);
  if (!ready.ok) return yield* failed(ready.failure.message);
  const { replica, coordinates } = ready.value;
  if (replica === null || replica.sqlState !== 0) return yield* failed('its applier could not be stopped.');
  const uncertain = whyPlaceUncertain(ready.value);
  if (uncertain !== null) yield* note(`${uncertain} The others can't go on from its place.`);
  const own = coordinates === null ? 'no binary log of its own' : `its own ${coordinatesText(coordinates)}`;
  yield* note(
    `${keyText(ready.value.key)} has executed the failed server's log up to ${coordinatesText(replica.executed)}, at ${own}.`,
  );
  return { participants: replaced(participants, withFacts(chosen, ready.value)), ready: ready.value };
}

function whatIsLost(_input: DeadMasterInput, stopped: readonly Participant[], ready: InstanceFacts): readonly string[] {
  const has = ready.replica?.executed ?? null;
  return stopped.flatMap(({ contender: { facts } }) => {
    const received = receivedPlace(facts);
    if (has === null || received === null || compareCoordinates(received, has) <= 0) return [];
    return [
      `${keyText(ready.key)} lacks what ${keyText(facts.key)} had received, from ${coordinatesText(has)} to ` +
        `${coordinatesText(received)} of the failed server's binary log.`,
    ];
  });
}
