import type { Analysis } from '../../shared/domain/analysis.ts';
import type { AcknowledgeTarget, Command } from '../../shared/domain/command.ts';
import type { EngineEvent } from '../../shared/domain/event.ts';
import type { InstanceFacts, InstanceSnapshot, PromotionRule } from '../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../shared/domain/instance-key.ts';
import type { BlockedRecovery, Recovery, RecoveryStep } from '../../shared/domain/recovery.ts';
import { BatonError } from '../../shared/errors/baton-error.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { REACTIONS } from '../core/analysis/reactions.ts';
import type { CommandState } from '../core/commands/state.ts';
import { mayRecover, obstacleText } from '../core/policy/may-recover.ts';
import type { Topology, TopologyInstance } from '../core/topology/topology.ts';
import { ClusterLoop } from './cluster-loop.ts';
import { CommandLog } from './command-log/command-log.ts';
import { EventBus } from './event-bus.ts';
import { Executor } from './executor/executor.ts';
import { Housekeeping } from './housekeeping.ts';
import { Inventory } from './inventory.ts';
import type { HookPort } from './ports/hooks.ts';
import type { MysqlPort } from './ports/mysql.ts';
import type { Clock, Log, RandomSource } from './ports/runtime.ts';
import type { StateStore } from './ports/state-store.ts';
import { SourceFencing } from './recovery/fencing.ts';
import { HookLists } from './recovery/hook-lists.ts';
import { interruptionText } from './recovery/interruption.ts';
import type { RecoveryRequest } from './recovery/recovery-run.ts';
import { RecoveryService } from './recovery/recovery-service.ts';
import type { AuditEntry, Engine, NodeIdentity, RecoverOptions } from './services/engine.ts';
import { Operations } from './services/operations.ts';

export interface EngineParts {
  readonly settings: Settings;
  readonly node: NodeIdentity;
  readonly store: StateStore;
  readonly mysql: MysqlPort;
  readonly hooks: HookPort;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
}

const TICK_MS = 1000;
const FORGET_POLLS = 3;

/** The engine: it watches, decides, acts and records. Doors talk to it through the `Engine` interface. */
export class BatonEngine implements Engine {
  readonly node: NodeIdentity;
  readonly settings: Settings;
  private readonly parts: EngineParts;
  private readonly log: CommandLog;
  private readonly bus: EventBus;
  private readonly inventory: Inventory;
  private readonly loop: ClusterLoop;
  private readonly fencing: SourceFencing;
  private readonly recoveries: RecoveryService;
  private readonly operations: Operations;
  private readonly housekeeping: Housekeeping;
  private cancelTick: (() => void) | null = null;
  private stopping = false;

  constructor(parts: EngineParts) {
    this.parts = parts;
    this.node = parts.node;
    this.settings = parts.settings;
    const { clock, store, mysql } = parts;
    this.log = CommandLog.open({ store, clock, log: parts.log });
    this.bus = new EventBus(parts.log);
    const settings = (): Settings => this.settings;
    const state = (): CommandState => this.log.state();
    const propose = (command: Command): Promise<unknown> => this.log.propose(command);
    const emit = this.bus.emit;
    const hooks = new HookLists({ hooks: parts.hooks, settings, hostname: parts.node.hostname });
    const watcher: Inventory['watcher'] = (key) => this.inventory.watcher(key);
    const report = (key: InstanceKey, uid: string, message: string): void => this.reportFenced(key, uid, message);
    this.fencing = new SourceFencing({ mysql, clock, log: parts.log, watcher, state, propose, report });
    this.housekeeping = new Housekeeping({
      clock,
      log: parts.log,
      store,
      settings,
      state,
      propose,
      topology: () => this.topology(),
    });
    this.inventory = new Inventory({
      mysql,
      clock,
      log: parts.log,
      random: parts.random,
      settings,
      state,
      propose,
      isFenced: (key) => this.fencing.isFenced(key),
      onSnapshot: (snapshot) => this.received(snapshot),
      onSuspect: (key) => this.loop.suspect(key),
      onFenced: (key) => this.fencing.sentFirst(key),
    });
    this.recoveries = new RecoveryService({
      mysql,
      clock,
      random: parts.random,
      log: parts.log,
      store,
      settings,
      state,
      propose,
      hooks,
      emit,
      fencing: this.fencing,
      node: parts.node,
      cluster: (name) => this.topology().clusters.get(name) ?? null,
      refresh: (keys) => this.inventory.refreshAll(keys),
      isStopping: () => this.stopping,
    });
    this.loop = new ClusterLoop({
      mysql,
      clock,
      log: parts.log,
      settings,
      state,
      propose,
      hooks,
      emit,
      watcher,
      node: parts.node,
      keeper: this.inventory.keeper,
      recordChange: (analysis) => store.recordAnalyses(clock.nowMs(), [analysis]),
      recover: async (analysis, noticedMs) => {
        const answer = await this.recoveries.recover(this.request(analysis, noticedMs, null, false));
        return answer.attempted ? null : answer.reason;
      },
    });
    this.operations = new Operations({
      mysql,
      settings,
      propose,
      topology: () => this.topology(),
      refresh: (key) => this.inventory.refresh(key),
      audit: (type, key, message) => this.recordAudit(type, key, message),
      executor: (name) => this.operationExecutor(name),
    });
    this.log.onApplied((command) => this.applied(command));
  }

