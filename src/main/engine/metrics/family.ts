import type { Labelled, MetricFamily } from '../ports/metrics.ts';

/** A value that rises and falls. */
export function gauge(
  name: string,
  help: string,
  labels: readonly string[],
  read: () => readonly Labelled[],
): MetricFamily {
  return { name, help, kind: 'gauge', labels, read };
}

/** A value that only rises while the process lives. */
export function counter(
  name: string,
  help: string,
  labels: readonly string[],
  read: () => readonly Labelled[],
): MetricFamily {
  return { name, help, kind: 'counter', labels, read };
}

/** One value without labels. */
export function single(value: number): readonly Labelled[] {
  return [[{}, value]];
}
