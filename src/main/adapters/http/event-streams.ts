import type { ServerResponse } from 'node:http';
import type { EngineEvent } from '../../../shared/domain/event.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { findRecovery } from '../../core/commands/queries.ts';
import { topologyText } from '../../core/topology/ascii.ts';
import type { ApiContext } from './api.ts';
import { errorText } from './error-text.ts';
import { clusterByHint } from './input.ts';
import { EventStream } from './server-sent-events.ts';
import { conditionAt } from './view.ts';

/** Changes come in bursts while a topology is moved about. */
const SETTLE_MS = 100;
/** What changes without an event, such as a check that grows stale. */
const RESCAN_MS = 2000;
/** Everything that the engine tells, as it happens; the event's name is its type. */
export function streamEvents(context: ApiContext, response: ServerResponse): void {
  const stream = new EventStream(response);
  stream.onEnd(context.engine.subscribe((event) => stream.send(event.type, event)));
}

/** A cluster's tree at one moment; `text` is empty when the cluster is gone. */
interface TopologyFrame {
  readonly atMs: number;
  readonly clusterName: string;
  readonly clusterAlias: string;
  readonly text: string;
}

/**
 * The trees of all clusters, or of the one that the hint names, again whenever they change (`event: topology`), and
 * what happens in them (`event: activity`). A hint that names nothing yet, or no longer, is looked up again and again:
 * the cluster may be discovered later, and it changes its name in a failover.
 */
export function streamTopologies(context: ApiContext, hint: string, response: ServerResponse): void {
  const stream = new EventStream(response);
  const watcher = new TopologyWatcher(context, hint, stream);
  let settling: NodeJS.Timeout | null = null;
  const settle = () => {
    settling ??= setTimeout(() => {
      settling = null;
      watcher.scan();
    }, SETTLE_MS);
  };
  const rescan = setInterval(() => watcher.scan(), RESCAN_MS);
  stream.onEnd(() => {
    clearInterval(rescan);
    if (settling !== null) clearTimeout(settling);
  });
  stream.onEnd(
    context.engine.subscribe((event) => {
      if (event.type === 'cluster-changed') settle();
      else if (watcher.concerns(event)) stream.send('activity', event);
    }),
  );
  watcher.scan();
}

class TopologyWatcher {
  readonly #context: ApiContext;
  readonly #hint: string;
  readonly #stream: EventStream;
  readonly #sent = new Map<string, string>();
  /** Names that the watched cluster has had. */
  readonly #names = new Set<string>();
  readonly #recoveries = new Set<string>();
  #missing = '';

  constructor(context: ApiContext, hint: string, stream: EventStream) {
    this.#context = context;
    this.#hint = hint.trim();
    this.#stream = stream;
  }

  /** Sends what changed since the last scan. */
  scan(): void {
    const { clusters } = this.#context.engine.topology();
    const condition = conditionAt(this.#context.engine, this.#context.nowMs());
    const wanted = this.#wanted(clusters.keys());
    for (const name of wanted) {
      const cluster = clusters.get(name);
      if (cluster !== undefined) this.#send(name, cluster.alias, topologyText(cluster, condition));
    }
    for (const name of [...this.#sent.keys()]) {
      if (wanted.has(name)) continue;
      this.#send(name, name, '');
      this.#sent.delete(name);
    }
  }

  /** Whether an event is about what is watched. */
  concerns(event: EngineEvent): boolean {
    if (this.#hint === '') return true;
    if (event.type === 'recovery-step' || event.type === 'recovery-ended') return this.#isOwnRecovery(event.uid);
    const concerned =
      'clusterName' in event
        ? this.#names.has(event.clusterName)
        : this.#names.has(this.#clusterOf(keyText(event.key)));
    if (concerned && event.type === 'recovery-started') this.#recoveries.add(event.uid);
    return concerned;
  }

  #isOwnRecovery(uid: string): boolean {
    if (this.#recoveries.has(uid)) return true;
    const recovery = findRecovery(this.#context.engine.state(), uid);
    return recovery !== null && this.#names.has(recovery.analysis.clusterName);
  }

  #clusterOf(id: string): string {
    return this.#context.engine.topology().instances.get(id)?.clusterName ?? '';
  }

  #wanted(names: Iterable<string>): ReadonlySet<string> {
    if (this.#hint === '') return new Set(names);
    try {
      const name = clusterByHint(this.#context, this.#hint);
      this.#names.add(name);
      this.#missing = '';
      return new Set([name]);
    } catch (error) {
      const missing = errorText(error);
      if (missing !== this.#missing) this.#stream.send('missing', { message: missing });
      this.#missing = missing;
      return new Set();
    }
  }

  #send(clusterName: string, clusterAlias: string, text: string): void {
    if (this.#sent.get(clusterName) === text) return;
    this.#sent.set(clusterName, text);
    const frame: TopologyFrame = { atMs: this.#context.nowMs(), clusterName, clusterAlias, text };
    this.#stream.send('topology', frame);
  }
}
