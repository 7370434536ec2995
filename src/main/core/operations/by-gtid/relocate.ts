import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationArgs, OperationName, OperationResult } from '../../../../shared/domain/operation.ts';
import type { RoutineContext } from '../../sagas/context.ts';
import { note, type Saga } from '../../sagas/effects.ts';
import { POSITION_OPERATIONS } from '../by-position/index.ts';
import { done, type Operation, refused } from '../operation.ts';
import { PSEUDO_GTID_OPERATIONS } from '../pseudo-gtid/index.ts';
import { moveBelowByGtid } from './gtid-move.ts';
import { checkPair, type Pair } from './preconditions.ts';
import { chooseMethod, type Method } from './relocation-method.ts';
import { repoint, repointPlaced } from './repoint.ts';

/** A binlog server above a binlog server above … is no topology that anyone has; it ends all the same. */
const DEEPEST = 4;

/**
 * `relocate`: below any other server of the topology, by whichever method fits (topology operations reference, 5.1).
 * The method that is chosen is final: a GTID move that fails is not tried again by other means.
 */
export const relocate: Operation = (context, args) => relocateAt(context, args, 0);

function* relocateAt(context: RoutineContext, args: OperationArgs, depth: number): Saga<OperationResult> {
  const pair = yield* checkPair(context, args);
  if (!pair.ok) return refused(args.instance, pair.reason);
  return yield* carryOut(context, args, pair.value, chooseMethod(context, pair.value), depth);
}

function* carryOut(
  context: RoutineContext,
  args: OperationArgs,
  pair: Pair,
  method: Method,
  depth: number,
): Saga<OperationResult> {
  switch (method.by) {
    case 'none':
      return refused(args.instance, method.reason);
    case 'gtid':
      return yield* moveBelowByGtid(context, pair);
    case 'repoint':
      return yield* repoint(context, args);
    case 'repoint-by-coordinates':
      return yield* repointPlaced(context, args, 'coordinates');
    case 'match':
      return yield* existing(PSEUDO_GTID_OPERATIONS.match, 'match')(context, args);
    case 'move-below':
      return yield* existing(POSITION_OPERATIONS['move-below'], 'move-below')(context, args);
    case 'move-up':
      return yield* moveUp(context, args);
    case 'move-equivalent':
      return yield* byEquivalence(context, args, pair, method.otherwise, depth);
    case 'via-source':
    case 'move-up-first':
      return yield* inTwoSteps(context, args, method, depth);
  }
}

/** `move-up` knows by itself where it goes. */
function* moveUp(context: RoutineContext, { instance }: OperationArgs): Saga<OperationResult> {
  return yield* existing(POSITION_OPERATIONS['move-up'], 'move-up')(context, { instance });
}

function* byEquivalence(
  context: RoutineContext,
  args: OperationArgs,
  pair: Pair,
  otherwise: Method,
  depth: number,
): Saga<OperationResult> {
  const tried = yield* existing(POSITION_OPERATIONS['move-equivalent'], 'move-equivalent')(context, args);
  if (tried.state !== 'refused' && tried.state !== 'undone') return tried;
  yield* note(`Recorded coordinates did not do: ${tried.message}`);
  return yield* carryOut(context, args, pair, otherwise, depth);
}

/** A first step that is done is kept when the second can't be: the replica replicates, and the message says where. */
function* inTwoSteps(
  context: RoutineContext,
  args: OperationArgs,
  method: Extract<Method, { readonly by: 'via-source' | 'move-up-first' }>,
  depth: number,
): Saga<OperationResult> {
  const { instance } = args;
  if (depth >= DEEPEST) return refused(instance, `${keyText(instance)} is too many binlog servers away.`);
  const first =
    method.by === 'via-source'
      ? yield* relocateAt(context, { instance, destination: method.via }, depth + 1)
      : yield* moveUp(context, args);
  if (first.state !== 'done') return first;
  const second =
    method.by === 'via-source'
      ? yield* repointPlaced(context, args, 'coordinates')
      : yield* relocateAt(context, args, depth + 1);
  if (second.state === 'done' || second.state === 'left') return second;
  const message = `${first.message} It could not go further: ${second.message}`;
  return { ...done(instance, message, { destination: first.destination }), state: 'partial' };
}

/** The operation of another group, which is looked up when it is needed: the groups know each other. */
export function existing(operation: Operation | undefined, name: OperationName): Operation {
  if (operation === undefined) throw new Error(`This version of Baton has no operation "${name}".`);
  return operation;
}
