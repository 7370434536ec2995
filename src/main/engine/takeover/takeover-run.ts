import type { Command } from '../../../shared/domain/command.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import type { AnalysisSummary } from '../../../shared/domain/recovery.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { findRecovery } from '../../core/commands/queries.ts';
import type { HookList, HookProgress, Outcome } from '../../core/sagas/effects.ts';
import type { TakeoverResult } from '../../core/takeover/takeover.ts';
import { SagaInterrupted } from '../executor/executor.ts';
import { resolutionOf } from '../recovery/resolution.ts';
import type { TakeoverReport, TakeoverRequest } from '../services/engine.ts';
import type { TakeoverDeps, TakeoverInput } from './takeover-deps.ts';

export interface TakeoverStart {
  readonly uid: string;
  readonly kind: TakeoverRequest['kind'];
  readonly input: TakeoverInput;
  readonly analysis: AnalysisSummary;
}

/** Runs one takeover, and writes down what came of it. */
export class TakeoverRun {
  private readonly deps: TakeoverDeps;
  private readonly start: TakeoverStart;
  /** Servers that the takeover has under maintenance. */
  private readonly held = new Map<KeyText, InstanceKey>();
  private isRegistered = false;
  /** Stores being told of the new master, from its promotion on. */
  private telling: Promise<void> | null = null;

  constructor(deps: TakeoverDeps, start: TakeoverStart) {
    this.deps = deps;
    this.start = start;
  }

  /** Rejects with StoreError when nothing can be recorded, and when Baton is being stopped. */
  async run(): Promise<TakeoverReport> {
    const { uid, input } = this.start;
    const executor = this.deps.runner.executor(uid, {
      onStep: (message) => this.told(message),
      onPhase: (_, server) => this.tellStores(server),
      propose: (command) => this.propose(command),
      runHooks: (list, progress) => this.runHooks(list, progress),
    });
    try {
      const result = await executor.runRoutine(input);
      return await this.settle(result);
    } catch (error) {
      if (!(error instanceof SagaInterrupted)) await this.broken(reasonOf(error));
      throw error;
    } finally {
      await this.release();
      if (executor.touched.length > 0) await this.deps.refresh(executor.touched);
    }
  }

  private async settle(result: TakeoverResult): Promise<TakeoverReport> {
    const { uid, kind, input } = this.start;
    const { state, message, coordinates } = result;
    const successor = result.successor?.key ?? null;
    if (this.isRegistered) {
      await this.resolve(result);
      this.audit(kind, input.args.master, message);
      const end = successor === null ? 'nothing was promoted' : `${keyText(successor)} is the master now`;
      this.say(`[post hooks] The takeover has ended: ${end}.`);
    }
    const recovery = this.isRegistered ? findRecovery(this.deps.state(), uid) : null;
    return { recovery, successor, message, ok: state === 'done', coordinates, plan: [] };
  }

  private async resolve(result: TakeoverResult): Promise<void> {
    const { uid, input, analysis } = this.start;
    const { master: key } = input.args;
    const atMs = this.deps.clock.nowMs();
    const resolution = resolutionOf(result);
    const { outcome, successor } = resolution;
    await this.deps.propose({
      type: 'resolve-recovery',
      uid,
      result: resolution,
      atMs,
    });
    await this.deps.propose({ type: 'end-detection', key: analysis.key, atMs });
    if (result.state !== 'left') await this.acknowledge(atMs, result.state === 'done' ? PLANNED : GIVEN_UP);
    this.deps.emit({ type: 'recovery-ended', atMs, key, uid, successor, outcome });
  }

  /** Nothing failed, and a person asked for it: it must not keep a failure of the new master from being recovered. */
  private async acknowledge(atMs: number, comment: string): Promise<void> {
    const { uid, input } = this.start;
    const which = { by: 'uid', uid } as const;
    await this.deps.propose({ type: 'acknowledge', which, by: input.owner, comment, atMs });
  }