  /** Shows the last known picture, marked as stale, and begins to poll. */
  async start(): Promise<void> {
    const { store, clock, log, node } = this.parts;
    const interrupted = (await this.log.propose({
      type: 'interrupt-recoveries',
      exceptNodeToken: node.token,
      atMs: clock.nowMs(),
    })) as { readonly interrupted: readonly Recovery[] };
    if (this.stopping) return;
    for (const recovery of interrupted.interrupted) this.explainInterruption(recovery);
    this.inventory.start(store.loadSnapshots());
    for (const seed of this.settings.DiscoverySeeds) this.inventory.seed(seed);
    log.info('engine.started', `Baton ${node.version} watches ${this.log.state().known.size} known servers.`);
    this.scheduleTick();
  }

  /** Stops: nothing new is begun, what runs is recorded as interrupted, everything is saved. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    this.cancelTick?.();
    await this.recoveries.settle();
    this.inventory.stop();
    this.loop.stop();
    await this.parts.mysql.close();
    try {
      this.housekeeping.save();
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

  async forget(keys: readonly InstanceKey[]): Promise<void> {
    const untilMs = this.parts.clock.nowMs() + FORGET_POLLS * this.settings.InstancePollSeconds * 1000;
    const { unknown } = (await this.log.propose({ type: 'forget', keys, untilMs })) as {
      unknown: readonly InstanceKey[];
    };
    if (unknown.length === keys.length) {
      throw new BatonError(
        'unknown-instance',
        `${keys.map(keyText).join(', ')} is not known, so there is nothing to forget.`,
      );
    }
    for (const key of keys) this.recordAudit('forget', key, 'forgotten');
  }

  async beginDowntime(key: InstanceKey, owner: string, reason: string, durationMs: number): Promise<void> {
    const beginMs = this.parts.clock.nowMs();
    await this.log.propose({ type: 'begin-downtime', key, owner, reason, beginMs, endMs: beginMs + durationMs });
    this.recordAudit('begin-downtime', key, `owner: ${owner}, reason: ${reason}`);
  }

  async endDowntime(key: InstanceKey): Promise<void> {
    await this.log.propose({ type: 'end-downtime', key, atMs: this.parts.clock.nowMs() });
    this.recordAudit('end-downtime', key, 'ended');
  }

  async registerCandidate(key: InstanceKey, rule: PromotionRule): Promise<void> {
    if (rule === 'must') throw new BatonError('invalid-argument', 'The promotion rule must is not supported yet.');
    await this.log.propose({ type: 'register-candidate', key, rule, atMs: this.parts.clock.nowMs() });
    this.recordAudit('register-candidate', key, rule);
  }

  async setClusterAlias(clusterName: string, alias: string): Promise<void> {
    await this.log.propose({ type: 'set-cluster-alias', clusterName, alias });
  }

  async setGlobalRecoveries(enabled: boolean, owner: string): Promise<void> {
    const type = enabled ? 'enable-global-recoveries' : 'disable-global-recoveries';
    await this.log.propose({ type });
    this.recordAudit(type, null, owner === '' ? '' : `by ${owner}`);
  }

  async acknowledge(which: AcknowledgeTarget, by: string, comment: string): Promise<number> {
    const atMs = this.parts.clock.nowMs();
    const result = (await this.log.propose({ type: 'acknowledge', which, by, comment, atMs })) as {
      readonly acknowledged: readonly Recovery[];
    };
    for (const recovery of result.acknowledged) {
      this.recordAudit('acknowledge-recovery', recovery.analysis.key, `${recovery.uid} by ${by}: ${comment}`);
    }
    this.loop.reconsiderAll();
    return result.acknowledged.length;
  }

  setReadOnly(key: InstanceKey, on: boolean): Promise<TopologyInstance> {
    return this.operations.setReadOnly(key, on);
  }

  startReplica(key: InstanceKey): Promise<TopologyInstance> {
    return this.operations.startReplica(key);
  }

  stopReplica(key: InstanceKey): Promise<TopologyInstance> {
    return this.operations.stopReplica(key);
  }

  relocate(key: InstanceKey, below: InstanceKey): Promise<TopologyInstance> {
    return this.operations.relocate(key, below);
  }

  async recover(key: InstanceKey, options: RecoverOptions): Promise<Recovery | null> {
    const analysis = this.loop.analysisOf(key);
    if (analysis === null || !REACTIONS[analysis.code].actionable) return null;
    const { clock } = this.parts;
    const instance = this.topology().instances.get(keyText(key));
    const verdict = mayRecover({
      analysis,
      state: this.log.state(),
      nowMs: clock.nowMs(),
      forced: true,
      hasQuorum: true,
      isLeader: true,
      startedMs: 0,
      startUpGraceMs: 0,
      clusterDarkMs: 0,
      darkGraceMs: 0,
      failure: instance?.snapshot.failure?.kind ?? null,
      confirmingReplicas: null,
      recoveryBlockMs: this.settings.RecoveryPeriodBlockSeconds * 1000,
    });
    if (!verdict.ok) throw new BatonError('refused', obstacleText(verdict));
    if (!options.skipHooks) await this.loop.detectNow(analysis);
    const request = this.request(analysis, clock.nowMs(), options.candidate, options.skipHooks);
    const answer = await this.recoveries.recover({ ...request, forced: true });
    if (!answer.attempted) throw new BatonError('refused', answer.reason);
    return answer.recovery;
  }

  private request(
    analysis: Analysis,
    noticedMs: number,
    candidate: InstanceKey | null,
    skipHooks: boolean,
  ): RecoveryRequest {
    return { analysis, noticedMs, candidate, skipHooks, forced: false };
  }

  private received(snapshot: InstanceSnapshot): void {
    this.housekeeping.changed(snapshot);
    this.loop.changed(snapshot);
    if (snapshot.failure === null && snapshot.facts !== null && this.fencing.isFenced(snapshot.key)) {
      const replica = snapshot.facts.replica;
      // Once it receives, it may have what its successor had not yet when that was last read.
      if (replica?.ioState === 1 && replica.sqlState === 1) this.liftFence(snapshot.key);
      else this.fencing.inspect(snapshot.facts, this.successorOf(snapshot.key));
    }
  }

  /** Who took a fenced server's place; null until it was read as that: before, it hadn't yet got all that it would. */
  private successorOf(fenced: InstanceKey): InstanceFacts | null {
    const fence = this.log.state().fences.get(keyText(fenced));
    if (fence === undefined || fence.successor === null) return null;
    const successor = this.topology().instances.get(keyText(fence.successor));
    return successor !== undefined && successor.snapshot.lastSeenMs >= fence.atMs ? successor.facts : null;
  }

  private liftFence(key: InstanceKey): void {
    this.log.propose({ type: 'lift-fence', key }).catch((error: unknown) => {
      this.parts.log.error('fence.not-lifted', `The fence of ${keyText(key)} stays: ${reasonOf(error)}`);
    });
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
    if (command.type !== 'expire') this.loop.wake();
  }

  private operationExecutor(name: string): Executor {
    const { mysql, clock, store, log } = this.parts;
    const uid = `operation:${clock.nowMs()}:${name}`;
    return new Executor(uid, {
      mysql,
      clock,
      store,
      fencing: this.fencing,
      propose: (command) => this.log.propose(command),
      runHooks: () => Promise.resolve({ ok: true, value: undefined }),
      onStep: (message) => log.info('operation.step', message, { uid }),
      isStopping: () => this.stopping,
    });
  }

  private explainInterruption(recovery: Recovery): void {
    const { store, clock, log } = this.parts;
    const message = interruptionText(store.effects(recovery.uid), store.steps(recovery.uid));
    store.recordStep(recovery.uid, clock.nowMs(), message);
    log.warn('recovery.interrupted', `${recovery.uid} (${keyText(recovery.analysis.key)}): ${message}`);
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
      this.loop.tick();
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
