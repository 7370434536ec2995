import type { Effect, Saga } from '../../../src/main/core/sagas/effects.ts';

/** One effect that a saga yielded, and what it was answered. */
export interface Step {
  readonly effect: Effect;
  readonly result: unknown;
}

export interface Run<T> {
  readonly result: T;
  readonly steps: readonly Step[];
}

interface Branch {
  readonly saga: Saga<unknown>;
  next: IteratorResult<Effect, unknown>;
}

/**
 * Runs a saga to its end without any time passing but the answerer's. Parallel branches take turns, one effect each,
 * so that they see each other's doings.
 * @throws when it yields more effects than `limit`: a saga must end whatever it is answered
 */
export function drive<T>(saga: Saga<T>, answer: (effect: Effect) => unknown, limit = 5000): Run<T> {
  const steps: Step[] = [];
  const perform = (effect: Effect): unknown => {
    if (effect.type === 'parallel') return takeTurns(effect.branches);
    if (steps.length >= limit) throw new Error(`still not at its end after ${limit} effects`);
    const result = answer(effect);
    steps.push({ effect, result });
    return result;
  };
  const takeTurns = (sagas: readonly Saga<unknown>[]): readonly unknown[] => {
    const branches: Branch[] = sagas.map((each) => ({ saga: each, next: each.next() }));
    while (branches.some((each) => !each.next.done)) {
      for (const branch of branches) {
        if (!branch.next.done) branch.next = branch.saga.next(perform(branch.next.value));
      }
    }
    return branches.map((each) => each.next.value);
  };
  const [result] = takeTurns([saga]);
  return { result: result as T, steps };
}

/** The notes and phases, in order: what a person reads of the recovery. */
export function messages(steps: readonly Step[]): string[] {
  return steps.flatMap(({ effect }) => (effect.type === 'note' || effect.type === 'phase' ? [effect.message] : []));
}

/**
 * The effects that touch the world, in short: `fence`, `hooks PreFailoverProcesses`, `db2 stop-replication io`,
 * `db2 repoint db3`. Reads, notes and waits are left out.
 */
export function deeds(steps: readonly Step[]): string[] {
  return steps.flatMap(({ effect }) => {
    switch (effect.type) {
      case 'fence':
      case 'unfence':
      case 'fence-state':
        return [effect.type];
      case 'hooks':
        return [`hooks ${effect.list}`];
      case 'perform':
        return [describe(effect)];
      default:
        return [];
    }
  });
}

function describe({ facts, action }: Extract<Effect, { readonly type: 'perform' }>): string {
  const words = [facts.key.hostname, action.kind];
  if ('threads' in action) words.push(action.threads);
  if (action.kind === 'repoint') words.push(action.source.hostname);
  if (action.kind === 'set-read-only' || action.kind === 'set-semi-sync-source') words.push(action.on ? 'on' : 'off');
  return words.join(' ');
}
