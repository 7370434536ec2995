import type { ApiContext } from '../../api.ts';
import { clusterByHint } from '../../input.ts';

/** Which clusters a reader wants: all, or the one that a hint names, under all the names that it comes to have. */
export class ClusterFilter {
  readonly #context: ApiContext;
  readonly #hint: string;
  readonly #names = new Set<string>();

  constructor(context: ApiContext, hint: string) {
    this.#context = context;
    this.#hint = hint.trim();
  }

  /** @param clusterName empty where it isn't known */
  wants(clusterName: string): boolean {
    if (this.#hint === '') return true;
    if (!this.#names.has(clusterName)) this.#look();
    return this.#names.has(clusterName);
  }

  /** A cluster that isn't known yet may be discovered later, and a failover gives it another name. */
  #look(): void {
    try {
      this.#names.add(clusterByHint(this.#context, this.#hint));
    } catch {
      // Nothing has this name now.
    }
  }
}
