import { createConnection } from 'node:net';
import { finished } from 'node:stream/promises';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { ReferenceMetric } from '../../engine/ports/metrics.ts';
import type { Clock, Log } from '../../engine/ports/runtime.ts';

export interface GraphiteTarget {
  readonly host: string;
  readonly port: number;
  /** What names begin with. */
  readonly prefix: string;
  readonly everyMs: number;
}

export interface GraphiteDeps {
  readonly metrics: () => readonly ReferenceMetric[];
  readonly clock: Clock;
  readonly log: Log;
  /** Time limit of one delivery, ms; what takes longer is given up. */
  readonly timeoutMs?: number;
}

/** Sends the metrics to Graphite from time to time. */
export interface GraphiteSender {
  /** Stops; a delivery under way is given up. */
  close(): void;
}

const TIMEOUT_MS = 5000;

/**
 * Where the settings want metrics to go; null for nowhere, told in the log where something is missing. In the prefix
 * `{hostname}` stands for this node's name (configuration reference, 3.1).
 */
export function graphiteTarget(settings: Settings, hostname: string, log: Log): GraphiteTarget | null {
  const { GraphiteAddr: address, GraphitePath: path, GraphitePollSeconds: seconds } = settings;
  if (address === '' || seconds <= 0) return null;
  const place = /^(\[[0-9a-f:.]+\]|[^\s:/]+):(\d{1,5})$/i.exec(address);
  const port = Number(place?.[2]);
  if (place === null || port < 1 || port > 65_535) {
    log.error('graphite.bad-address', `GraphiteAddr: ${address} is not host:port, so nothing is sent to Graphite.`);
    return null;
  }
  if (path === '') {
    log.error('graphite.no-path', 'GraphiteAddr needs GraphitePath, so nothing is sent to Graphite.');
    return null;
  }
  const name = settings.GraphiteConvertHostnameDotsToUnderscores ? hostname.replaceAll('.', '_') : hostname;
  const host = (place[1] ?? '').replace(/^\[|\]$/g, '');
  return { host, port, prefix: path.replaceAll('{hostname}', name), everyMs: seconds * 1000 };
}

/**
 * Graphite's plaintext protocol: a line `name value seconds` for each metric, over a connection of its own each time
 * (graphite.readthedocs.io, Feeding In Your Data). Names end in `.count` for counters and `.value` for gauges, as the
 * predecessor's metrics library had it.
 */
export function startGraphite(target: GraphiteTarget, deps: GraphiteDeps): GraphiteSender {
  const { clock, log } = deps;
  const closed = new AbortController();
  let failing = false;
  let cancel = (): void => undefined;
  const deliver = async (): Promise<void> => {
    try {
      await send(
        target,
        page(target.prefix, deps.metrics(), clock.nowMs()),
        deps.timeoutMs ?? TIMEOUT_MS,
        closed.signal,
      );
      if (failing) log.info('graphite.sent-again', `Metrics reach Graphite at ${target.host}:${target.port} again.`);
      failing = false;
    } catch (error) {
      if (closed.signal.aborted || failing) return;
      failing = true;
      const reason = reasonOf(error);
      const text = `Metrics can't be sent to Graphite at ${target.host}:${target.port}: ${reason}. Baton tries on.`;
      log.warn('graphite.not-sent', text);
    }
  };
  const schedule = (): void => {
    cancel = clock.after(target.everyMs, () => {
      void deliver().finally(() => {
        if (!closed.signal.aborted) schedule();
      });
    });
  };
  schedule();
  return {
    close: () => {
      closed.abort();
      cancel();
    },
  };
}

function page(prefix: string, metrics: readonly ReferenceMetric[], nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000);
  const line = ({ name, kind, value }: ReferenceMetric): string =>
    `${prefix}.${name}.${kind === 'counter' ? 'count' : 'value'} ${value} ${seconds}\n`;
  return metrics.map(line).join('');
}

async function send(target: GraphiteTarget, text: string, timeoutMs: number, closed: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(timeoutMs);
  const socket = createConnection({ host: target.host, port: target.port });
  const giveUp = (): void => {
    socket.destroy(new Error(late.aborted ? `it took longer than ${timeoutMs} ms` : 'Baton is being stopped'));
  };
  const signal = AbortSignal.any([late, closed]);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    socket.resume();
    socket.end(text);
    await finished(socket);
  } finally {
    signal.removeEventListener('abort', giveUp);
    socket.destroy();
  }
}
