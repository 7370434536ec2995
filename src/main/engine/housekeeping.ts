import type { Command } from '../../shared/domain/command.ts';
import type { InstanceSnapshot } from '../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText } from '../../shared/domain/instance-key.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { type CommandState, LOST_IN_RECOVERY } from '../core/commands/state.ts';
import type { Topology, TopologyInstance } from '../core/topology/topology.ts';
import type { Clock, Log } from './ports/runtime.ts';
import type { StateStore } from './ports/state-store.ts';

export interface HousekeepingDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: StateStore;
  readonly settings: () => Settings;
  readonly state: () => CommandState;
  readonly topology: () => Topology;
  readonly propose: (command: Command) => Promise<unknown>;
  readonly audit: (type: string, key: InstanceKey | null, message: string) => void;
}

/** The picture of the servers is written behind so often, */
export const SAVE_EVERY_MS = 5000;
/** and so many servers at once. */
export const SAVE_BATCH = 500;
const PURGE_EVERY_MS = 60_000;
const LOST_AT_LEAST_MS = 60_000;
const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** What has to be done from time to time: expiry, retention, and writing the picture of the servers behind. */
export class Housekeeping {
  private readonly deps: HousekeepingDeps;
  private readonly unsaved = new Map<KeyText, InstanceSnapshot>();
  private readonly startedMs: number;
  private lastSaveMs = 0;
  private lastPurgeMs = 0;
  private lastLostCheckMs = 0;

  constructor(deps: HousekeepingDeps) {
    this.deps = deps;
    this.startedMs = deps.clock.nowMs();
  }

  /** The snapshot is to be saved with the next batch. */
  changed(snapshot: InstanceSnapshot): void {
    this.unsaved.set(keyText(snapshot.key), snapshot);
  }

  /** Servers that were forgotten are not to be saved again. */
  forget(keys: readonly InstanceKey[]): void {
    for (const key of keys) this.unsaved.delete(keyText(key));
  }

  /** Called once a second. */
  async tick(): Promise<void> {
    const nowMs = this.deps.clock.nowMs();
    await this.expire(nowMs);
    const pollMs = this.deps.settings().InstancePollSeconds * 1000;
    if (nowMs - this.lastLostCheckMs >= pollMs) {
      this.lastLostCheckMs = nowMs;
      await this.endLostDowntimes(nowMs);
    }
    if (nowMs - this.lastSaveMs >= SAVE_EVERY_MS) {
      this.lastSaveMs = nowMs;
      this.save(SAVE_BATCH);
    }
    if (nowMs - this.lastPurgeMs >= PURGE_EVERY_MS) {
      this.lastPurgeMs = nowMs;
      await this.forgetUnseen(nowMs);
      const days = this.deps.settings().AuditPurgeDays;
      if (days > 0) this.deps.store.purge(nowMs, days);
    }
  }

  /** Writes what is not saved yet; all of it when Baton stops. */
  save(most = Number.POSITIVE_INFINITY): void {
    const batch = [...this.unsaved.values()].slice(0, most);
    if (batch.length === 0) return;
    this.deps.store.saveSnapshots(batch);
    for (const snapshot of batch) this.unsaved.delete(keyText(snapshot.key));
  }

  private async expire(atMs: number): Promise<void> {
    const settings = this.deps.settings();
    await this.deps.propose({
      type: 'expire',
      atMs,
      detectionBlockMs: settings.FailureDetectionPeriodBlockMinutes * 60_000,
      recoveryBlockMs: settings.RecoveryPeriodBlockSeconds * 1000,
      candidateMs: settings.CandidateInstanceExpireMinutes * 60_000,
      equivalenceMs: settings.UnseenInstanceForgetHours * HOUR_MS,
      poolMs: settings.InstancePoolExpiryMinutes * 60_000,
      virtualNameMs: settings.ExpiryHostnameResolvesMinutes * 60_000,
      retentionMs: settings.AuditPurgeDays > 0 ? settings.AuditPurgeDays * DAY_MS : Number.MAX_SAFE_INTEGER,
    });
  }

  /**
   * Ends the downtime of servers that were lost in a recovery and are well again (discovery reference, section
   * 12.1): a minute old at least, last check valid, and replicating or the source of its cluster.
   */
  private async endLostDowntimes(nowMs: number): Promise<void> {
    const topology = this.deps.topology();
    let claims: ReadonlyMap<string, number> | null = null;
    for (const downtime of this.deps.state().downtimes.values()) {
      if (downtime.reason !== LOST_IN_RECOVERY || nowMs - downtime.beginMs < LOST_AT_LEAST_MS) continue;
      const instance = topology.instances.get(keyText(downtime.key));
      if (!instance?.valid) continue;
      claims ??= aliasClaims(topology);
      if (!instance.isReplicating && !isSource(instance, claims)) continue;
      await this.deps.propose({ type: 'end-downtime', key: downtime.key, atMs: nowMs });
      this.deps.log.info('downtime.ended', `${instance.id} is well again; its downtime after the recovery has ended.`);
    }
  }

  private async forgetUnseen(nowMs: number): Promise<void> {
    const limitMs = this.deps.settings().UnseenInstanceForgetHours * HOUR_MS;
    const { known } = this.deps.state();
    for (const { key, snapshot } of this.deps.topology().instances.values()) {
      const heardOfMs = known.get(keyText(key))?.discoveredMs ?? nowMs;
      // While Baton itself was off, nobody looked.
      const lastMs = Math.max(snapshot.lastSeenMs, heardOfMs, this.startedMs);
      if (nowMs - lastMs < limitMs) continue;
      await this.deps.propose({ type: 'forget', keys: [key], untilMs: nowMs });
      this.deps.log.info(
        'instance.forgotten',
        `${keyText(key)} was not seen for ${limitMs / HOUR_MS} hours and is forgotten.`,
      );
      this.deps.audit('forget-unseen', key, 'not seen for too long');
    }
  }
}

/** How many tops of clusters suggest each alias. */
function aliasClaims({ instances }: Topology): ReadonlyMap<string, number> {
  const claims = new Map<string, number>();
  for (const { depth, suggestedAlias } of instances.values()) {
    if (depth === 0) claims.set(suggestedAlias, (claims.get(suggestedAlias) ?? 0) + 1);
  }
  return claims;
}

/** A top that nobody has taken the place of: alone with its alias or, where there are no aliases, followed by replicas. */
function isSource(instance: TopologyInstance, claims: ReadonlyMap<string, number>): boolean {
  if (instance.depth !== 0 || !instance.isMaster) return false;
  return instance.suggestedAlias === '' ? instance.replicas.length > 0 : claims.get(instance.suggestedAlias) === 1;
}
