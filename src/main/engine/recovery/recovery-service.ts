import type { Analysis } from '../../../shared/domain/analysis.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { EngineEvent } from '../../../shared/domain/event.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { AnalysisSummary, Recovery } from '../../../shared/domain/recovery.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { REACTIONS } from '../../core/analysis/reactions.ts';
import { findRecovery } from '../../core/commands/queries.ts';
import { type CommandState, LOST_IN_RECOVERY } from '../../core/commands/state.ts';
import type { DeadMasterResult } from '../../core/sagas/dead-master-input.ts';
import type { HookList, HookProgress, Outcome } from '../../core/sagas/effects.ts';
import { recoverDeadMaster } from '../../core/sagas/recover-dead-master.ts';
import type { Cluster } from '../../core/topology/topology.ts';
import { Executor, SagaInterrupted } from '../executor/executor.ts';
import type { MysqlPort } from '../ports/mysql.ts';
import type { Clock, Log, RandomSource } from '../ports/runtime.ts';
import type { RecoveryLogStore } from '../ports/state-store.ts';
import { deadMasterInput } from './dead-master-input.ts';
import type { SourceFencing } from './fencing.ts';
import type { HookLists } from './hook-lists.ts';
import { summarise } from './summary.ts';

export interface RecoveryDeps {
  readonly mysql: MysqlPort;
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
}

export type RecoveryAnswer =
  | { readonly attempted: true; readonly recovery: Recovery }
  | { readonly attempted: false; readonly reason: string };

/** As in the reference: servers lost in a recovery are downtimed for a year, and the engine renews or ends it. */
const LOST_DOWNTIME_MS = 365 * 24 * 3600 * 1000;

/** Registers recoveries, runs them, and settles what follows from their result. */
export class RecoveryService {
  private readonly deps: RecoveryDeps;
  private readonly running = new Set<Promise<unknown>>();

  constructor(deps: RecoveryDeps) {
    this.deps = deps;
  }

  get isRunning(): boolean {
    return this.running.size > 0;
  }

  /** Waits until the recoveries that are under way have ended or were interrupted. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  /** Rejects with StoreError when the recovery can't be registered: then nothing was done. */
  async recover(request: RecoveryRequest): Promise<RecoveryAnswer> {
    const work = this.attempt(request);
    this.running.add(work);
    try {
      return await work;
    } finally {
      this.running.delete(work);
    }
  }

  private async attempt(request: RecoveryRequest): Promise<RecoveryAnswer> {
    const { analysis } = request;
    if (this.deps.isStopping()) return { attempted: false, reason: 'Baton is being stopped.' };
    const cluster = this.deps.cluster(analysis.clusterName);
    const unsupported = whyUnsupported(analysis);
    if (cluster === null || unsupported !== null) {
      return { attempted: false, reason: unsupported ?? `Cluster ${analysis.clusterName} is not known any more.` };
    }
    const summary = summarise(analysis, true);
    const uid = `${BigInt(this.deps.clock.nowMs()) * 1_000_000n}:${this.deps.random.hex(32)}`;
    const registered = (await this.deps.propose({
      type: 'register-recovery',
      uid,
      kind: 'MasterRecovery',
      recoveryType: 'MasterRecoveryGTID',
      analysis: summary,
      node: this.deps.node.hostname,
      nodeToken: this.deps.node.token,
      atMs: this.deps.clock.nowMs(),
      forced: request.forced,
    })) as { readonly registered: boolean; readonly existing?: Recovery };
    if (!registered.registered) {
      const by = registered.existing === undefined ? '' : ` (${registered.existing.uid})`;
      return { attempted: false, reason: `Another recovery of this cluster is still running${by}.` };
    }
    await this.run(uid, request, summary, cluster);
    const recovery = findRecovery(this.deps.state(), uid);
    if (recovery === null) return { attempted: false, reason: 'The recovery was not recorded.' };
    return { attempted: true, recovery };
  }

