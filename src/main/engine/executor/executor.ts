import type { ServerAction } from '../../../shared/domain/action.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { phraseOf } from '../../core/dry-run/phrase.ts';
import { type ResultOfKind, type RoutineInput, startRoutine } from '../../core/routines/routine.ts';
import type {
  Effect,
  EffectFailure,
  FenceState,
  HookList,
  HookProgress,
  Outcome,
  Phase,
  Saga,
} from '../../core/sagas/effects.ts';
import { type MysqlPort, ServerError } from '../ports/mysql.ts';
import type { Clock } from '../ports/runtime.ts';
import type { RecoveryLogStore } from '../ports/state-store.ts';
import { EffectLog } from './effect-log.ts';

/** Shuts servers for writes and opens them again; what a saga may ask of it. */
export interface Fencing {
  /** @returns a sentence about what was sent, for the log */
  raise(key: InstanceKey, recoveryUid: string): Promise<string>;
  lower(key: InstanceKey): Promise<string>;
  state(key: InstanceKey, waitMs: number): Promise<FenceState>;
}

export interface ExecutorDeps {
  readonly mysql: MysqlPort;
  readonly clock: Clock;
  readonly store: RecoveryLogStore;
  readonly fencing: Fencing;
  readonly propose: (command: Command) => Promise<unknown>;
  readonly runHooks: (list: HookList, progress: HookProgress, args?: readonly string[]) => Promise<Outcome<void>>;
  readonly onStep: (message: string) => void;
  /** A stage that tells of a server has been reached; not waited for, and must not throw. */
  readonly onPhase?: (phase: Phase, server: InstanceKey) => void;
  /** What is done to a server; not waited for, and must not throw. */
  readonly onServer?: (
    key: InstanceKey,
    action: ServerAction,
    state: 'begun' | 'done' | 'failed',
    message: string,
  ) => void;
  /** True once Baton is being stopped: no further effect is begun. */
  readonly isStopping: () => boolean;
}

/** The saga was left where it stood because Baton is being stopped. */
export class SagaInterrupted extends Error {
  override readonly name = 'SagaInterrupted';
}

/** The log's lines at which a routine begins and ends; `effect` is its input, `result` its result. */
export const ROUTINE_LINE = 'routine';

/** A pause of so many ms is long enough for someone to want to read what has come before it. */
const LONG_PAUSE_MS = 50;

type EffectOf<T extends Effect['type']> = Extract<Effect, { readonly type: T }>;

/**
 * Performs what a saga yields and feeds it the results. Every effect that touches the world is written to the
 * recovery log before it is begun and after it has ended (safety rule 4); each line names its effect's place, so that a
 * replay finds its result though branches ran side by side.
 */
export class Executor {
  private readonly uid: string;
  private readonly deps: ExecutorDeps;
  private readonly startedMs: number;
  private readonly log: EffectLog;
  private readonly sentTo = new Map<KeyText, InstanceKey>();

  constructor(recoveryUid: string, deps: ExecutorDeps) {
    this.uid = recoveryUid;
    this.deps = deps;
    this.startedMs = deps.clock.monotonicMs();
    this.log = new EffectLog(recoveryUid, deps.store, deps.clock);
  }

  /**
   * Runs a routine to its end, and writes down from what it began and how it ended. Rejects with SagaInterrupted when
   * Baton is stopped meanwhile; then its log has no end, and the next start tells.
   */
  async runRoutine<I extends RoutineInput>(input: I): Promise<ResultOfKind<I['kind']>> {
    const begun = this.log.before({
      kind: ROUTINE_LINE,
      statement: `${input.kind} ${input.name}`,
      effect: JSON.stringify(input),
    });
    try {
      const result = await this.run(startRoutine(input));
      this.quietly(() => this.log.after(begun, JSON.stringify(result), ''));
      // The kind decides which of the results a routine gives.
      return result as ResultOfKind<I['kind']>;
    } catch (error) {
      if (!(error instanceof SagaInterrupted))
        this.quietly(() => this.log.after(begun, null, failureOf(error).message));
      throw error;
    }
  }

  /** Servers that were sent statements, so that they are read anew. */
  get touched(): readonly InstanceKey[] {
    return [...this.sentTo.values()];
  }

  /**
   * Runs a saga to its end. Rejects with SagaInterrupted when Baton is stopped meanwhile.
   * @param root what the places of its effects begin with, where one log takes several sagas
   */
  async run<T>(saga: Saga<T>, root = ''): Promise<T> {
    try {
      return await this.follow(saga, root);
    } finally {
      this.quietly(() => this.log.flush());
    }
  }

  private async follow<T>(saga: Saga<T>, root: string): Promise<T> {
    let step = saga.next();
    for (let index = 0; !step.done; index++) {
      if (this.deps.isStopping()) throw new SagaInterrupted('Baton is being stopped.');
      const result = await this.effect(step.value, `${root}${index}`);
      step = saga.next(result);
    }
    return step.value;
  }

