import type { ServerResponse } from 'node:http';
import type { ApiContext } from '../../api.ts';
import { EventStream } from '../../server-sent-events.ts';
import { ClusterFilter } from './cluster-filter.ts';
import { type Entry, StreamJournal } from './journal.ts';
import { type TextSocket, WebSocketReader } from './web-socket-reader.ts';

/** What a reader asked for: `cluster`, a hint, and `after`, the last id that it has read. */
type StreamQuery = Pick<URLSearchParams, 'get'>;

/** Connects readers to the journal, however they came. */
export class StreamDoor {
  readonly #context: ApiContext;
  readonly #journal: StreamJournal;

  constructor(context: ApiContext) {
    this.#context = context;
    this.#journal = new StreamJournal(context);
  }

  serverSentEvents(query: StreamQuery, response: ServerResponse): void {
    const stream = new EventStream(response);
    stream.onEnd(this.#connect(query, ({ id, type, text }) => stream.sendText(type, text, id)));
  }

  webSocket(query: StreamQuery, socket: TextSocket): void {
    const reader = new WebSocketReader(socket, this.#context.nowMs);
    reader.onEnd(this.#connect(query, ({ text }) => reader.send(text)));
  }

  /** Tells everything, and then what changes, in this very process. @returns what ends it */
  listen(listener: (text: string) => void): () => void {
    return this.#connect(new URLSearchParams(), ({ text }) => listener(text));
  }

  close(): void {
    this.#journal.close();
  }

  /** @returns what ends it */
  #connect(query: StreamQuery, send: (entry: Entry) => void): () => void {
    const filter = new ClusterFilter(this.#context, query.get('cluster') ?? '');
    const wants = (clusterName: string) => filter.wants(clusterName);
    const reader = (entry: Entry) => {
      if (entry.type === 'snapshot' || filter.wants(entry.clusterName)) send(entry);
    };
    for (const entry of this.#journal.attach(reader, query.get('after') ?? '', wants)) reader(entry);
    return () => this.#journal.detach(reader);
  }
}
