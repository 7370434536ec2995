import { keyText } from '../../../shared/domain/instance-key.ts';
import { known, type RoutineContext } from '../sagas/context.ts';
import type { DeadMasterInput } from '../sagas/dead-master-input.ts';
import { note, type Saga } from '../sagas/effects.ts';
import { replaceMaster } from './dead-master.ts';
import { deadMasterInput } from './dead-master-input.ts';
import { nothingRecovered } from './nothing-recovered.ts';
import type { RecoveryArgs, RecoveryResult } from './recovery.ts';

/**
 * One of two co-masters is dead (recovery reference, section 10). The other one is promoted; another replica only where
 * `CoMasterRecoveryMustPromoteOtherCoMaster` is off and the other co-master takes no writes, so that never two do. The
 * ring is not kept: what the dead one still had would come back over newer writes; `make-co-master` closes it again.
 */
export function* deadCoMaster(context: RoutineContext, args: RecoveryArgs): Saga<RecoveryResult> {
  const failed = known(context, args.analysis.key);
  const other =
    failed?.source === null || failed === null ? null : (context.topology.instances.get(failed.source) ?? null);
  const name = keyText(args.analysis.key);
  if (other?.facts == null || !other.isCoMaster) {
    return yield* nothingRecovered(
      `${name} has failed, and its co-master ${keyText(args.analysis.sourceKey)} isn't known.`,
    );
  }
  const input = deadMasterInput(context, args);
  const why = whyOnly(context, !other.facts.readOnly);
  const policy: DeadMasterInput['policy'] =
    why === null
      ? { ...input.policy, designated: args.designated ?? other.key }
      : { ...input.policy, designated: other.key, onlyDesignated: why };
  if (why !== null) yield* note(`Only the co-master of ${name}, ${other.id}, may be promoted: ${why}.`);
  const result = yield* replaceMaster(context, { ...input, policy });
  return { ...result, participants: [other.key] };
}

function whyOnly({ settings }: RoutineContext, otherTakesWrites: boolean): string | null {
  if (otherTakesWrites) return 'it is the other co-master and takes writes';
  return settings.CoMasterRecoveryMustPromoteOtherCoMaster
    ? 'it is the other co-master (CoMasterRecoveryMustPromoteOtherCoMaster)'
    : null;
}