  private async effect(effect: Effect, place: string): Promise<unknown> {
    switch (effect.type) {
      case 'note':
        return this.note(effect, place, effect.message);
      case 'phase':
        this.note(effect, place, `[${effect.phase} +${this.elapsedMs()} ms] ${effect.message}`);
        if (effect.server !== undefined) this.deps.onPhase?.(effect.phase, effect.server);
        return undefined;
      case 'now':
        return this.now(effect, place);
      case 'sleep':
        return await this.sleep(effect, place);
      case 'parallel':
        return await this.parallel(effect.branches, place);
      case 'read':
        return await this.recorded(effect, place, keyText(effect.key), '', async () =>
          this.outcome(this.deps.mysql.read(effect.key, effect.timeoutMs)),
        );
      case 'perform':
        return await this.perform(effect, place);
      case 'ask':
        return await this.ask(effect, place);
      case 'hooks':
        return await this.recorded(effect, place, '', effect.list, () =>
          this.deps.runHooks(effect.list, effect.progress, effect.args),
        );
      case 'propose':
        return await this.recorded(effect, place, '', '', () => this.deps.propose(effect.command));
      case 'fence':
        return await this.fencing(effect, place, () => this.deps.fencing.raise(effect.key, this.uid));
      case 'unfence':
        return await this.fencing(effect, place, () => this.deps.fencing.lower(effect.key));
      case 'fence-state':
        return await this.recorded(effect, place, keyText(effect.key), '', () =>
          this.deps.fencing.state(effect.key, effect.waitMs),
        );
    }
  }

  private async perform(effect: EffectOf<'perform'>, place: string): Promise<Outcome<void>> {
    const { facts, action, timeoutMs } = effect;
    const planned = this.statements(effect);
    const compact = { type: effect.type, key: facts.key, action, timeoutMs };
    return await this.recorded(compact, place, keyText(facts.key), planned.ok ? planned.value : '', async () => {
      if (!planned.ok) return planned;
      this.sentTo.set(keyText(facts.key), facts.key);
      const phrase = phraseOf(effect);
      this.deps.onServer?.(facts.key, action, 'begun', phrase);
      const done = await this.outcome(this.deps.mysql.perform(facts, action, timeoutMs));
      this.deps.onServer?.(facts.key, action, done.ok ? 'done' : 'failed', done.ok ? phrase : done.failure.message);
      return done.ok ? { ok: true, value: undefined } : done;
    });
  }

  private async ask({ type, facts, question, timeoutMs }: EffectOf<'ask'>, place: string): Promise<Outcome<unknown>> {
    const compact = { type, key: facts.key, question, timeoutMs };
    return await this.recorded(compact, place, keyText(facts.key), '', async () =>
      this.outcome(this.deps.mysql.ask(facts, question, timeoutMs)),
    );
  }

  /** An action that the server's dialect doesn't know has failed like one that the server refuses. */
  private statements({ facts, action }: EffectOf<'perform'>): Outcome<string> {
    try {
      return { ok: true, value: this.deps.mysql.statements(facts, action).join(';\n') };
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  }

  private async fencing(
    effect: Effect & { readonly key: InstanceKey },
    place: string,
    work: () => Promise<string>,
  ): Promise<void> {
    const message = await this.recorded(effect, place, keyText(effect.key), '', work);
    this.log.later({ phase: 'note', kind: '', message });
    this.deps.onStep(message);
  }

  /** Ends when all branches have: none goes on unseen after another one has failed. */
  private async parallel(branches: readonly Saga<unknown>[], place: string): Promise<readonly unknown[]> {
    const ends = await Promise.allSettled(branches.map((branch, index) => this.follow(branch, `${place}/${index}.`)));
    return ends.map((end) => {
      if (end.status === 'rejected') throw end.reason;
      return end.value;
    });
  }

  private note(effect: EffectOf<'note' | 'phase'>, place: string, message: string): void {
    this.log.later({ phase: 'note', kind: effect.type, place, effect: JSON.stringify(effect), message });
    this.deps.onStep(message);
  }

  private now(effect: EffectOf<'now'>, place: string): number {
    const nowMs = this.deps.clock.nowMs();
    this.log.later({ phase: 'after', kind: 'now', place, effect: JSON.stringify(effect), result: String(nowMs) });
    return nowMs;
  }

  private async sleep(effect: EffectOf<'sleep'>, place: string): Promise<void> {
    this.log.later({ phase: 'after', kind: 'sleep', place, effect: JSON.stringify(effect) });
    if (effect.ms >= LONG_PAUSE_MS) this.log.flush();
    await this.deps.clock.sleep(effect.ms);
  }

  private elapsedMs(): number {
    return Math.round(this.deps.clock.monotonicMs() - this.startedMs);
  }

  private async outcome<T>(work: Promise<T>): Promise<Outcome<T>> {
    try {
      return { ok: true, value: await work };
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  }

  private async recorded<T>(
    effect: { readonly type: string },
    place: string,
    server: string,
    statement: string,
    work: () => Promise<T>,
  ): Promise<T> {
    const begun = this.log.before({ kind: effect.type, place, server, statement, effect: JSON.stringify(effect) });
    let result: T;
    try {
      result = await work();
    } catch (error) {
      this.log.after(begun, null, failureOf(error).message);
      throw error;
    }
    this.log.after(begun, JSON.stringify(result) ?? null, isFailure(result) ? result.failure.message : '');
    return result;
  }

  /** What a routine has done is not undone by a last line that can't be written. */
  private quietly(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.deps.onStep(`The last lines of this log could not be written: ${failureOf(error).message}`);
    }
  }
}

function isFailure(result: unknown): result is { readonly ok: false; readonly failure: EffectFailure } {
  return typeof result === 'object' && result !== null && 'ok' in result && result.ok === false;
}

function failureOf(error: unknown): EffectFailure {
  if (error instanceof ServerError) return error.failure;
  return { kind: 'other', message: reasonOf(error) };
}
