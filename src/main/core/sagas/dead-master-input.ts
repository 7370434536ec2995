import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { CandidatePolicy, Contender, FailedPlace } from '../candidates/contender.ts';

/** What the recovery starts from: the picture at the moment of the decision, and the rules that hold. */
export interface DeadMasterInput {
  readonly failed: FailedPlace & { readonly key: InstanceKey };
  /** Direct replicas of the failed server, as last read. */
  readonly contenders: readonly Contender[];
  /** Direct replicas that could not be read at all. */
  readonly unreachable: readonly InstanceKey[];
  readonly policy: CandidatePolicy;
  readonly useSuperReadOnly: boolean;
  /** `ApplyMySQLPromotionAfterMasterFailover`. */
  readonly promote: boolean;
  /** `MasterFailoverDetachReplicaMasterHost`. */
  readonly detachPromoted: boolean;
  /** Replicas that lag by more are moved after the others; 0 for no such limit. */
  readonly postponeLagSeconds: number;
  /** How long one server may take to answer one statement. */
  readonly statementTimeoutMs: number;
  /** Give up waiting for a relay log when the applier makes no progress for so long. */
  readonly applierStallMs: number;
  readonly fenceOldSource: boolean;
}

export interface DeadMasterResult {
  readonly successor: InstanceFacts | null;
  readonly lostReplicas: readonly InstanceKey[];
  readonly errors: readonly string[];
}
