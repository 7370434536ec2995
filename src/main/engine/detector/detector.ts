import type { Analysis, AnalysisCode } from '../../../shared/domain/analysis.ts';
import { DESCRIPTIONS } from '../../../shared/domain/analysis-descriptions.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { EngineEvent } from '../../../shared/domain/event.ts';
import type { PollFailureKind } from '../../../shared/domain/instance.ts';
import { type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import type { BlockedRecovery } from '../../../shared/domain/recovery.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { REACTIONS } from '../../core/analysis/reactions.ts';
import { activeDetection } from '../../core/commands/queries.ts';
import type { CommandState } from '../../core/commands/state.ts';
import {
  mayRecover,
  type Obstacle,
  obstacleText,
  type RecoveryQuestion,
  recoveryObstacles,
} from '../../core/policy/may-recover.ts';
import type { Cluster, TopologyInstance } from '../../core/topology/topology.ts';
import type { InstanceWatcher } from '../poller/instance-watcher.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import type { HookLists } from '../recovery/hook-lists.ts';
import { summarise } from '../recovery/summary.ts';
import { startUpGraceMs } from './analysis-runner.ts';
import { BlockedList } from './blocked-list.ts';
import { Emergencies } from './emergencies.ts';
import type { EvidenceGatherer } from './evidence-gatherer.ts';
import { restartWait, type Wait } from './restart-wait.ts';

export interface DetectorDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  readonly propose: (command: Command) => Promise<unknown>;
  readonly node: { readonly hostname: string; readonly token: string };
  readonly startedMs: number;
  readonly watcher: (key: Analysis['key']) => InstanceWatcher | null;
  readonly evidence: EvidenceGatherer;
  readonly hooks: HookLists;
  readonly emit: (event: EngineEvent) => void;
  /** For the changelog: the first code of an instance, and each that differs from the one before. */
  readonly recordChange: (analysis: Analysis) => void;
  /** Starts the recovery; resolves when it has ended, or with why it could not begin. */
  readonly recover: (analysis: Analysis, noticedMs: number) => Promise<string | null>;
  /** Analyse this cluster again soon: something that depends on time alone will have changed. */
  readonly reconsider: (clusterName: string, afterMs: number) => void;
}

interface Episode {
  readonly noticedMs: number;
  /** Detection hooks run one list after another. */
  hooks: Promise<void>;
  recovering: boolean;
}

/**
 * Turns analyses into detections, and detections into recoveries. Detection always runs; whether to recover is a
 * separate decision, and the reason against it is kept where people can see it.
 */
export class Detector {
  private readonly deps: DetectorDeps;
  private readonly codes = new Map<KeyText, AnalysisCode>();
  private readonly episodes = new Map<KeyText, Episode>();
  private readonly dark = new Map<string, number>();
  private readonly blocked = new BlockedList();
  private readonly emergencies: Emergencies;
  /** When the failure of those that fail now was first seen. */
  private readonly failedMs = new Map<KeyText, number>();

  constructor(deps: DetectorDeps) {
    this.deps = deps;
    const { clock, log, watcher, evidence } = deps;
    this.emergencies = new Emergencies({
      clock,
      log,
      watcher,
      restartReceivers: (source) => evidence.restartReceiversOf(source),
    });
  }

  blockedRecoveries(): readonly BlockedRecovery[] {
    return this.blocked.list(this.deps.clock.nowMs());
  }

  /** Nothing is kept of a server that was forgotten. */
  forget(id: KeyText): void {
    this.codes.delete(id);
    this.episodes.delete(id);
    this.failedMs.delete(id);
    this.blocked.delete(id);
    this.emergencies.forget(id);
  }

  /** Nothing is kept of clusters that are no more. */
  keepOnly(clusterNames: { has(name: string): boolean }): void {
    for (const name of this.dark.keys()) if (!clusterNames.has(name)) this.dark.delete(name);
  }

  /** Looks at the fresh analyses of one cluster and reacts. */
  consider(cluster: Cluster, analyses: readonly Analysis[]): void {
    this.watchDarkness(cluster);
    for (const analysis of analyses) {
      this.noteChange(analysis);
      const instance = cluster.instances.get(keyText(analysis.key));
      if (instance === undefined) continue;
      this.emergencies.react(analysis);
      this.react(cluster, instance, analysis);
    }
  }

  /** Registers the detections of a failure that a person wants recovered, and waits for their hooks. */
  async detectNow(analysis: Analysis): Promise<void> {
    const id = keyText(analysis.key);
    const episode = this.episodes.get(id) ?? {
      noticedMs: this.deps.clock.nowMs(),
      hooks: Promise.resolve(),
      recovering: false,
    };
    this.episodes.set(id, episode);
    if (analysis.facts.isMaster) this.detect(unreachable(analysis), episode, false);
    this.detect(analysis, episode, true);
    await episode.hooks;
  }

