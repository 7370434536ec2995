import type { RepointMode } from '../../../../shared/domain/action.ts';
import type { InstanceFacts, LogCoordinates } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../../shared/domain/instance-key.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { now, type Outcome, perform, read, type Saga, sleep } from '../../sagas/effects.ts';
import { compareCoordinates, coordinatesText, sameCoordinates } from '../../topology/coordinates.ts';
import { arrived } from '../frame/arrival.ts';
import { type Moved, startThreads, stopFully } from '../frame/move-replica.ts';
import { modeAt } from './move-along.ts';
import { notDone, type PutBack } from './outcome.ts';
import { putBackTwice, reach, recordEquivalence, startAfresh } from './places.ts';
import type { Family } from './preconditions.ts';

const BOTH = { io: true, sql: true };
const DONE: Outcome<void> = { ok: true, value: undefined };
const LOOK_MS = 20;

/** Both servers stopped at the same state: the places that it has in all three logs. */
interface Meeting {
  /** In the upper server's log. */
  readonly upper: LogCoordinates;
  /** In the source's log. */
  readonly master: LogCoordinates;
  /** In the replica's log. */
  readonly instance: LogCoordinates;
}

/**
 * Swaps the two with both of them stopped at the same state. The source hangs below the replica before that goes on, so
 * that every step up to there can be taken back to exactly where it was.
 */
export function* swapByPosition(context: RoutineContext, pair: Family): Saga<Moved> {
  const { instance, master, upper } = pair;
  const met = yield* meet(context, pair);
  if ('state' in met) return met;
  const { meeting, stopped } = met;
  const upMode = yield* modeAt(context, stopped.instance, { key: upper.key, ...meeting.upper }, upper);
  const up = yield* point(context, stopped.instance, upper.key, upMode);
  if (!up.ok) return yield* backBoth(context, pair, up.failure.message, null, meeting.master);
  const tail = yield* receiveTail(context, stopped.instance, upper.key, stopped.master);
  if (!tail.ok) return yield* backBoth(context, pair, tail.failure.message, null, meeting.master);
  const below = { key: instance.key, facts: stopped.instance };
  const downMode = yield* modeAt(context, stopped.master, { key: instance.key, ...meeting.instance }, below);
  const timeoutMs = statementTimeoutMs(context);
  const down = yield* point(context, stopped.master, instance.key, downMode);
  const started = down.ok ? yield* startThreads(master, BOTH, timeoutMs) : down;
  const follows = started.ok ? yield* arrived(master.key, instance.key, BOTH, timeoutMs) : started;
  if (!follows.ok) return yield* backBoth(context, pair, follows.failure.message, meeting.upper, meeting.master);
  const goesOn = yield* goOn(context, pair, meeting);
  if (goesOn.state !== 'done') return goesOn;
  yield* recordEquivalence({ key: master.key, ...meeting.master }, { key: upper.key, ...meeting.upper });
  yield* recordEquivalence({ key: instance.key, ...meeting.instance }, { key: upper.key, ...meeting.upper });
  return goesOn;
}

interface Met {
  readonly meeting: Meeting;
  readonly stopped: { readonly instance: InstanceFacts; readonly master: InstanceFacts };
}

/** Stops both, the source first, and lets the replica come to where that stopped. */
function* meet(context: RoutineContext, pair: Family): Saga<Met | Moved> {
  const { instance, master } = pair;
  const halt = yield* stopFully(master, statementTimeoutMs(context));
  if (!halt.ok) return notDone(halt.failure.message, [yield* putBackTwice(context, master, null)]);
  const rested = yield* stopFully(instance, statementTimeoutMs(context));
  const [upper, own] = [halt.value.replica?.executed, halt.value.coordinates];
  const why = rested.ok ? `${keyText(master.key)} has no place to go on from.` : rested.failure.message;
  if (!rested.ok || upper === undefined || own === null) {
    return yield* backBoth(context, pair, why, null, null);
  }
  const there = yield* reach(context, rested.value, own);
  if (!there.ok) return yield* backBoth(context, pair, there.failure.message, null, null);
  const place = there.value.coordinates;
  if (place === null) {
    return yield* backBoth(context, pair, `${keyText(instance.key)} has no binary log.`, null, null);
  }
  const meeting: Meeting = { upper, master: own, instance: place };
  return { meeting, stopped: { instance: there.value, master: halt.value } };
}

