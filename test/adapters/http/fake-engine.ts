import { unpackRecovery } from '../../../src/main/adapters/recovery-file/recovery-archive.ts';
import { KeyedMap } from '../../../src/main/core/commands/keyed-map.ts';
import { type CommandState, EMPTY_STATE, type Maintenance } from '../../../src/main/core/commands/state.ts';
import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import type { Topology, TopologyInstance } from '../../../src/main/core/topology/topology.ts';
import { Measurements } from '../../../src/main/engine/metrics/measurements.ts';
import type { Log } from '../../../src/main/engine/ports/runtime.ts';
import type {
  AuditEntry,
  Engine,
  Health,
  KeyValueSubmission,
  OperateOptions,
  OperationReport,
  RecoverOptions,
  ReloadReport,
  TakeoverReport,
  TakeoverRequest,
} from '../../../src/main/engine/services/engine.ts';
import { type RecordedTimeline, timelineOfFile } from '../../../src/main/engine/services/recovery-timeline.ts';
import type { Analysis } from '../../../src/shared/domain/analysis.ts';
import type { AcknowledgeTarget } from '../../../src/shared/domain/command.ts';
import type { EngineEvent } from '../../../src/shared/domain/event.ts';
import type { InstanceSnapshot, PromotionRule } from '../../../src/shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../src/shared/domain/instance-key.ts';
import type {
  OperationArgs,
  OperationName,
  OperationResult,
  PlannedStep,
} from '../../../src/shared/domain/operation.ts';
import type { Readiness } from '../../../src/shared/domain/readiness.ts';
import type { BlockedRecovery, Recovery, RecoveryStep } from '../../../src/shared/domain/recovery.ts';
import { BatonError } from '../../../src/shared/errors/baton-error.ts';
import { defaultSettings, type Settings } from '../../../src/shared/settings/settings.ts';
import { exampleSnapshots, key, NOW, recovery } from './example.ts';
import { FakeDiscovery } from './fake-discovery.ts';
import { FakeInsight } from './fake-insight.ts';

const DONE: OperationResult = {
  state: 'done',
  message: 'It was done.',
  subject: null,
  destination: null,
  replicas: [],
  lines: [],
};

const READY: Readiness = {
  clusterName: 'db1:3306',
  clusterAlias: 'main',
  master: key('db1:3306'),
  ready: true,
  successor: key('db2:3306'),
  rule: 'it is ahead of the others',
  losses: [],
  estimatedOutageMs: 480,
  obstacles: [],
  verdicts: ['db2:3306 could take over.'],
};

