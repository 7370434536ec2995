import type { Analysis } from '../../shared/domain/analysis.ts';
import type { AcknowledgeTarget } from '../../shared/domain/command.ts';
import type { EngineEvent } from '../../shared/domain/event.ts';
import type { PromotionRule } from '../../shared/domain/instance.ts';
import type { InstanceKey } from '../../shared/domain/instance-key.ts';
import type { OperationArgs, OperationName } from '../../shared/domain/operation.ts';
import type { Readiness } from '../../shared/domain/readiness.ts';
import type { BlockedRecovery, Recovery, RecoveryStep } from '../../shared/domain/recovery.ts';
import { reasonOf } from '../../shared/errors/reason-of.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { CommandState } from '../core/commands/state.ts';
import type { RecoveryFile } from '../core/replay/recovery-file.ts';
import type { Topology, TopologyInstance } from '../core/topology/topology.ts';
import type { DiscoveryService } from './discovery/discovery-service.ts';
import type { EngineParts } from './engine-parts.ts';
import { EngineServices } from './engine-services.ts';
import { forceRecovery } from './forced-recoveries.ts';
import type { InsightService } from './insight/insight-service.ts';
import type { Measurements } from './metrics/measurements.ts';
import { type ReconfigurationDeps, reloadConfiguration } from './reconfiguration.ts';
import { recoveryFile } from './replay/recovery-export.ts';
import { tellInterruptions } from './routines/interruptions.ts';
import type {
  AuditEntry,
  Engine,
  Health,
  KeyValueSubmission,
  NodeIdentity,
  OperateOptions,
  OperationReport,
  RecoverOptions,
  ReloadReport,
  TakeoverReport,
  TakeoverRequest,
} from './services/engine.ts';
import { type RecordedTimeline, recordedTimeline, timelineOfFile } from './services/recovery-timeline.ts';

const TICK_MS = 1000;

/** The engine: it watches, decides, acts and records. Doors talk to it through the `Engine` interface. */
export class BatonEngine implements Engine {
  readonly node: NodeIdentity;
  readonly discovery: DiscoveryService;
  readonly measurements: Measurements;
  readonly insight: InsightService;
  private readonly services: EngineServices;
  private cancelTick: (() => void) | null = null;
  private started = false;
  private reloading: Promise<unknown> = Promise.resolve();

  constructor(parts: EngineParts) {
    this.services = new EngineServices(parts);
    this.node = parts.node;
    this.discovery = this.services.discovery;
    this.measurements = this.services.measurements;
    this.insight = this.services.insight;
  }

  get settings(): Settings {
    return this.services.settings;
  }

  reloadConfiguration(extraFile: string | null, by: string): Promise<ReloadReport> {
    const deps: ReconfigurationDeps = {
      configuration: this.services.parts.configuration ?? null,
      settings: () => this.settings,
      replaceSettings: (settings) => {
        this.services.settings = settings;
        this.services.inventory.keeper.touch();
        this.services.loop.reconsiderAll();
      },
      audit: (type, key, message) => this.services.recordAudit(type, key, message),
    };
    // One after the other: of two at once, the one that read first would win.
    const next = this.reloading.then(() => reloadConfiguration(deps, extraFile, by));
    this.reloading = next.catch(() => undefined);
    return next;
  }

  /** Shows the last known picture, marked as stale, and begins to poll. */
  async start(): Promise<void> {
    const { services } = this;
    const { store, clock, log, node } = services.parts;
    const { interrupted } = await services.log.propose({
      type: 'interrupt-recoveries',
      exceptNodeToken: node.token,
      atMs: clock.nowMs(),
    });
    if (services.stopping) return;
    tellInterruptions(services.common, interrupted);
    this.discovery.start();
    services.inventory.start(store.loadSnapshots());
    for (const seed of this.settings.DiscoverySeeds) services.inventory.seed(seed);
    services.injector.start();
    this.started = true;
    log.info('engine.started', `Baton ${node.version} watches ${services.log.state().known.size} known servers.`);
    this.scheduleTick();
  }

  /** Stops: nothing new is begun, what runs is recorded as interrupted, everything is saved. */
  async stop(): Promise<void> {
    const { services } = this;
    if (services.stopping) return;
    services.stopping = true;
    this.cancelTick?.();
    services.injector.stop();
    services.keyValues.stop();
    await Promise.all([services.recoveries, services.takeovers, services.operations].map((each) => each.settle()));
    services.inventory.stop();
    services.loop.stop();
    await services.parts.mysql.close();
    try {
      services.housekeeping.save();
      this.discovery.stop();
    } catch (error) {
      services.parts.log.error('snapshots.not-saved', `The picture of the servers was not saved: ${reasonOf(error)}`);
    }
    services.log.close();
    services.parts.store.close();
  }

  /** Polls that have ended since the start, well or not. */
  pollCount(): number {
    return this.services.inventory.polls;
  }

  health(): Health {
    return this.services.selfTest.health();
  }

