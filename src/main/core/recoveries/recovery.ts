import type { Analysis } from '../../../shared/domain/analysis.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { RecoveryRoutine } from '../analysis/reactions.ts';
import type { RoutineContext } from '../sagas/context.ts';
import type { Saga } from '../sagas/effects.ts';

/**
 * This folder decides how failures are repaired (recovery reference), one saga for each routine that a failure code
 * leads to. Whether a failure may be repaired now is the policy's; what is done after the saga (downtimes, the record,
 * the last hooks) is the engine's.
 */
export type RecoverySaga = (context: RoutineContext, request: RecoveryArgs) => Saga<RecoveryResult>;

/** Plain data. */
export interface RecoveryArgs {
  readonly analysis: Analysis;
  /** The server that is to be promoted, where the operator named one. */
  readonly designated: InstanceKey | null;
  /** Asked for by a person. */
  readonly forced: boolean;
}

export interface RecoveryResult {
  /** The server that took the failed one's place; for semi-sync repairs the master itself. Null when it failed. */
  readonly successor: InstanceFacts | null;
  readonly lostReplicas: readonly InstanceKey[];
  readonly participants: readonly InstanceKey[];
  readonly errors: readonly string[];
}

export type Recoveries = Readonly<Record<RecoveryRoutine, RecoverySaga>>;
