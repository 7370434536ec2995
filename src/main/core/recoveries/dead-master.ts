import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import type { RoutineContext } from '../sagas/context.ts';
import type { DeadMasterInput } from '../sagas/dead-master-input.ts';
import { note, type Saga } from '../sagas/effects.ts';
import { recoverDeadMaster } from '../sagas/recover-dead-master.ts';
import { usesGtid } from '../topology/server-traits.ts';
import { byPosition } from './by-position/method.ts';
import { deadMasterInput } from './dead-master-input.ts';
import type { RecoveryArgs, RecoveryResult } from './recovery.ts';

/**
 * A dead master, with or without dead replicas (recovery reference, section 8): another one is promoted, by GTID where
 * that is how the replicas replicate, else by their places in its binary log.
 */
export function* deadMaster(context: RoutineContext, args: RecoveryArgs): Saga<RecoveryResult> {
  return yield* replaceMaster(context, deadMasterInput(context, args));
}

export function* replaceMaster(context: RoutineContext, input: DeadMasterInput): Saga<RecoveryResult> {
  if (replicateByGtid(input.contenders.map((each) => each.facts))) {
    return { ...(yield* recoverDeadMaster(input)), participants: [] };
  }
  yield* note("The replicas don't replicate by GTID: they are compared by their places in the failed server's log.");
  return { ...(yield* recoverDeadMaster(input, byPosition(context))), participants: [] };
}

/** Whether most of the replicas replicate by GTID, so that they can be moved by it. */
export function replicateByGtid(replicas: readonly InstanceFacts[]): boolean {
  const byGtid = replicas.filter((facts) => usesGtid(facts)).length;
  return byGtid * 2 >= replicas.length;
}
