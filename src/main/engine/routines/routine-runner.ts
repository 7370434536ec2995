import type { Command } from '../../../shared/domain/command.ts';
import type { EngineEvent } from '../../../shared/domain/event.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { CommandState } from '../../core/commands/state.ts';
import type { RoutineInput, RoutineStart } from '../../core/routines/routine.ts';
import type { Topology } from '../../core/topology/topology.ts';
import { Executor, type ExecutorDeps, type Fencing } from '../executor/executor.ts';
import type { MysqlPort } from '../ports/mysql.ts';
import type { Clock, RandomSource } from '../ports/runtime.ts';
import type { RecoveryLogStore } from '../ports/state-store.ts';
import { pictureOf, routineSettings } from './routine-input.ts';

export interface RoutineRunnerDeps {
  readonly mysql: MysqlPort;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly store: RecoveryLogStore;
  readonly fencing: Fencing;
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  readonly topology: () => Topology;
  readonly propose: (command: Command) => Promise<unknown>;
  readonly node: { readonly token: string };
  readonly emit: (event: EngineEvent) => void;
  readonly isStopping: () => boolean;
}

/** What differs from one kind of routine to the other. */
export type RoutineWays = Pick<ExecutorDeps, 'runHooks' | 'onStep' | 'onPhase'> &
  Partial<Pick<ExecutorDeps, 'propose' | 'mysql'>>;

/** Puts together what a routine begins from, and what performs it. */
export class RoutineRunner {
  private readonly deps: RoutineRunnerDeps;

  constructor(deps: RoutineRunnerDeps) {
    this.deps = deps;
  }

  /**
   * The start of a routine, from what the engine knows at the moment.
   * @param keys servers whose clusters are concerned
   * @param owner who asked, for the maintenance that it begins
   */
  input<S extends RoutineStart>(
    start: S,
    keys: readonly InstanceKey[],
    owner: string,
  ): S & Omit<RoutineInput, keyof RoutineStart> {
    const { topology, state, settings, clock, node } = this.deps;
    const knowledge = { topology: topology(), state: state(), settings: settings(), nowMs: clock.nowMs() };
    return {
      ...start,
      picture: pictureOf(knowledge, keys),
      settings: routineSettings(knowledge.settings),
      owner,
      nodeToken: node.token,
    };
  }

  /** `<nanoseconds since the epoch>:<64 hex digits>`, under which a log is kept. */
  newUid(): string {
    return `${BigInt(this.deps.clock.nowMs()) * 1_000_000n}:${this.deps.random.hex(32)}`;
  }

  executor(uid: string, ways: RoutineWays): Executor {
    const { mysql, clock, store, fencing, propose, isStopping } = this.deps;
    const onServer: ExecutorDeps['onServer'] = (key, action, state, message) => {
      const clusterName = this.deps.topology().instances.get(keyText(key))?.clusterName ?? '';
      const atMs = clock.nowMs();
      const source = action.kind === 'repoint' ? action.source : null;
      const name = 'on' in action && !action.on ? `${action.kind}-off` : action.kind;
      const about = { key, clusterName, uid, action: name, source };
      this.deps.emit({ type: 'server-step', atMs, ...about, state, message });
    };
    return new Executor(uid, { mysql, clock, store, fencing, propose, isStopping, onServer, ...ways });
  }
}
