import type { Analysis } from '../../shared/domain/analysis.ts';
import type { AcknowledgeTarget, Command } from '../../shared/domain/command.ts';
import type { EngineEvent } from '../../shared/domain/event.ts';
import type { InstanceSnapshot, PromotionRule } from '../../shared/domain/instance.ts';
import type { InstanceKey } from '../../shared/domain/instance-key.ts';
import type { OperationArgs, OperationName } from '../../shared/domain/operation.ts';
import type { Readiness } from '../../shared/domain/readiness.ts';
import type { BlockedRecovery, Recovery, RecoveryStep } from '../../shared/domain/recovery.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { ResultOf } from '../core/commands/results.ts';
import type { CommandState } from '../core/commands/state.ts';
import type { Cluster, Topology, TopologyInstance } from '../core/topology/topology.ts';
import { ClusterLoop } from './cluster-loop.ts';
import { CommandLog } from './command-log/command-log.ts';
import { DiscoveryService } from './discovery/discovery-service.ts';
import { NameKeeper } from './discovery/name-keeper.ts';
import { VirtualNames } from './discovery/virtual-names.ts';
import type { EngineParts } from './engine-parts.ts';
import { EventBus } from './event-bus.ts';
import { type ForcedRecoveriesDeps, forceRecovery } from './forced-recoveries.ts';
import { SelfTest } from './health.ts';
import { Housekeeping } from './housekeeping.ts';
import { Inventory } from './inventory.ts';
import { KeyValueService } from './kv/key-value-service.ts';
import { OperatorCommands } from './operator-commands.ts';
import type { AddressBook } from './ports/key-value.ts';
import { PLAIN_NAMES } from './ports/names.ts';
import { PseudoGtidInjector } from './pseudo-gtid/pseudo-gtid-injector.ts';
import { ReadinessService } from './readiness/readiness-service.ts';
import { type ReconfigurationDeps, reloadConfiguration } from './reconfiguration.ts';
import { SourceFencing } from './recovery/fencing.ts';
import { HookLists } from './recovery/hook-lists.ts';
import { RecoveryService } from './recovery/recovery-service.ts';
import { recoveryFile } from './replay/recovery-export.ts';
import { ReturnedSources } from './returned-sources.ts';
import { dryRun } from './routines/dry-run.ts';
import { tellInterruptions } from './routines/interruptions.ts';
import { OperationService } from './routines/operation-service.ts';
import { RoutineRunner } from './routines/routine-runner.ts';
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
import { TakeoverService } from './takeover/takeover-service.ts';

const TICK_MS = 1000;

const NO_ADDRESSES: AddressBook = { addressesOf: () => Promise.resolve({ ipv4: '', ipv6: '' }) };

/** The engine: it watches, decides, acts and records. Doors talk to it through the `Engine` interface. */
export class BatonEngine implements Engine {
  readonly node: NodeIdentity;
  readonly discovery: DiscoveryService;
  private settingsInForce: Settings;
  private readonly parts: EngineParts;
  private readonly log: CommandLog;
  private readonly bus: EventBus;
  private readonly virtual: VirtualNames;
  private readonly inventory: Inventory;
  private readonly loop: ClusterLoop;
  private readonly fencing: SourceFencing;
  private readonly recoveries: RecoveryService;
  private readonly operations: OperationService;
  private readonly forcing: ForcedRecoveriesDeps;
  private readonly takeovers: TakeoverService;
  private readonly readinessService: ReadinessService;
  private readonly orders: OperatorCommands;
  private readonly returned: ReturnedSources;
  private readonly injector: PseudoGtidInjector;
  private readonly housekeeping: Housekeeping;
  private readonly selfTest: SelfTest;
  private readonly keyValues: KeyValueService;
  private cancelTick: (() => void) | null = null;
  private stopping = false;

