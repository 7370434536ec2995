import type { Command } from '../../../shared/domain/command.ts';
import { endDetection, registerDetection } from './detections.ts';
import { expire } from './expiry.ts';
import {
  beginDowntime,
  disableGlobalRecoveries,
  discover,
  enableGlobalRecoveries,
  endDowntime,
  fence,
  forget,
  liftFence,
  registerCandidate,
  setClusterAlias,
} from './inventory.ts';
import { putKeyValue } from './key-values.ts';
import { registerVirtualName, setAttribute, submitPool, tag, untag } from './labels.ts';
import { beginMaintenance, endMaintenance, recordEquivalence } from './maintenance.ts';
import { acknowledge, interruptRecoveries, registerRecovery, resolveRecovery } from './recoveries.ts';
import type { Applied, CommandType, Handler, ResultOf } from './results.ts';
import type { CommandState } from './state.ts';

const HANDLERS: { readonly [T in CommandType]: Handler<T> } = {
  discover,
  forget,
  'begin-downtime': beginDowntime,
  'end-downtime': endDowntime,
  'begin-maintenance': beginMaintenance,
  'end-maintenance': endMaintenance,
  'record-equivalence': recordEquivalence,
  'register-candidate': registerCandidate,
  'set-cluster-alias': setClusterAlias,
  tag,
  untag,
  'submit-pool': submitPool,
  'register-virtual-name': registerVirtualName,
  'set-attribute': setAttribute,
  'register-detection': registerDetection,
  'end-detection': endDetection,
  'register-recovery': registerRecovery,
  'resolve-recovery': resolveRecovery,
  acknowledge,
  expire,
  'disable-global-recoveries': disableGlobalRecoveries,
  'enable-global-recoveries': enableGlobalRecoveries,
  fence,
  'lift-fence': liftFence,
  'put-key-value': putKeyValue,
  'interrupt-recoveries': interruptRecoveries,
};

/**
 * Applies one committed command. The same state and command give the same result on every peer and every replay.
 * @returns the next state, which is the same object when the command changed nothing, and the command's result.
 * @throws Error for a type of command that this version doesn't know: to skip it would let peers drift apart.
 */
export function applyCommand<C extends Command>(state: CommandState, command: C): Applied<ResultOf<C>> {
  if (!Object.hasOwn(HANDLERS, command.type)) {
    throw new Error(`The command log holds a command "${command.type}" that this version of Baton doesn't know.`);
  }
  // The table pairs each type with its handler; the compiler can't follow that through the index.
  const handler = HANDLERS[command.type] as unknown as (state: CommandState, command: C) => Applied<ResultOf<C>>;
  return handler(state, command);
}
