import type { InstanceFacts, InstanceSnapshot, PollFailure } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { type InstanceProbe, type MysqlPort, ServerError } from '../ports/mysql.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import { FenceKeeper } from './fence-keeper.ts';
import { SilenceWatch } from './silence-watch.ts';

export interface WatcherSettings {
  readonly pollMs: number;
  readonly pulseMs: number;
  readonly detectionTimeoutMs: number;
  /** Time limit of a poll of a server that does answer, only slowly. */
  readonly readTimeoutMs: number;
  readonly fullPollEvery: number;
  readonly deadFactor: number;
  readonly deadMaxMs: number;
}

export interface WatcherDeps {
  readonly mysql: MysqlPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: () => WatcherSettings;
  /** A number in [0,1) that spreads the polls of many instances over the interval. */
  readonly spread: () => number;
  /** Runs the task when a place is free among the polls under way. */
  readonly slot: <T>(task: () => Promise<T>) => Promise<T>;
  /** The server must be shut for writes before anything else is sent to it. */
  readonly isFenced: (key: InstanceKey) => boolean;
  /** `polledAs` differs from the snapshot's key when the server calls itself otherwise. */
  readonly onSnapshot: (polledAs: InstanceKey, snapshot: InstanceSnapshot) => void;
  /** Silent, but not yet for long enough to count as unreachable. */
  readonly onSuspect: (key: InstanceKey) => void;
  readonly onFenced: (key: InstanceKey) => void;
}

/** A server that just failed is tried again after these pauses, in ms, before the poll interval rules. */
const QUICK_RETRIES_MS = [100, 200, 400, 800];
const SUSPECT_SHARE = 0.5;

/**
 * Watches one server over one kept-open connection. Polls never overlap. A broken connection is a signal: the
 * server is probed again at once. Watched sources are also asked for a sign of life between polls.
 */
export class InstanceWatcher {
  readonly key: InstanceKey;
  readonly fences: FenceKeeper;
  private readonly deps: WatcherDeps;
  private probe: InstanceProbe | null = null;
  private running: Promise<InstanceSnapshot> | null = null;
  private next: Promise<InstanceSnapshot> | null = null;
  private cancelTimer: (() => void) | null = null;
  private pulseTimer: (() => void) | null = null;
  private pulsing = false;
  private suspected = false;
  private isSource = false;
  private stopped = false;
  private polls = 0;
  private failures = 0;
  private current: InstanceSnapshot;
  /** The server said that it goes down, at this time; 0 when it didn't. */
  private shutdownSaidMs = 0;

  constructor(key: InstanceKey, deps: WatcherDeps, last: InstanceSnapshot | null) {
    this.key = key;
    this.deps = deps;
    this.current = last ?? neverPolled(key);
    this.fences = new FenceKeeper(key, deps);
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

  get lastShutdownSaidMs(): number {
    return this.shutdownSaidMs;
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
      this.fences.keepOpen(this.current.facts);
    }
  }

  /** Polls now. The poll begins after this call: one that is already under way is waited for, not reused. */
  pollNow(): Promise<InstanceSnapshot> {
    if (this.running === null) return this.run(false);
    this.next ??= this.running.then(() => {
      this.next = null;
      return this.running ?? this.run(false);
    });
    return this.next;
  }

  /** Polls with everything that changes slowly, too. */
  pollFully(): Promise<InstanceSnapshot> {
    this.polls = 0;
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
    const task = (): Promise<InstanceSnapshot> => this.poll();
    const running = (waitForSlot ? this.deps.slot(task) : task()).finally(() => {
      if (this.running === running) this.running = null;
      if (this.next === null) this.schedule(this.pauseMs());
    });
    this.running = running;
    return running;
  }

  private pauseMs(): number {
    const settings = this.deps.settings();
    if (this.failures === 0) return settings.pollMs;
    const quick = QUICK_RETRIES_MS[this.failures - 1];
    if (quick !== undefined) return Math.min(quick, settings.pollMs);
    const backedOff = settings.pollMs * settings.deadFactor ** (this.failures - QUICK_RETRIES_MS.length - 1);
    return Math.min(backedOff, Math.max(settings.deadMaxMs, settings.pollMs));
  }

  private async poll(): Promise<InstanceSnapshot> {
    const { clock } = this.deps;
    const attemptMs = clock.nowMs();
    const startedMs = clock.monotonicMs();
    const full = this.polls % this.deps.settings().fullPollEvery === 0;
    try {
      const facts = await this.readOnce(full);
      this.polls += 1;
      this.failures = 0;
      this.shutdownSaidMs = 0;
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
    } catch (error) {
      return this.fail(error, attemptMs);
    }
  }

