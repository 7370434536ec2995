import { keyText } from '../../../shared/domain/instance-key.ts';
import { repairOf } from '../../core/replay/repair.ts';
import type { RoutineInput } from '../../core/routines/routine.ts';
import type { StoredEffect } from '../ports/state-store.ts';
import { recoveryFile } from '../replay/recovery-export.ts';

/** An operation as its log tells it. */
export type LoggedOperation = Extract<RoutineInput, { readonly kind: 'operation' }>;

/** The start of a routine and what it did; null when the log doesn't hold that in a form that can be read. */
export function interruptedRoutine(effects: readonly StoredEffect[]) {
  try {
    return recoveryFile('', effects, { writtenBy: '', writtenMs: 0 });
  } catch {
    return null;
  }
}

/**
 * What a person has to know of an operation that Baton did not end: which servers it had sent statements to, what was
 * begun last and whether it was answered, and the command that leads on.
 */
export function interruptedText(start: RoutineInput, effects: readonly StoredEffect[]): string {
  const begun = `Interrupted: Baton ended before ${described(start)} had.`;
  const sent = effects.filter(({ kind, phase }) => kind === 'perform' && phase === 'before');
  const last = sent.at(-1);
  if (last === undefined) return `${begun} ${wayOut(effects)}`;
  const servers = [...new Set(sent.map(({ server }) => server))];
  const isAnswered = effects.some(({ beforeId }) => beforeId === last.id);
  return (
    `${begun} Statements had gone to ${servers.join(', ')}; the last begun was ` +
    `"${last.statement}" on ${last.server}, ${isAnswered ? 'which was answered' : 'and it is not known whether it was carried out'}. ` +
    wayOut(effects)
  );
}

/** How things stand and the command that leads on, as sentences; empty when the log tells none. */
export function wayOut(effects: readonly StoredEffect[]): string {
  const routine = interruptedRoutine(effects);
  const repair = routine === null ? null : repairOf(routine.start, routine.effects);
  if (repair === null) return '';
  const { stands, line, otherwise } = repair;
  const how = line === '' ? 'Nothing has to be repaired.' : `Repair it with: ${line}`;
  return [stands, otherwise, how].filter((each) => each !== '').join(' ');
}

function described({ name, args }: RoutineInput): string {
  if ('instance' in args) {
    return `${name} of ${keyText(args.instance)}${args.destination ? ` (to ${keyText(args.destination)})` : ''}`;
  }
  return 'master' in args ? `${name} of ${keyText(args.master)}` : name;
}
