import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { OperationArgs, OperationName, OperationResult, ReplicaResult } from '../../../shared/domain/operation.ts';
import type { RoutineContext } from '../sagas/context.ts';
import type { Saga } from '../sagas/effects.ts';

/**
 * This folder decides how topology operations are done: what is checked first, which steps in which order, what is read
 * back, and how a server is put back when the target can't be reached (topology operations reference).
 */
export type Operation = (context: RoutineContext, args: OperationArgs) => Saga<OperationResult>;

export type Operations = Partial<Record<OperationName, Operation>>;

const NOTHING: Omit<OperationResult, 'state' | 'message'> = {
  subject: null,
  destination: null,
  replicas: [],
  lines: [],
};

/** The precondition that fails, in words; nothing was touched. */
export function refused(subject: InstanceKey, message: string): OperationResult {
  return { ...NOTHING, state: 'refused', message, subject };
}

export function done(
  subject: InstanceKey,
  message: string,
  more: Partial<Pick<OperationResult, 'destination' | 'replicas' | 'lines'>> = {},
): OperationResult {
  return { ...NOTHING, ...more, state: 'done', message, subject };
}

/** Begun and not reached: `undone` when everything is as it was, `left` when it isn't. */
export function failed(
  subject: InstanceKey,
  state: 'undone' | 'left',
  message: string,
  more: Partial<Pick<OperationResult, 'destination' | 'replicas' | 'lines'>> = {},
): OperationResult {
  return { ...NOTHING, ...more, state, message, subject };
}

/** Puts the results of an operation on many together. @param verb such as `moved` */
export function ofMany(
  subject: InstanceKey,
  destination: InstanceKey | null,
  replicas: readonly ReplicaResult[],
  verb: string,
): OperationResult {
  const good = replicas.filter((each) => each.state === 'done').length;
  const bad = replicas.filter((each) => each.state !== 'done');
  const left = bad.some((each) => each.state === 'left');
  const untouched = good === 0 && bad.every((each) => each.state === 'refused');
  const state = bad.length === 0 ? 'done' : left ? 'left' : good > 0 ? 'partial' : untouched ? 'refused' : 'undone';
  const reasons = [...new Set(bad.map((each) => each.reason))].join(' ');
  const message = `${good} of ${replicas.length} replicas ${verb}.${reasons === '' ? '' : ` ${reasons}`}`;
  return { state, message, subject, destination, replicas, lines: [] };
}
