import type { EngineLink } from '../../../shared/contract/console/link.ts';
import { type StreamMessage, streamMessageSchema } from '../../../shared/contract/v2/stream.ts';
import { chooseEndpoint, type Endpoint, request } from '../../client/endpoint.ts';
import { reasonOf } from '../../client/request-failure.ts';
import { readEvents, type ServerSentEvent } from '../../client/server-sent-events.ts';
import {
  type ConsoleEngine,
  type EngineAnswer,
  type EngineCall,
  type EngineListener,
  failedCall,
} from './console-engine.ts';
import { Pause, pauseMs, type RetryTiming } from './retrying.ts';

export interface RemoteTiming extends RetryTiming {
  /** An engine that is silent for this long is gone. */
  readonly silenceMs: number;
}

/** The engine speaks every five seconds. */
const TIMING: RemoteTiming = { pausesMs: [500, 1000, 2000, 5000], silenceMs: 15_000 };

type Lost = Extract<EngineLink, { state: 'lost' }>;

/** Why a connection is given up. */
class LinkFailure extends Error {
  readonly why: Lost['cause'];

  constructor(why: Lost['cause'], message: string) {
    super(message);
    this.why = why;
  }
}

export interface RemoteEngineOptions {
  /** Where it is, for people; holds no credentials. */
  readonly address: string;
  /** Members of one quorum, or a single engine. Asked until it answers: the keychain may have to be unlocked first. */
  readonly endpoints: () => Promise<readonly Endpoint[]>;
  readonly timing?: RemoteTiming;
  /** Milliseconds since the epoch. */
  readonly nowMs?: () => number;
}

/** An engine elsewhere, over HTTP. Connects again, without end, whenever it goes away, and misses nothing if it can. */
export class RemoteEngine implements ConsoleEngine {
  readonly kind = 'remote';
  readonly address: string;
  readonly #askForEndpoints: () => Promise<readonly Endpoint[]>;
  #endpoints: readonly Endpoint[] | null = null;
  readonly #timing: RemoteTiming;
  readonly #nowMs: () => number;
  readonly #pause = new Pause();
  /** Ends the present connection. */
  #abort = new AbortController();
  #chosen: Endpoint | null = null;
  /** Rejects with the end, so that nothing that takes long outlives it. */
  readonly #left: Promise<never>;
  #leave: () => void = () => undefined;
  #ended = false;
  #running: Promise<void> = Promise.resolve();
  #heardMs: number | null = null;
  #lastId = '';
  #link: EngineLink;

  constructor({ address, endpoints, timing = TIMING, nowMs = Date.now }: RemoteEngineOptions) {
    this.address = address;
    this.#left = new Promise((_resolve, reject) => {
      this.#leave = () => reject(new LinkFailure('closed', 'was left'));
    });
    this.#left.catch(() => undefined);
    this.#askForEndpoints = endpoints;
    this.#timing = timing;
    this.#nowMs = nowMs;
    this.#link = { state: 'connecting', engine: this.address };
  }

  start(listener: EngineListener): void {
    listener.link(this.#link);
    this.#running = this.#run(listener);
  }

  nudge(): void {
    this.#pause.cut();
  }

  async stop(): Promise<void> {
    this.#ended = true;
    this.#leave();
    this.#abort.abort();
    this.#pause.cut();
    await this.#running;
  }

  async call({ method, path, body }: EngineCall): Promise<EngineAnswer> {
    try {
      const endpoint = this.#chosen ?? (await this.#choose());
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await request(endpoint, `${endpoint.url}/${path}`, { method, ...sent });
      const contentType = response.headers.get('content-type') ?? '';
      return { status: response.status, contentType, body: await bodyOf(response, contentType) };
    } catch (error) {
      return failedCall(`The engine at ${this.address} can't be reached: ${reasonOf(error)}.`);
    }
  }

  async #choose(): Promise<Endpoint> {
    this.#endpoints ??= await Promise.race([this.#askForEndpoints(), this.#left]);
    return await chooseEndpoint(this.#endpoints);
  }

  async #run(listener: EngineListener): Promise<void> {
    for (let failures = 0; !this.#ended; ) {
      let connected = false;
      try {
        await this.#followOnce(listener, () => {
          connected = true;
          this.#tell(listener, { state: 'connected', engine: this.address });
        });
      } catch (error) {
        if (this.#ended) return;
        this.#lost(listener, error);
      }
      failures = connected ? 0 : failures + 1;
      await this.#pause.wait(pauseMs(this.#timing, failures));
    }
  }

  /** Throws when the connection ends, however it does. */
  async #followOnce(listener: EngineListener, onConnected: () => void): Promise<never> {
    const abort = new AbortController();
    this.#abort = abort;
    const { silenceMs } = this.#timing;
    let timer: NodeJS.Timeout | undefined;
    const listen = () => {
      clearTimeout(timer);
      const silent = () => abort.abort(new LinkFailure('silent', `has said nothing for ${silenceMs / 1000} s`));
      timer = setTimeout(silent, silenceMs);
    };
    try {
      const engine = await this.#choose();
      listen();
      this.#chosen = engine;
      const events = await openStream(engine, this.#lastId, abort.signal);
      onConnected();
      for await (const event of readEvents(events)) {
        listen();
        this.#heardMs = this.#nowMs();
        const message = messageOf(event);
        if (message === null || message.type === 'heartbeat') continue;
        this.#lastId = message.id;
        listener.stream(message);
      }
      throw new LinkFailure('closed', 'closed the connection');
    } catch (error) {
      throw abort.signal.aborted ? abort.signal.reason : error;
    } finally {
      clearTimeout(timer);
      this.#chosen = null;
    }
  }

  #lost(listener: EngineListener, error: unknown): void {
    const told =
      error instanceof LinkFailure ? error : new LinkFailure('unreachable', `can't be reached: ${reasonOf(error)}`);
    const link: Lost = {
      state: 'lost',
      engine: this.address,
      cause: told.why,
      reason: told.message,
      heardMs: this.#heardMs,
    };
    const before = this.#link;
    if (before.state === 'lost' && before.reason === link.reason && before.heardMs === link.heardMs) return;
    this.#tell(listener, link);
  }

  #tell(listener: EngineListener, link: EngineLink): void {
    this.#link = link;
    listener.link(link);
  }
}

/** @throws LinkFailure for an answer that is no event stream; whatever fetch throws when there is none */
async function openStream(engine: Endpoint, after: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const query = after === '' ? '' : `?after=${encodeURIComponent(after)}`;
  const response = await request(engine, `${engine.url}/v2/stream${query}`, { signal });
  const { status, body } = response;
  if (status === 200 && body !== null && response.headers.get('content-type')?.startsWith('text/event-stream')) {
    return body;
  }
  await body?.cancel();
  if (status === 401) {
    const given = 'authorization' in engine.headers;
    throw new LinkFailure('refused', given ? 'does not accept this user and password' : 'asks for a user and password');
  }
  const what = 'it is another program or an older version of Baton';
  throw new LinkFailure('refused', `can't be followed (status ${status}): ${what}`);
}

function messageOf({ name, data }: ServerSentEvent): StreamMessage | null {
  if (name === '') return null;
  const message = streamMessageSchema.safeParse(parsedJson(data));
  if (message.success) return message.data;
  throw new LinkFailure('refused', 'speaks another language: it is another program or version of Baton');
}

async function bodyOf(response: Response, contentType: string): Promise<unknown> {
  if (contentType.includes('json')) return parsedJson(await response.text()) ?? null;
  if (contentType.startsWith('text/')) return await response.text();
  return new Uint8Array(await response.arrayBuffer());
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
