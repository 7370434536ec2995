import type { StreamMessage } from '../../../../../shared/contract/v2/stream.ts';
import type { EngineEvent } from '../../../../../shared/domain/event.ts';
import type { ApiContext } from '../../api.ts';
import { EventNaming } from './event-naming.ts';
import { Ring } from './ring.ts';
import { TopologyDeltas } from './topology-deltas.ts';

/** Changes come in bursts while a topology is moved about. */
const SETTLE_MS = 100;
/** What changes without an event, such as a downtime that ends. */
const RESCAN_MS = 2000;
/** How long a reader that lost its connection may take to come back and miss nothing. */
const LINGER_MS = 60_000;

/** A message as it goes out, written once for all readers. */
export interface Entry {
  readonly id: string;
  readonly type: StreamMessage['type'];
  /** Whom it is about; empty where that isn't known. */
  readonly clusterName: string;
  readonly text: string;
}

type Told =
  | Omit<Extract<StreamMessage, { type: 'topology' }>, 'id' | 'atMs'>
  | Omit<Extract<StreamMessage, { type: 'cluster-gone' }>, 'id' | 'atMs'>
  | Omit<Extract<StreamMessage, { type: 'event' }>, 'id' | 'atMs'>;

/**
 * What has changed, numbered, computed once for all readers of the stream. It works while there are readers, and a
 * little longer, so that one who lost the connection can go on where it was.
 */
export class StreamJournal {
  readonly #context: ApiContext;
  readonly #readers = new Set<(entry: Entry) => void>();
  readonly #ring = new Ring<Entry>();
  readonly #deltas: TopologyDeltas;
  readonly #naming: EventNaming;
  readonly #dirty = new Set<string>();
  #running: (() => void) | null = null;
  #settling: NodeJS.Timeout | null = null;
  #lingering: NodeJS.Timeout | null = null;

  constructor(context: ApiContext) {
    this.#context = context;
    this.#deltas = new TopologyDeltas(context);
    this.#naming = new EventNaming(context);
  }

  /**
   * Begins to tell a reader what changes.
   * @param after the last id that it has read; empty for none
   * @param wants which clusters' entries of a snapshot are meant
   * @returns what it has to read first: what it missed, or everything when that isn't remembered
   */
  attach(reader: (entry: Entry) => void, after: string, wants: (clusterName: string) => boolean): readonly Entry[] {
    this.#start();
    if (this.#lingering !== null) clearTimeout(this.#lingering);
    this.#lingering = null;
    this.#scan(null);
    const missed = this.#ring.after(this.#number(after));
    this.#readers.add(reader);
    return missed ?? [this.#snapshot(wants)];
  }

  detach(reader: (entry: Entry) => void): void {
    if (!this.#readers.delete(reader) || this.#readers.size > 0 || this.#running === null) return;
    this.#lingering = setTimeout(() => this.close(), LINGER_MS).unref();
  }

  close(): void {
    if (this.#lingering !== null) clearTimeout(this.#lingering);
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#lingering = null;
    this.#settling = null;
    this.#running?.();
    this.#running = null;
    this.#dirty.clear();
    this.#ring.forget();
    this.#deltas.forget();
  }

  #start(): void {
    if (this.#running !== null) return;
    this.#deltas.changes(null);
    const unsubscribe = this.#context.engine.subscribe((event) => this.#hear(event));
    const rescan = setInterval(() => this.#scan(null), RESCAN_MS).unref();
    this.#running = () => {
      unsubscribe();
      clearInterval(rescan);
    };
  }

  #hear(event: EngineEvent): void {
    if (event.type !== 'cluster-changed') {
      const clusterName = this.#naming.clusterOf(event);
      this.#tell({ type: 'event', clusterName, event });
      return;
    }
    this.#dirty.add(event.clusterName);
    this.#settling ??= setTimeout(() => {
      this.#settling = null;
      const dirty = new Set(this.#dirty);
      this.#dirty.clear();
      this.#scan(dirty);
    }, SETTLE_MS).unref();
  }

  #scan(dirty: ReadonlySet<string> | null): void {
    for (const change of this.#deltas.changes(dirty)) this.#tell(change);
  }

  #tell(told: Told): void {
    const id = this.#id(this.#ring.nextNumber);
    const text = JSON.stringify({ ...told, id, atMs: this.#context.nowMs() });
    const entry = { id, type: told.type, clusterName: told.clusterName, text };
    this.#ring.add(entry, text.length);
    for (const reader of [...this.#readers]) reader(entry);
  }

  #snapshot(wants: (clusterName: string) => boolean): Entry {
    const id = this.#id(this.#ring.nextNumber - 1);
    const clusters = this.#deltas.known().filter(({ cluster }) => wants(cluster.name));
    const message: StreamMessage = { type: 'snapshot', id, atMs: this.#context.nowMs(), clusters };
    return { id, type: 'snapshot', clusterName: '', text: JSON.stringify(message) };
  }

  /** Numbers begin anew with each process: the token's beginning tells whose they are. */
  #id(number: number): string {
    return `${this.#context.engine.node.token.slice(0, 12)}-${number}`;
  }

  #number(id: string): number {
    const match = /^([0-9a-f]+)-(\d{1,15})$/.exec(id);
    return match?.[1] === this.#context.engine.node.token.slice(0, 12) ? Number(match[2]) : Number.NaN;
  }
}