  constructor(parts: EngineParts) {
    this.parts = parts;
    this.node = parts.node;
    this.settingsInForce = parts.settings;
    const { clock, store } = parts;
    this.log = CommandLog.open({ store, clock, log: parts.log });
    this.bus = new EventBus(parts.log);
    this.virtual = new VirtualNames({
      ...parts,
      names: parts.names ?? PLAIN_NAMES,
      settings: () => this.settings,
      state: () => this.log.state(),
      factsOf: (key) => this.inventory.keeper.snapshot(key)?.facts ?? null,
    });
    const common = this.common(parts);
    const { state, settings, propose, topology, mysql } = common;
    const hooks = new HookLists({ hooks: parts.hooks, settings, hostname: parts.node.hostname });
    const watcher: Inventory['watcher'] = (key) => this.inventory.watcher(key);
    const report = (key: InstanceKey, uid: string, message: string): void => this.reportFenced(key, uid, message);
    const fencing = new SourceFencing({ ...common, watcher, report });
    this.fencing = fencing;
    this.housekeeping = new Housekeeping(common);
    this.selfTest = new SelfTest({
      clock,
      store,
      polling: () => ({ ended: this.inventory.polls, servers: topology().instances.size }),
      longestPollMs: () => Math.max(settings().InstancePollSeconds, settings().DeadInstancePollSecondsMax) * 1000,
    });
    this.inventory = new Inventory({
      ...common,
      isFenced: (key) => this.fencing.isFenced(key),
      onSnapshot: (snapshot) => this.received(snapshot),
      onSuspect: (key) => this.loop.suspect(key),
      onFenced: (key) => this.fencing.sentFirst(key),
    });
    const keeper = new NameKeeper({ ...common, book: this.inventory.book });
    this.discovery = new DiscoveryService({ ...common, keeper, virtual: this.virtual });
    const runner = new RoutineRunner({ ...common, fencing });
    const cluster = (name: string): Cluster | null => topology().clusters.get(name) ?? null;
    const keyValues = new KeyValueService({
      ...common,
      stores: parts.keyValueStores ?? [],
      addresses: parts.addresses ?? NO_ADDRESSES,
    });
    this.keyValues = keyValues;
    this.recoveries = new RecoveryService({ ...common, hooks, fencing, cluster, runner, keyValues });
    this.loop = new ClusterLoop({
      ...common,
      hooks,
      watcher,
      keeper: this.inventory.keeper,
      recordChange: (analysis) => store.recordAnalyses(clock.nowMs(), [analysis]),
      recover: async (analysis, noticedMs) => {
        const answer = await this.recoveries.recover({
          analysis,
          noticedMs,
          candidate: null,
          skipHooks: false,
          forced: false,
        });
        return answer.attempted ? null : answer.reason;
      },
    });
    const resolve = (key: InstanceKey): InstanceKey => this.inventory.resolve(key);
    this.operations = new OperationService({ ...common, runner, resolve, hookPort: parts.hooks });
    this.forcing = {
      ...common,
      analysisOf: (key) => this.loop.analysisOf(key),
      detect: (analysis) => this.loop.detectNow(analysis),
      recover: (request) => this.recoveries.recover(request),
    };
    this.takeovers = new TakeoverService({
      ...common,
      ...this.forcing,
      analysisEvenOf: (cluster, key) => this.loop.analysisEvenOf(cluster, key),
      runner,
      hooks,
      keyValues,
      dryRun: (input) => dryRun(mysql, input, state()),
    });
    this.readinessService = new ReadinessService({
      ...common,
      analyse: (supposed) => this.loop.suppose(supposed),
      obstacles: (analysis) => this.loop.supposedObstacles(analysis),
    });
    this.injector = new PseudoGtidInjector({ ...common, isLeader: () => true });
    this.orders = new OperatorCommands(common);
    this.returned = new ReturnedSources({ fencing, log: parts.log, state, topology, propose });
    this.log.onApplied((command) => this.applied(command));
  }

