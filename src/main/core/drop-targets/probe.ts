import type { Command } from '../../../shared/domain/command.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { ReplicaResult } from '../../../shared/domain/operation.ts';
import type { PredictedCluster } from '../dry-run/predicted-cluster.ts';
import type { Effect, Saga } from '../sagas/effects.ts';

/** Who has a server under maintenance, by its key text; undefined for nobody. */
export type MaintenanceOf = (id: string) => { readonly owner: string; readonly reason: string } | undefined;

/** How far a routine gets without touching anything. */
export interface Probed {
  /** It would begin: its preconditions hold. */
  readonly begins: boolean;
  /** What it returned when it doesn't begin. */
  readonly result: { readonly message: string } | null;
  /** What it says on the way: what is allowed and should be known. */
  readonly notes: readonly string[];
  /** Of a routine on many: those that it leaves out, with the reason. */
  readonly refusals: readonly ReplicaResult[];
  /** The reasons that it gives for maintenance, which name its method. */
  readonly maintenance: readonly string[];
}

/** More than any routine needs to check its preconditions, waits included. */
const MOST_EFFECTS = 20_000;

/**
 * Runs a routine up to where it would first touch something, and no further. What it refuses is so refused by the very
 * routine that a drop would begin: there is no second set of rules. Its readings are answered from the prediction, which
 * stays as it is.
 */
export function probe(saga: Saga<unknown>, cluster: PredictedCluster, maintenanceOf: MaintenanceOf): Probed {
  const walk = new Walk(cluster, maintenanceOf);
  const end = walk.follow(saga);
  return {
    begins: !end.returned,
    result: end.returned ? (end.value as { readonly message: string }) : null,
    notes: walk.notes,
    refusals: walk.refusals,
    maintenance: walk.maintenance,
  };
}

type End = { readonly returned: true; readonly value: unknown } | { readonly returned: false };

const TOUCHED: End = { returned: false };

class Walk {
  readonly notes: string[] = [];
  readonly refusals: ReplicaResult[] = [];
  readonly maintenance: string[] = [];
  private readonly cluster: PredictedCluster;
  private readonly maintenanceOf: MaintenanceOf;
  private effects = 0;

  constructor(cluster: PredictedCluster, maintenanceOf: MaintenanceOf) {
    this.cluster = cluster;
    this.maintenanceOf = maintenanceOf;
  }

  follow(saga: Saga<unknown>): End {
    let step = saga.next();
    while (!step.done) {
      this.effects += 1;
      if (this.effects > MOST_EFFECTS) throw new Error(`A routine's checks did not end after ${MOST_EFFECTS} steps.`);
      const answer = this.answer(step.value);
      if (answer === TOUCHED) return TOUCHED;
      step = saga.next(answer);
    }
    return { returned: true, value: step.value };
  }

  private answer(effect: Effect): unknown {
    switch (effect.type) {
      case 'note':
        this.notes.push(effect.message);
        return undefined;
      case 'parallel':
        return this.sideBySide(effect.branches);
      case 'propose':
        return this.propose(effect.command);
      case 'read':
      case 'now':
      case 'sleep':
        return this.cluster.answer(effect);
      default:
        return TOUCHED;
    }
  }

  /** Branches that begin are left where they begin; the others tell what they refuse. */
  private sideBySide(branches: readonly Saga<unknown>[]): unknown {
    const ends = branches.map((branch) => this.follow(branch));
    const returned = ends.flatMap((end) => (end.returned ? [end.value] : []));
    // A lane of several sagas gives the list of their results.
    this.refusals.push(...returned.flat().filter(isRefusal));
    return returned.length === ends.length ? returned : TOUCHED;
  }

  /** Maintenance is only begun in thought: another server that is needed may be taken, which is a refusal still. */
  private propose(command: Command): unknown {
    if (command.type === 'end-maintenance') return { ended: true };
    if (command.type !== 'begin-maintenance') return TOUCHED;
    const existing = this.maintenanceOf(keyText(command.key));
    if (existing !== undefined) return { begun: false, existing };
    this.maintenance.push(command.reason);
    return { begun: true };
  }
}

function isRefusal(value: unknown): value is ReplicaResult {
  return (
    typeof value === 'object' && value !== null && 'reason' in value && 'state' in value && value.state === 'refused'
  );
}
