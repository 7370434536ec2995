import type { Analysis } from '../../shared/domain/analysis.ts';
import type { Command } from '../../shared/domain/command.ts';
import type { EngineEvent } from '../../shared/domain/event.ts';
import type { InstanceSnapshot } from '../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText } from '../../shared/domain/instance-key.ts';
import type { BlockedRecovery } from '../../shared/domain/recovery.ts';
import { reasonOf } from '../../shared/errors/reason-of.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { CommandState } from '../core/commands/state.ts';
import type { Obstacle } from '../core/policy/may-recover.ts';
import type { Cluster } from '../core/topology/topology.ts';
import { AnalysisRunner } from './detector/analysis-runner.ts';
import { Detector } from './detector/detector.ts';
import { EvidenceGatherer } from './detector/evidence-gatherer.ts';
import type { InstanceWatcher } from './poller/instance-watcher.ts';
import type { TopologyKeeper } from './poller/topology-keeper.ts';
import type { MysqlPort } from './ports/mysql.ts';
import type { Clock, Log } from './ports/runtime.ts';
import type { HookLists } from './recovery/hook-lists.ts';

export interface ClusterLoopDeps {
  readonly mysql: MysqlPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  readonly propose: (command: Command) => Promise<unknown>;
  readonly hooks: HookLists;
  readonly emit: (event: EngineEvent) => void;
  readonly node: { readonly hostname: string; readonly token: string };
  readonly keeper: TopologyKeeper;
  readonly watcher: (key: InstanceKey) => InstanceWatcher | null;
  readonly recordChange: (analysis: Analysis) => void;
  readonly recover: (analysis: Analysis, noticedMs: number) => Promise<string | null>;
}

/** Clusters in which nothing of weight changed are looked at together, so often. */
const CALM_MS = 250;
/** What depends on time alone is looked at in every cluster every so many ticks. */
const ALL_EVERY_TICKS = 5;
/** After a look the next one waits for so many times as long as it took: a storm of changes gets a third of the CPU. */
const REST_FACTOR = 2;

/**
 * Looks at clusters when something in them changed: rebuilds them, analyses them, lets the detector react. A change
 * of weight (a failure, a thread, a new place) is looked at in the same turn of the event loop.
 */
export class ClusterLoop {
  private readonly deps: ClusterLoopDeps;
  private readonly analysisRunner: AnalysisRunner;
  private readonly detector: Detector;
  private readonly evidence: EvidenceGatherer;
  private readonly weights = new Map<KeyText, string>();
  private readonly unsettled = new Set<string>();
  private readonly timers = new Map<string, { readonly dueMs: number; readonly cancel: () => void }>();
  private urgent = false;
  private restUntilMs = Number.NEGATIVE_INFINITY;
  private cancelUrgent: (() => void) | null = null;
  private cancelCalm: (() => void) | null = null;
  private ticks = 0;
  private stopped = false;

  constructor(deps: ClusterLoopDeps) {
    this.deps = deps;
    const startedMs = deps.clock.nowMs();
    this.evidence = new EvidenceGatherer({
      mysql: deps.mysql,
      clock: deps.clock,
      log: deps.log,
      watcher: deps.watcher,
      replicasOf: (key) => this.replicasOf(key),
      detectionTimeoutMs: () => deps.settings().BatonDetectionTimeoutMilliseconds,
      mayTouchReplicasOf: (key) => this.mayTouchReplicasOf(key),
      isBeingRecovered: (key) => this.isBeingRecovered(key),
      onEvidence: (key) => this.reconsiderInstance(key),
    });
    this.analysisRunner = new AnalysisRunner({
      settings: deps.settings,
      state: deps.state,
      nowMs: () => deps.clock.nowMs(),
      startedMs,
      isDeaf: (id) => this.evidence.isDeaf(id),
      isProbed: (id) => this.evidence.isProbed(id),
    });
    this.detector = new Detector({
      clock: deps.clock,
      log: deps.log,
      settings: deps.settings,
      state: deps.state,
      propose: deps.propose,
      node: deps.node,
      startedMs,
      watcher: deps.watcher,
      evidence: this.evidence,
      hooks: deps.hooks,
      emit: deps.emit,
      recordChange: deps.recordChange,
      recover: deps.recover,
      reconsider: (clusterName, afterMs) => this.reconsider(clusterName, afterMs),
    });
  }