  /** What most parts of the engine are given. */
  private common(parts: EngineParts) {
    return {
      ...parts,
      mysql: this.virtual.port(),
      names: parts.names ?? PLAIN_NAMES,
      settings: (): Settings => this.settings,
      state: (): CommandState => this.log.state(),
      topology: (): Topology => this.topology(),
      propose: <C extends Command>(command: C): Promise<ResultOf<C>> => this.log.propose(command),
      emit: this.bus.emit,
      audit: (type: string, key: InstanceKey | null, message: string): void => this.recordAudit(type, key, message),
      refresh: (keys: readonly InstanceKey[]): Promise<void> => this.inventory.refreshAll(keys),
      isStopping: (): boolean => this.stopping,
    };
  }

  get settings(): Settings {
    return this.settingsInForce;
  }

  reloadConfiguration(extraFile: string | null, by: string): Promise<ReloadReport> {
    const deps: ReconfigurationDeps = {
      configuration: this.parts.configuration ?? null,
      settings: () => this.settingsInForce,
      replaceSettings: (settings) => {
        this.settingsInForce = settings;
        this.inventory.keeper.touch();
        this.loop.reconsiderAll();
      },
      audit: (type, key, message) => this.recordAudit(type, key, message),
    };
    return Promise.resolve().then(() => reloadConfiguration(deps, extraFile, by));
  }

  /** Shows the last known picture, marked as stale, and begins to poll. */
  async start(): Promise<void> {
    const { store, clock, log, node } = this.parts;
    const { interrupted } = await this.log.propose({
      type: 'interrupt-recoveries',
      exceptNodeToken: node.token,
      atMs: clock.nowMs(),
    });
    if (this.stopping) return;
    tellInterruptions(this.common(this.parts), interrupted);
    this.discovery.start();
    this.inventory.start(store.loadSnapshots());
    for (const seed of this.settings.DiscoverySeeds) this.inventory.seed(seed);
    this.injector.start();
    log.info('engine.started', `Baton ${node.version} watches ${this.log.state().known.size} known servers.`);
    this.scheduleTick();
  }

  /** Stops: nothing new is begun, what runs is recorded as interrupted, everything is saved. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    this.cancelTick?.();
    this.injector.stop();
    this.keyValues.stop();
    await Promise.all([this.recoveries, this.takeovers, this.operations].map((each) => each.settle()));
    this.inventory.stop();
    this.loop.stop();
    await this.parts.mysql.close();
    try {
      this.housekeeping.save();
      this.discovery.stop();
    } catch (error) {
      this.parts.log.error('snapshots.not-saved', `The picture of the servers was not saved: ${reasonOf(error)}`);
    }
    this.log.close();
    this.parts.store.close();
  }

  /** Polls that have ended since the start, well or not. */
  pollCount(): number {
    return this.inventory.polls;
  }

  health(): Health {
    return this.selfTest.health();
  }

  topology(): Topology {
    return this.inventory.keeper.topology();
  }

  state(): CommandState {
    return this.log.state();
  }

  analyses(options: { readonly all?: boolean } = {}): readonly Analysis[] {
    return this.loop.analyses(options.all === true);
  }

  blockedRecoveries(): readonly BlockedRecovery[] {
    return this.loop.blockedRecoveries();
  }

  recoverySteps(uid: string): readonly RecoveryStep[] {
    return this.parts.store.steps(uid);
  }

  audit(page: number, key: InstanceKey | null): readonly AuditEntry[] {
    return this.parts.store.audit(page, key);
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    return this.bus.subscribe(listener);
  }

  resolveInstance(key: InstanceKey): InstanceKey {
    return this.inventory.resolve(key);
  }

  async discover(key: InstanceKey): Promise<TopologyInstance> {
    const instance = await this.inventory.discover(key);
    this.recordAudit('discover', instance.key, 'discovered');
    return instance;
  }

  forget(keys: readonly InstanceKey[]): Promise<void> {
    return this.orders.forget(keys);
  }

  beginDowntime(key: InstanceKey, owner: string, reason: string, durationMs: number): Promise<void> {
    return this.orders.beginDowntime(key, owner, reason, durationMs);
  }

