import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { Recovery } from '../../../shared/domain/recovery.ts';
import { ROUTINE_LINE } from '../executor/executor.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import type { RecoveryLogStore, UnfinishedRoutine } from '../ports/state-store.ts';
import { interruptionText } from '../recovery/interruption.ts';
import { interruptedOperationText, operationOf } from './interrupted-operation.ts';
import { AUDIT_TYPES } from './operation-audit.ts';

export interface InterruptionsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: RecoveryLogStore;
  readonly audit: (type: string, key: InstanceKey, message: string) => void;
}

/**
 * Tells of what earlier processes did not live to end, once: in its log, in the log of the process and, for operations,
 * in the audit.
 * @param recoveries those that have just been marked as interrupted
 */
export function tellInterruptions(deps: InterruptionsDeps, recoveries: readonly Recovery[]): void {
  const { clock, log, store } = deps;
  for (const { uid, analysis } of recoveries) {
    const message = interruptionText(store.effects(uid), store.steps(uid));
    store.recordStep(uid, clock.nowMs(), message);
    log.warn('recovery.interrupted', `${uid} (${keyText(analysis.key)}): ${message}`);
  }
  for (const routine of deps.store.unfinishedRoutines()) {
    if (routine.name.startsWith('operation ')) tell(deps, routine);
  }
}

function tell({ clock, log, store, audit }: InterruptionsDeps, { uid, beforeId, name }: UnfinishedRoutine): void {
  const effects = store.effects(uid);
  const operation = operationOf(effects);
  const message =
    operation === null
      ? `Interrupted: Baton ended before "${name}" had, and its log can't be read.`
      : interruptedOperationText(operation, effects);
  store.recordStep(uid, clock.nowMs(), message);
  if (operation !== null) audit(AUDIT_TYPES[operation.name] ?? operation.name, operation.args.instance, message);
  log.warn('operation.interrupted', message, { uid });
  // Last, so that nothing stays untold when this process ends in the middle of it.
  store.recordEffect({
    recoveryUid: uid,
    place: '',
    atMs: clock.nowMs(),
    phase: 'after',
    beforeId,
    kind: ROUTINE_LINE,
    server: '',
    statement: name,
    effect: null,
    result: null,
    error: 'interrupted',
    message: '',
  });
}