  /** A server was polled. */
  changed(snapshot: InstanceSnapshot): void {
    const id = keyText(snapshot.key);
    const weight = weightOf(snapshot);
    if (this.weights.get(id) === weight) {
      this.calm();
      return;
    }
    this.weights.set(id, weight);
    this.wake();
  }

  /** The analyses of a cluster that is only supposed. */
  suppose(cluster: Cluster): readonly Analysis[] {
    return this.analysisRunner.suppose(cluster);
  }

  /** What would stand against the recovery of a supposed failure. */
  supposedObstacles(analysis: Analysis): readonly Obstacle[] {
    return this.detector.supposedObstacles(analysis);
  }

  /** The source has been silent for a while. */
  suspect(key: InstanceKey): void {
    this.deps.log.info('instance.suspect', `${keyText(key)} is slow to answer; its replicas are asked.`);
    this.evidence.suspect(key);
  }

  /** Looks at what changed in this turn of the event loop. */
  wake(): void {
    if (this.urgent || this.stopped) return;
    this.urgent = true;
    const look = (): void => {
      this.urgent = false;
      this.look();
    };
    const restMs = this.restUntilMs - this.deps.clock.monotonicMs();
    if (restMs > 0) this.cancelUrgent = this.deps.clock.after(restMs, look);
    else setImmediate(look);
  }

  /** Nothing is kept of servers that were forgotten. */
  forget(keys: readonly InstanceKey[]): void {
    for (const key of keys) {
      const id = keyText(key);
      this.weights.delete(id);
      this.evidence.forget(key);
      this.detector.forget(id);
      this.analysisRunner.forget(id);
    }
  }

  /** Once a second: what depends on time. */
  tick(): void {
    this.ticks += 1;
    const everything = this.ticks % ALL_EVERY_TICKS === 0;
    const names = everything ? this.deps.keeper.topology().clusters.keys() : this.unsettled;
    this.considerAll([...names]);
  }

  reconsiderAll(): void {
    this.considerAll([...this.deps.keeper.topology().clusters.keys()]);
  }

  stop(): void {
    this.stopped = true;
    this.cancelUrgent?.();
    this.cancelCalm?.();
    for (const { cancel } of this.timers.values()) cancel();
    this.timers.clear();
  }

  analyses(all: boolean): readonly Analysis[] {
    return this.analysisRunner.latest({ includeDowntimed: true, includeNoProblem: all });
  }

  analysisOf(key: InstanceKey): Analysis | null {
    return this.analysisRunner.of(key);
  }

  /** As `analysisOf`, of a healthy server without replicas too. */
  analysisEvenOf(cluster: Cluster, key: InstanceKey): Analysis | null {
    return this.analysisRunner.even(cluster, key);
  }

  blockedRecoveries(): readonly BlockedRecovery[] {
    return this.detector.blockedRecoveries();
  }

  /** Registers the detections of a recovery that a person asked for, and waits for their hooks. */
  detectNow(analysis: Analysis): Promise<void> {
    return this.detector.detectNow(analysis);
  }

  private calm(): void {
    if (this.cancelCalm !== null || this.stopped) return;
    this.cancelCalm = this.deps.clock.after(CALM_MS, () => {
      this.cancelCalm = null;
      this.look();
    });
  }

