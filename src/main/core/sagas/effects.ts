import type { ServerAction } from '../../../shared/domain/action.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { InstanceFacts, PollFailureKind } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { Answer, ServerQuestion } from '../../../shared/domain/question.ts';

/**
 * Sagas are generators that yield effects as data and receive their results. They decide; they never act. The
 * executor performs effects for real; a dry run, a replay or a simulation answers them otherwise.
 */
export type Saga<T> = Generator<Effect, T, unknown>;

/** A result that may be a failure: failures of servers are ordinary in a recovery, so they are values. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: EffectFailure };

export interface EffectFailure {
  readonly kind: PollFailureKind | 'hook' | 'aborted';
  /** A sentence for a person. */
  readonly message: string;
}

/** The stages of a recovery, in order; a recovery that was interrupted names those it did not reach. */
export type Phase = 'noticed' | 'confirmed' | 'hooks' | 'candidate' | 'promoted' | 'replicas moved' | 'post hooks';

export type HookList =
  | 'OnFailureDetectionProcesses'
  | 'PreGracefulTakeoverProcesses'
  | 'PreFailoverProcesses'
  | 'PostMasterFailoverProcesses'
  | 'PostIntermediateMasterFailoverProcesses'
  | 'PostFailoverProcesses'
  | 'PostUnsuccessfulFailoverProcesses'
  | 'PostGracefulTakeoverProcesses'
  | 'PostTakeMasterProcesses';

/** What hooks are told of a recovery's result so far. */
export interface HookProgress {
  readonly successor: InstanceFacts | null;
  readonly successorAlias: string;
  readonly lostReplicas: readonly InstanceKey[];
  readonly isSuccessful: boolean;
}

export type Effect =
  /** A line of the recovery's log; no action. */
  | { readonly type: 'note'; readonly message: string }
  /** A stage has been reached; the time it took is the executor's to measure. */
  | {
      readonly type: 'phase';
      readonly phase: Phase;
      readonly message: string;
      /** With `promoted`: which server is the master now. */
      readonly server?: InstanceKey;
    }
  | { readonly type: 'read'; readonly key: InstanceKey; readonly timeoutMs: number }
  | {
      readonly type: 'perform';
      readonly facts: InstanceFacts;
      readonly action: ServerAction;
      readonly timeoutMs: number;
    }
  /** Something beyond a server's facts; changes nothing there. */
  | {
      readonly type: 'ask';
      readonly facts: InstanceFacts;
      readonly question: ServerQuestion;
      readonly timeoutMs: number;
    }
  /** `args` are the positional arguments of `PostTakeMasterProcesses`. */
  | {
      readonly type: 'hooks';
      readonly list: HookList;
      readonly progress: HookProgress;
      readonly args?: readonly string[];
    }
  | { readonly type: 'propose'; readonly command: Command }
  /** Shut the old source for writes, over the connection kept for that; doesn't wait for its answer. */
  | { readonly type: 'fence'; readonly key: InstanceKey }
  /** Undo the fence: nothing was promoted in the old source's place. */
  | { readonly type: 'unfence'; readonly key: InstanceKey }
  /** Whether the old source has shown life since the failure, and whether its fence was read back. */
  | { readonly type: 'fence-state'; readonly key: InstanceKey; readonly waitMs: number }
  | { readonly type: 'parallel'; readonly branches: readonly Saga<unknown>[] }
  | { readonly type: 'sleep'; readonly ms: number }
  | { readonly type: 'now' };

/**
 * `silent`: no sign of life since the failure. `closed`: it answered, and is read-only. `open`: it answered and
 * may be taking writes.
 */
export type FenceState = 'silent' | 'closed' | 'open';

export function* note(message: string): Saga<void> {
  yield { type: 'note', message };
}

export function* phase(name: Phase, message: string, server?: InstanceKey): Saga<void> {
  yield { type: 'phase', phase: name, message, ...(server === undefined ? {} : { server }) };
}

export function* read(key: InstanceKey, timeoutMs: number): Saga<Outcome<InstanceFacts>> {
  return (yield { type: 'read', key, timeoutMs }) as Outcome<InstanceFacts>;
}

export function* perform(facts: InstanceFacts, action: ServerAction, timeoutMs: number): Saga<Outcome<void>> {
  return (yield { type: 'perform', facts, action, timeoutMs }) as Outcome<void>;
}

export function* ask<Q extends ServerQuestion>(
  facts: InstanceFacts,
  question: Q,
  timeoutMs: number,
): Saga<Outcome<Answer<Q>>> {
  return (yield { type: 'ask', facts, question, timeoutMs }) as Outcome<Answer<Q>>;
}

/** Performs actions in order, up to the first that fails. */
export function* performAll(
  facts: InstanceFacts,
  actions: readonly ServerAction[],
  timeoutMs: number,
): Saga<Outcome<void>> {
  for (const action of actions) {
    const done = yield* perform(facts, action, timeoutMs);
    if (!done.ok) return done;
  }
  return { ok: true, value: undefined };
}

export function* hooks(list: HookList, progress: HookProgress): Saga<Outcome<void>> {
  return (yield { type: 'hooks', list, progress }) as Outcome<void>;
}

/** @returns what the reducer answers to this kind of command */
export function* propose(command: Command): Saga<unknown> {
  return yield { type: 'propose', command };
}

export function* fence(key: InstanceKey): Saga<void> {
  yield { type: 'fence', key };
}

export function* unfence(key: InstanceKey): Saga<void> {
  yield { type: 'unfence', key };
}

export function* fenceState(key: InstanceKey, waitMs: number): Saga<FenceState> {
  return (yield { type: 'fence-state', key, waitMs }) as FenceState;
}

/** Runs sagas side by side; results come in the order of the branches. */
export function* parallel<T>(branches: readonly Saga<T>[]): Saga<readonly T[]> {
  return (yield { type: 'parallel', branches }) as readonly T[];
}

export function* sleep(ms: number): Saga<void> {
  yield { type: 'sleep', ms };
}

/** Milliseconds since the epoch, as the executor sees them. */
export function* now(): Saga<number> {
  return (yield { type: 'now' }) as number;
}