  endDowntime(key: InstanceKey): Promise<void> {
    return this.orders.endDowntime(key);
  }

  beginMaintenance(key: InstanceKey, owner: string, reason: string, durationMs: number): Promise<void> {
    return this.orders.beginMaintenance(key, owner, reason, durationMs);
  }

  endMaintenance(key: InstanceKey): Promise<void> {
    return this.orders.endMaintenance(key);
  }

  registerCandidate(key: InstanceKey, rule: PromotionRule): Promise<void> {
    return this.orders.registerCandidate(key, rule);
  }

  setClusterAlias(clusterName: string, alias: string): Promise<void> {
    return this.orders.setClusterAlias(clusterName, alias);
  }

  setGlobalRecoveries(enabled: boolean, owner: string): Promise<void> {
    return this.orders.setGlobalRecoveries(enabled, owner);
  }

  async acknowledge(which: AcknowledgeTarget, by: string, comment: string): Promise<number> {
    const acknowledged = await this.orders.acknowledge(which, by, comment);
    this.loop.reconsiderAll();
    return acknowledged.length;
  }

  operate(name: OperationName, args: OperationArgs, options: OperateOptions): Promise<OperationReport> {
    return this.operations.operate(name, args, options);
  }

  takeOver(request: TakeoverRequest): Promise<TakeoverReport> {
    return this.takeovers.takeOver(request);
  }

  readiness(clusterName: string): Promise<Readiness | null> {
    return Promise.resolve(this.readinessService.of(clusterName));
  }

  async exportRecovery(uid: string): Promise<Uint8Array | null> {
    const { store, node, clock, packRecovery } = this.parts;
    const stamp = { writtenBy: node.version, writtenMs: clock.nowMs() };
    const file = recoveryFile(uid, store.effects(uid), stamp);
    return file === null ? null : packRecovery(file);
  }

  recover(key: InstanceKey, options: RecoverOptions): Promise<Recovery | null> {
    return forceRecovery(this.forcing, key, options);
  }

  submitMasters(clusterName: string | null): Promise<KeyValueSubmission> {
    return this.keyValues.submit(clusterName);
  }

  private received(snapshot: InstanceSnapshot): void {
    this.housekeeping.changed(snapshot);
    this.loop.changed(snapshot);
    this.returned.seen(snapshot);
  }

  private applied(command: Command): void {
    switch (command.type) {
      case 'discover':
        this.inventory.watch(command.key);
        break;
      case 'forget':
        this.inventory.drop(command.keys);
        this.loop.forget(command.keys);
        this.housekeeping.forget(command.keys);
        this.parts.store.deleteSnapshots(command.keys);
        break;
      case 'lift-fence':
        this.fencing.lifted(command.key);
        break;
      case 'set-cluster-alias':
      case 'register-candidate':
        this.inventory.keeper.touch();
        break;
      default:
        break;
    }
    this.discovery.applied(command);
    if (command.type !== 'expire') this.loop.wake();
  }

  private reportFenced(key: InstanceKey, uid: string, message: string): void {
    const atMs = this.parts.clock.nowMs();
    if (uid !== '') this.parts.store.recordStep(uid, atMs, message);
    this.recordAudit('fence', key, message);
    this.parts.log.warn('fence', message, { uid });
    this.bus.emit({ type: 'fenced', atMs, key, message });
  }

  private recordAudit(type: string, key: InstanceKey | null, message: string): void {
    this.parts.store.addAudit({ atMs: this.parts.clock.nowMs(), type, key, message });
  }

  private scheduleTick(): void {
    this.cancelTick = this.parts.clock.after(TICK_MS, () => {
      this.selfTest.ticked();
      this.loop.tick();
      this.discovery.tick();
      void this.keyValues.tick();
      this.housekeeping
        .tick()
        .catch((error: unknown) => {
          if (!this.stopping) this.parts.log.error('housekeeping.failed', `Housekeeping failed: ${reasonOf(error)}`);
        })
        .finally(() => {
          if (!this.stopping) this.scheduleTick();
        });
    });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
