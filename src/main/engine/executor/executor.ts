import type { Command } from '../../../shared/domain/command.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type {
  Effect,
  EffectFailure,
  FenceState,
  HookList,
  HookProgress,
  Outcome,
  Saga,
} from '../../core/sagas/effects.ts';
import { type MysqlPort, ServerError } from '../ports/mysql.ts';
import type { Clock } from '../ports/runtime.ts';
import type { EffectRecord, RecoveryLogStore } from '../ports/state-store.ts';

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
  readonly runHooks: (list: HookList, progress: HookProgress) => Promise<Outcome<void>>;
  readonly onStep: (message: string) => void;
  /** True once Baton is being stopped: no further effect is begun. */
  readonly isStopping: () => boolean;
}

/** The saga was left where it stood because Baton is being stopped. */
export class SagaInterrupted extends Error {
  override readonly name = 'SagaInterrupted';
}

type EffectOf<T extends Effect['type']> = Extract<Effect, { readonly type: T }>;

/**
 * Performs what a saga yields and feeds it the results. Every effect that touches the world is written to the
 * recovery log before it is begun and after it has ended (safety rule 4).
 */
export class Executor {
  private readonly uid: string;
  private readonly deps: ExecutorDeps;
  private readonly startedMs: number;

  constructor(recoveryUid: string, deps: ExecutorDeps) {
    this.uid = recoveryUid;
    this.deps = deps;
    this.startedMs = deps.clock.monotonicMs();
  }

  /** Runs a saga to its end. Rejects with SagaInterrupted when Baton is stopped meanwhile. */
  async run<T>(saga: Saga<T>): Promise<T> {
    let step = saga.next();
    while (!step.done) {
      if (this.deps.isStopping()) throw new SagaInterrupted('Baton is being stopped.');
      const result = await this.effect(step.value);
      step = saga.next(result);
    }
    return step.value;
  }

  private async effect(effect: Effect): Promise<unknown> {
    switch (effect.type) {
      case 'note':
        return this.note(effect.message);
      case 'phase':
        return this.note(
          `[${effect.phase} +${Math.round(this.deps.clock.monotonicMs() - this.startedMs)} ms] ${effect.message}`,
        );
      case 'now':
        return this.deps.clock.nowMs();
      case 'sleep':
        return await this.deps.clock.sleep(effect.ms);
      case 'parallel':
        return await this.parallel(effect.branches);
      case 'read':
        return await this.recorded(effect, keyText(effect.key), '', async () =>
          this.outcome(this.deps.mysql.read(effect.key, effect.timeoutMs)),
        );
      case 'perform':
        return await this.perform(effect);
      case 'hooks':
        return await this.recorded(effect, '', effect.list, () => this.deps.runHooks(effect.list, effect.progress));
      case 'propose':
        return await this.recorded(effect, '', '', () => this.deps.propose(effect.command));
      case 'fence':
        return await this.fencing(effect, () => this.deps.fencing.raise(effect.key, this.uid));
      case 'unfence':
        return await this.fencing(effect, () => this.deps.fencing.lower(effect.key));
      case 'fence-state':
        return await this.recorded(effect, keyText(effect.key), '', () =>
          this.deps.fencing.state(effect.key, effect.waitMs),
        );
    }
  }

  private async perform(effect: EffectOf<'perform'>): Promise<Outcome<void>> {
    const { facts, action, timeoutMs } = effect;
    const planned = this.statements(effect);
    const compact = { type: effect.type, key: facts.key, action, timeoutMs };
    return await this.recorded(compact, keyText(facts.key), planned.ok ? planned.value : '', async () => {
      if (!planned.ok) return planned;
      const done = await this.outcome(this.deps.mysql.perform(facts, action, timeoutMs));
      return done.ok ? { ok: true, value: undefined } : done;
    });
  }

  /** An action that the server's dialect doesn't know has failed like one that the server refuses. */
  private statements({ facts, action }: EffectOf<'perform'>): Outcome<string> {
    try {
      return { ok: true, value: this.deps.mysql.statements(facts, action).join(';\n') };
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  }

  private async fencing(effect: Effect & { readonly key: InstanceKey }, work: () => Promise<string>): Promise<void> {
    this.note(await this.recorded(effect, keyText(effect.key), '', work));
  }

  /** Ends when all branches have: none goes on unseen after another one has failed. */
  private async parallel(branches: readonly Saga<unknown>[]): Promise<readonly unknown[]> {
    const ends = await Promise.allSettled(branches.map((branch) => this.run(branch)));
    return ends.map((end) => {
      if (end.status === 'rejected') throw end.reason;
      return end.value;
    });
  }

  private note(message: string): void {
    this.deps.store.recordStep(this.uid, this.deps.clock.nowMs(), message);
    this.deps.onStep(message);
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
    server: string,
    statement: string,
    work: () => Promise<T>,
  ): Promise<T> {
    const base: EffectRecord = {
      recoveryUid: this.uid,
      atMs: this.deps.clock.nowMs(),
      phase: 'before',
      beforeId: null,
      kind: effect.type,
      server,
      statement,
      effect: JSON.stringify(effect),
      result: null,
      error: '',
      message: '',
    };
    const beforeId = this.deps.store.recordEffect(base);
    const after = (result: string | null, error: string): void => {
      const atMs = this.deps.clock.nowMs();
      this.deps.store.recordEffect({ ...base, atMs, phase: 'after', beforeId, effect: null, result, error });
    };
    let result: T;
    try {
      result = await work();
    } catch (error) {
      after(null, failureOf(error).message);
      throw error;
    }
    after(JSON.stringify(result) ?? null, isFailure(result) ? result.failure.message : '');
    return result;
  }
}

function isFailure(result: unknown): result is { readonly ok: false; readonly failure: EffectFailure } {
  return typeof result === 'object' && result !== null && 'ok' in result && result.ok === false;
}

function failureOf(error: unknown): EffectFailure {
  if (error instanceof ServerError) return error.failure;
  return { kind: 'other', message: error instanceof Error ? error.message : String(error) };
}
