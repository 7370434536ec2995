import type { ServerAction } from '../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { PlannedStep } from '../../../shared/domain/operation.ts';
import { type ResultOfKind, type RoutineInput, startRoutine } from '../routines/routine.ts';
import type { Effect, EffectFailure, Outcome, Saga } from '../sagas/effects.ts';
import { phraseOf } from './phrase.ts';

/**
 * This folder decides what a routine would do if it were begun now: it runs the very saga and answers its effects with
 * how things would stand. It changes nothing, and it knows of no failure but those that it is told of.
 */
export interface Planned<T> {
  readonly result: T;
  /** In order; steps of parallel branches take turns. */
  readonly plan: readonly PlannedStep[];
}

/** The statements of an action, secrets masked; a failure where the server's dialect doesn't know it. */
export type StatementsOf = (facts: InstanceFacts, action: ServerAction) => Outcome<readonly string[]>;

/** Yields the effects that have to be answered, which are all but those that run others side by side. */
export type Planning<T> = Generator<Effect, Planned<T>, unknown>;

interface Branch {
  readonly saga: Saga<unknown>;
  next: IteratorResult<Effect, unknown>;
}

/** A routine that asks so much goes round in circles. */
const MOST_EFFECTS = 100_000;

/**
 * Plans a routine. The answers come from a predicted cluster's `answer`, or partly from real servers.
 * @throws Error for a routine that this version doesn't have, or one that doesn't end
 */
export function planOf<I extends RoutineInput>(
  input: I,
  answer: (effect: Effect) => unknown,
  statementsOf: StatementsOf,
): Planned<ResultOfKind<I['kind']>> {
  const planning = planRoutine(input, statementsOf);
  let step = planning.next();
  while (!step.done) step = planning.next(answer(step.value));
  return step.value;
}

/** As `planOf`, for who answers in another way, such as asynchronously. */
export function planRoutine<I extends RoutineInput>(
  input: I,
  statementsOf: StatementsOf,
): Planning<ResultOfKind<I['kind']>> {
  // The kind decides which of the results a routine gives.
  return planSaga(startRoutine(input) as Saga<ResultOfKind<I['kind']>>, statementsOf);
}

export function* planSaga<T>(saga: Saga<T>, statementsOf: StatementsOf): Planning<T> {
  const plan: PlannedStep[] = [];
  const [result] = yield* takeTurns([saga], plan, statementsOf);
  // One saga was begun, and this is what it returned.
  return { result: result as T, plan };
}

function* takeTurns(
  sagas: readonly Saga<unknown>[],
  plan: PlannedStep[],
  statementsOf: StatementsOf,
): Generator<Effect, readonly unknown[], unknown> {
  const branches: Branch[] = sagas.map((saga) => ({ saga, next: saga.next() }));
  let effects = 0;
  while (branches.some(({ next }) => !next.done)) {
    for (const branch of branches) {
      if (branch.next.done) continue;
      effects += 1;
      if (effects > MOST_EFFECTS) throw new Error(`The dry run did not come to an end after ${MOST_EFFECTS} steps.`);
      branch.next = branch.saga.next(yield* answered(branch.next.value, plan, statementsOf));
    }
  }
  return branches.map(({ next }) => next.value);
}

function* answered(
  effect: Effect,
  plan: PlannedStep[],
  statementsOf: StatementsOf,
): Generator<Effect, unknown, unknown> {
  if (effect.type === 'parallel') return yield* takeTurns(effect.branches, plan, statementsOf);
  const statements: Outcome<readonly string[]> =
    effect.type === 'perform' ? statementsOf(effect.facts, effect.action) : { ok: true, value: [] };
  const result = statements.ok ? yield effect : statements;
  if (effect.type === 'now' || effect.type === 'sleep') return result;
  const failure = failureOf(result);
  const phrase = phraseOf(effect);
  plan.push({
    server: serverOf(effect),
    kind: effect.type,
    statements: statements.ok ? statements.value : [],
    message: failure === null ? phrase : `${phrase} This would fail: ${failure.message}`,
  });
  return result;
}

function serverOf(effect: Effect): string {
  if ('facts' in effect) return keyText(effect.facts.key);
  return 'key' in effect ? keyText(effect.key) : '';
}

function failureOf(result: unknown): EffectFailure | null {
  const outcome = result as Outcome<unknown> | null | undefined;
  return typeof outcome === 'object' && outcome?.ok === false ? outcome.failure : null;
}
