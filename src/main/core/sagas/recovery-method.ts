import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { Verdict } from '../candidates/ranking.ts';
import type { DeadMasterInput } from './dead-master-input.ts';
import type { Saga } from './effects.ts';
import type { MoveResult } from './follow-new-source.ts';
import type { Participant } from './participants.ts';

export interface Completion {
  readonly participants: readonly Participant[];
  /** Fresh facts of the chosen one, with all that could be had executed; null when it failed, see its trouble. */
  readonly ready: InstanceFacts | null;
}

/**
 * The part of a dead source's recovery that depends on how replicas find their place in a source's binary log: by GTID,
 * or by file and position. What keeps two servers from taking writes is the same for both, and not here.
 */
export interface RecoveryMethod {
  choose(
    input: DeadMasterInput,
    participants: readonly Participant[],
  ): { readonly chosen: InstanceKey | null; readonly verdicts: readonly Verdict[] };
  /** Lets the chosen one execute all that can be had of what any replica received. */
  makeComplete(input: DeadMasterInput, participants: readonly Participant[], chosen: Participant): Saga<Completion>;
  /**
   * Points others at the promoted one.
   * @param ready the promoted one as it stood before it was opened: what it writes itself comes after that
   */
  moveOthers(
    input: DeadMasterInput,
    others: readonly Participant[],
    successor: InstanceFacts,
    ready: InstanceFacts,
  ): Saga<readonly MoveResult[]>;
  /** What any replica had received when it was stopped, and the promoted one has not got; a sentence each. */
  whatIsLost(input: DeadMasterInput, stopped: readonly Participant[], ready: InstanceFacts): readonly string[];
}
