import type { Command } from '../../../shared/domain/command.ts';
import type { EngineEvent } from '../../../shared/domain/event.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import type {
  OperationArgs,
  OperationName,
  OperationResult,
  OperationState,
} from '../../../shared/domain/operation.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { compilePattern } from '../../../shared/settings/go-pattern.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { CommandState } from '../../core/commands/state.ts';
import { OPERATIONS } from '../../core/operations/index.ts';
import type { HookList, Outcome } from '../../core/sagas/effects.ts';
import type { Topology } from '../../core/topology/topology.ts';
import { type Executor, SagaInterrupted } from '../executor/executor.ts';
import type { HookPort } from '../ports/hooks.ts';
import type { MysqlPort } from '../ports/mysql.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import type { RecoveryLogStore } from '../ports/state-store.ts';
import type { OperateOptions, OperationReport } from '../services/engine.ts';
import { dryRun } from './dry-run.ts';
import { interruptedText, type LoggedOperation } from './interrupted.ts';
import { AUDIT_TYPES } from './operation-audit.ts';
import type { RoutineRunner } from './routine-runner.ts';
import { runTakeMasterHooks } from './take-master-hooks.ts';
import { UnderWay } from './under-way.ts';

export interface OperationServiceDeps {
  readonly runner: RoutineRunner;
  /** With virtual names in what is done through it. */
  readonly mysql: MysqlPort;
  /** Without them. */
  readonly plainMysql: MysqlPort;
  readonly hookPort: HookPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: RecoveryLogStore;
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  readonly topology: () => Topology;
  readonly propose: (command: Command) => Promise<unknown>;
  /** Completes a part of a host name to the one known server that has it. */
  readonly resolve: (key: InstanceKey) => InstanceKey;
  /** Reads these servers anew, each for a limited time. */
  readonly refresh: (keys: readonly InstanceKey[]) => Promise<void>;
  readonly emit: (event: EngineEvent) => void;
  readonly audit: (type: string, key: InstanceKey, message: string) => void;
  readonly node: { readonly hostname: string };
  readonly isStopping: () => boolean;
}

/** Runs topology operations, one log for each, and tells what came of them. */
export class OperationService {
  private readonly deps: OperationServiceDeps;
  private readonly running = new UnderWay();

  constructor(deps: OperationServiceDeps) {
    this.deps = deps;
  }

  /** Waits until the operations that are under way have ended or were interrupted. */
  async settle(): Promise<void> {
    await this.running.settle();
  }

  /**
   * Runs an operation, or says what it would do. What it refuses or can't finish is in the report; rejects with
   * BatonError when a server isn't known, the pattern isn't one, or Baton itself can't go on.
   */
  async operate(name: OperationName, args: OperationArgs, options: OperateOptions): Promise<OperationReport> {
    if (this.deps.isStopping()) throw new BatonError('not-available', 'Baton is being stopped: nothing new is begun.');
    if (OPERATIONS[name] === undefined) {
      throw new BatonError('not-available', `This version of Baton can't do ${name} yet.`);
    }
    return await this.running.add(this.prepared(name, args, options));
  }

  private async prepared(name: OperationName, asked: OperationArgs, options: OperateOptions): Promise<OperationReport> {
    const args = this.complete(asked);
    const concerned = this.concerned(args);
    await this.deps.refresh(concerned);
    const owner = options.owner === '' ? this.deps.node.hostname : options.owner;
    const input = this.deps.runner.input({ kind: 'operation', name, args } as const, concerned, owner);
    const mysql = options.realNames === true ? this.deps.plainMysql : this.deps.mysql;
    if (!options.dryRun) return await this.run(input, mysql);
    const { result, plan } = await dryRun(mysql, input, this.deps.state());
    return { result, uid: '', plan };
  }

  /** With the names that Baton knows the servers by, and the pattern in JavaScript's words. */
  private complete(asked: OperationArgs): OperationArgs {
    const { destination, pattern, ...rest } = asked;
    return {
      ...rest,
      instance: this.known(asked.instance),
      ...(destination === undefined ? {} : { destination: this.known(destination) }),
      ...(pattern === undefined || pattern === '' ? {} : { pattern: javaScriptPattern(pattern) }),
    };
  }

  private known(asked: InstanceKey): InstanceKey {
    const key = this.deps.resolve(asked);
    if (this.deps.topology().instances.has(keyText(key))) return key;
    throw new BatonError('unknown-instance', `${keyText(key)} is not known.`, {
      hint: `Discover it first: baton -c discover -i ${keyText(key)}`,
    });
  }

  /** The servers named, and those right above and below the one that is moved. */
  private concerned({ instance, destination }: OperationArgs): readonly InstanceKey[] {
    const { instances } = this.deps.topology();
    const placed = instances.get(keyText(instance));
    const neighbours =
      placed === undefined ? [] : [...(placed.source === null ? [] : [placed.source]), ...placed.replicas];
    const named = destination === undefined ? [instance] : [instance, destination];
    const all = [...named, ...neighbours.flatMap((id) => instances.get(id)?.key ?? [])];
    return [...new Map(all.map((key) => [keyText(key), key])).values()];
  }

