import { type ConsoleEngine, type EngineAnswer, type EngineListener, failedCall } from './console-engine.ts';

/** Stands where an engine can't: says why, and does nothing. */
export class AbsentEngine implements ConsoleEngine {
  readonly address: string;
  readonly kind: ConsoleEngine['kind'];
  readonly #reason: string;

  constructor(kind: ConsoleEngine['kind'], address: string, reason: string) {
    this.kind = kind;
    this.address = address;
    this.#reason = reason;
  }

  async call(): Promise<EngineAnswer> {
    return failedCall(this.#reason);
  }

  start(listener: EngineListener): void {
    listener.link({ state: 'lost', engine: this.address, cause: 'refused', reason: this.#reason, heardMs: null });
  }

  nudge(): void {}

  async stop(): Promise<void> {}
}