  private async run(uid: string, request: RecoveryRequest, summary: AnalysisSummary, cluster: Cluster): Promise<void> {
    const { analysis } = request;
    const { clock, emit } = this.deps;
    const { key, clusterName, code } = analysis;
    emit({ type: 'recovery-started', atMs: clock.nowMs(), key, clusterName, code, uid });
    const step = (message: string): void => {
      this.deps.store.recordStep(uid, clock.nowMs(), message);
      this.told(uid, message);
    };
    const settings = this.deps.settings();
    step(`[noticed] ${keyText(key)} failed at ${new Date(request.noticedMs).toISOString()}: ${analysis.description}`);
    step(`[confirmed] ${code}, ${clock.nowMs() - request.noticedMs} ms later.`);
    const runHooks = (list: HookList, progress: HookProgress): Promise<Outcome<void>> =>
      request.skipHooks
        ? Promise.resolve({ ok: true, value: undefined })
        : this.runHooks(list, uid, request, summary, progress, step);
    const executor = new Executor(uid, {
      mysql: this.deps.mysql,
      clock,
      store: this.deps.store,
      fencing: this.deps.fencing,
      propose: this.deps.propose,
      runHooks,
      onStep: (message) => this.told(uid, message),
      isStopping: this.deps.isStopping,
    });
    try {
      const input = deadMasterInput(cluster, analysis, settings, this.deps.state(), request.candidate);
      const result = await executor.run(recoverDeadMaster(input));
      await this.settleResult(uid, request, cluster, result, step, runHooks);
    } catch (error) {
      if (error instanceof SagaInterrupted) {
        step('Interrupted: Baton is being stopped. What is recorded above was done; nothing after it was begun.');
        return;
      }
      const reason = error instanceof Error ? error.message : String(error);
      step(`The recovery failed: ${reason}`);
      this.deps.log.error('recovery.failed', `The recovery of ${keyText(key)} failed: ${reason}`);
      await this.resolve(uid, key, { successor: null, lostReplicas: [], errors: [reason] }, '');
      await runHooks('PostUnsuccessfulFailoverProcesses', {
        successor: null,
        successorAlias: '',
        lostReplicas: [],
        isSuccessful: false,
      });
    }
  }

  /** After the saga: downtimes, the alias, the record, the last hooks. */
  private async settleResult(
    uid: string,
    request: RecoveryRequest,
    cluster: Cluster,
    result: DeadMasterResult,
    step: (message: string) => void,
    runHooks: (list: HookList, progress: HookProgress) => Promise<Outcome<void>>,
  ): Promise<void> {
    const { analysis } = request;
    const successor = result.successor;
    if (successor !== null) await this.markSuccessor(uid, analysis, cluster, successor);
    await this.downtime([analysis.key, ...result.lostReplicas]);
    await this.deps.propose({ type: 'end-detection', key: analysis.key, atMs: this.deps.clock.nowMs() });
    for (const error of result.errors) step(`Error: ${error}`);
    await this.resolve(uid, analysis.key, result, successor?.alias ?? '');
    const progress: HookProgress = {
      successor,
      successorAlias: successor?.alias ?? '',
      lostReplicas: result.lostReplicas,
      isSuccessful: successor !== null,
    };
    await this.deps.refresh([...cluster.instances.values()].map((instance) => instance.key));
    if (successor === null) {
      await runHooks('PostUnsuccessfulFailoverProcesses', progress);
    } else {
      await runHooks('PostMasterFailoverProcesses', progress);
      await this.deps.propose({ type: 'end-downtime', key: successor.key, atMs: this.deps.clock.nowMs() });
      await runHooks('PostFailoverProcesses', progress);
    }
    if (this.deps.settings().DetachLostReplicasAfterMasterFailover && successor !== null) {
      await this.detachLost(cluster, result, step);
    }
    step(
      `[post hooks] The recovery has ended: ${successor === null ? 'nothing was promoted' : `${keyText(successor.key)} is the source now`}.`,
    );
  }

