import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import { heartbeatsTell, isDeaf, mayRestartReceiver } from '../../core/analysis/deafness.ts';
import { positionOf } from '../../core/candidates/received.ts';
import { gtidContains } from '../../core/gtid/gtid-position.ts';
import type { InstanceWatcher } from '../poller/instance-watcher.ts';
import type { MysqlPort } from '../ports/mysql.ts';
import type { Clock, Log } from '../ports/runtime.ts';

export interface EvidenceDeps {
  readonly mysql: MysqlPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly watcher: (key: InstanceKey) => InstanceWatcher | null;
  readonly replicasOf: (key: InstanceKey) => readonly InstanceKey[];
  readonly detectionTimeoutMs: () => number;
  /** Whether operators let Baton act on this source: else nothing is done to its replicas. */
  readonly mayTouchReplicasOf: (key: InstanceKey) => boolean;
  /** New evidence that isn't a snapshot: analyse again. */
  readonly onEvidence: (source: InstanceKey) => void;
}

interface Inquiry {
  /** The replicas as they were when the source fell silent. */
  readonly before: Map<KeyText, InstanceFacts>;
  readonly beganMs: number;
}

const EAGER_MS = 1000;
const EAGER_PAUSE_MS = 15;
const PATIENT_PAUSE_MS = 250;
const GIVE_UP_MS = 15_000;
const BASELINE_TO_RESTART_MS = 400;
const RESTART_THROTTLE_MS = 30_000;
const RESTART_TIMEOUT_MS = 2000;

/**
 * Asks the replicas as soon as a source looks bad: a failure is decided by what they say, and waiting for their
 * next poll would cost seconds. Also finds out whether a replica that claims to receive really does.
 */
export class EvidenceGatherer {
  private readonly deps: EvidenceDeps;
  private readonly inquiries = new Map<KeyText, Inquiry>();
  private readonly asking = new Set<KeyText>();
  private readonly deaf = new Map<KeyText, KeyText>();
  private readonly restartedMs = new Map<KeyText, number>();

  constructor(deps: EvidenceDeps) {
    this.deps = deps;
  }

  isDeaf(replica: KeyText): boolean {
    return this.deaf.has(replica);
  }

  /** The source has been silent for a while: remember how its replicas stand, and see who hears it. */
  suspect(source: InstanceKey): void {
    if (this.inquiries.has(keyText(source))) return;
    const inquiry: Inquiry = { before: new Map(), beganMs: this.deps.clock.monotonicMs() };
    this.inquiries.set(keyText(source), inquiry);
    for (const replica of this.deps.replicasOf(source)) {
      this.question(source, replica, inquiry).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.deps.log.warn(
          'evidence.question-failed',
          `${keyText(replica)} could not be asked about its source: ${reason}`,
        );
      });
    }
  }

  /** The source failed: asks its replicas again and again until it is well or the matter is settled. */
  failed(source: InstanceKey): void {
    const id = keyText(source);
    if (this.asking.has(id)) return;
    this.asking.add(id);
    const replicas = this.deps.replicasOf(source).map((replica) => this.askUntilSettled(source, replica));
    void Promise.all(replicas).finally(() => this.asking.delete(id));
  }

  /** The source is well: what was found against it no longer counts. */
  settled(source: InstanceKey): void {
    const id = keyText(source);
    this.inquiries.delete(id);
    for (const [replica, of] of this.deaf) if (of === id) this.deaf.delete(replica);
  }

  private async question(source: InstanceKey, replica: InstanceKey, inquiry: Inquiry): Promise<void> {
    const watcher = this.deps.watcher(replica);
    if (watcher === null) return;
    const before = await watcher.pollFully();
    if (before.failure !== null || before.facts === null) return;
    inquiry.before.set(keyText(replica), before.facts);
    if (heartbeatsTell(before.facts, this.deps.detectionTimeoutMs())) return;
    await this.deps.clock.sleep(BASELINE_TO_RESTART_MS);
    if (this.inquiries.get(keyText(source)) !== inquiry || !this.isStillSilent(source)) return;
    const now = await watcher.pollNow();
    if (now.failure === null && now.facts !== null && !hasReceived(before.facts, now.facts)) {
      await this.restartReceiver(source, now.facts);
    }
  }

  private isStillSilent(source: InstanceKey): boolean {
    const watcher = this.deps.watcher(source);
    return watcher !== null && (watcher.isSuspect || watcher.snapshot.failure !== null);
  }

  private async restartReceiver(source: InstanceKey, facts: InstanceFacts): Promise<void> {
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
    try {
      await this.deps.mysql.perform(facts, { kind: 'stop-replication', threads: 'io' }, RESTART_TIMEOUT_MS);
    } finally {
      await this.deps.mysql
        .perform(facts, { kind: 'start-replication', threads: 'io' }, RESTART_TIMEOUT_MS)
        .catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          this.deps.log.error('evidence.restart-failed', `${id}: its receiver could not be started again: ${reason}`);
        });
    }
  }

  private async askUntilSettled(source: InstanceKey, replica: InstanceKey): Promise<void> {
    const beganMs = this.deps.clock.monotonicMs();
    for (;;) {
      const watcher = this.deps.watcher(replica);
      const failing = (this.deps.watcher(source)?.snapshot.failure ?? null) !== null;
      if (watcher === null || !failing) return;
      const inquiry = this.inquiries.get(keyText(source));
      const snapshot = await (inquiry ? watcher.pollFully() : watcher.pollNow());
      if (snapshot.failure !== null || snapshot.facts === null) return;
      this.judge(source, snapshot.facts, inquiry);
      if (snapshot.facts.replica?.ioState !== 1 || this.deaf.has(keyText(replica))) return;
      const elapsedMs = this.deps.clock.monotonicMs() - beganMs;
      if (elapsedMs > GIVE_UP_MS) return;
      await this.deps.clock.sleep(elapsedMs < EAGER_MS ? EAGER_PAUSE_MS : PATIENT_PAUSE_MS);
    }
  }

  private judge(source: InstanceKey, facts: InstanceFacts, inquiry: Inquiry | undefined): void {
    const id = keyText(facts.key);
    const before = inquiry?.before.get(id);
    if (before === undefined || !isDeaf(before, facts) || this.deaf.has(id)) return;
    this.deaf.set(id, keyText(source));
    this.deps.onEvidence(source);
  }
}

function hasReceived(before: InstanceFacts, now: InstanceFacts): boolean {
  return (
    before.replica?.gtidRetrieved !== now.replica?.gtidRetrieved ||
    before.replica?.read.position !== now.replica?.read.position ||
    before.replica?.heartbeatsReceived !== now.replica?.heartbeatsReceived
  );
}