  /** All instances unreachable at once: our own network is the likelier failure. */
  private watchDarkness(cluster: Cluster): void {
    if (cluster.instances.size < 2) return;
    for (const { snapshot } of cluster.instances.values()) if (snapshot.failure === null) return;
    this.dark.set(cluster.name, this.deps.clock.nowMs());
  }

  private noteChange(analysis: Analysis): void {
    const id = keyText(analysis.key);
    const known = this.codes.get(id);
    if (known === analysis.code) return;
    this.codes.set(id, analysis.code);
    if (analysis.facts.replicas > 0) this.recordChange(analysis);
    const previous = known ?? 'NoProblem';
    if (previous === analysis.code) return;
    const { key, clusterName, code } = analysis;
    this.deps.emit({ type: 'analysis-changed', atMs: this.deps.clock.nowMs(), key, clusterName, code, previous });
    this.deps.log.info('analysis.changed', `${id} (cluster ${clusterName}): ${previous} → ${code}`);
  }

  /** A changelog that can't be written keeps nobody from reacting to the failure. */
  private recordChange(analysis: Analysis): void {
    try {
      this.deps.recordChange(analysis);
    } catch (error) {
      const reason = reasonOf(error);
      this.deps.log.error('analysis.not-recorded', `The analysis of ${keyText(analysis.key)} was not saved: ${reason}`);
    }
  }

  private react(cluster: Cluster, instance: TopologyInstance, analysis: Analysis): void {
    const id = keyText(analysis.key);
    const reaction = REACTIONS[analysis.code];
    const failing = instance.snapshot.failure !== null;
    if (!failing) {
      this.failedMs.delete(id);
      if (this.deps.watcher(analysis.key)?.isSuspect !== true) this.deps.evidence.settled(analysis.key);
      if (!reaction.detected) {
        this.episodes.delete(id);
        this.blocked.delete(id);
      }
    } else {
      if (!this.failedMs.has(id)) this.failedMs.set(id, instance.snapshot.lastCheckedMs);
      if (analysis.facts.replicas > 0) this.deps.evidence.failed(analysis.key);
    }
    if (!reaction.detected || analysis.skippableDueToDowntime) return;
    const episode = this.episodeOf(id, instance);
    if (reaction.recovery === null) {
      this.detect(analysis, episode, false);
      return;
    }
    const wait = this.wait(cluster, instance, analysis);
    if (wait !== null) {
      if (wait.reason !== null) this.block(analysis, wait.reason, wait.reason, 0);
      if (Number.isFinite(wait.ms)) this.deps.reconsider(cluster.name, wait.ms);
      return;
    }
    if (analysis.facts.isMaster && failing) this.detect(unreachable(analysis), episode, false);
    this.detect(analysis, episode, true);
    this.decide(cluster, instance, analysis, episode);
  }

  private episodeOf(id: KeyText, instance: TopologyInstance): Episode {
    const existing = this.episodes.get(id);
    if (existing) return existing;
    const noticedMs = instance.snapshot.lastCheckedMs || this.deps.clock.nowMs();
    const episode: Episode = { noticedMs, hooks: Promise.resolve(), recovering: false };
    this.episodes.set(id, episode);
    return episode;
  }

  /**
   * What a verdict has to wait for: replicas that were last read before the source failed (their next reading
   * decides), or a server that may come back by itself.
   */
  private wait(cluster: Cluster, instance: TopologyInstance, analysis: Analysis): Wait | null {
    const { failure } = instance.snapshot;
    if (failure === null) return null;
    const failedMs = this.failedMs.get(instance.id) ?? 0;
    const stale = analysis.replicas.some((key) => {
      const replica = cluster.instances.get(keyText(key));
      return replica?.valid === true && replica.snapshot.lastAttemptMs < failedMs;
    });
    if (stale) return { ms: Number.POSITIVE_INFINITY, reason: null };
    const shutdown = this.deps.watcher(analysis.key)?.shutdown;
    if (shutdown === undefined) return null;
    return restartWait(analysis.key, failure, shutdown, this.deps.settings(), this.deps.clock.nowMs());
  }

