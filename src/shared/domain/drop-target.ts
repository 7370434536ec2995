import type { InstanceKey } from './instance-key.ts';
import type { OperationArgs, OperationName } from './operation.ts';

/** By which way a dragged replica is to find its place (web interface reference, 5.7). */
export type MoveMode = 'smart' | 'gtid' | 'pseudo-gtid' | 'classic';

export const MOVE_MODES: readonly MoveMode[] = ['smart', 'gtid', 'pseudo-gtid', 'classic'];

/** `onto`: to go below the target. `crown`: to take the target's place. */
export type DropZone = 'onto' | 'crown';

/** `unsure`: it would be begun, and there is something to know first. */
export type DropVerdict = 'allowed' | 'unsure' | 'forbidden';

/** What a drop means, in the words of the operations and takeovers. */
export type DropOperation =
  | { readonly kind: 'operation'; readonly name: OperationName; readonly args: OperationArgs }
  | {
      readonly kind: 'takeover';
      readonly name: 'graceful-master-takeover' | 'graceful-master-takeover-auto' | 'cascade-master-takeover-auto';
      readonly args: { readonly cluster: string; readonly designated: InstanceKey };
    };

/** What dropping a server, or its replicas, on another one would mean, and whether it may be done. */
export interface DropTarget {
  readonly target: InstanceKey;
  readonly zone: DropZone;
  readonly verdict: DropVerdict;
  /** Null when a drop there means nothing. */
  readonly operation: DropOperation | null;
  /** Why it is forbidden or unsure, stable: for translations. Empty when it is allowed; `other` for a reason of its own. */
  readonly code: string;
  /** What the reason names: servers, versions, numbers. */
  readonly params: Readonly<Record<string, string>>;
  /** The reason as a sentence; empty when it is allowed. */
  readonly reason: string;
}
