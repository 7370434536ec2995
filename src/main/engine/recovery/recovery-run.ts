import type { Analysis } from '../../../shared/domain/analysis.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { EngineEvent } from '../../../shared/domain/event.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { AnalysisSummary } from '../../../shared/domain/recovery.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { RecoveryRoutine } from '../../core/analysis/reactions.ts';
import { type CommandState, LOST_IN_RECOVERY } from '../../core/commands/state.ts';
import type { RecoveryResult } from '../../core/recoveries/recovery.ts';
import { TRAITS } from '../../core/recoveries/traits.ts';
import { detachLost } from '../../core/sagas/detach-lost.ts';
import type { HookList, HookProgress, Outcome } from '../../core/sagas/effects.ts';
import type { Cluster } from '../../core/topology/topology.ts';
import { type Executor, SagaInterrupted } from '../executor/executor.ts';
import type { KeyValueService } from '../kv/key-value-service.ts';
import type { Clock, Log, RandomSource } from '../ports/runtime.ts';
import type { RecoveryLogStore } from '../ports/state-store.ts';
import type { RoutineRunner } from '../routines/routine-runner.ts';
import type { SourceFencing } from './fencing.ts';
import type { HookLists } from './hook-lists.ts';
import { resolutionOf } from './resolution.ts';

export interface RecoveryDeps {
  readonly runner: RoutineRunner;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
  readonly store: RecoveryLogStore;
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  readonly propose: (command: Command) => Promise<unknown>;
  readonly cluster: (name: string) => Cluster | null;
  readonly fencing: SourceFencing;
  readonly hooks: HookLists;
  readonly keyValues: Pick<KeyValueService, 'promoted' | 'soon'>;
  readonly node: { readonly hostname: string; readonly token: string };
  readonly emit: (event: EngineEvent) => void;
  /** Reads these servers anew, so that the picture shows what the recovery has changed. */
  readonly refresh: (keys: readonly InstanceKey[]) => Promise<void>;
  readonly isStopping: () => boolean;
}

export interface RecoveryRequest {
  readonly analysis: Analysis;
  readonly noticedMs: number;
  readonly candidate: InstanceKey | null;
  readonly skipHooks: boolean;
  /** Asked for by a person; earlier recoveries of the instance are acknowledged by it. */
  readonly forced: boolean;
  /** Told when the pre-failover hooks have ended well; not waited for. */
  readonly onPreFailover?: () => void;
}

/** A recovery that has been registered. */
export interface RegisteredRecovery {
  readonly uid: string;
  readonly request: RecoveryRequest;
  readonly routine: RecoveryRoutine;
  readonly summary: AnalysisSummary;
  readonly cluster: Cluster;
}

/** As in the reference: servers lost in a recovery are downtimed for a year, and the engine renews or ends it. */
const LOST_DOWNTIME_MS = 365 * 24 * 3600 * 1000;

/** Runs one registered recovery, and settles what follows from its result. */
export class RecoveryRun {
  private readonly deps: RecoveryDeps;
  private readonly recovery: RegisteredRecovery;
  /** Stores being told of the new source, from its promotion on. */
  private telling: Promise<void> | null = null;

  constructor(deps: RecoveryDeps, recovery: RegisteredRecovery) {
    this.deps = deps;
    this.recovery = recovery;
  }

  /** Never rejects: however it ends, the record says so, unless Baton is stopped meanwhile or can't write. */
  async run(): Promise<void> {
    const { uid, request } = this.recovery;
    const { key, clusterName, code } = request.analysis;
    this.deps.emit({ type: 'recovery-started', atMs: this.deps.clock.nowMs(), key, clusterName, code, uid });
    try {
      const result = await this.saga();
      await this.settleSafely(result);
    } catch (error) {
      if (error instanceof SagaInterrupted) {
        this.say('Interrupted: Baton is being stopped. What is recorded above was done; nothing after it was begun.');
      } else {
        await this.broken(reasonOf(error));
      }
    }
  }