function* point(
  context: RoutineContext,
  replica: InstanceFacts,
  source: InstanceKey,
  mode: RepointMode,
): Saga<Outcome<void>> {
  const action = { kind: 'repoint', source, mode, tls: null, credentialsOf: null } as const;
  return yield* perform(replica, action, statementTimeoutMs(context));
}

/**
 * Lets the replica receive from above what the source has received and not applied: that is thrown away when the source
 * is pointed elsewhere, and the upper server could die meanwhile.
 */
function* receiveTail(
  context: RoutineContext,
  instance: InstanceFacts,
  upper: InstanceKey,
  master: InstanceFacts,
): Saga<Outcome<void>> {
  const timeoutMs = statementTimeoutMs(context);
  const started = yield* startThreads(instance, { io: true, sql: false }, timeoutMs);
  if (!started.ok) return started;
  const there = yield* arrived(instance.key, upper, { io: true, sql: false }, timeoutMs);
  if (!there.ok) return there;
  const wanted = master.replica?.read;
  const beginMs = yield* now();
  for (;;) {
    const seen = yield* read(instance.key, timeoutMs);
    if (!seen.ok) return seen;
    const has = seen.value.replica?.read;
    if (has === undefined || wanted === undefined || compareCoordinates(has, wanted) >= 0) return DONE;
    if ((yield* now()) - beginMs > timeoutMs) {
      const message = `${keyText(instance.key)} does not receive from ${keyText(upper)} what ${keyText(master.key)} has: it has read up to ${coordinatesText(has)}, and not ${coordinatesText(wanted)}.`;
      return { ok: false, failure: { kind: 'timeout', message } };
    }
    yield* sleep(LOOK_MS);
  }
}

/** The replica's part comes last: until it has executed something from above, both can still be put back exactly. */
function* goOn(context: RoutineContext, pair: Family, meeting: Meeting): Saga<Moved> {
  const { instance, master, upper } = pair;
  const timeoutMs = statementTimeoutMs(context);
  const started = yield* startThreads(instance, BOTH, timeoutMs);
  const there = started.ok ? yield* arrived(instance.key, upper.key, BOTH, timeoutMs) : started;
  if (there.ok) return { state: 'done', facts: there.value };
  const rested = yield* stopFully(instance, timeoutMs);
  const { replica, coordinates } = rested.ok ? rested.value : { replica: null, coordinates: null };
  const unmoved =
    replica !== null &&
    coordinates !== null &&
    sameCoordinates(coordinates, meeting.instance) &&
    (sameCoordinates(replica.executed, meeting.upper) || replica.gtidUse !== 'none');
  if (unmoved) return yield* backBoth(context, pair, there.failure.message, meeting.upper, meeting.master);
  const [i, p] = [keyText(instance.key), keyText(master.key)];
  const swapped = `The swap is made: ${i} is below ${keyText(upper.key)}, and ${p} replicates from ${i}; but ${i} does not replicate.`;
  const restarted = rested.ok ? yield* startThreads(instance, BOTH, timeoutMs) : rested;
  const stands = restarted.ok ? '' : ` It could not be started again: ${restarted.failure.message}`;
  const repair = `When the cause is gone, go on with: start-replica -i ${i}`;
  return { state: 'left', reason: `${there.failure.message} ${swapped}${stands} ${repair}` };
}

/**
 * Puts both back, the source first. The places are where each stood when it was pointed elsewhere; null for one that
 * was only stopped.
 */
function* backBoth(
  context: RoutineContext,
  { instance, master }: Family,
  why: string,
  masterAt: LogCoordinates | null,
  instanceAt: LogCoordinates | null,
): Saga<Moved> {
  const backs: PutBack[] = [];
  backs.push(yield* putBackTwice(context, master, masterAt));
  backs.push(yield* instanceAt === null ? startAfresh(context, instance) : putBackTwice(context, instance, instanceAt));
  return notDone(why, backs);
}
