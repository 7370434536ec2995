import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { heartbeatsTell, isDeaf } from '../../core/analysis/deafness.ts';
import { ReceiverProbe, type ReceiverProbeDeps } from './receiver-probe.ts';

export interface EvidenceDeps extends ReceiverProbeDeps {
  readonly replicasOf: (key: InstanceKey) => readonly InstanceKey[];
  readonly detectionTimeoutMs: () => number;
}

interface Inquiry {
  /** The replicas as they were when the source fell silent. */
  readonly before: Map<KeyText, InstanceFacts>;
  readonly beganMs: number;
}

const EAGER_MS = 1000;
const EAGER_PAUSE_MS = 15;
const PATIENT_PAUSE_MS = 250;
const PATIENT_MS = 15_000;
const LATE_PAUSE_MS = 1000;
const BASELINE_TO_RESTART_MS = 400;

/**
 * Asks the replicas as soon as a source looks bad: a failure is decided by what they say, and waiting for their
 * next poll would cost seconds. Also finds out whether a replica that claims to receive really does.
 */
export class EvidenceGatherer {
  private readonly deps: EvidenceDeps;
  private readonly inquiries = new Map<KeyText, Inquiry>();
  /** One object for each failure whose replicas are being asked, or have all answered. */
  private readonly failures = new Map<KeyText, object>();
  /** Replicas, and the source that they don't hear. */
  private readonly deaf = new Map<KeyText, { readonly replica: InstanceKey; readonly source: KeyText }>();
  private readonly probe: ReceiverProbe;

  constructor(deps: EvidenceDeps) {
    this.deps = deps;
    this.probe = new ReceiverProbe(deps);
  }

  /** Proven to hear nothing from the source that it has now. */
  isDeaf(replica: KeyText): boolean {
    const found = this.deaf.get(replica);
    if (found === undefined) return false;
    const source = this.deps.watcher(found.replica)?.snapshot.facts?.replica?.source;
    return source !== undefined && keyText(source) === found.source;
  }

  /** Its receiver doesn't run because Baton restarts it, or has yet to hear whether its source answers. */
  isProbed(replica: KeyText): boolean {
    return this.probe.isUndecided(replica);
  }

  /** The source has been silent for a while: remember how its replicas stand, and see who hears it. */
  suspect(source: InstanceKey): void {
    if (this.inquiries.has(keyText(source))) return;
    const inquiry: Inquiry = { before: new Map(), beganMs: this.deps.clock.monotonicMs() };
    this.inquiries.set(keyText(source), inquiry);
    for (const replica of this.deps.replicasOf(source)) {
      this.question(source, replica, inquiry).catch((error: unknown) => {
        const reason = reasonOf(error);
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
    if (this.failures.has(id)) return;
    const failure = {};
    this.failures.set(id, failure);
    for (const replica of this.deps.replicasOf(source)) {
      this.askUntilSettled(source, replica, failure).catch((error: unknown) => {
        const reason = reasonOf(error);
        this.deps.log.error('evidence.failed', `${keyText(replica)} was not asked about ${id} to the end: ${reason}`);
      });
    }
  }

  /** The source is well: what was found against it no longer counts. */
  settled(source: InstanceKey): void {
    const id = keyText(source);
    this.inquiries.delete(id);
    this.failures.delete(id);
    for (const [replica, found] of this.deaf) if (found.source === id) this.deaf.delete(replica);
  }

  /** Nothing is kept of a server that was forgotten. */
  forget(key: InstanceKey): void {
    this.settled(key);
    this.deaf.delete(keyText(key));
    this.probe.forget(key);
  }

  /** Restarts the receivers of replicas that don't tell by their heartbeats whether they hear this source. */
  restartReceiversOf(source: InstanceKey): void {
    if (this.deps.isBeingRecovered(source)) return;
    for (const replica of this.deps.replicasOf(source)) {
      const snapshot = this.deps.watcher(replica)?.snapshot;
      if (!snapshot?.facts || snapshot.failure !== null) continue;
      if (heartbeatsTell(snapshot.facts, this.deps.detectionTimeoutMs())) continue;
      this.probe.restart(source, snapshot.facts).catch((error: unknown) => {
        const reason = reasonOf(error);
        this.deps.log.warn('evidence.restart-failed', `${keyText(replica)}: its receiver was not restarted: ${reason}`);
      });
    }
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
      await this.probe.restart(source, now.facts);
    }
  }

  private isStillSilent(source: InstanceKey): boolean {
    const watcher = this.deps.watcher(source);
    return watcher !== null && (watcher.isSuspect || watcher.snapshot.failure !== null);
  }

  private async askUntilSettled(source: InstanceKey, replica: InstanceKey, failure: object): Promise<void> {
    const beganMs = this.deps.clock.monotonicMs();
    while (this.failures.get(keyText(source)) === failure) {
      const watcher = this.deps.watcher(replica);
      const failing = (this.deps.watcher(source)?.snapshot.failure ?? null) !== null;
      if (watcher === null || !failing) return;
      const inquiry = this.inquiries.get(keyText(source));
      const snapshot = await (inquiry ? watcher.pollFully() : watcher.pollNow());
      if (snapshot.failure !== null || snapshot.facts === null) return;
      this.judge(source, snapshot.facts, inquiry);
      const status = snapshot.facts.replica;
      const isTold = status?.ioState !== 1 && !this.isProbed(keyText(replica));
      if (isTold || status === null || !sameKey(status.source, source) || this.deaf.has(keyText(replica))) return;
      const elapsedMs = this.deps.clock.monotonicMs() - beganMs;
      await this.deps.clock.sleep(pauseMs(elapsedMs));
    }
  }

  private judge(source: InstanceKey, facts: InstanceFacts, inquiry: Inquiry | undefined): void {
    const id = keyText(facts.key);
    const before = inquiry?.before.get(id);
    if (before === undefined || this.deaf.has(id)) return;
    // What was still on its way when the source fell silent is no sign that it lives: the waiting begins anew.
    if (hasReceived(before, facts)) inquiry?.before.set(id, facts);
    if (!isDeaf(before, facts)) return;
    this.deaf.set(id, { replica: facts.key, source: keyText(source) });
    this.deps.onEvidence(source);
  }
}

/** Evidence is worth most right after the failure; a source that nobody recovers must not cost much. */
function pauseMs(elapsedMs: number): number {
  if (elapsedMs < EAGER_MS) return EAGER_PAUSE_MS;
  return elapsedMs < PATIENT_MS ? PATIENT_PAUSE_MS : LATE_PAUSE_MS;
}

function hasReceived(before: InstanceFacts, now: InstanceFacts): boolean {
  return (
    before.replica?.gtidRetrieved !== now.replica?.gtidRetrieved ||
    before.replica?.read.position !== now.replica?.read.position ||
    before.replica?.heartbeatsReceived !== now.replica?.heartbeatsReceived
  );
}