  private async saga(): Promise<RecoveryResult> {
    const { request, routine } = this.recovery;
    const { analysis, noticedMs, candidate, forced } = request;
    const { clock, node, runner } = this.deps;
    const at = new Date(noticedMs).toISOString();
    this.step(`[noticed] ${keyText(analysis.key)} failed at ${at}: ${analysis.description}`);
    this.step(`[confirmed] ${analysis.code}, ${clock.nowMs() - noticedMs} ms later.`);
    const start = { kind: 'recovery', name: routine, args: { analysis, designated: candidate, forced } } as const;
    return await this.executor().runRoutine(runner.input(start, [analysis.key], node.hostname));
  }

  private executor(): Executor {
    return this.deps.runner.executor(this.recovery.uid, {
      runHooks: (list, progress) => this.runHooks(list, progress),
      onStep: (message) => this.told(message),
      onPhase: (_, server) => this.tellStores(server),
    });
  }

  /** Beside the recovery: neither its pace nor its outcome hangs on it. */
  private tellStores(master: InstanceKey): void {
    const { clusterName, clusterAlias } = this.recovery.summary;
    const say = (message: string): void => this.say(message);
    this.telling ??= this.deps.keyValues.promoted({ clusterName, clusterAlias, master, say });
  }

  /** The saga itself broke, as when its log can't be written: nobody knows what it has left undone. */
  private async broken(reason: string): Promise<void> {
    const { uid, request } = this.recovery;
    const { key } = request.analysis;
    this.deps.log.error('recovery.failed', `The recovery of ${keyText(key)} failed: ${reason}`, { uid });
    this.say(`The recovery failed: ${reason}`);
    if (this.deps.fencing.isFenced(key)) {
      this.say(
        `${keyText(key)} stays fenced, because it isn't known how far the recovery got. set-writeable ends that.`,
      );
    }
    const result: RecoveryResult = { successor: null, lostReplicas: [], participants: [], errors: [reason] };
    await this.quietly(() => this.resolve(result));
    await this.quietly(() => this.runHooks('PostUnsuccessfulFailoverProcesses', progressOf(result)));
  }

  /** What goes wrong after the saga changes nothing of what it did, and so of the recovery's outcome. */
  private async settleSafely(result: RecoveryResult): Promise<void> {
    try {
      await this.settle(result);
    } catch (error) {
      const reason = reasonOf(error);
      const { uid, request } = this.recovery;
      const message = `What follows the recovery of ${keyText(request.analysis.key)} could not all be done: ${reason}`;
      this.deps.log.error('recovery.not-settled', message, { uid });
      this.say(message);
      await this.quietly(() => this.resolve({ ...result, errors: [...result.errors, reason] }));
    }
  }

  /** After the saga: downtimes, the alias, the record, the last hooks. */
  private async settle(result: RecoveryResult): Promise<void> {
    const { routine, cluster } = this.recovery;
    const { successor } = result;
    const { replacesMaster } = TRAITS[routine];
    if (replacesMaster) await this.leaveBehind(result);
    for (const error of result.errors) this.step(`Error: ${error}`);
    await this.resolve(result);
    await this.deps.refresh([...cluster.instances.values()].map((instance) => instance.key));
    await this.lastHooks(result);
    if (replacesMaster && successor !== null && this.deps.settings().DetachLostReplicasAfterMasterFailover) {
      await this.detachLost(result);
    }
    this.step(`[post hooks] The recovery has ended: ${endText(replacesMaster, successor)}.`);
  }

  /** The failed master and the lost replicas are out of the way, and the cluster goes by its new master. */
  private async leaveBehind({ successor, lostReplicas }: RecoveryResult): Promise<void> {
    const { key } = this.recovery.request.analysis;
    if (successor !== null) await this.markSuccessor(successor);
    await this.downtime([key, ...lostReplicas]);
    await this.deps.propose({ type: 'end-detection', key, atMs: this.deps.clock.nowMs() });
  }

  private async lastHooks(result: RecoveryResult): Promise<void> {
    const { successor } = result;
    const progress = progressOf(result);
    if (successor === null) {
      await this.runHooks('PostUnsuccessfulFailoverProcesses', progress);
      return;
    }
    const { postHooks } = TRAITS[this.recovery.routine];
    if (this.telling !== null) await this.deps.keyValues.soon(this.telling);
    if (postHooks !== null) await this.runHooks(postHooks, progress);
    await this.deps.propose({ type: 'end-downtime', key: successor.key, atMs: this.deps.clock.nowMs() });
    await this.runHooks('PostFailoverProcesses', progress);
  }

