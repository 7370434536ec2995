import type { Command } from '../../../shared/domain/command.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { Recovery } from '../../../shared/domain/recovery.ts';
import type { CommandState } from './state.ts';

/** What came of each type of command. */
export interface CommandResults {
  readonly discover: { readonly added: true } | { readonly added: false; readonly reason: DiscoverRefusal };
  readonly forget: { readonly forgotten: readonly InstanceKey[]; readonly unknown: readonly InstanceKey[] };
  readonly 'begin-downtime': { readonly begun: boolean };
  readonly 'end-downtime': { readonly ended: boolean };
  readonly 'begin-maintenance':
    | { readonly begun: true }
    | { readonly begun: false; readonly existing: { readonly owner: string; readonly reason: string } };
  readonly 'end-maintenance': { readonly ended: boolean };
  readonly 'record-equivalence': { readonly changed: boolean };
  readonly 'register-candidate': { readonly changed: boolean };
  /** `takenFrom`: the cluster name that had this alias until now; an alias belongs to one cluster. */
  readonly 'set-cluster-alias': { readonly changed: boolean; readonly takenFrom: string | null };
  readonly tag: { readonly changed: boolean };
  /** `untagged`: those that had the tag, by host name, then port. */
  readonly untag: { readonly untagged: readonly InstanceKey[] };
  readonly 'submit-pool': { readonly changed: boolean };
  readonly 'register-virtual-name': { readonly changed: boolean };
  readonly 'set-attribute': { readonly changed: boolean };
  readonly 'register-detection':
    | { readonly registered: true; readonly id: number }
    | { readonly registered: false; readonly existingId: number };
  readonly 'end-detection': { readonly ended: number };
  readonly 'register-recovery':
    | { readonly registered: true; readonly id: number; readonly acknowledgedIds: readonly number[] }
    | { readonly registered: false; readonly reason: RegisterRefusal; readonly existing: Recovery };
  readonly 'resolve-recovery':
    | { readonly resolved: true; readonly recovery: Recovery }
    | { readonly resolved: false; readonly reason: 'unknown-recovery' | 'already-ended' };
  readonly acknowledge: { readonly acknowledged: readonly Recovery[]; readonly detectionsEnded: number };
  readonly expire: ExpireResult;
  readonly 'disable-global-recoveries': { readonly changed: boolean };
  readonly 'enable-global-recoveries': { readonly changed: boolean };
  readonly fence: { readonly changed: boolean };
  readonly 'lift-fence': { readonly lifted: boolean };
  readonly 'put-key-value': { readonly changed: boolean };
  readonly 'interrupt-recoveries': { readonly interrupted: readonly Recovery[] };
}

export interface ExpireResult {
  readonly downtimes: readonly InstanceKey[];
  readonly maintenances: readonly InstanceKey[];
  readonly candidates: readonly InstanceKey[];
  readonly detections: number;
  /** Recoveries whose active period ended, so that they no longer block. */
  readonly activePeriods: readonly number[];
  /** Detections and recoveries that were removed because they are older than the retention. */
  readonly removed: number;
}

export type DiscoverRefusal = 'already-known' | 'forgotten' | 'not-a-server';

export type RegisterRefusal =
  /** A recovery of this instance, or of its cluster, has not ended. */
  | 'recovery-running'
  /** The uid is taken: the command was proposed twice. */
  | 'uid-taken';

export type CommandType = Command['type'];
export type CommandOf<T extends CommandType> = Extract<Command, { type: T }>;

/** The result type that belongs to a command. */
export type ResultOf<C extends Command> = CommandResults[C['type']];

/** The next state and what to tell the one who asked. The state is the same object when nothing changed. */
export interface Applied<R> {
  readonly state: CommandState;
  readonly result: R;
}

export type Handler<T extends CommandType> = (state: CommandState, command: CommandOf<T>) => Applied<CommandResults[T]>;
