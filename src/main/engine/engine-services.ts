import type { Command } from '../../shared/domain/command.ts';
import type { InstanceSnapshot } from '../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../shared/domain/instance-key.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { ResultOf } from '../core/commands/results.ts';
import type { CommandState } from '../core/commands/state.ts';
import type { Cluster, Topology } from '../core/topology/topology.ts';
import { ClusterLoop } from './cluster-loop.ts';
import { CommandLog } from './command-log/command-log.ts';
import { DiscoveryService } from './discovery/discovery-service.ts';
import { NameKeeper } from './discovery/name-keeper.ts';
import { VirtualNames } from './discovery/virtual-names.ts';
import type { EngineParts } from './engine-parts.ts';
import { EventBus } from './event-bus.ts';
import type { ForcedRecoveriesDeps } from './forced-recoveries.ts';
import { SelfTest } from './health.ts';
import { Housekeeping } from './housekeeping.ts';
import { InsightService } from './insight/insight-service.ts';
import { Inventory } from './inventory.ts';
import { KeyValueService } from './kv/key-value-service.ts';
import { measuredStore } from './metrics/measured-store.ts';
import { Measurements } from './metrics/measurements.ts';
import { OperatorCommands } from './operator-commands.ts';
import type { AddressBook } from './ports/key-value.ts';
import { PLAIN_NAMES } from './ports/names.ts';
import { PseudoGtidInjector } from './pseudo-gtid/pseudo-gtid-injector.ts';
import { ReadinessService } from './readiness/readiness-service.ts';
import { SourceFencing } from './recovery/fencing.ts';
import { HookLists } from './recovery/hook-lists.ts';
import { RecoveryService } from './recovery/recovery-service.ts';
import { ReturnedSources } from './returned-sources.ts';
import { dryRun } from './routines/dry-run.ts';
import { OperationService } from './routines/operation-service.ts';
import { RoutineRunner } from './routines/routine-runner.ts';
import { TakeoverService } from './takeover/takeover-service.ts';

const NO_ADDRESSES: AddressBook = { addressesOf: () => Promise.resolve({ ipv4: '', ipv6: '' }) };

/** The parts of the engine, put together: who is told of what, and what each is given of the others. */
export class EngineServices {
  /** In force; a reload replaces them. */
  settings: Settings;
  /** Nothing new is begun. */
  stopping = false;
  readonly discovery: DiscoveryService;
  readonly measurements: Measurements;
  readonly parts: EngineParts;
  /** What most parts of the engine are given. */
  readonly common: ReturnType<EngineServices['sharedBy']>;
  readonly log: CommandLog;
  readonly bus: EventBus;
  private readonly virtual: VirtualNames;
  readonly inventory: Inventory;
  readonly loop: ClusterLoop;
  private readonly fencing: SourceFencing;
  readonly recoveries: RecoveryService;
  readonly operations: OperationService;
  readonly forcing: ForcedRecoveriesDeps;
  readonly takeovers: TakeoverService;
  readonly readinessService: ReadinessService;
  readonly orders: OperatorCommands;
  private readonly returned: ReturnedSources;
  readonly injector: PseudoGtidInjector;
  readonly housekeeping: Housekeeping;
  readonly selfTest: SelfTest;
  readonly keyValues: KeyValueService;
  readonly insight: InsightService;

  constructor(given: EngineParts) {
    this.settings = given.settings;
    const { clock } = given;
    this.measurements = new Measurements(() => ({
      keepMs: this.settings.DiscoveryCollectionRetentionSeconds * 1000,
      queueSamples: this.settings.DiscoveryQueueMaxStatisticsSize,
      pollMs: this.settings.InstancePollSeconds * 1000,
    }));
    const store = measuredStore(given.store, this.measurements, clock);
    const parts = { ...given, store };
    this.parts = parts;
    this.log = CommandLog.open({ store, clock, log: parts.log });
    this.bus = new EventBus(parts.log);
    this.virtual = new VirtualNames({
      ...parts,
      names: parts.names ?? PLAIN_NAMES,
      settings: () => this.settings,
      state: () => this.log.state(),
      factsOf: (key) => this.inventory.keeper.snapshot(key)?.facts ?? null,
    });
    const common = this.sharedBy(parts);
    this.common = common;
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
    this.insight = new InsightService({
      ...common,
      factsOf: (key) => this.inventory.keeper.snapshot(key)?.facts ?? null,
      beingRead: () => this.inventory.beingRead,
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
    this.operations = new OperationService({
      ...common,
      plainMysql: parts.mysql,
      runner,
      resolve,
      hookPort: parts.hooks,
    });
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
    this.log.onApplied((command, result) => this.measurements.applied(command, result));
  }

  private sharedBy(parts: EngineParts) {
    return {
      ...parts,
      mysql: this.virtual.port(),
      names: parts.names ?? PLAIN_NAMES,
      settings: (): Settings => this.settings,
      state: (): CommandState => this.log.state(),
      topology: (): Topology => this.inventory.keeper.topology(),
      propose: <C extends Command>(command: C): Promise<ResultOf<C>> => this.log.propose(command),
      emit: this.bus.emit,
      audit: (type: string, key: InstanceKey | null, message: string): void => this.recordAudit(type, key, message),
      refresh: (keys: readonly InstanceKey[]): Promise<void> => this.inventory.refreshAll(keys),
      isStopping: (): boolean => this.stopping,
    };
  }

  private received(snapshot: InstanceSnapshot): void {
    this.housekeeping.changed(snapshot);
    this.loop.changed(snapshot);
    this.returned.seen(snapshot);
    this.measurements.polled(snapshot);
    this.insight.polled(snapshot);
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
        this.measurements.forget(command.keys);
        this.insight.forget(command.keys);
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

  recordAudit(type: string, key: InstanceKey | null, message: string): void {
    const { store, auditSink, clock } = this.parts;
    const entry = { atMs: clock.nowMs(), type, key, message };
    const clusterName =
      key === null ? '' : (this.inventory.keeper.topology().instances.get(keyText(key))?.clusterName ?? '');
    auditSink?.write({ ...entry, clusterName });
    store.addAudit(entry);
  }
}
