import type { ServerAction } from '../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { applyCommand } from '../../core/commands/reducer.ts';
import type { CommandState } from '../../core/commands/state.ts';
import { type Planned, planRoutine, type StatementsOf } from '../../core/dry-run/plan.ts';
import { PredictedCluster, type PredictionOptions } from '../../core/dry-run/predicted-cluster.ts';
import type { ResultOfKind, RoutineInput } from '../../core/routines/routine.ts';
import type { Effect, Outcome } from '../../core/sagas/effects.ts';
import { type MysqlPort, ServerError } from '../ports/mysql.ts';

/**
 * Says what a routine would do, and does nothing. Servers that it hasn't changed in the prediction are read and asked
 * for real; the others are as the prediction has them.
 * @param state what the command log would answer from; it is not changed
 */
export async function dryRun<I extends RoutineInput>(
  mysql: MysqlPort,
  input: I,
  state: CommandState,
  options: Pick<PredictionOptions, 'dead'> = {},
): Promise<Planned<ResultOfKind<I['kind']>>> {
  const cluster = new PredictedCluster(input.picture, { ...options, propose: proposing(state) });
  const planning = planRoutine(input, statementsBy(mysql));
  let step = planning.next();
  while (!step.done) step = planning.next(await answer(mysql, cluster, step.value));
  return step.value;
}

/** The statements that an action would send, as the executor would put them down. */
function statementsBy(mysql: MysqlPort): StatementsOf {
  return (facts: InstanceFacts, action: ServerAction): Outcome<readonly string[]> => {
    try {
      return { ok: true, value: mysql.statements(facts, action) };
    } catch (error) {
      if (error instanceof ServerError) return { ok: false, failure: error.failure };
      throw error;
    }
  };
}

/** Answers commands as the log would, on a state of its own. */
function proposing(initial: CommandState): NonNullable<PredictionOptions['propose']> {
  let state = initial;
  return (command) => {
    const applied = applyCommand(state, command);
    state = applied.state;
    return applied.result;
  };
}

async function answer(mysql: MysqlPort, cluster: PredictedCluster, effect: Effect): Promise<unknown> {
  if (effect.type === 'read' && cluster.mayBeReal(effect.key) && !cluster.isChanged(effect.key)) {
    try {
      cluster.observe(await mysql.read(effect.key, effect.timeoutMs));
    } catch (error) {
      if (error instanceof ServerError) return { ok: false, failure: error.failure };
      throw error;
    }
  }
  // What the prediction has changed is known from it alone.
  if (effect.type === 'ask' && effect.question.kind !== 'last-write' && cluster.mayBeReal(effect.facts.key)) {
    const { facts, question, timeoutMs } = effect;
    try {
      return { ok: true, value: await mysql.ask(facts, question, timeoutMs) };
    } catch (error) {
      if (error instanceof ServerError) return { ok: false, failure: error.failure };
      const reason = reasonOf(error);
      return { ok: false, failure: { kind: 'other', message: `${keyText(facts.key)}: ${reason}` } };
    }
  }
  return cluster.answer(effect);
}
