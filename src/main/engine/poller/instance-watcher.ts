import type { InstanceFacts, InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { type InstanceProbe, ServerError } from '../ports/mysql.ts';
import { FenceKeeper } from './fence-keeper.ts';
import { pauseBeforePoll } from './poll-pace.ts';
import { failureOf, isBroken, neverPolled, unwatchedError } from './poll-result.ts';
import { type ShutdownPicture, ShutdownSigns } from './shutdown-signs.ts';
import { unlessSilent } from './silence-watch.ts';
import type { WatcherDeps } from './watcher-deps.ts';

/**
 * Watches one server over one kept-open connection. Requests on it never overlap. A broken connection is a signal:
 * the server is probed again at once. Watched sources are also asked for a sign of life between polls.
 */
export class InstanceWatcher {
  readonly key: InstanceKey;
  readonly fences: FenceKeeper;
  private readonly deps: WatcherDeps;
  private probe: InstanceProbe | null = null;
  /** The kept connection sent the fence before anything else. */
  private probeFenced = false;
  private running: Promise<InstanceSnapshot> | null = null;
  /** Begins the running poll while it still waits for a place. */
  private begin: (() => void) | null = null;
  private next: Promise<InstanceSnapshot> | null = null;
  private cancelTimer: (() => void) | null = null;
  private pulseTimer: (() => void) | null = null;
  private pulsing: Promise<void> | null = null;
  private suspected = false;
  private isSource = false;
  private stopped = false;
  private polls = 0;
  private fullDue = true;
  private failures = 0;
  private current: InstanceSnapshot;
  private readonly signs = new ShutdownSigns();

  constructor(key: InstanceKey, deps: WatcherDeps, last: InstanceSnapshot | null) {
    this.key = key;
    this.deps = deps;
    this.current = last ?? neverPolled(key);
    this.fences = new FenceKeeper(key, deps, {
      isWell: () => this.current.failure === null && !this.suspected,
      onBroken: (failure) => this.signs.keptConnectionEnded(failure, deps.clock.nowMs()),
    });
  }

  start(): void {
    this.schedule(this.current.lastSeenMs === 0 ? 0 : this.deps.spread() * Math.min(this.deps.settings().pollMs, 1000));
  }

  stop(): void {
    this.stopped = true;
    this.cancelTimer?.();
    this.pulseTimer?.();
    this.probe?.destroy();
    this.probe = null;
    this.fences.close();
  }

  get snapshot(): InstanceSnapshot {
    return this.current;
  }

  /** It has left a request unanswered for longer than is usual, and the verdict is still out. */
  get isSuspect(): boolean {
    return this.suspected;
  }

  /** A poll is under way, or waits for a place. */
  get isReading(): boolean {
    return this.running !== null;
  }

  /** Whether it is being shut down in order, as far as it shows. */
  get shutdown(): ShutdownPicture {
    return this.signs.picture(this.fences.isOpen, this.deps.clock.nowMs());
  }

  /** Turns the signs of life between polls, and the fence connection, on or off. */
  watchAsSource(on: boolean): void {
    if (this.isSource === on || this.stopped) return;
    this.isSource = on;
    if (!on) {
      this.pulseTimer?.();
      this.pulseTimer = null;
      this.fences.close();
    } else {
      this.schedulePulse();
      const { failure, stale, facts } = this.current;
      if (failure === null && !stale) this.fences.keepOpen(facts);
    }
  }

  /**
   * Polls now, and never rejects. The poll begins after this call: one that is already under way is waited for, not
   * reused; one that waits for a place waits no longer.
   */
  pollNow(): Promise<InstanceSnapshot> {
    if (this.stopped) return Promise.resolve(this.current);
    const { running } = this;
    if (running === null) return this.run(false);
    if (this.begin !== null) {
      this.begin();
      return running;
    }
    this.next ??= running.then(() => {
      this.next = null;
      return this.running !== null && this.begin === null ? this.running : this.pollNow();
    });
    return this.next;
  }

  /** Polls with everything that changes slowly, too. */
  pollFully(): Promise<InstanceSnapshot> {
    this.fullDue = true;
    return this.pollNow();
  }

  private schedule(afterMs: number): void {
    this.cancelTimer?.();
    if (this.stopped) return;
    this.cancelTimer = this.deps.clock.after(afterMs, () => {
      if (this.running === null) void this.run(true);
    });
  }

  private run(waitForSlot: boolean): Promise<InstanceSnapshot> {
    this.cancelTimer?.();
    const { promise, resolve } = Promise.withResolvers<InstanceSnapshot>();
    let polled: Promise<InstanceSnapshot> | null = null;
    const begin = (): Promise<InstanceSnapshot> => {
      if (polled !== null) return polled;
      this.begin = null;
      polled = this.poll();
      resolve(polled);
      return polled;
    };
    const running = promise.finally(() => {
      if (this.running === running) this.running = null;
      if (this.next === null) this.schedule(this.pauseMs());
    });
    this.running = running;
    if (waitForSlot) {
      this.begin = begin;
      void this.deps.slot(begin, this.failures > 0);
    } else {
      void begin();
    }
    return running;
  }

  private pauseMs(): number {
    return pauseBeforePoll(this.failures, this.deps.settings(), this.deps.isFenced(this.key));
  }

  /** Never rejects: every failure becomes a snapshot. */
  private async poll(): Promise<InstanceSnapshot> {
    if (this.stopped) return this.current;
    const { clock } = this.deps;
    const attemptMs = clock.nowMs();
    const startedMs = clock.monotonicMs();
    const full = this.fullDue || this.polls % this.deps.settings().fullPollEvery === 0;
    this.fullDue = false;
    let facts: InstanceFacts;
    try {
      facts = await this.readOnce(full);
    } catch (error) {
      return this.fail(error, attemptMs);
    }
    this.polls += 1;
    this.failures = 0;
    this.signs.answered();
    const endMs = clock.nowMs();
    return this.publish({
      key: facts.key,
      facts,
      lastCheckedMs: endMs,
      lastSeenMs: endMs,
      lastAttemptMs: attemptMs,
      partialSuccess: true,
      failure: null,
      latencyMicros: Math.round((clock.monotonicMs() - startedMs) * 1000),
      stale: false,
    });
  }

  /** Reads the server; over a new connection at once when the kept one turns out to be broken. */
  private async readOnce(full: boolean): Promise<InstanceFacts> {
    const kept = this.probe;
    if (kept === null) return await this.readAnew();
    if (!this.probeFenced && this.deps.isFenced(this.key)) {
      this.dropProbe(kept);
      return await this.readAnew();
    }
    try {
      await this.pulsing;
      return await this.readWith(kept, full);
    } catch (error) {
      this.dropProbe(kept);
      if (!isBroken(error)) throw error;
      this.signs.failed(failureOf(error, this.key), this.deps.clock.nowMs());
    }
    return await this.readAnew();
  }

  private async readAnew(): Promise<InstanceFacts> {
    if (this.stopped) throw unwatchedError(this.key);
    const fenced = this.deps.isFenced(this.key);
    const probe = await this.deps.mysql.openProbe(this.key, { fenceFirst: fenced });
    if (this.stopped || (!fenced && this.deps.isFenced(this.key))) {
      probe.destroy();
      return await this.readAnew();
    }
    if (fenced) this.deps.onFenced(this.key);
    this.adopt(probe, fenced);
    try {
      return await this.readWith(probe, true);
    } catch (error) {
      this.dropProbe(probe);
      throw error;
    }
  }

  private async readWith(probe: InstanceProbe, full: boolean): Promise<InstanceFacts> {
    const request = probe.poll({ full, timeoutMs: this.deps.settings().readTimeoutMs });
    return await this.unlessSilent(probe, request);
  }

  private adopt(probe: InstanceProbe, fenced: boolean): void {
    this.probe = probe;
    this.probeFenced = fenced;
    probe.onBroken((failure) => {
      this.signs.failed(failure, this.deps.clock.nowMs());
      if (this.probe !== probe) return;
      this.probe = null;
      this.pollSoonest();
    });
  }

  /** Begins a poll unless one is under way already. */
  private pollSoonest(): void {
    if (this.running === null || this.begin !== null) void this.pollNow();
  }

  private async unlessSilent<T>(probe: InstanceProbe, request: Promise<T>): Promise<T> {
    if (!this.isSource) return await request;
    const { mysql, clock, settings, onSuspect } = this.deps;
    const { detectionTimeoutMs, pulseMs } = settings();
    return await unlessSilent(request, clock, detectionTimeoutMs, pulseMs, {
      key: this.key,
      lastHeardMs: () => probe.lastHeardMs(),
      knock: (timeoutMs) => mysql.knock(this.key, timeoutMs),
      suspected: (isSuspect) => {
        this.suspected = isSuspect;
        if (isSuspect) onSuspect(this.key);
      },
    });
  }

  private schedulePulse(): void {
    this.pulseTimer?.();
    this.pulseTimer = this.deps.clock.after(this.deps.settings().pulseMs, () => {
      if (this.stopped || !this.isSource) return;
      void this.pulse().finally(() => {
        if (this.isSource && !this.stopped) this.schedulePulse();
      });
    });
  }

  /** Never rejects. A poll that begins meanwhile waits for the answer, and fails by the same silence. */
  private async pulse(): Promise<void> {
    const probe = this.probe;
    const isPolling = this.running !== null && this.begin === null;
    if (probe === null || isPolling || this.pulsing !== null) return;
    const pulsing = this.unlessSilent(probe, probe.pulse(this.deps.settings().readTimeoutMs));
    this.pulsing = pulsing;
    try {
      await pulsing;
    } catch (error) {
      this.dropProbe(probe);
      if (this.stopped || (this.running !== null && this.begin === null)) return;
      if (isBroken(error)) this.pollSoonest();
      else this.fail(error, this.deps.clock.nowMs());
    } finally {
      this.pulsing = null;
    }
  }

  private fail(error: unknown, attemptMs: number): InstanceSnapshot {
    this.failures += 1;
    this.polls = 0;
    const failure = failureOf(error, this.key);
    this.signs.failed(failure, this.deps.clock.nowMs());
    const snapshot = this.publish({
      ...this.current,
      lastCheckedMs: this.deps.clock.nowMs(),
      lastAttemptMs: attemptMs,
      partialSuccess: error instanceof ServerError && error.partial,
      failure,
      stale: false,
    });
    if (this.running === null) this.schedule(this.pauseMs());
    return snapshot;
  }

  /** What goes wrong in whoever is told is no failure of the server. */
  private publish(snapshot: InstanceSnapshot): InstanceSnapshot {
    this.current = snapshot;
    if (this.stopped) return snapshot;
    try {
      if (this.isSource && snapshot.failure === null) this.fences.keepOpen(snapshot.facts);
      this.deps.onSnapshot(this.key, snapshot);
    } catch (error) {
      const reason = reasonOf(error);
      this.deps.log.error('snapshot.not-taken', `The reading of ${keyText(this.key)} was not taken in: ${reason}`);
    }
    return snapshot;
  }

  private dropProbe(probe: InstanceProbe): void {
    if (this.probe === probe) this.probe = null;
    probe.destroy();
  }
}
