import type { EngineEvent } from '../../shared/domain/event.ts';
import { reasonOf } from '../../shared/errors/reason-of.ts';
import type { Log } from './ports/runtime.ts';

/** Hands events to whoever listens. A listener that fails is logged and does not keep the others from hearing. */
export class EventBus {
  private readonly listeners = new Set<(event: EngineEvent) => void>();
  private readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  readonly emit = (event: EngineEvent): void => {
    for (const listener of this.listeners) {
      try {
        listener(event);
      } catch (error) {
        const reason = reasonOf(error);
        this.log.error('event.listener-failed', `A listener failed on ${event.type}: ${reason}`);
      }
    }
  };
}
