import {
  OPERATION_NAMES,
  type OperationArgs,
  type OperationName,
  type OperationResult,
} from '../../../shared/domain/operation.ts';
import type { RecoveryRoutine } from '../analysis/reactions.ts';
import { OPERATIONS } from '../operations/index.ts';
import { RECOVERIES } from '../recoveries/index.ts';
import type { RecoveryArgs, RecoveryResult } from '../recoveries/recovery.ts';
import type { RoutineContext } from '../sagas/context.ts';
import type { Saga } from '../sagas/effects.ts';
import type { RoutineSettings } from '../sagas/routine-settings.ts';
import { TAKEOVERS } from '../takeover/index.ts';
import type { TakeoverArgs, TakeoverResult } from '../takeover/takeover.ts';
import { equivalentsIn, type Picture, topologyOf } from './picture.ts';

export type TakeoverName = 'graceful-master-takeover' | 'cascade-master-takeover';

/** Everything that a routine decides from; plain data, the beginning of a recovery file. */
export type RoutineInput = RoutineStart & RoutineGround;

/** What routines decide from besides what they are asked for. */
export interface RoutineGround {
  readonly picture: Picture;
  readonly settings: RoutineSettings;
  readonly owner: string;
  readonly nodeToken: string;
}

export type RoutineStart =
  | { readonly kind: 'operation'; readonly name: OperationName; readonly args: OperationArgs }
  | { readonly kind: 'recovery'; readonly name: RecoveryRoutine; readonly args: RecoveryArgs }
  | { readonly kind: 'takeover'; readonly name: TakeoverName; readonly args: TakeoverArgs };

interface Results {
  readonly operation: OperationResult;
  readonly recovery: RecoveryResult;
  readonly takeover: TakeoverResult;
}

export type ResultOfKind<K extends RoutineStart['kind']> = Results[K];

export type RoutineResult = ResultOfKind<RoutineStart['kind']>;

/**
 * Begins the routine of that name. Real runs, dry runs, replays and simulations all begin here.
 * @throws Error for a name that this version doesn't have
 */
export function startRoutine(input: RoutineInput): Saga<RoutineResult> {
  return startIn(contextOf(input), input);
}

/** As `startRoutine`, for who begins many from the same picture. @throws Error as that */
export function startIn(context: RoutineContext, start: RoutineStart): Saga<RoutineResult> {
  switch (start.kind) {
    case 'operation':
      return named(OPERATIONS[start.name], start.name)(context, start.args);
    case 'recovery':
      return named(RECOVERIES[start.name], start.name)(context, start.args);
    case 'takeover':
      return named(TAKEOVERS[start.name], start.name)(context, start.args);
  }
}

export function isOperationName(name: string): name is OperationName {
  return (OPERATION_NAMES as readonly string[]).includes(name);
}

/** What sagas are given of it. */
export function contextOf({ picture, settings, owner, nodeToken }: RoutineGround): RoutineContext {
  const downtimed = new Set(picture.downtimed);
  const ignored = new Set(picture.promotionIgnored);
  return {
    topology: topologyOf(picture),
    settings,
    owner,
    nodeToken,
    startedMs: picture.atMs,
    isDowntimed: (id) => downtimed.has(id),
    isPromotionIgnored: (id) => ignored.has(id),
    equivalents: equivalentsIn(picture),
  };
}

function named<T>(routine: T | null | undefined, name: string): T {
  if (routine === null || routine === undefined) throw new Error(`This version of Baton has no routine "${name}".`);
  return routine;
}