  private look(): void {
    if (this.stopped) return;
    const beganMs = this.deps.clock.monotonicMs();
    this.considerAll(this.deps.keeper.takeRebuilt());
    const endMs = this.deps.clock.monotonicMs();
    this.restUntilMs = endMs + REST_FACTOR * (endMs - beganMs);
  }

  private considerAll(names: readonly string[]): void {
    if (this.stopped) return;
    const { clusters } = this.deps.keeper.topology();
    this.analysisRunner.keepOnly(clusters);
    this.detector.keepOnly(clusters);
    for (const name of names) {
      const cluster = clusters.get(name);
      if (cluster === undefined) this.unsettled.delete(name);
      else this.considerSafely(cluster);
    }
  }

  /** What goes wrong with one cluster must not keep the others from being looked at. */
  private considerSafely(cluster: Cluster): void {
    try {
      this.consider(cluster);
    } catch (error) {
      const reason = reasonOf(error);
      this.deps.log.error('cluster.not-analysed', `Cluster ${cluster.name} could not be looked at: ${reason}`);
    }
  }

  private consider(cluster: Cluster): void {
    for (const instance of cluster.instances.values()) {
      this.deps.watcher(instance.key)?.watchAsSource(instance.replicas.length > 0);
    }
    const analyses = this.analysisRunner.run(cluster);
    if (analyses.some((analysis) => analysis.code !== 'NoProblem')) this.unsettled.add(cluster.name);
    else this.unsettled.delete(cluster.name);
    this.detector.consider(cluster, analyses);
    this.deps.emit({ type: 'cluster-changed', atMs: this.deps.clock.nowMs(), clusterName: cluster.name });
  }

  /** Looks at a cluster after a while, or sooner if that is due already. */
  private reconsider(clusterName: string, afterMs: number): void {
    if (this.stopped) return;
    const dueMs = this.deps.clock.monotonicMs() + afterMs;
    const planned = this.timers.get(clusterName);
    if (planned !== undefined && planned.dueMs <= dueMs) return;
    planned?.cancel();
    const cancel = this.deps.clock.after(afterMs, () => {
      this.timers.delete(clusterName);
      this.considerAll([clusterName]);
    });
    this.timers.set(clusterName, { dueMs, cancel });
  }

  private reconsiderInstance(key: InstanceKey): void {
    const cluster = this.deps.keeper.topology().instances.get(keyText(key))?.clusterName;
    if (cluster !== undefined) this.considerAll([cluster]);
  }

  private replicasOf(key: InstanceKey): readonly InstanceKey[] {
    const topology = this.deps.keeper.topology();
    const ids = topology.instances.get(keyText(key))?.replicas ?? [];
    return ids.flatMap((id) => topology.instances.get(id)?.key ?? []);
  }

  private isBeingRecovered(key: InstanceKey): boolean {
    const clusterName = this.deps.keeper.topology().instances.get(keyText(key))?.clusterName;
    return this.deps
      .state()
      .recoveries.some(({ outcome, analysis }) => outcome === 'running' && analysis.clusterName === clusterName);
  }

  private mayTouchReplicasOf(key: InstanceKey): boolean {
    const analysis = this.analysisRunner.of(key);
    const automated = analysis?.hasAutomatedMasterRecovery === true;
    return this.deps.state().globalRecoveriesEnabled && automated && !analysis.isDowntimed;
  }
}

/** What of a snapshot can change an analysis at once; lags and positions are left to the calm look. */
function weightOf({ failure, facts, stale, partialSuccess }: InstanceSnapshot): string {
  const replica = facts?.replica;
  const link = replica
    ? `${keyText(replica.source)} ${replica.ioState}${replica.sqlState} ${replica.sqlDelaySeconds}`
    : '-';
  const semiSync = facts?.semiSync ? `${facts.semiSync.sourceStatus} ${facts.semiSync.sourceClients}` : '-';
  return `${failure?.kind ?? 'ok'} ${stale} ${partialSuccess} ${facts?.readOnly} ${link} ${semiSync}`;
}
