import type { Command } from '../../shared/domain/command.ts';
import type { InstanceFacts, InstanceSnapshot } from '../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../shared/domain/instance-key.ts';
import { reasonOf } from '../../shared/errors/reason-of.ts';
import type { CommandState } from '../core/commands/state.ts';
import type { Topology } from '../core/topology/topology.ts';
import type { Log } from './ports/runtime.ts';
import type { SourceFencing } from './recovery/fencing.ts';

export interface ReturnedSourcesDeps {
  readonly fencing: SourceFencing;
  readonly log: Log;
  readonly state: () => CommandState;
  readonly topology: () => Topology;
  readonly propose: (command: Command) => Promise<unknown>;
}

/** Looks at fenced servers that answer again: what they hold, and when their fence is no longer needed. */
export class ReturnedSources {
  private readonly deps: ReturnedSourcesDeps;

  constructor(deps: ReturnedSourcesDeps) {
    this.deps = deps;
  }

  /** A server was polled. */
  seen({ key, failure, facts }: InstanceSnapshot): void {
    const { fencing } = this.deps;
    if (failure !== null || facts === null || !fencing.isFenced(key)) return;
    // Once it receives, it may have what its successor had not yet when that was last read.
    if (facts.replica?.ioState === 1 && facts.replica.sqlState === 1) this.liftFence(key);
    else fencing.inspect(facts, this.successorOf(key));
  }

  /** Who took a fenced server's place; null until it was read as that: before, it hadn't yet got all that it would. */
  private successorOf(fenced: InstanceKey): InstanceFacts | null {
    const fence = this.deps.state().fences.get(keyText(fenced));
    if (fence === undefined || fence.successor === null) return null;
    const successor = this.deps.topology().instances.get(keyText(fence.successor));
    return successor !== undefined && successor.snapshot.lastSeenMs >= fence.atMs ? successor.facts : null;
  }

  private liftFence(key: InstanceKey): void {
    this.deps.propose({ type: 'lift-fence', key }).catch((error: unknown) => {
      const reason = reasonOf(error);
      this.deps.log.error('fence.not-lifted', `The fence of ${keyText(key)} stays: ${reason}`);
    });
  }
}
