import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { Recovery } from '../../../shared/domain/recovery.ts';
import type { RoutineInput } from '../../core/routines/routine.ts';
import { ROUTINE_LINE } from '../executor/executor.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import type { RecoveryLogStore, UnfinishedRoutine } from '../ports/state-store.ts';
import { interruptionText } from '../recovery/interruption.ts';
import { interruptedRoutine, interruptedText } from './interrupted.ts';
import { AUDIT_TYPES } from './operation-audit.ts';

export interface InterruptionsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: RecoveryLogStore;
  readonly audit: (type: string, key: InstanceKey, message: string) => void;
}

/**
 * Tells of what earlier processes did not live to end, once: in its log, in the log of the process and, for what a
 * person had asked for, in the audit.
 * @param recoveries those that have just been marked as interrupted
 */
export function tellInterruptions(deps: InterruptionsDeps, recoveries: readonly Recovery[]): void {
  const { clock, log, store } = deps;
  const told = new Set<string>();
  for (const { uid, analysis } of recoveries) {
    told.add(uid);
    const message = interruptionText(store.effects(uid), store.steps(uid));
    store.recordStep(uid, clock.nowMs(), message);
    log.warn('recovery.interrupted', `${uid} (${keyText(analysis.key)}): ${message}`);
  }
  for (const routine of deps.store.unfinishedRoutines()) {
    if (/^(operation|takeover) /.test(routine.name)) tell(deps, routine, told.has(routine.uid));
  }
}

/** @param isTold its own log tells already */
function tell(
  { clock, log, store, audit }: InterruptionsDeps,
  { uid, beforeId, name }: UnfinishedRoutine,
  isTold: boolean,
): void {
  const effects = store.effects(uid);
  const routine = interruptedRoutine(effects);
  const message =
    routine === null
      ? `Interrupted: Baton ended before "${name}" had, and its log can't be read.`
      : interruptedText(routine.start, effects);
  if (!isTold) store.recordStep(uid, clock.nowMs(), message);
  const entry = routine === null ? null : auditEntry(routine.start);
  if (entry !== null) audit(entry.type, entry.key, message);
  if (!isTold) log.warn('operation.interrupted', message, { uid });
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

/** Under what an operator looks for it. */
function auditEntry(start: RoutineInput): { readonly type: string; readonly key: InstanceKey } | null {
  switch (start.kind) {
    case 'operation':
      return { type: AUDIT_TYPES[start.name] ?? start.name, key: start.args.instance };
    case 'takeover':
      return { type: start.name, key: start.args.master };
    case 'recovery':
      return null;
  }
}