/** An engine whose knowledge a test sets, and which writes down what it is asked to do. */
export class FakeEngine implements Engine {
  readonly node = { hostname: 'baton-1', token: 'cd'.repeat(32), version: '0.1.0' };
  settings: Settings = { ...defaultSettings(), RecoverMasterClusterFilters: ['*'] };
  readonly discovery: FakeDiscovery = new FakeDiscovery(
    (...call) => this.#note(...call),
    () => this.current,
  );
  readonly insight: FakeInsight = new FakeInsight((...call) => this.#note(...call));
  current: Topology = buildTopology([]);
  commands: CommandState = EMPTY_STATE;
  found: readonly Analysis[] = [];
  blocked: readonly BlockedRecovery[] = [];
  steps: readonly RecoveryStep[] = [];
  auditEntries: readonly AuditEntry[] = [];
  recovered: Recovery | null = null;
  /** What the next operations end with, over `DONE`. */
  operated: Partial<OperationResult> = {};
  takenOver: Partial<TakeoverReport> = {};
  plan: readonly PlannedStep[] = [];
  ready: Readiness = READY;
  submitted: KeyValueSubmission = { pairs: [], clusters: 0 };
  readonly exports = new Map<string, Uint8Array>();
  readonly recordings = new Map<string, RecordedTimeline>();
  /** Rejects the next operation. */
  failure: Error | null = null;
  readonly calls: unknown[][] = [];
  readonly listeners = new Set<(event: EngineEvent) => void>();

  static example(): FakeEngine {
    const engine = new FakeEngine();
    engine.show(exampleSnapshots());
    return engine;
  }

  show(snapshots: readonly InstanceSnapshot[]): void {
    this.current = buildTopology(snapshots);
  }

  downtime(id: string, reason = 'repair', lengthMs = 60_000): void {
    const downtime = { key: key(id), owner: 'ann', reason, beginMs: NOW - 5000, endMs: NOW + lengthMs };
    this.commands = { ...this.commands, downtimes: this.commands.downtimes.set(id, downtime) };
  }

  maintenance(id: string, over: Partial<Maintenance> = {}): void {
    const one = { key: key(id), owner: 'ann', reason: 'repair', explicit: true, nodeToken: '', beginMs: NOW - 5000 };
    const maintenance = { ...one, endMs: NOW + 60_000, ...over };
    this.commands = { ...this.commands, maintenances: this.commands.maintenances.set(id, maintenance) };
  }

  emit(event: EngineEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }

  /** What the self-test finds wrong. */
  problem = '';

  health(): Health {
    return { isHealthy: this.problem === '', problem: this.problem };
  }

  /** Why it has to be started anew. */
  stuck = '';
  running = true;
  readonly measurements: Measurements = new Measurements(() => ({ keepMs: 120_000, queueSamples: 120, pollMs: 5000 }));

  standstill(): string {
    return this.stuck;
  }
  isRunning(): boolean {
    return this.running;
  }
  topology(): Topology {
    return this.current;
  }
  state(): CommandState {
    return this.commands;
  }
  analyses(): readonly Analysis[] {
    return this.found;
  }
  blockedRecoveries(): readonly BlockedRecovery[] {
    return this.blocked;
  }
  recoverySteps(uid: string): readonly RecoveryStep[] {
    return this.steps.filter((step) => step.recoveryUid === uid);
  }
  audit(page: number, wanted: InstanceKey | null): readonly AuditEntry[] {
    this.calls.push(['audit', page, wanted === null ? null : keyText(wanted)]);
    return this.auditEntries;
  }
  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  resolveInstance(wanted: InstanceKey): InstanceKey {
    const known = [...this.current.instances.values()].filter(
      (one) => one.key.port === wanted.port && one.key.hostname.includes(wanted.hostname),
    );
    return known.length === 1 && known[0] !== undefined ? known[0].key : wanted;
  }
  discover(wanted: InstanceKey): Promise<TopologyInstance> {
    return this.#perform(wanted, 'discover');
  }
  forget(keys: readonly InstanceKey[]): Promise<void> {
    return this.#note('forget', keys.map(keyText).sort());
  }
  beginDowntime(wanted: InstanceKey, owner: string, reason: string, durationMs: number): Promise<void> {
    return this.#note('begin-downtime', keyText(wanted), owner, reason, durationMs);
  }
  endDowntime(wanted: InstanceKey): Promise<void> {
    return this.#note('end-downtime', keyText(wanted));
  }
  registerCandidate(wanted: InstanceKey, rule: PromotionRule): Promise<void> {
    return this.#note('register-candidate', keyText(wanted), rule);
  }
  setClusterAlias(clusterName: string, alias: string): Promise<void> {
    return this.#note('set-cluster-alias', clusterName, alias);
  }
  async reloadConfiguration(extraFile: string | null, by: string): Promise<ReloadReport> {
    await this.#note('reload-configuration', extraFile, by);
    return {
      files: ['/etc/a.json'],
      inForce: ['Debug'],
      needRestart: [],
      message: 'In force now: Debug.',
      warnings: [],
    };
  }
  setGlobalRecoveries(enabled: boolean, owner: string): Promise<void> {
    this.commands = { ...this.commands, globalRecoveriesEnabled: enabled };
    return this.#note('set-global-recoveries', enabled, owner);
  }
  async acknowledge(target: AcknowledgeTarget, by: string, comment: string): Promise<number> {
    await this.#note('acknowledge', target, by, comment);
    return 1;
  }
  async operate(name: OperationName, args: OperationArgs, options: OperateOptions): Promise<OperationReport> {
    const { instance, destination, ...more } = args;
    const below = destination === undefined ? {} : { destination: keyText(destination) };
    await this.#note(name, keyText(instance), { ...below, ...more }, options);
    return {
      result: { ...DONE, subject: instance, destination: destination ?? null, ...this.operated },
      uid: options.dryRun ? '' : '1:op',
      plan: options.dryRun ? this.plan : [],
    };
  }
  async takeOver(request: TakeoverRequest): Promise<TakeoverReport> {
    const { kind, instance, designated, ...more } = request;
    const names = [instance, designated].map((one) => (one === null ? null : keyText(one)));
    await this.#note(kind, ...names, more);
    return {
      recovery: request.dryRun ? null : recovery(1),
      successor: key('db2:3306'),
      message: 'db2:3306 took over.',
      ok: true,
      coordinates: { file: 'bin.000007', position: 99 },
      plan: request.dryRun ? this.plan : [],
      ...this.takenOver,
    };
  }
  async readiness(clusterName: string): Promise<Readiness | null> {
    return this.current.clusters.has(clusterName) ? { ...this.ready, clusterName } : null;
  }
  async exportRecovery(uid: string): Promise<Uint8Array | null> {
    return this.exports.get(uid) ?? null;
  }
  timeline(uid: string): RecordedTimeline | null {
    return this.recordings.get(uid) ?? null;
  }
  timelineOfFile(bytes: Uint8Array, name: string): RecordedTimeline {
    return timelineOfFile(unpackRecovery(bytes, name), name);
  }
  async submitMasters(clusterName: string | null): Promise<KeyValueSubmission> {
    await this.#note('submit-masters', clusterName);
    return this.submitted;
  }
  beginMaintenance(wanted: InstanceKey, owner: string, reason: string, durationMs: number): Promise<void> {
    return this.#note('begin-maintenance', keyText(wanted), owner, reason, durationMs);
  }
  endMaintenance(wanted: InstanceKey): Promise<void> {
    return this.#note('end-maintenance', keyText(wanted));
  }
  async recover(wanted: InstanceKey, options: RecoverOptions): Promise<Recovery | null> {
    const candidate = options.candidate === null ? null : keyText(options.candidate);
    await this.#note('recover', keyText(wanted), candidate, options.skipHooks);
    return this.recovered;
  }

  async #perform(wanted: InstanceKey, ...call: unknown[]): Promise<TopologyInstance> {
    await this.#note(call[0], keyText(wanted), ...call.slice(1));
    const instance = this.current.instances.get(keyText(wanted));
    if (instance === undefined) throw new BatonError('unknown-instance', `${keyText(wanted)} is not known.`);
    return instance;
  }

  async #note(...call: unknown[]): Promise<void> {
    this.calls.push(call);
    if (this.failure !== null) throw this.failure;
  }
}

export function withCandidate(state: CommandState, id: string, rule: PromotionRule): CommandState {
  const candidate = { key: key(id), rule, registeredMs: NOW - 60_000 };
  return { ...state, candidates: KeyedMap.from([[id, candidate]]) };
}

/** A log whose entries a test can look at. */
export class MemoryLog implements Log {
  readonly entries: { readonly level: string; readonly event: string; readonly message: string }[] = [];
  debug(event: string, message: string): void {
    this.entries.push({ level: 'debug', event, message });
  }
  info(event: string, message: string): void {
    this.entries.push({ level: 'info', event, message });
  }
  warn(event: string, message: string): void {
    this.entries.push({ level: 'warn', event, message });
  }
  error(event: string, message: string): void {
    this.entries.push({ level: 'error', event, message });
  }
}
