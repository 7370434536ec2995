import type { Command } from '../../shared/domain/command.ts';
import type { InstanceSnapshot } from '../../shared/domain/instance.ts';
import { type KeyText, keyText } from '../../shared/domain/instance-key.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { type CommandState, LOST_IN_RECOVERY } from '../core/commands/state.ts';
import type { Topology } from '../core/topology/topology.ts';
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
}

const SAVE_EVERY_MS = 5000;
const SAVE_BATCH = 500;
const PURGE_EVERY_MS = 60_000;
const LOST_AT_LEAST_MS = 60_000;
const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** What has to be done from time to time: expiry, retention, and writing the picture of the servers behind. */
export class Housekeeping {
  private readonly deps: HousekeepingDeps;
  private readonly unsaved = new Map<KeyText, InstanceSnapshot>();
  private lastSaveMs = 0;
  private lastPurgeMs = 0;
  private lastLostCheckMs = 0;

  constructor(deps: HousekeepingDeps) {
    this.deps = deps;
  }

  /** The snapshot is to be saved with the next batch. */
  changed(snapshot: InstanceSnapshot): void {
    this.unsaved.set(keyText(snapshot.key), snapshot);
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
      this.deps.store.purge(nowMs, this.deps.settings().AuditPurgeDays);
      await this.forgetUnseen(nowMs);
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
      retentionMs: settings.AuditPurgeDays * DAY_MS,
    });
  }

  /**
   * Ends the downtime of servers that were lost in a recovery and are well again (discovery reference, section
   * 12.1): a minute old at least, last check valid, and replicating.
   */
  private async endLostDowntimes(nowMs: number): Promise<void> {
    const topology = this.deps.topology();
    for (const downtime of this.deps.state().downtimes.values()) {
      if (downtime.reason !== LOST_IN_RECOVERY || nowMs - downtime.beginMs < LOST_AT_LEAST_MS) continue;
      const instance = topology.instances.get(keyText(downtime.key));
      if (!instance?.valid || !instance.isReplicating) continue;
      await this.deps.propose({ type: 'end-downtime', key: downtime.key, atMs: nowMs });
      this.deps.log.info(
        'downtime.ended',
        `${instance.id} replicates again; its downtime after the recovery has ended.`,
      );
    }
  }

  private async forgetUnseen(nowMs: number): Promise<void> {
    const limitMs = this.deps.settings().UnseenInstanceForgetHours * HOUR_MS;
    for (const { key, snapshot } of this.deps.topology().instances.values()) {
      const lastMs = snapshot.lastSeenMs;
      if (lastMs === 0 || nowMs - lastMs < limitMs) continue;
      await this.deps.propose({ type: 'forget', keys: [key], untilMs: nowMs });
      this.deps.log.info(
        'instance.forgotten',
        `${keyText(key)} was not seen for ${limitMs / HOUR_MS} hours and is forgotten.`,
      );
      this.deps.store.addAudit({ atMs: nowMs, type: 'forget-unseen', key, message: 'not seen for too long' });
    }
  }
}
