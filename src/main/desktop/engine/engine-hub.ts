import { batchDelayMs } from '../../../shared/contract/console/batching.ts';
import type { EngineLink } from '../../../shared/contract/console/link.ts';
import type { StreamMessage } from '../../../shared/contract/v2/stream.ts';
import type { ConsoleEngine, EngineAnswer, EngineCall } from './console-engine.ts';
import { failedCall } from './console-engine.ts';
import { FleetPicture } from './fleet-picture.ts';
import { type Work, WorkUnderWay } from './work-under-way.ts';

export interface HubListener {
  link(link: EngineLink): void;
  stream(messages: readonly StreamMessage[]): void;
}

/** One page's, or any other reader's, hold on the engine of the moment. */
export interface Hold {
  call(call: EngineCall): Promise<EngineAnswer>;
  release(): void;
}

/**
 * Between the engine of the moment and whoever reads from it. Batches what the stream tells, and remembers it, so that a
 * page that is loaded anew has everything at once without the engine being asked.
 */
export class EngineHub {
  readonly picture = new FleetPicture();
  /** Hears of every engine, from the first to the last. */
  readonly #watcher: HubListener;
  readonly #listeners = new Set<HubListener>();
  #engine: ConsoleEngine | null = null;
  #work = new WorkUnderWay();
  #link: EngineLink = { state: 'connecting', engine: '' };
  #batch: StreamMessage[] = [];
  #timer: NodeJS.Timeout | null = null;
  /** When the last batch was handed on; `performance.now()`, ms. */
  #flushedMs = Number.NEGATIVE_INFINITY;

  constructor(watcher: HubListener) {
    this.#watcher = watcher;
  }

  get engine(): ConsoleEngine | null {
    return this.#engine;
  }

  get link(): EngineLink {
    return this.#link;
  }

  /** What the engine of the moment is in the midst of. */
  get work(): Work {
    return this.#work.present();
  }

  /** Leaves the present engine, and takes another. Whoever reads is let go of: nothing of the one may be taken for the other's. */
  async enter(engine: ConsoleEngine): Promise<void> {
    const before = this.#engine;
    this.#listeners.clear();
    this.#forget();
    this.#engine = engine;
    await before?.stop();
    // Somebody may have been quicker while the other one ended.
    if (this.#engine !== engine) return;
    this.#takeLink({ state: 'connecting', engine: engine.address });
    engine.start({
      link: (link) => this.#engine === engine && this.#takeLink(link),
      stream: (message) => this.#engine === engine && this.#take(message),
    });
  }

  async stop(): Promise<void> {
    const before = this.#engine;
    this.#engine = null;
    this.#listeners.clear();
    this.#forget();
    await before?.stop();
  }

  /** Tells the listener how things stand, and then what changes. */
  hold(listener: HubListener): Hold {
    const engine = this.#engine;
    this.#flush();
    listener.link(this.#link);
    const snapshot = this.picture.snapshot();
    if (snapshot !== null) listener.stream([snapshot]);
    this.#listeners.add(listener);
    return {
      call: (call) => {
        // A page of one environment must not reach into another in the moment before it is loaded anew.
        if (engine === null || engine !== this.#engine)
          return Promise.resolve(failedCall('The console has left that engine.'));
        return this.#work.during(call, engine.call(call));
      },
      release: () => this.#listeners.delete(listener),
    };
  }

  #takeLink(link: EngineLink): void {
    this.#flush();
    this.#link = link;
    for (const listener of this.#readers()) listener.link(link);
  }

  #take(message: StreamMessage): void {
    this.#work.take(message);
    if (message.type === 'snapshot') void this.#askForRunning();
    this.#batch.push(message);
    this.#timer ??= setTimeout(() => this.#flush(), batchDelayMs(performance.now() - this.#flushedMs));
  }

  async #askForRunning(): Promise<void> {
    const work = this.#work;
    const answer = await this.#engine?.call({ method: 'GET', path: 'v2/recoveries' });
    if (answer !== undefined) work.takeRunning(answer);
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const messages = this.#batch;
    if (messages.length === 0) return;
    this.#batch = [];
    this.#flushedMs = performance.now();
    for (const message of messages) this.picture.apply(message);
    for (const listener of this.#readers()) listener.stream(messages);
  }

  #readers(): readonly HubListener[] {
    return [this.#watcher, ...this.#listeners];
  }

  #forget(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#batch = [];
    this.#work = new WorkUnderWay();
    this.picture.forget();
  }
}
