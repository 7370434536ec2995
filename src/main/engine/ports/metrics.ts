import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';

export interface PollSample {
  /** End of the poll; ms since the epoch. */
  readonly atMs: number;
  readonly key: InstanceKey;
  readonly seconds: number;
  readonly failure: InstanceSnapshot['failure'];
}

/** One call of the store. */
export interface StoreSample {
  readonly atMs: number;
  readonly operation: string;
  readonly ms: number;
  /** Null when it went well. */
  readonly error: string | null;
}

/** One batch of snapshots that was written behind. */
export interface BatchSample {
  readonly atMs: number;
  readonly instances: number;
  /** How long the oldest of them had waited. */
  readonly waitMs: number;
  readonly writeMs: number;
}

/** Polls under way and waiting at one moment: of servers that answer, and of those that don't, if they have places of their own. */
export interface QueueSample {
  readonly alive: QueueLength;
  readonly dead: QueueLength;
}

export interface QueueLength {
  readonly active: number;
  readonly queued: number;
}

/** Told at once of what a histogram counts. */
export interface MeasurementListener {
  /** @param intervalSeconds from the begin of the poll before to the begin of this one, both well; else null */
  polled(sample: PollSample, intervalSeconds: number | null): void;
  stored(sample: StoreSample): void;
}

/** A value and what it is of. */
export type Labelled = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Values of one name that differ in their labels. */
export interface MetricFamily {
  readonly name: string;
  /** A sentence for a person. */
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly labels: readonly string[];
  /** The values of the moment; what has none any more is left out. */
  readonly read: () => readonly Labelled[];
}

/** What is measured, for those who pass it on. */
export interface MetricsSource {
  readonly families: readonly MetricFamily[];
  listen(listener: MeasurementListener): void;
}

/** A metric by the predecessor's name. */
export interface ReferenceMetric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly value: number;
}

/** What Baton measures, as a page for a program that collects metrics. */
export interface Exposition {
  readonly contentType: string;
  text(): Promise<string>;
}
