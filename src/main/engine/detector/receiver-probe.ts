import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { isUndecided, mayRestartReceiver } from '../../core/analysis/deafness.ts';
import { positionOf } from '../../core/candidates/received.ts';
import { gtidContains } from '../../core/gtid/gtid-position.ts';
import type { InstanceWatcher } from '../poller/instance-watcher.ts';
import type { MysqlPort } from '../ports/mysql.ts';
import type { Clock, Log } from '../ports/runtime.ts';

export interface ReceiverProbeDeps {
  readonly mysql: MysqlPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly watcher: (key: InstanceKey) => InstanceWatcher | null;
  /** Whether operators let Baton act on this source: else nothing is done to its replicas. */
  readonly mayTouchReplicasOf: (key: InstanceKey) => boolean;
  /** A recovery runs in its cluster: that stops receivers for good reasons. */
  readonly isBeingRecovered: (source: InstanceKey) => boolean;
  /** New evidence that isn't a snapshot: analyse again. */
  readonly onEvidence: (source: InstanceKey) => void;
}

const RESTART_THROTTLE_MS = 30_000;
const RESTART_TIMEOUT_MS = 2000;
const START_ATTEMPTS = 60;
const START_PAUSE_MS = 1000;
/** How long a receiver may be about its connection before that tells something: ten round trips to far away. */
const ANSWER_LIMIT_MS = 1000;
const ANSWER_PAUSE_MS = 20;

/**
 * Restarts the receiver of a replica to learn whether its source still answers it. Until the receiver has said so,
 * that it doesn't run is Baton's own doing, and no evidence against the source.
 */
export class ReceiverProbe {
  private readonly deps: ReceiverProbeDeps;
  private readonly restartedMs = new Map<KeyText, number>();
  /** Replicas whose receiver Baton has under restart. */
  private readonly open = new Map<KeyText, InstanceKey>();

  constructor(deps: ReceiverProbeDeps) {
    this.deps = deps;
  }

  /** The receiver doesn't run because Baton is restarting it, or has no answer from its source yet. */
  isUndecided(replica: KeyText): boolean {
    const key = this.open.get(replica);
    const status = key && this.deps.watcher(key)?.snapshot.facts?.replica;
    return status !== null && status !== undefined && isUndecided(status);
  }

  /** Nothing is kept of a server that was forgotten. */
  forget(key: InstanceKey): void {
    this.restartedMs.delete(keyText(key));
    this.open.delete(keyText(key));
  }

  /** Restarts the receiver once in 30 s at most, where that costs nothing and operators allow it. */
  async restart(source: InstanceKey, facts: InstanceFacts): Promise<void> {
    const id = keyText(facts.key);
    const lastMs = this.restartedMs.get(id) ?? Number.NEGATIVE_INFINITY;
    const nowMs = this.deps.clock.monotonicMs();
    if (nowMs - lastMs < RESTART_THROTTLE_MS || !this.deps.mayTouchReplicasOf(source)) return;
    const executed = positionOf(facts.flavor, facts.gtidExecuted);
    const applied = gtidContains(executed, positionOf(facts.flavor, facts.replica?.gtidRetrieved ?? ''));
    if (!mayRestartReceiver(facts, applied)) return;
    this.restartedMs.set(id, nowMs);
    this.deps.log.info(
      'evidence.restart-receiver',
      `${id}: its receiver is restarted to see whether ${keyText(source)} still answers it.`,
    );
    let stopped = false;
    this.open.set(id, facts.key);
    try {
      await this.deps.mysql.perform(facts, { kind: 'stop-replication', threads: 'io' }, RESTART_TIMEOUT_MS);
      stopped = true;
    } finally {
      try {
        await this.startAgain(source, facts, stopped);
      } finally {
        this.open.delete(id);
        this.deps.onEvidence(source);
      }
    }
  }

  /**
   * Baton stopped the receiver, so Baton sees it started. A stop whose answer wasn't waited for may come about after
   * the start, so then one look isn't enough.
   */
  private async startAgain(source: InstanceKey, facts: InstanceFacts, stopped: boolean): Promise<void> {
    const { key } = facts;
    const looksNeeded = stopped ? 1 : 3;
    let looks = 0;
    let problem = '';
    for (let attempt = 0; attempt < START_ATTEMPTS && looks < looksNeeded; attempt += 1) {
      if (attempt > 0) await this.deps.clock.sleep(START_PAUSE_MS);
      if (this.deps.isBeingRecovered(source)) continue;
      try {
        await this.deps.mysql.perform(facts, { kind: 'start-replication', threads: 'io' }, RESTART_TIMEOUT_MS);
      } catch (error) {
        problem = reasonOf(error);
      }
      const status = await this.answer(source, key);
      if (status === null || (status && !sameKey(status.source, source))) return;
      looks = status && status.ioState !== 0 ? looks + 1 : 0;
    }
    if (looks >= looksNeeded) return;
    this.deps.log.error(
      'evidence.restart-failed',
      `${keyText(key)}: its receiver could not be started again: ${problem}`,
    );
  }

  /**
   * Reads the replica until its receiver runs or says what keeps it, or for as long as any source that lives needs.
   * @returns undefined when it can't be read, null when it is watched or replicating no more
   */
  private async answer(source: InstanceKey, key: InstanceKey): Promise<InstanceFacts['replica'] | undefined> {
    const endMs = this.deps.clock.monotonicMs() + ANSWER_LIMIT_MS;
    for (;;) {
      const watcher = this.deps.watcher(key);
      if (watcher === null) return null;
      const snapshot = await watcher.pollNow();
      const status = snapshot.failure === null ? snapshot.facts?.replica : undefined;
      if (!status || status.ioState === 0 || !isUndecided(status) || !sameKey(status.source, source)) return status;
      if (this.deps.clock.monotonicMs() >= endMs) return status;
      await this.deps.clock.sleep(ANSWER_PAUSE_MS);
    }
  }
}
