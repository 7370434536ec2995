import type { RecoveryStep } from '../../../shared/domain/recovery.ts';
import type { Phase } from '../../core/sagas/effects.ts';
import { ROUTINE_LINE } from '../executor/executor.ts';
import type { StoredEffect } from '../ports/state-store.ts';
import { wayOut } from '../routines/interrupted.ts';

const PHASES: readonly Phase[] = [
  'noticed',
  'confirmed',
  'hooks',
  'candidate',
  'promoted',
  'replicas moved',
  'post hooks',
];

/**
 * What a person has to know of a recovery or takeover whose process ended before it did: what was begun and may or may
 * not have been done, which stages it did not reach, and the command that leads on.
 */
export function interruptionText(effects: readonly StoredEffect[], steps: readonly RecoveryStep[]): string {
  const answered = new Set(effects.flatMap((effect) => effect.beforeId ?? []));
  const open = effects.filter(
    ({ phase, kind, id }) => phase === 'before' && kind !== ROUTINE_LINE && !answered.has(id),
  );
  const unknown = open.map(({ kind, server, statement }) =>
    [kind, server, statement].filter((part) => part !== '').join(' '),
  );
  const done =
    unknown.length === 0
      ? 'Every step above was finished; nothing after it was begun.'
      : `Begun, and with unknown result: ${unknown.join('; ')}. Nothing after it was begun.`;
  const missing = PHASES.filter((phase) => !steps.some(({ message }) => reaches(message, phase)));
  const notReached = missing.length === 0 ? '' : ` Not reached: ${missing.join(', ')}.`;
  const out = wayOut(effects);
  const text = `Interrupted: Baton ended before the recovery did. ${done}${notReached}`;
  return out === '' ? text : `${text} ${out}`;
}

function reaches(message: string, phase: Phase): boolean {
  return message.startsWith(`[${phase}]`) || message.startsWith(`[${phase} +`);
}
