import type { AnalysisCode } from '../../../shared/domain/analysis.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { InstanceSnapshot, PollFailureKind } from '../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import type { Recovery, RecoveryKind, RecoveryOutcome } from '../../../shared/domain/recovery.ts';
import type { ResultOf } from '../../core/commands/results.ts';
import { SAVE_BATCH, SAVE_EVERY_MS } from '../housekeeping.ts';
import type { BatchSample, MeasurementListener, PollSample, QueueSample, StoreSample } from '../ports/metrics.ts';
import { Tally } from './tally.ts';
import { TimedSamples } from './timed-samples.ts';

export interface MeasurementSettings {
  /** `DiscoveryCollectionRetentionSeconds`, in ms. */
  readonly keepMs: number;
  /** `DiscoveryQueueMaxStatisticsSize`. */
  readonly queueSamples: number;
  /** `InstancePollSeconds`, in ms. */
  readonly pollMs: number;
}

const NO_QUEUE: QueueSample = { alive: { active: 0, queued: 0 }, dead: { active: 0, queued: 0 } };

/** What Baton counts while it works. Counting adds to numbers in memory and waits for nothing. Counts begin at the start. */
export class Measurements {
  readonly polls: TimedSamples<PollSample>;
  readonly store: TimedSamples<StoreSample>;
  readonly batches: TimedSamples<BatchSample>;
  pollsEnded = 0;
  /** Polls that took longer than `InstancePollSeconds`. */
  slowPolls = 0;
  instancesWritten = 0;
  analysesChecked = 0;
  analysesChanged = 0;
  auditEntries = 0;
  readonly pollFailures = new Tally<PollFailureKind>();
  readonly storeCalls = new Tally<string>();
  readonly storeFailures = new Tally<string>();
  readonly detections = new Tally<AnalysisCode>();
  readonly recoveriesStarted = new Tally<RecoveryKind>();
  readonly recoveriesEnded = new Tally<`${RecoveryKind}/${RecoveryOutcome}`>();
  /** How many servers are written to the database at once, and how often, ms. */
  readonly writeBuffer = { size: SAVE_BATCH, flushMs: SAVE_EVERY_MS } as const;
  private readonly settings: () => MeasurementSettings;
  private readonly listeners = new Set<MeasurementListener>();
  /** Begin of the last poll of each server, ms, as long as it is well. */
  private readonly lastAttempts = new Map<KeyText, number>();
  private queueSamples: QueueSample[] = [];

  constructor(settings: () => MeasurementSettings) {
    this.settings = settings;
    const keepMs = (): number => settings().keepMs;
    this.polls = new TimedSamples(keepMs);
    this.store = new TimedSamples(keepMs);
    this.batches = new TimedSamples(keepMs);
  }

  /** Its calls must be cheap and must not throw: they are made where servers are polled. */
  listen(listener: MeasurementListener): void {
    this.listeners.add(listener);
  }

  polled({ key, failure, lastAttemptMs, lastCheckedMs, latencyMicros }: InstanceSnapshot): void {
    const ms = Math.max(failure === null ? latencyMicros / 1000 : lastCheckedMs - lastAttemptMs, 0);
    this.pollsEnded += 1;
    if (failure !== null) this.pollFailures.add(failure.kind);
    if (ms > this.settings().pollMs) this.slowPolls += 1;
    const sample = { atMs: lastCheckedMs, key, seconds: ms / 1000, failure };
    this.polls.add(sample);
    const id = keyText(key);
    const before = failure === null ? this.lastAttempts.get(id) : undefined;
    if (failure === null) this.lastAttempts.set(id, lastAttemptMs);
    else this.lastAttempts.delete(id);
    const interval = before === undefined ? null : Math.max(lastAttemptMs - before, 0) / 1000;
    for (const listener of this.listeners) listener.polled(sample, interval);
  }

  forget(keys: readonly InstanceKey[]): void {
    for (const key of keys) this.lastAttempts.delete(keyText(key));
  }

  stored(sample: StoreSample): void {
    this.storeCalls.add(sample.operation);
    if (sample.error !== null) this.storeFailures.add(sample.operation);
    this.store.add(sample);
    for (const listener of this.listeners) listener.stored(sample);
  }

  wroteBatch(sample: BatchSample): void {
    this.instancesWritten += sample.instances;
    this.batches.add(sample);
  }

  /** Called once a second. */
  sampleQueue(sample: QueueSample): void {
    this.queueSamples.push(sample);
    const most = Math.max(this.settings().queueSamples, 1);
    if (this.queueSamples.length > most) this.queueSamples = this.queueSamples.slice(-most);
  }

  /** Of the last seconds, oldest first. */
  queue(seconds: number): readonly QueueSample[] {
    return this.queueSamples.slice(-Math.max(Math.trunc(seconds), 0) || this.queueSamples.length);
  }

  get queueNow(): QueueSample {
    return this.queueSamples.at(-1) ?? NO_QUEUE;
  }

  /** Counts what the command log tells of: a command that changed the state, and what came of it. */
  applied<C extends Command>(command: C, result: ResultOf<C>): void {
    if (command.type === 'register-detection') this.detections.add(command.analysis.code);
    if (command.type === 'register-recovery') this.recoveriesStarted.add(command.kind);
    if ('recovery' in result) this.ended(result.recovery);
    if ('interrupted' in result) for (const recovery of result.interrupted) this.ended(recovery);
  }

  private ended({ kind, outcome }: Recovery): void {
    this.recoveriesEnded.add(`${kind}/${outcome}`);
  }
}