  /** Reads the server; over a new connection at once when the kept one turns out to be broken. */
  private async readOnce(full: boolean): Promise<InstanceFacts> {
    const kept = this.probe;
    if (kept !== null) {
      try {
        return await this.readWith(kept, full);
      } catch (error) {
        this.dropProbe(kept);
        if (!isBroken(error)) throw error;
        if (failureOf(error, this.key).kind === 'shutting-down') this.shutdownSaidMs = this.deps.clock.nowMs();
      }
    }
    const fenced = this.deps.isFenced(this.key);
    const probe = await this.deps.mysql.openProbe(this.key, { fenceFirst: fenced });
    if (this.stopped) {
      probe.destroy();
      throw new ServerError(this.key, { kind: 'other', message: `${keyText(this.key)} is no longer watched.` }, {});
    }
    if (fenced) this.deps.onFenced(this.key);
    this.adopt(probe);
    return await this.readWith(probe, true);
  }

  private async readWith(probe: InstanceProbe, full: boolean): Promise<InstanceFacts> {
    const request = probe.poll({ full, timeoutMs: this.deps.settings().readTimeoutMs });
    return await this.unlessSilent(probe, request);
  }

  private adopt(probe: InstanceProbe): void {
    this.probe = probe;
    probe.onBroken((failure) => {
      if (failure.kind === 'shutting-down') this.shutdownSaidMs = this.deps.clock.nowMs();
      if (this.probe !== probe) return;
      this.probe = null;
      if (!this.stopped && this.running === null) void this.run(false);
    });
  }

  /** Fails a request to a watched source as soon as the server has been silent for the detection timeout. */
  private async unlessSilent<T>(probe: InstanceProbe, request: Promise<T>): Promise<T> {
    if (!this.isSource) return await request;
    const { detectionTimeoutMs } = this.deps.settings();
    const silent = Promise.withResolvers<never>();
    const watch = new SilenceWatch(
      this.key,
      this.deps.clock,
      { suspectMs: detectionTimeoutMs * SUSPECT_SHARE, deadlineMs: detectionTimeoutMs },
      {
        lastHeardMs: () => probe.lastHeardMs(),
        knock: (timeoutMs) => this.deps.mysql.knock(this.key, timeoutMs),
        onSuspect: (key) => {
          this.suspected = true;
          this.deps.onSuspect(key);
        },
        onSilent: () => silent.reject(silenceOf(this.key, detectionTimeoutMs)),
      },
    );
    request.catch(() => undefined);
    try {
      return await Promise.race([request, silent.promise]);
    } finally {
      watch.end();
      this.suspected = false;
      silent.promise.catch(() => undefined);
    }
  }

  private schedulePulse(): void {
    this.pulseTimer = this.deps.clock.after(this.deps.settings().pulseMs, () => {
      if (this.stopped || !this.isSource) return;
      void this.pulse().finally(() => {
        if (this.isSource && !this.stopped) this.schedulePulse();
      });
    });
  }

  private async pulse(): Promise<void> {
    const probe = this.probe;
    if (probe === null || this.running !== null || this.pulsing) return;
    this.pulsing = true;
    try {
      await this.unlessSilent(probe, probe.pulse(this.deps.settings().readTimeoutMs));
    } catch (error) {
      this.dropProbe(probe);
      if (this.stopped || this.running !== null) return;
      if (isBroken(error)) void this.run(false);
      else this.fail(error, this.deps.clock.nowMs());
    } finally {
      this.pulsing = false;
    }
  }

  private fail(error: unknown, attemptMs: number): InstanceSnapshot {
    this.failures += 1;
    this.polls = 0;
    const failure = failureOf(error, this.key);
    if (failure.kind === 'shutting-down') this.shutdownSaidMs = this.deps.clock.nowMs();
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

  private publish(snapshot: InstanceSnapshot): InstanceSnapshot {
    this.current = snapshot;
    if (this.stopped) return snapshot;
    if (this.isSource && snapshot.failure === null) this.fences.keepOpen(snapshot.facts);
    this.deps.onSnapshot(this.key, snapshot);
    return snapshot;
  }

  private dropProbe(probe: InstanceProbe): void {
    if (this.probe === probe) this.probe = null;
    probe.destroy();
  }
}

function neverPolled(key: InstanceKey): InstanceSnapshot {
  return {
    key,
    facts: null,
    lastCheckedMs: 0,
    lastSeenMs: 0,
    lastAttemptMs: 0,
    partialSuccess: false,
    failure: null,
    latencyMicros: 0,
    stale: true,
  };
}

function silenceOf(key: InstanceKey, timeoutMs: number): ServerError {
  const message = `${keyText(key)} has not answered for ${timeoutMs} ms, on its open connection or on a new one.`;
  return new ServerError(key, { kind: 'timeout', message }, {});
}

function isBroken(error: unknown): boolean {
  return error instanceof ServerError && (error.failure.kind === 'broken' || error.failure.kind === 'shutting-down');
}

function failureOf(error: unknown, key: InstanceKey): PollFailure {
  if (error instanceof ServerError) return error.failure;
  const reason = error instanceof Error ? error.message : String(error);
  return { kind: 'other', message: `${keyText(key)} could not be read: ${reason}` };
}
