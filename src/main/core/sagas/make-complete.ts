import { appliesItsRelayLog, gtidKind, holdingsOf, type Missing, whatIsMissing } from '../candidates/missing.ts';
import { applyRelayLog, bringOver } from './catch-up.ts';
import type { DeadMasterInput } from './dead-master-input.ts';
import { note, read, type Saga } from './effects.ts';
import {
  contendersOf,
  keyOf,
  nameOf,
  type Participant,
  participant,
  replaced,
  withFacts,
  withTrouble,
} from './participants.ts';
import type { Completion } from './recovery-method.ts';

/** A replica after something was asked of it, and why that failed; null when it didn't. */
interface Tried {
  readonly one: Participant;
  readonly failure: string | null;
}

/**
 * Lets the chosen replica execute all that any reachable replica received: first its own relay log, then what others
 * have, one donor after the other. A donor that fails is done without, and what only it has is then lost and named;
 * a chosen one that fails is in trouble, and another is to be chosen.
 */
export function* makeComplete(
  input: DeadMasterInput,
  participants: readonly Participant[],
  chosen: Participant,
): Saga<Completion> {
  const applied = yield* applyOwn(input, chosen);
  let best = applied.one;
  let current = replaced(participants, best);
  if (applied.failure !== null) return { participants: current, ready: null };
  for (;;) {
    const missing = missingOf(best, current, input);
    const donor = participant(current, missing.donor);
    if (donor === null) {
      if (missing.lost !== '') yield* note(`Received by a replica that can't pass it on, and so lost: ${missing.lost}`);
      return { participants: current, ready: best.contender.facts };
    }
    yield* note(`${nameOf(donor)} received more; brought over from it first: ${missing.toBringOver}`);
    const round = yield* fetchFrom(input, best, donor);
    best = round.chosen.one;
    current = replaced(replaced(current, round.donor), best);
    if (round.chosen.failure !== null) return { participants: current, ready: null };
  }
}

function missingOf(best: Participant, participants: readonly Participant[], input: DeadMasterInput): Missing {
  const contenders = contendersOf(participants);
  return whatIsMissing(keyOf(best), holdingsOf(contenders, input.failed), gtidKind(input.failed, contenders));
}

function* applyOwn(input: DeadMasterInput, one: Participant): Saga<Tried> {
  const applied = yield* applyRelayLog(one.contender.facts, input);
  if (applied.ok) return { one: withFacts(one, applied.value), failure: null };
  return { one: yield* inTrouble(input, one, applied.failure.message), failure: applied.failure.message };
}

function* fetchFrom(
  input: DeadMasterInput,
  chosen: Participant,
  donor: Participant,
): Saga<{ readonly chosen: Tried; readonly donor: Participant }> {
  const untouched: Tried = { one: chosen, failure: null };
  const asItIs: Tried = { one: donor, failure: null };
  const serving = appliesItsRelayLog(donor.contender) ? yield* applyOwn(input, donor) : asItIs;
  if (serving.failure !== null) return { chosen: untouched, donor: serving.one };
  const failure = yield* bringOver(chosen.contender.facts, serving.one.contender.facts, input);
  const pointed: Participant = { ...chosen, standing: 'at-donor' };
  if (failure?.blame === 'chosen') {
    const failed = { one: yield* inTrouble(input, pointed, failure.message), failure: failure.message };
    return { chosen: failed, donor: serving.one };
  }
  const fresh = yield* read(keyOf(chosen), input.statementTimeoutMs);
  if (!fresh.ok) {
    const unread = { one: yield* inTrouble(input, pointed, fresh.failure.message), failure: fresh.failure.message };
    return { chosen: unread, donor: serving.one };
  }
  const brought = withFacts(pointed, fresh.value);
  // A donor that has more to offer after it has given everything would be asked for ever.
  const rest = missingOf(brought, [brought, serving.one], input).toBringOver;
  const obstacle = failure?.message ?? (rest === '' ? null : `${rest} does not arrive.`);
  const after = obstacle === null ? serving.one : yield* cannotServe(serving.one, obstacle);
  return { chosen: { one: brought, failure: null }, donor: after };
}

function* cannotServe(donor: Participant, message: string): Saga<Participant> {
  yield* note(`${nameOf(donor)} can't pass on what it received: ${message}`);
  return withTrouble(donor, { reason: `it can't pass on what it received: ${message}`, serves: 'nothing' });
}

/** Out of the choice from now on; others can still fetch what it has executed, if it can be read at all. */
export function* inTrouble(input: DeadMasterInput, one: Participant, message: string): Saga<Participant> {
  yield* note(`${nameOf(one)} is in trouble: ${message}`);
  const fresh = yield* read(keyOf(one), input.statementTimeoutMs);
  if (!fresh.ok) return withTrouble(one, { reason: message, serves: 'nothing' });
  return withTrouble(withFacts(one, fresh.value), { reason: message, serves: 'executed' });
}
