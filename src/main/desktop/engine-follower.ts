import {
  applyConsoleMessage,
  type ConsoleMessage,
  type ConsoleState,
  type EngineLink,
  initialConsoleState,
} from '../../shared/contract/console.ts';
import { topologyFrameSchema } from '../../shared/contract/topology-frame.ts';
import { reasonOf } from '../cli/api-client.ts';
import { chooseEndpoint, type Endpoint, request } from '../cli/endpoint.ts';
import { readEvents, type ServerSentEvent } from '../cli/watch/server-sent-events.ts';

export interface FollowerTiming {
  /** Before the first, the second … attempt to connect again; the last one from then on. */
  readonly pausesMs: readonly number[];
  /** An engine that is silent for this long is gone. */
  readonly silenceMs: number;
}

/** The engine speaks every five seconds. */
const TIMING: FollowerTiming = { pausesMs: [500, 1000, 2000, 5000], silenceMs: 15_000 };

/** Why a connection is given up, in words that follow the engine's address. */
class LinkFailure extends Error {}

/** Follows an engine's topologies over HTTP and connects again, without end, whenever it goes away. */
export class EngineFollower {
  readonly #engines: readonly Endpoint[];
  readonly #timing: FollowerTiming;
  readonly #listeners = new Set<(message: ConsoleMessage) => void>();
  /** Ends the present connection, or the pause before the next. */
  #abort = new AbortController();
  #ended = false;
  #heardMs: number | null = null;
  #state: ConsoleState;

  constructor(engines: readonly Endpoint[], timing: FollowerTiming = TIMING) {
    this.#engines = engines;
    this.#timing = timing;
    this.#state = initialConsoleState(engines.map(shownAddress).join(' '));
  }

  /** Tells the listener the present state at once and then every change; the result takes the listener away. */
  subscribe(listener: (message: ConsoleMessage) => void): () => void {
    this.#listeners.add(listener);
    listener({ kind: 'snapshot', state: this.#state });
    return () => this.#listeners.delete(listener);
  }

  /** Follows until `stop`; then it resolves. */
  async run(): Promise<void> {
    for (let failures = 0; !this.#ended; ) {
      let connected = false;
      this.#abort = new AbortController();
      try {
        await this.#followOnce(() => {
          connected = true;
          this.#tell({ kind: 'link', link: { state: 'connected' } });
        });
      } catch (error) {
        if (this.#ended) return;
        this.#lost(reasonText(error, connected));
      }
      failures = connected ? 0 : failures + 1;
      await pause(this.#pauseMs(failures), this.#abort.signal);
    }
  }

  stop(): void {
    this.#ended = true;
    this.#abort.abort();
  }

  /** Throws when the connection ends, however it does. */
  async #followOnce(onConnected: () => void): Promise<never> {
    const engine = await chooseEndpoint(this.#engines);
    const abort = this.#abort;
    const { silenceMs } = this.#timing;
    let timer: NodeJS.Timeout | undefined;
    const listen = () => {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(new LinkFailure(`has said nothing for ${silenceMs / 1000} s`)), silenceMs);
    };
    try {
      listen();
      const events = await openWatch(engine, abort.signal);
      onConnected();
      for await (const event of readEvents(events)) {
        listen();
        this.#heardMs = Date.now();
        this.#take(event);
      }
      throw new LinkFailure('closed the connection');
    } catch (error) {
      throw abort.signal.aborted ? abort.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
  }

  #pauseMs(failures: number): number {
    const { pausesMs } = this.#timing;
    return pausesMs[Math.min(failures, pausesMs.length - 1)] ?? 0;
  }

  #take({ name, data }: ServerSentEvent): void {
    if (name !== 'topology') return;
    const frame = topologyFrameSchema.safeParse(parsedJson(data));
    if (!frame.success) throw new LinkFailure('speaks another language: it is another program or version of Baton');
    this.#tell({ kind: 'topology', frame: frame.data });
  }

  #lost(reason: string): void {
    const link: EngineLink = { state: 'lost', reason, heardMs: this.#heardMs };
    const before = this.#state.link;
    if (before.state === 'lost' && before.reason === reason) return;
    this.#tell({ kind: 'link', link });
  }

  #tell(message: ConsoleMessage): void {
    this.#state = applyConsoleMessage(this.#state, message);
    for (const listener of this.#listeners) listener(message);
  }
}

/** @throws LinkFailure for an answer that is no event stream; whatever fetch throws when there is none */
async function openWatch(endpoint: Endpoint, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const response = await request(endpoint, `${endpoint.url}/v2/watch`, signal);
  const { status, body } = response;
  if (status === 200 && body !== null && response.headers.get('content-type')?.startsWith('text/event-stream')) {
    return body;
  }
  await body?.cancel();
  if (status === 401) {
    const action =
      'authorization' in endpoint.headers ? 'does not accept this user and password' : 'asks for a user and password';
    throw new LinkFailure(`${action}; give them in ORCHESTRATOR_AUTH_USER and ORCHESTRATOR_AUTH_PASSWORD`);
  }
  throw new LinkFailure(`can't be watched (status ${status}): it is another program or an older version of Baton`);
}

function reasonText(error: unknown, connected: boolean): string {
  if (error instanceof LinkFailure) return error.message;
  return `${connected ? 'is gone' : "can't be reached"}: ${reasonOf(error)}`;
}

function shownAddress({ url }: Endpoint): string {
  return url.replace(/\/api$/, '');
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pause(ms: number, ending: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const finish = () => {
      clearTimeout(timer);
      ending.removeEventListener('abort', finish);
      done();
    };
    const timer = setTimeout(finish, ms);
    if (ending.aborted) finish();
    else ending.addEventListener('abort', finish);
  });
}
