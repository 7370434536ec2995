/** What is used of a WebSocket of the `ws` package. */
export interface TextSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'close' | 'pong', listener: () => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
}

/** Tells a reader that the engine lives, and finds readers that went away without a word. */
const HEARTBEAT_MS = 5000;
const MISSED_PONGS = 3;
/** A reader that lets this much pile up is cut off; it reconnects where it was. */
const BACKLOG_BYTES = 4 * 1024 * 1024;
/** RFC 6455 has no code for it; this one of the registry means: try again later. */
const TRY_AGAIN_LATER = 1013;

/** One reader of the stream over a WebSocket. */
export class WebSocketReader {
  readonly #socket: TextSocket;
  readonly #cleanups: (() => void)[] = [];
  /** What was sent at first is allowed on top: a snapshot can be longer than the bound. */
  #allowance = BACKLOG_BYTES;
  #isFirst = true;
  #unanswered = 0;
  #ended = false;

  constructor(socket: TextSocket, nowMs: () => number) {
    this.#socket = socket;
    const heartbeat = setInterval(() => this.#beat(nowMs()), HEARTBEAT_MS).unref();
    this.onEnd(() => clearInterval(heartbeat));
    socket.on('pong', () => {
      this.#unanswered = 0;
    });
    socket.on('close', () => this.#end());
    // A close follows.
    socket.on('error', () => socket.terminate());
  }

  send(text: string): void {
    if (this.#ended) return;
    if (this.#isFirst) this.#allowance += Buffer.byteLength(text);
    this.#isFirst = false;
    if (this.#socket.bufferedAmount > this.#allowance) {
      this.#socket.close(TRY_AGAIN_LATER, 'The reader is too slow; read again after the last id.');
      // What is buffered would have to go out before the close does.
      this.#socket.terminate();
      return;
    }
    this.#socket.send(text);
  }

  onEnd(cleanup: () => void): void {
    if (this.#ended) cleanup();
    else this.#cleanups.push(cleanup);
  }

  #beat(atMs: number): void {
    if (this.#unanswered >= MISSED_PONGS) {
      this.#socket.terminate();
      return;
    }
    this.#unanswered += 1;
    this.#socket.ping();
    this.send(JSON.stringify({ type: 'heartbeat', atMs }));
  }

  #end(): void {
    this.#ended = true;
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }
}