  private async run(input: LoggedOperation, mysql: MysqlPort): Promise<OperationReport> {
    const uid = this.deps.runner.newUid();
    const held = new Map<KeyText, InstanceKey>();
    const { name, args } = input;
    const about = { key: args.instance, clusterName: this.clusterOf(args.instance), uid };
    const executor = this.executor(about, held, mysql);
    this.deps.emit({ type: 'operation-started', atMs: this.deps.clock.nowMs(), ...about, name });
    const ended = (state: OperationState | 'broken', message: string): void =>
      this.deps.emit({ type: 'operation-ended', atMs: this.deps.clock.nowMs(), ...about, state, message });
    try {
      const result = await executor.runRoutine(input);
      this.audit(input, result, uid);
      ended(result.state, result.message);
      return { result, uid, plan: [] };
    } catch (error) {
      const explained = this.explained(input, uid, error);
      ended('broken', explained.message);
      throw explained;
    } finally {
      await this.release(held);
      if (!this.deps.isStopping()) await this.deps.refresh(executor.touched);
    }
  }

  private clusterOf(key: InstanceKey): string {
    return this.deps.topology().instances.get(keyText(key))?.clusterName ?? '';
  }

  private executor(
    { uid, clusterName }: { readonly uid: string; readonly clusterName: string },
    held: Map<KeyText, InstanceKey>,
    mysql: MysqlPort,
  ): Executor {
    const say = (message: string): void => {
      this.deps.log.info('operation.step', message, { uid });
      this.deps.emit({ type: 'operation-step', atMs: this.deps.clock.nowMs(), clusterName, uid, message });
    };
    return this.deps.runner.executor(uid, {
      mysql,
      onStep: say,
      propose: (command) => this.proposeNoting(command, held),
      runHooks: (list, _, args) =>
        this.runHooks(list, args ?? [], (message) => {
          this.deps.store.recordStep(uid, this.deps.clock.nowMs(), message);
          say(message);
        }),
    });
  }

  /** Operations outside of a recovery have one list of hooks. */
  private async runHooks(
    list: HookList,
    args: readonly string[],
    say: (message: string) => void,
  ): Promise<Outcome<void>> {
    if (list !== 'PostTakeMasterProcesses') return { ok: true, value: undefined };
    return await runTakeMasterHooks(this.deps.hookPort, this.deps.settings().PostTakeMasterProcesses, args, say);
  }

  /** Remembers which servers the operation has under maintenance. */
  private async proposeNoting(command: Command, held: Map<KeyText, InstanceKey>): Promise<unknown> {
    const answer = await this.deps.propose(command);
    if (command.type === 'begin-maintenance' && (answer as { readonly begun: boolean }).begun) {
      held.set(keyText(command.key), command.key);
    }
    if (command.type === 'end-maintenance') held.delete(keyText(command.key));
    return answer;
  }

  /** An operation that broke off has left its maintenance behind, which would hide failures of these servers. */
  private async release(held: ReadonlyMap<KeyText, InstanceKey>): Promise<void> {
    for (const key of held.values()) {
      try {
        await this.deps.propose({ type: 'end-maintenance', key, atMs: this.deps.clock.nowMs() });
      } catch (error) {
        const message = `The maintenance of ${keyText(key)} was not ended: ${reasonOf(error)}`;
        this.deps.log.error('maintenance.not-ended', message);
      }
    }
  }

  private audit({ name, args }: LoggedOperation, result: OperationResult, uid: string): void {
    const type = AUDIT_TYPES[name];
    if (type === null || result.state === 'refused') return;
    const key = result.subject ?? args.instance;
    try {
      // By this its log is found and exported.
      this.deps.audit(type, key, `${result.message} (log: ${uid})`);
    } catch (error) {
      // What was done is done, and is to be told.
      this.deps.log.error('audit.not-written', `${name} of ${keyText(key)} was not audited: ${reasonOf(error)}`);
    }
  }

  private explained(input: LoggedOperation, uid: string, error: unknown): BatonError {
    const { name, args } = input;
    const about = keyText(args.instance);
    if (error instanceof SagaInterrupted) {
      const message = interruptedText(input, this.deps.store.effects(uid));
      return new BatonError('not-available', message, { cause: error });
    }
    const message = `${name} of ${about} broke off: ${reasonOf(error)}`;
    this.deps.log.error('operation.failed', message, { uid });
    const hint = `Look at how it left things: baton -c topology -i ${about}`;
    return error instanceof BatonError
      ? new BatonError(error.code, message, { cause: error, hint })
      : new BatonError('not-available', message, { cause: error, hint });
  }
}

function javaScriptPattern(text: string): string {
  const compiled = compilePattern(text);
  if (!compiled.ok) {
    const message = `The pattern "${text}" can't be used: at character ${compiled.position}: ${compiled.message}.`;
    throw new BatonError('invalid-argument', message);
  }
  const { source, flags } = compiled.regexp;
  const inline = flags.replace('v', '');
  return inline === '' ? source : `(?${inline}:${source})`;
}
