import type { ServerAction } from '../../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationArgs, OperationResult } from '../../../../shared/domain/operation.ts';
import { type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { type Outcome, perform, read, type Saga } from '../../sagas/effects.ts';
import { asSentence } from '../frame/sentence.ts';
import { failed, type Operation, refused } from '../operation.ts';

/** What an operation on one server does, with the server as it is now. */
export type Work = (context: RoutineContext, facts: InstanceFacts, args: OperationArgs) => Saga<OperationResult>;

/** An operation on one server: reads it, and refuses when it can't be read. */
export function onServer(work: Work): Operation {
  return function* (context, args) {
    const facts = yield* read(args.instance, statementTimeoutMs(context));
    if (facts.ok) return yield* work(context, facts.value, args);
    return refused(args.instance, `${keyText(args.instance)} can't be read now: ${facts.failure.message}`);
  };
}

/** As `onServer`, for a replica only. @param verb such as `stop` */
export function onReplica(verb: string, work: Work): Operation {
  return onServer(function* (context, facts, args) {
    if (facts.replica !== null) return yield* work(context, facts, args);
    return refused(facts.key, `${keyText(facts.key)} is not a replica: there is no replication to ${verb}.`);
  });
}

/** One action, and the one that takes it back. */
export interface Change {
  readonly action: ServerAction;
  readonly inverse: ServerAction;
}

/** Performs changes in order; when one fails, it and those before it are taken back. */
export function* change(
  context: RoutineContext,
  facts: InstanceFacts,
  changes: readonly Change[],
): Saga<Outcome<void> & { readonly back?: Outcome<void> }> {
  const timeoutMs = statementTimeoutMs(context);
  for (const [index, { action }] of changes.entries()) {
    const done = yield* perform(facts, action, timeoutMs);
    if (done.ok) continue;
    // The one that failed may have been carried out without an answer.
    const back = yield* takeBack(context, facts, changes.slice(0, index + 1));
    return { ...done, back };
  }
  return { ok: true, value: undefined };
}

/** Takes changes back, the last first; goes on after one that fails. @returns the first failure */
export function* takeBack(
  context: RoutineContext,
  facts: InstanceFacts,
  changes: readonly Change[],
): Saga<Outcome<void>> {
  let result: Outcome<void> = { ok: true, value: undefined };
  for (const { inverse } of changes.toReversed()) {
    const once = yield* perform(facts, inverse, statementTimeoutMs(context));
    const done = once.ok ? once : yield* perform(facts, inverse, statementTimeoutMs(context));
    if (!done.ok && result.ok) result = done;
  }
  return result;
}

/** The result of something that could not be done. @param back how taking it back went; @param repair a command */
export function undoneOrLeft(key: InstanceKey, why: string, back: Outcome<unknown>, repair: string): OperationResult {
  const reason = asSentence(why);
  if (back.ok) return failed(key, 'undone', `${reason} ${keyText(key)} is as it was.`);
  const left = `${keyText(key)} could not be put back: ${asSentence(back.failure.message)}`;
  return failed(key, 'left', `${reason} ${left} Look at it, and repair it with: ${repair}`);
}