  /** Registers a detection and, if it is a new one, runs the detection hooks, in the order of the detections. */
  private detect(analysis: Analysis, episode: Episode, actionable: boolean): void {
    if (activeDetection(this.deps.state(), analysis.key, actionable) !== null) return;
    const summary = summarise(analysis, actionable);
    const { clock, node } = this.deps;
    const registered = this.deps.propose({
      type: 'register-detection',
      analysis: summary,
      node: node.hostname,
      nodeToken: node.token,
      atMs: clock.nowMs(),
    }) as Promise<{ readonly registered: boolean }>;
    // Its failure is told below, once the hooks before it have run.
    registered.catch(() => undefined);
    episode.hooks = episode.hooks.then(async () => {
      if (!(await registered).registered) return;
      const { key, clusterName, code } = analysis;
      this.deps.emit({ type: 'detection', atMs: clock.nowMs(), key, clusterName, code, actionable });
      this.deps.log.warn('detection', `${keyText(key)} (cluster ${clusterName}): ${code}. ${analysis.description}`);
      const isGroupMember = analysis.facts.isGroupMember;
      await this.deps.hooks.run(
        'OnFailureDetectionProcesses',
        { analysis: summary, isGroupMember, recoveryUid: '', isSuccessful: false, lostReplicas: [], successor: null },
        (message) => this.deps.log.info('hooks', message),
      );
    });
    episode.hooks = episode.hooks.catch((error: unknown) => {
      const reason = reasonOf(error);
      this.deps.log.error(
        'detection.failed',
        `The detection of ${keyText(analysis.key)} could not be registered: ${reason}`,
      );
    });
  }

  private decide(cluster: Cluster, instance: TopologyInstance, analysis: Analysis, episode: Episode): void {
    if (episode.recovering) return;
    const confirming = this.confirmingReplicas(cluster, analysis);
    const verdict = mayRecover(this.question(analysis, instance.snapshot.failure?.kind ?? null, confirming));
    if (!verdict.ok) {
      const obstacle = `${verdict.code} ${verdict.blockingRecoveryId}`;
      this.block(analysis, obstacle, obstacleText(verdict), verdict.blockingRecoveryId);
      return;
    }
    episode.recovering = true;
    this.blocked.delete(instance.id);
    void this.startRecovery(analysis, episode);
  }

  /** All that would stand against the recovery of a failure that is only supposed, confirmed by those it concerns. */
  supposedObstacles(analysis: Analysis): readonly Obstacle[] {
    return recoveryObstacles(this.question(analysis, 'refused', analysis.facts.replicasFailingToConnect));
  }

  private question(analysis: Analysis, failure: PollFailureKind | null, confirmingReplicas: number): RecoveryQuestion {
    const settings = this.deps.settings();
    return {
      analysis,
      state: this.deps.state(),
      nowMs: this.deps.clock.nowMs(),
      forced: false,
      hasQuorum: true,
      isLeader: true,
      startedMs: this.deps.startedMs,
      startUpGraceMs: startUpGraceMs(settings),
      clusterDarkMs: this.dark.get(analysis.clusterName) ?? 0,
      darkGraceMs: 3 * settings.InstancePollSeconds * 1000,
      failure,
      confirmingReplicas,
      recoveryBlockMs: settings.RecoveryPeriodBlockSeconds * 1000,
    };
  }

  private async startRecovery(analysis: Analysis, episode: Episode): Promise<void> {
    const id = keyText(analysis.key);
    const failedMs = this.failedMs.get(id);
    try {
      await episode.hooks;
      if (this.failedMs.get(id) !== failedMs) {
        this.deps.log.info('recovery.not-needed', `${id} answered again before its recovery had begun.`);
        return;
      }
      const obstacle = await this.deps.recover(analysis, failedMs ?? episode.noticedMs);
      if (obstacle !== null) this.block(analysis, obstacle, obstacle, 0);
    } catch (error) {
      const reason = failureText(error);
      this.block(analysis, reason, `The recovery could not be run: ${reason}`, 0);
      this.deps.log.error('recovery.failed', `The recovery of ${keyText(analysis.key)} could not be run: ${reason}`);
    } finally {
      episode.recovering = false;
    }
  }

  /** Replicas that say themselves that they can't get anything from the failed server. */
  private confirmingReplicas(cluster: Cluster, analysis: Analysis): number {
    return analysis.replicas.filter((key) => {
      const replica = cluster.instances.get(keyText(key));
      const status = replica?.facts?.replica;
      if (replica?.valid !== true || !status || this.deps.evidence.isProbed(replica.id)) return false;
      return status.ioState === 2 || status.lastIoErrno !== 0 || this.deps.evidence.isDeaf(replica.id);
    }).length;
  }

  private block(analysis: Analysis, obstacle: string, reason: string, blockingRecoveryId: number): void {
    const { key, clusterName, code } = analysis;
    const atMs = this.deps.clock.nowMs();
    if (!this.blocked.put(analysis, obstacle, reason, blockingRecoveryId, atMs)) return;
    this.deps.emit({ type: 'recovery-blocked', atMs, key, clusterName, code, reason });
    this.deps.log.warn('recovery.blocked', `${keyText(key)} (${code}) is not recovered. ${reason}`);
  }
}

/** What was known before the replicas confirmed it: the first of the two detections of a dead source. */
function unreachable(analysis: Analysis): Analysis {
  return { ...analysis, code: 'UnreachableMaster', description: DESCRIPTIONS.UnreachableMaster };
}

function failureText(error: unknown): string {
  if (error instanceof BatonError) return error.text;
  return reasonOf(error);
}
