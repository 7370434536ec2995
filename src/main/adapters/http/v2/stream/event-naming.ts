import type { EngineEvent } from '../../../../../shared/domain/event.ts';
import { keyText } from '../../../../../shared/domain/instance-key.ts';
import { findRecovery } from '../../../../core/commands/queries.ts';
import type { ApiContext } from '../../api.ts';

/** Tells to which cluster an event belongs, also where the event only names a recovery. */
export class EventNaming {
  readonly #context: ApiContext;
  /** Cluster names by the uid of recoveries that run. */
  readonly #recoveries = new Map<string, string>();

  constructor(context: ApiContext) {
    this.#context = context;
  }

  /** Empty when it isn't known. */
  clusterOf(event: EngineEvent): string {
    switch (event.type) {
      case 'recovery-started':
        this.#recoveries.set(event.uid, event.clusterName);
        return event.clusterName;
      case 'recovery-step':
        return this.#ofRecovery(event.uid);
      case 'recovery-ended': {
        const name = this.#ofRecovery(event.uid);
        this.#recoveries.delete(event.uid);
        return name;
      }
      case 'fenced':
        return this.#context.engine.topology().instances.get(keyText(event.key))?.clusterName ?? '';
      default:
        return event.clusterName;
    }
  }

  #ofRecovery(uid: string): string {
    const known = this.#recoveries.get(uid);
    return known ?? findRecovery(this.#context.engine.state(), uid)?.analysis.clusterName ?? '';
  }
}
