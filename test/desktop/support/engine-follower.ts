import type { ConsoleEngine } from '../../../src/main/desktop/engine/console-engine.ts';
import type { EngineLink } from '../../../src/shared/contract/console/link.ts';
import type { StreamMessage } from '../../../src/shared/contract/v2/stream.ts';

/** A console, as far as it follows an engine. */
export class EngineFollower<T extends ConsoleEngine> {
  readonly links: EngineLink[] = [];
  readonly messages: StreamMessage[] = [];
  readonly engine: T;
  #check: (() => void) | null = null;

  constructor(engine: T) {
    this.engine = engine;
    engine.start({
      link: (link) => {
        this.links.push(link);
        this.#check?.();
      },
      stream: (message) => {
        this.messages.push(message);
        this.#check?.();
      },
    });
  }

  until(wanted: () => boolean): Promise<void> {
    return new Promise((done) => {
      this.#check = () => wanted() && done();
      this.#check();
    });
  }

  /** How the link was lost, once it is. */
  async lost(): Promise<Extract<EngineLink, { state: 'lost' }>> {
    const found = () => this.links.findLast((link) => link.state === 'lost');
    await this.until(() => found() !== undefined);
    return found() as Extract<EngineLink, { state: 'lost' }>;
  }
}
