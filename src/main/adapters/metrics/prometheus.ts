import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Exposition, MetricFamily, MetricsSource } from '../../engine/ports/metrics.ts';

/** Upper ends of the classes of times, seconds: from a server next door to the time limits. */
const POLL_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const INTERVAL_SECONDS = [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 5.5, 6, 7.5, 10, 15, 30, 60];
const STORE_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1];

/**
 * All that is measured, and the process itself, in the Prometheus text format. Values are read when somebody asks; only
 * the histograms are fed as things happen.
 */
export function prometheusExposition(source: MetricsSource): Exposition {
  const registry = new Registry();
  for (const family of source.families) register(family, registry);
  feedHistograms(source, registry);
  let watchesProcess = false;
  return {
    contentType: registry.contentType,
    text: async () => {
      // Not before somebody wants to know: it installs observers of the process.
      if (!watchesProcess) collectDefaultMetrics({ register: registry });
      watchesProcess = true;
      const page = await registry.metrics();
      // The format knows no other spelling (Prometheus exposition formats, text format 0.0.4).
      return page.replaceAll(/ Nan$/gm, ' NaN');
    },
  };
}

function register({ name, help, kind, labels, read }: MetricFamily, registry: Registry): void {
  const options = { name, help, labelNames: labels, registers: [registry] };
  if (kind === 'gauge') {
    new Gauge({
      ...options,
      collect() {
        this.reset();
        for (const [of, value] of read()) this.set(of, value);
      },
    });
  } else {
    new Counter({
      ...options,
      collect() {
        this.reset();
        for (const [of, value] of read()) this.inc(of, value);
      },
    });
  }
}

function feedHistograms(source: MetricsSource, registry: Registry): void {
  const registers = [registry];
  const polls = new Histogram({
    name: 'baton_poll_duration_seconds',
    help: 'How long polls took, waiting for a place left out.',
    labelNames: ['outcome'],
    buckets: POLL_SECONDS,
    registers,
  });
  const intervals = new Histogram({
    name: 'baton_poll_interval_seconds',
    help: 'Time between the begins of two good polls of one server in a row; InstancePollSeconds is what was promised.',
    buckets: INTERVAL_SECONDS,
    registers,
  });
  const calls = new Histogram({
    name: 'baton_store_duration_seconds',
    help: "How long calls of Baton's own database took.",
    buckets: STORE_SECONDS,
    registers,
  });
  source.listen({
    polled: ({ failure, seconds }, interval) => {
      polls.observe({ outcome: failure === null ? 'ok' : 'failed' }, seconds);
      if (interval !== null) intervals.observe(interval);
    },
    stored: ({ ms }) => calls.observe(ms / 1000),
  });
}
