import type { ServerResponse } from 'node:http';

/** Comments that keep proxies from closing an idle stream, and tell a reader that the engine lives. */
const HEARTBEAT_MS = 5000;
/** A reader that lets this much pile up is cut off; it reconnects and gets the present state. */
const BACKLOG_BYTES = 4 * 1024 * 1024;

/** One reader of server-sent events. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #cleanups: (() => void)[] = [];
  /** What is sent at first is allowed on top: a snapshot can be longer than the bound. */
  #allowance = BACKLOG_BYTES;
  #isFirst = true;
  #ended = false;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    const heartbeat = setInterval(() => this.#write(': alive\n\n'), HEARTBEAT_MS);
    this.onEnd(() => clearInterval(heartbeat));
    response.on('close', () => this.#end());
    // Whoever went away before this was reached is told of by no event any more.
    if (response.closed || response.destroyed) this.#end();
    this.#write(': connected\n\n');
  }

  send(event: string, data: unknown): void {
    this.sendText(event, JSON.stringify(data));
  }

  /**
   * @param text one line
   * @param id where the reader may resume, which it sends as `Last-Event-ID`; empty for nowhere
   */
  sendText(event: string, text: string, id = ''): void {
    const frame = `${id === '' ? '' : `id: ${id}\n`}event: ${event}\ndata: ${text}\n\n`;
    if (this.#isFirst) this.#allowance += Buffer.byteLength(frame);
    this.#isFirst = false;
    this.#write(frame);
  }

  onEnd(cleanup: () => void): void {
    if (this.#ended) cleanup();
    else this.#cleanups.push(cleanup);
  }

  #write(text: string): void {
    if (this.#response.destroyed) return;
    this.#response.write(text);
    if (this.#response.writableLength > this.#allowance) this.#response.destroy();
  }

  #end(): void {
    this.#ended = true;
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }
}