  /** The alias follows the cluster to its new name; the fence learns who took over. */
  private async markSuccessor(
    uid: string,
    analysis: Analysis,
    cluster: Cluster,
    successor: InstanceFacts,
  ): Promise<void> {
    const atMs = this.deps.clock.nowMs();
    if (this.deps.state().fences.get(keyText(analysis.key)) !== undefined) {
      await this.deps.propose({ type: 'fence', key: analysis.key, recoveryUid: uid, successor: successor.key, atMs });
    }
    const override = this.deps.state().clusterAliases.get(cluster.name);
    if (override !== undefined) {
      await this.deps.propose({ type: 'set-cluster-alias', clusterName: keyText(successor.key), alias: override });
    }
  }

  private async downtime(keys: readonly InstanceKey[]): Promise<void> {
    const beginMs = this.deps.clock.nowMs();
    for (const key of keys) {
      const owner = this.deps.node.hostname;
      const endMs = beginMs + LOST_DOWNTIME_MS;
      await this.deps.propose({ type: 'begin-downtime', key, owner, reason: LOST_IN_RECOVERY, beginMs, endMs });
    }
  }

  private async detachLost(cluster: Cluster, result: DeadMasterResult, step: (message: string) => void): Promise<void> {
    for (const key of result.lostReplicas) {
      const facts = cluster.instances.get(keyText(key))?.facts;
      if (!facts) continue;
      try {
        await this.deps.mysql.perform(
          facts,
          { kind: 'detach-source' },
          this.deps.settings().MySQLConnectTimeoutSeconds * 1000,
        );
        step(
          `${keyText(key)} was left behind; its source's host name is detached, so that it won't follow the old one.`,
        );
      } catch (error) {
        step(
          `${keyText(key)} was left behind and could not be detached: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }

  private async resolve(
    uid: string,
    key: InstanceKey,
    result: DeadMasterResult,
    successorAlias: string,
  ): Promise<void> {
    const { successor } = result;
    const atMs = this.deps.clock.nowMs();
    const outcome = successor === null ? 'failed' : 'succeeded';
    await this.deps.propose({
      type: 'resolve-recovery',
      uid,
      result: {
        outcome,
        successor: successor?.key ?? null,
        successorAlias,
        successorCoordinates: successor?.coordinates ?? null,
        lostReplicas: result.lostReplicas,
        participants: [],
        errors: result.errors,
      },
      atMs,
    });
    this.deps.emit({ type: 'recovery-ended', atMs, key, uid, successor: successor?.key ?? null, outcome });
  }

  private async runHooks(
    list: HookList,
    uid: string,
    { analysis }: RecoveryRequest,
    summary: AnalysisSummary,
    progress: HookProgress,
    step: (message: string) => void,
  ): Promise<Outcome<void>> {
    const { successor } = progress;
    return await this.deps.hooks.run(
      list,
      {
        analysis: summary,
        isGroupMember: analysis.facts.isGroupMember,
        recoveryUid: uid,
        isSuccessful: progress.isSuccessful,
        lostReplicas: progress.lostReplicas,
        successor:
          successor === null
            ? null
            : { key: successor.key, alias: progress.successorAlias, coordinates: successor.coordinates },
      },
      step,
    );
  }

  private told(uid: string, message: string): void {
    this.deps.emit({ type: 'recovery-step', atMs: this.deps.clock.nowMs(), uid, message });
    this.deps.log.info('recovery.step', message, { uid });
  }
}

/** Says which failures this version only detects. */
function whyUnsupported(analysis: Analysis): string | null {
  const routine = REACTIONS[analysis.code].recovery;
  if (routine !== 'dead-master') {
    return `${analysis.code} is detected, but this version of Baton doesn't recover it yet: only dead masters are.`;
  }
  if (!analysis.facts.oracleGtidTopology && !analysis.facts.mariadbGtidTopology) {
    return `The replicas of ${keyText(analysis.key)} don't all replicate by GTID, and this version of Baton recovers by GTID only.`;
  }
  return null;
}