  /** The alias follows the cluster to its new name; the fence learns who took over. */
  private async markSuccessor(successor: InstanceFacts): Promise<void> {
    const { uid, request, cluster } = this.recovery;
    const { key } = request.analysis;
    const { clock, state, propose } = this.deps;
    if (this.deps.fencing.isFenced(key)) {
      await propose({ type: 'fence', key, recoveryUid: uid, successor: successor.key, atMs: clock.nowMs() });
    }
    const override = state().clusterAliases.get(cluster.name);
    if (override !== undefined) {
      await propose({ type: 'set-cluster-alias', clusterName: keyText(successor.key), alias: override });
    }
  }

  private async downtime(keys: readonly InstanceKey[]): Promise<void> {
    const beginMs = this.deps.clock.nowMs();
    const endMs = beginMs + LOST_DOWNTIME_MS;
    const owner = this.deps.node.hostname;
    for (const key of keys) {
      await this.deps.propose({ type: 'begin-downtime', key, owner, reason: LOST_IN_RECOVERY, beginMs, endMs });
    }
  }

  private async detachLost({ lostReplicas }: RecoveryResult): Promise<void> {
    const { key } = this.recovery.request.analysis;
    const timeoutMs = this.deps.settings().MySQLConnectTimeoutSeconds * 1000;
    await this.executor().run(detachLost(key, lostReplicas, timeoutMs), 'detach/');
  }

  private async resolve(result: RecoveryResult): Promise<void> {
    const { uid, request } = this.recovery;
    const { key } = request.analysis;
    const atMs = this.deps.clock.nowMs();
    const resolution = resolutionOf(result);
    const { outcome, successor } = resolution;
    const answer = (await this.deps.propose({
      type: 'resolve-recovery',
      uid,
      result: resolution,
      atMs,
    })) as { readonly resolved: boolean };
    if (!answer.resolved) return;
    this.deps.emit({ type: 'recovery-ended', atMs, key, uid, successor, outcome });
  }

  private async runHooks(list: HookList, progress: HookProgress): Promise<Outcome<void>> {
    const { uid, request, summary } = this.recovery;
    if (request.skipHooks) return { ok: true, value: undefined };
    const { successor, successorAlias: alias, isSuccessful, lostReplicas } = progress;
    const ran = await this.deps.hooks.run(
      list,
      {
        analysis: summary,
        isGroupMember: request.analysis.facts.isGroupMember,
        recoveryUid: uid,
        isSuccessful,
        lostReplicas,
        successor: successor === null ? null : { key: successor.key, alias, coordinates: successor.coordinates },
      },
      (message) => this.step(message),
    );
    if (list === 'PreFailoverProcesses' && ran.ok) request.onPreFailover?.();
    return ran;
  }

  /** @throws StoreError */
  private step(message: string): void {
    this.deps.store.recordStep(this.recovery.uid, this.deps.clock.nowMs(), message);
    this.told(message);
  }

  /** As `step`, where a log that can't be written must not keep the rest from being done. */
  private say(message: string): void {
    try {
      this.step(message);
    } catch (error) {
      this.deps.log.error('recovery.step-lost', `Not recorded: ${message} ${reasonOf(error)}`);
    }
  }

  private async quietly(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { uid } = this.recovery;
      this.deps.log.error('recovery.not-settled', `The end of recovery ${uid} was not recorded: ${reasonOf(error)}`);
    }
  }

  private told(message: string): void {
    const { uid } = this.recovery;
    this.deps.emit({ type: 'recovery-step', atMs: this.deps.clock.nowMs(), uid, message });
    this.deps.log.info('recovery.step', message, { uid });
  }
}

function progressOf({ successor, lostReplicas }: RecoveryResult): HookProgress {
  return { successor, successorAlias: successor?.alias ?? '', lostReplicas, isSuccessful: successor !== null };
}

function endText(replacesMaster: boolean, successor: InstanceFacts | null): string {
  if (successor === null) return replacesMaster ? 'nothing was promoted' : 'nothing was repaired';
  const name = keyText(successor.key);
  return replacesMaster ? `${name} is the source now` : `${name} stands in for what failed`;
}