  /** The saga itself broke, as when its log can't be written: nobody knows what it has left undone. */
  private async broken(reason: string): Promise<void> {
    const { uid, input } = this.start;
    const message = `The takeover of ${keyText(input.args.master)} broke off: ${reason}`;
    this.deps.log.error('takeover.failed', message, { uid });
    if (!this.isRegistered) return;
    const nothing = { successor: null, lostReplicas: [], participants: [], coordinates: null };
    await this.quietly(() => this.resolve({ ...nothing, state: 'left', message, errors: [message] }));
    await this.quietly(() => this.runHooks('PostUnsuccessfulFailoverProcesses', NOTHING));
  }

  /** Beside the takeover: neither its pace nor its outcome hangs on it. */
  private tellStores(master: InstanceKey): void {
    const { clusterName, clusterAlias } = this.start.analysis;
    const say = (message: string): void => this.say(message);
    this.telling ??= this.deps.keyValues.promoted({ clusterName, clusterAlias, master, say });
  }

  private async propose(command: Command): Promise<unknown> {
    const answer = await this.deps.propose(command);
    const { uid, analysis } = this.start;
    const { key, clusterName, code } = analysis;
    const atMs = this.deps.clock.nowMs();
    if (command.type === 'begin-maintenance' && (answer as { readonly begun: boolean }).begun) {
      this.held.set(keyText(command.key), command.key);
    }
    if (command.type === 'end-maintenance') this.held.delete(keyText(command.key));
    if (command.type === 'register-recovery' && isRegistered(answer)) {
      this.isRegistered = true;
      this.deps.emit({ type: 'recovery-started', atMs, key, clusterName, code, uid });
    }
    if (command.type === 'register-detection' && isRegistered(answer)) {
      this.deps.emit({ type: 'detection', atMs, key, clusterName, code, actionable: true });
    }
    return answer;
  }

  private async runHooks(list: HookList, progress: HookProgress): Promise<Outcome<void>> {
    const { uid, analysis } = this.start;
    const { successor, successorAlias: alias, isSuccessful, lostReplicas } = progress;
    const { telling } = this;
    if (list === 'PostMasterFailoverProcesses' && telling !== null) await this.deps.keyValues.soon(telling);
    return await this.deps.hooks.run(
      list,
      {
        analysis,
        isGroupMember: false,
        recoveryUid: uid,
        isSuccessful,
        lostReplicas,
        successor: successor === null ? null : { key: successor.key, alias, coordinates: successor.coordinates },
      },
      (message) => this.say(message),
    );
  }

  /** A takeover that broke off has left its maintenance behind, which would hide failures of these servers. */
  private async release(): Promise<void> {
    for (const key of this.held.values()) {
      await this.quietly(() => this.deps.propose({ type: 'end-maintenance', key, atMs: this.deps.clock.nowMs() }));
    }
  }

  private audit(type: string, key: InstanceKey, message: string): void {
    try {
      this.deps.audit(type, key, message);
    } catch (error) {
      // What was done is done, and is to be told.
      this.deps.log.error('audit.not-written', `${type} of ${keyText(key)} was not audited: ${reasonOf(error)}`);
    }
  }

  /** A log that can't be written must not keep the rest from being done. */
  private say(message: string): void {
    const { uid } = this.start;
    try {
      this.deps.store.recordStep(uid, this.deps.clock.nowMs(), message);
    } catch (error) {
      this.deps.log.error('takeover.step-lost', `Not recorded: ${message} ${reasonOf(error)}`);
    }
    this.told(message);
  }

  private told(message: string): void {
    const { uid } = this.start;
    this.deps.emit({ type: 'recovery-step', atMs: this.deps.clock.nowMs(), uid, message });
    this.deps.log.info('takeover.step', message, { uid });
  }

  private async quietly(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { uid } = this.start;
      this.deps.log.error('takeover.not-settled', `The end of takeover ${uid} was not recorded: ${reasonOf(error)}`);
    }
  }
}

const PLANNED = 'The takeover was planned.';
const GIVEN_UP = 'The takeover was given up, and everything is as it was.';
const NOTHING: HookProgress = { successor: null, successorAlias: '', lostReplicas: [], isSuccessful: false };

function isRegistered(answer: unknown): boolean {
  return (answer as { readonly registered: boolean }).registered;
}
