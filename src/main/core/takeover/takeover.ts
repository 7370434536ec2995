import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { RecoveryResult } from '../recoveries/recovery.ts';
import type { RoutineContext } from '../sagas/context.ts';
import type { Saga } from '../sagas/effects.ts';

/**
 * This folder decides how a healthy master hands over to another server, so that clients hardly notice and nothing is
 * lost (recovery reference 15, mission facts 5.6). Until the new one is opened, every way out leads back to the start.
 */
export type TakeoverSaga = (context: RoutineContext, args: TakeoverArgs) => Saga<TakeoverResult>;

/** Plain data. */
export interface TakeoverArgs {
  readonly master: InstanceKey;
  /** The server that is to be promoted; null lets the `-auto` forms choose. */
  readonly designated: InstanceKey | null;
  /** Start replication on the old master. */
  readonly startOldMaster: boolean;
  /** Kill the sessions that keep the master from becoming read-only, instead of giving up. */
  readonly killBlockers: boolean;
}

export interface TakeoverResult extends RecoveryResult {
  /** How things stand when nothing was promoted. */
  readonly state: 'done' | 'refused' | 'undone' | 'left';
  readonly message: string;
}
