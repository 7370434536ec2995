import type { LogCoordinates } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { AnalysisSummary } from '../../../shared/domain/recovery.ts';
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
  /** Start replication on the old master; the `-auto` form, which also chooses by itself. */
  readonly startOldMaster: boolean;
  /** Kill the sessions that keep the master from becoming read-only, instead of giving up. */
  readonly killBlockers: boolean;
  /** Under what the takeover is recorded once all its preconditions hold; null records nothing, as in a dry run. */
  readonly registration: TakeoverRegistration | null;
  /** The alias that was set by hand for the cluster and follows it to its new name; empty when none was. */
  readonly clusterAlias: string;
}

export interface TakeoverRegistration {
  readonly uid: string;
  /** Host name of the node that runs it. */
  readonly node: string;
  readonly analysis: AnalysisSummary;
}

export interface TakeoverResult extends RecoveryResult {
  /** How things stand: the target state, nothing touched, back in the starting state, or as the message says. */
  readonly state: 'done' | 'refused' | 'undone' | 'left';
  readonly message: string;
  /** Where the old master's binary log ended when it had become read-only; null when it hadn't or has none. */
  readonly coordinates: LogCoordinates | null;
}

/** A precondition doesn't hold; nothing was touched. */
export function refusedTakeover(message: string): TakeoverResult {
  return endedWithout('refused', message, []);
}

/** Ended without a new master. */
export function endedWithout(
  state: 'refused' | 'undone' | 'left',
  message: string,
  participants: readonly InstanceKey[],
): TakeoverResult {
  const errors = state === 'refused' ? [] : [message];
  return { state, message, successor: null, lostReplicas: [], participants, errors, coordinates: null };
}
