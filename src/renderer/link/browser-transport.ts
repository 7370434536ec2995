import { batchDelayMs } from '../../shared/contract/console/batching.ts';
import type { StreamMessage } from '../../shared/contract/v2/stream.ts';
import type { Answer, Call, Transport, TransportListener } from './transport.ts';

/** The engine speaks every few seconds; one that is silent for this long is gone. */
const SILENCE_MS = 15_000;
const PAUSES_MS = [500, 1000, 2000, 5000] as const;

/** From a page that `baton serve` gave out, back to it: HTTP for calls, a WebSocket for the stream. */
export class BrowserTransport implements Transport {
  readonly hasShell = false;
  /** The page's own address without file and fragment: below it are `api/v2/…`. */
  private readonly base: URL;
  private heardMs: number | null = null;
  private failures = 0;
  private batch: StreamMessage[] = [];
  /** When the page was last given a batch; `performance.now()`, ms. */
  private batchedMs = Number.NEGATIVE_INFINITY;

  constructor(base: URL) {
    this.base = base;
  }

  async call({ method, path, body }: Call): Promise<Answer> {
    try {
      const response = await fetch(new URL(`api/${path}`, this.base), {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      });
      const contentType = response.headers.get('Content-Type') ?? '';
      return { status: response.status, contentType, body: await bodyOf(response, contentType) };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { status: 0, contentType: '', body: { detail } };
    }
  }

  start(listener: TransportListener): void {
    listener.link({ state: 'connecting', engine: this.base.host });
    this.connect(listener);
  }

  private connect(listener: TransportListener): void {
    const url = new URL('api/v2/stream', this.base);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url);
    let silence: ReturnType<typeof setTimeout> | undefined;
    const listen = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => socket.close(4000, 'silent'), SILENCE_MS);
    };
    listen();
    socket.onopen = () => {
      this.failures = 0;
      listener.link({ state: 'connected', engine: this.base.host });
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      listen();
      this.heardMs = Date.now();
      this.take(JSON.parse(data) as StreamMessage, listener);
    };
    socket.onclose = ({ reason }) => {
      clearTimeout(silence);
      const cause = reason === 'silent' ? 'silent' : 'unreachable';
      listener.link({ state: 'lost', engine: this.base.host, cause, reason: '', heardMs: this.heardMs });
      const pauseMs = PAUSES_MS[Math.min(this.failures, PAUSES_MS.length - 1)] ?? 5000;
      this.failures += 1;
      setTimeout(() => this.connect(listener), pauseMs);
    };
  }

  private take(message: StreamMessage, listener: TransportListener): void {
    if (message.type === 'heartbeat') return;
    if (this.batch.length === 0) {
      setTimeout(
        () => {
          const messages = this.batch;
          this.batch = [];
          this.batchedMs = performance.now();
          listener.stream(messages);
        },
        batchDelayMs(performance.now() - this.batchedMs),
      );
    }
    this.batch.push(message);
  }
}

async function bodyOf(response: Response, contentType: string): Promise<unknown> {
  if (contentType.includes('json')) return response.json();
  if (contentType.startsWith('text/')) return response.text();
  return new Uint8Array(await response.arrayBuffer());
}
