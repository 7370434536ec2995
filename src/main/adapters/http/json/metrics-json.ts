import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { BatchSample, PollSample, QueueLength, StoreSample } from '../../../engine/ports/metrics.ts';
import { type Statistics, statisticsOf } from '../../../engine/services/statistics.ts';
import { nanosFromMillis, rfc3339 } from '../go-json.ts';

/** Samples and their statistics in the predecessor's shapes (http-api reference, section 9). */

/** Reading a server doesn't wait for the database: it is written behind. */
const BACKEND_SECONDS = 0;

export function pollJson({ atMs, key, seconds, failure }: PollSample): object {
  return {
    Timestamp: rfc3339(atMs),
    Hostname: key.hostname,
    Port: key.port,
    BackendLatencySeconds: BACKEND_SECONDS,
    InstanceLatencySeconds: seconds,
    TotalLatencySeconds: seconds,
    Err: failure === null ? null : failure.message,
  };
}

/** `SuccessfulDiscoveries` counts the successful ones only. */
export function pollsJson(samples: readonly PollSample[]): object {
  const failed = samples.filter(({ failure }) => failure !== null);
  const well = samples.filter(({ failure }) => failure === null);
  return {
    FirstSeen: rfc3339(samples[0]?.atMs ?? 0),
    LastSeen: rfc3339(samples.at(-1)?.atMs ?? 0),
    CountDistinctInstanceKeys: distinct(samples),
    CountDistinctOkInstanceKeys: distinct(well),
    CountDistinctFailedInstanceKeys: distinct(failed),
    FailedDiscoveries: failed.length,
    SuccessfulDiscoveries: well.length,
    ...pollSeconds(samples, failed),
  };
}

function distinct(samples: readonly PollSample[]): number {
  return new Set(samples.map(({ key }) => keyText(key))).size;
}

/** Each statistic of all, then of the failed ones. */
function pollSeconds(all: readonly PollSample[], failed: readonly PollSample[]): Record<string, number> {
  const of = (samples: readonly PollSample[]) => statisticsOf(samples.map(({ seconds }) => seconds));
  const parts = [['', of(all)] as const, ['Failed', of(failed)] as const];
  const fields = STATISTICS.flatMap(([name, value]) =>
    parts.flatMap(([prefix, statistics]) => [
      [`${prefix}${name}TotalSeconds`, value(statistics)] as const,
      [`${prefix}${name}BackendSeconds`, BACKEND_SECONDS] as const,
      [`${prefix}${name}InstanceSeconds`, value(statistics)] as const,
    ]),
  );
  return Object.fromEntries(fields);
}

const STATISTICS: readonly (readonly [name: string, value: (of: Statistics) => number])[] = [
  ['Mean', ({ mean }) => mean],
  ['Max', ({ max }) => max],
  ['Median', ({ median }) => median],
  ['P95', ({ p95 }) => p95],
];

export function queueJson({ active, queued }: QueueLength): object {
  return { Active: active, Queued: queued };
}

export function queuesJson(samples: readonly QueueLength[]): object {
  return {
    ...entries(
      'Active',
      samples.map(({ active }) => active),
    ),
    ...entries(
      'Queued',
      samples.map(({ queued }) => queued),
    ),
  };
}

function entries(prefix: string, values: readonly number[]): Record<string, number> {
  const { min, mean, median, p95, max } = statisticsOf(values);
  return {
    [`${prefix}MinEntries`]: min,
    [`${prefix}MeanEntries`]: mean,
    [`${prefix}MedianEntries`]: median,
    [`${prefix}P95Entries`]: p95,
    [`${prefix}MaxEntries`]: max,
  };
}

/** Calls of the embedded database don't wait for a connection. */
export function storeCallJson({ atMs, ms, error }: StoreSample): object {
  return { Timestamp: rfc3339(atMs), WaitLatency: 0, ExecuteLatency: nanosFromMillis(ms), Err: error };
}

export function storeCallsJson(samples: readonly StoreSample[]): object {
  return {
    Count: samples.length,
    ...seconds(
      'Latency',
      samples.map(({ ms }) => ms),
    ),
    ...seconds('Wait', []),
  };
}

export function batchJson({ atMs, instances, waitMs, writeMs }: BatchSample): object {
  return {
    Timestamp: rfc3339(atMs),
    Instances: instances,
    WaitLatency: nanosFromMillis(waitMs),
    WriteLatency: nanosFromMillis(writeMs),
  };
}

/** @param buffer how many servers Baton writes at once, and how often, ms */
export function batchesJson(
  samples: readonly BatchSample[],
  buffer: { readonly size: number; readonly flushMs: number },
): object {
  const counts = samples.map(({ instances }) => instances);
  const { max, mean, median, p95 } = statisticsOf(counts);
  return {
    InstanceWriteBufferSize: buffer.size,
    InstanceFlushIntervalMilliseconds: buffer.flushMs,
    CountInstances: counts.reduce((sum, count) => sum + count, 0),
    MaxInstances: max,
    MeanInstances: mean,
    MedianInstances: median,
    P95Instances: p95,
    ...seconds(
      'Wait',
      samples.map(({ waitMs }) => waitMs),
    ),
    ...seconds(
      'Write',
      samples.map(({ writeMs }) => writeMs),
    ),
  };
}

function seconds(name: string, values: readonly number[]): Record<string, number> {
  const { max, mean, median, p95 } = statisticsOf(values.map((ms) => ms / 1000));
  return {
    [`Max${name}Seconds`]: max,
    [`Mean${name}Seconds`]: mean,
    [`Median${name}Seconds`]: median,
    [`P95${name}Seconds`]: p95,
  };
}
