import type { StreamMessage } from '../../../shared/contract/v2/stream.ts';
import type { EngineAnswer, EngineCall } from './console-engine.ts';

/** A recovery that an engine is in the midst of. */
export interface RunningRecovery {
  readonly uid: string;
  readonly clusterName: string;
  readonly code: string;
}

/** What would be hurt by, or would have to go on without, a console that ends. */
export interface Work {
  readonly recoveries: readonly RunningRecovery[];
  /** Changes that this console asked for and that have no answer yet. */
  readonly changes: number;
}

/** Keeps track of what an engine is in the midst of. */
export class WorkUnderWay {
  readonly #recoveries = new Map<string, RunningRecovery>();
  /** So that a list that was made before a recovery's end can't bring it back. */
  readonly #ended = new Set<string>();
  #changes = 0;

  take(message: StreamMessage): void {
    if (message.type === 'snapshot') this.#recoveries.clear();
    if (message.type !== 'event') return;
    const { event } = message;
    if (event.type === 'recovery-started') {
      const { uid, clusterName, code } = event;
      this.#recoveries.set(uid, { uid, clusterName, code });
    } else if (event.type === 'recovery-ended') {
      this.#recoveries.delete(event.uid);
      this.#ended.add(event.uid);
    }
  }

  /** What runs since before the stream began, by the answer to `v2/recoveries`. */
  takeRunning({ status, body }: EngineAnswer): void {
    if (status !== 200 || !Array.isArray(body)) return;
    for (const recovery of body as readonly ListedRecovery[]) {
      if (recovery.outcome !== 'running' || this.#ended.has(recovery.uid)) continue;
      const { uid, analysis } = recovery;
      this.#recoveries.set(uid, { uid, clusterName: analysis.clusterName, code: analysis.code });
    }
  }

  /** Counts a change for as long as it has no answer. */
  async during(call: EngineCall, answer: Promise<EngineAnswer>): Promise<EngineAnswer> {
    if (call.method === 'GET') return answer;
    this.#changes += 1;
    try {
      return await answer;
    } finally {
      this.#changes -= 1;
    }
  }

  present(): Work {
    return { recoveries: [...this.#recoveries.values()], changes: this.#changes };
  }
}

/** Of `v2/recoveries`, as far as it is needed here. */
interface ListedRecovery {
  readonly uid: string;
  readonly outcome: string;
  readonly analysis: { readonly clusterName: string; readonly code: string };
}