  standstill(): string {
    return this.services.selfTest.standstill();
  }

  isRunning(): boolean {
    return this.started && !this.services.stopping;
  }

  topology(): Topology {
    return this.services.inventory.keeper.topology();
  }

  state(): CommandState {
    return this.services.log.state();
  }

  analyses(options: { readonly all?: boolean } = {}): readonly Analysis[] {
    return this.services.loop.analyses(options.all === true);
  }

  blockedRecoveries(): readonly BlockedRecovery[] {
    return this.services.loop.blockedRecoveries();
  }

  recoverySteps(uid: string): readonly RecoveryStep[] {
    return this.services.parts.store.steps(uid);
  }

  audit(page: number, key: InstanceKey | null): readonly AuditEntry[] {
    return this.services.parts.store.audit(page, key);
  }

  /** Notes in the audit what was changed beside the engine, such as an account. Never give it a secret. */
  noteInAudit(type: string, message: string): void {
    this.services.recordAudit(type, null, message);
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    return this.services.bus.subscribe(listener);
  }

  resolveInstance(key: InstanceKey): InstanceKey {
    return this.services.inventory.resolve(key);
  }

  async discover(key: InstanceKey): Promise<TopologyInstance> {
    const instance = await this.services.inventory.discover(key);
    this.services.recordAudit('discover', instance.key, 'discovered');
    return instance;
  }

  forget(keys: readonly InstanceKey[]): Promise<void> {
    return this.services.orders.forget(keys);
  }

  beginDowntime(key: InstanceKey, owner: string, reason: string, durationMs: number): Promise<void> {
    return this.services.orders.beginDowntime(key, owner, reason, durationMs);
  }

  endDowntime(key: InstanceKey): Promise<void> {
    return this.services.orders.endDowntime(key);
  }

  beginMaintenance(key: InstanceKey, owner: string, reason: string, durationMs: number): Promise<void> {
    return this.services.orders.beginMaintenance(key, owner, reason, durationMs);
  }

  endMaintenance(key: InstanceKey): Promise<void> {
    return this.services.orders.endMaintenance(key);
  }

  registerCandidate(key: InstanceKey, rule: PromotionRule): Promise<void> {
    return this.services.orders.registerCandidate(key, rule);
  }

  setClusterAlias(clusterName: string, alias: string): Promise<void> {
    return this.services.orders.setClusterAlias(clusterName, alias);
  }

  setGlobalRecoveries(enabled: boolean, owner: string): Promise<void> {
    return this.services.orders.setGlobalRecoveries(enabled, owner);
  }

  async acknowledge(which: AcknowledgeTarget, by: string, comment: string): Promise<number> {
    const acknowledged = await this.services.orders.acknowledge(which, by, comment);
    this.services.loop.reconsiderAll();
    return acknowledged.length;
  }

  operate(name: OperationName, args: OperationArgs, options: OperateOptions): Promise<OperationReport> {
    return this.services.operations.operate(name, args, options);
  }

  takeOver(request: TakeoverRequest): Promise<TakeoverReport> {
    return this.services.takeovers.takeOver(request);
  }

  readiness(clusterName: string): Promise<Readiness | null> {
    return Promise.resolve(this.services.readinessService.of(clusterName));
  }

  async exportRecovery(uid: string): Promise<Uint8Array | null> {
    const file = this.recording(uid);
    return file === null ? null : this.services.parts.packRecovery(file);
  }

  timeline(uid: string): RecordedTimeline | null {
    const file = this.recording(uid);
    // What another process began, and did not end, was interrupted.
    return file === null ? null : recordedTimeline(file, file.start.nodeToken === this.node.token);
  }

  timelineOfFile(bytes: Uint8Array, name: string): RecordedTimeline {
    return timelineOfFile(this.services.parts.unpackRecovery(bytes, name), name);
  }

  private recording(uid: string): RecoveryFile | null {
    const { store, node, clock } = this.services.parts;
    return recoveryFile(uid, store.effects(uid), { writtenBy: node.version, writtenMs: clock.nowMs() });
  }

  recover(key: InstanceKey, options: RecoverOptions): Promise<Recovery | null> {
    return forceRecovery(this.services.forcing, key, options);
  }

  submitMasters(clusterName: string | null): Promise<KeyValueSubmission> {
    return this.services.keyValues.submit(clusterName);
  }

  private scheduleTick(): void {
    this.cancelTick = this.services.parts.clock.after(TICK_MS, () => {
      this.services.selfTest.ticked();
      this.measurements.sampleQueue(this.services.inventory.queue);
      this.services.loop.tick();
      this.discovery.tick();
      void this.services.keyValues.tick();
      this.services.housekeeping
        .tick()
        .catch((error: unknown) => {
          if (!this.services.stopping)
            this.services.parts.log.error('housekeeping.failed', `Housekeeping failed: ${reasonOf(error)}`);
        })
        .finally(() => {
          if (!this.services.stopping) this.scheduleTick();
        });
    });
  }
}
