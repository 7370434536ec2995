import { keyText } from '../../../shared/domain/instance-key.ts';
import type { OperationArgs, OperationName } from '../../../shared/domain/operation.ts';
import type { RoutineInput } from '../../core/routines/routine.ts';
import { ROUTINE_LINE } from '../executor/executor.ts';
import type { StoredEffect } from '../ports/state-store.ts';

/** An operation as its log tells it. */
export type LoggedOperation = Extract<RoutineInput, { readonly kind: 'operation' }>;

/** What an operation began from; null when the log doesn't hold it in a form that can be read. */
export function operationOf(effects: readonly StoredEffect[]): LoggedOperation | null {
  const begun = effects.find(({ kind, phase }) => kind === ROUTINE_LINE && phase === 'before');
  if (begun?.effect === undefined || begun.effect === null) return null;
  try {
    const input: RoutineInput = JSON.parse(begun.effect);
    return input.kind === 'operation' ? input : null;
  } catch {
    return null;
  }
}

/**
 * What a person has to know of an operation that Baton did not end: which servers it had sent statements to, what was
 * begun last and whether it was answered, and how to look at it and go on.
 */
export function interruptedOperationText(
  operation: { readonly name: OperationName; readonly args: OperationArgs },
  effects: readonly StoredEffect[],
): string {
  const { name, args } = operation;
  const what = `${name} of ${keyText(args.instance)}${args.destination ? ` (to ${keyText(args.destination)})` : ''}`;
  const sent = effects.filter(({ kind, phase }) => kind === 'perform' && phase === 'before');
  const last = sent.at(-1);
  if (last === undefined) return `Interrupted: Baton ended before ${what} had. No server had been changed.`;
  const servers = [...new Set(sent.map(({ server }) => server))];
  const isAnswered = effects.some(({ beforeId }) => beforeId === last.id);
  return (
    `Interrupted: Baton ended before ${what} had. Statements had gone to ${servers.join(', ')}; the last begun was ` +
    `"${last.statement}" on ${last.server}, ${isAnswered ? 'which was answered' : 'and it is not known whether it was carried out'}. ` +
    `Look at how it left them: baton -c topology -i ${keyText(args.instance)}. Then do it again: ${commandOf(operation)}` +
    `${changesReplication(sent) ? `, or let ${servers.join(', ')} go on as before: ${repairOf(servers)}` : ''}.`
  );
}

function commandOf({ name, args }: { readonly name: OperationName; readonly args: OperationArgs }): string {
  const destination = args.destination === undefined ? '' : ` -d ${keyText(args.destination)}`;
  return `baton -c ${name} -i ${keyText(args.instance)}${destination}`;
}

/** Whether it stopped replication somewhere, which may then still be stopped. */
function changesReplication(sent: readonly StoredEffect[]): boolean {
  return sent.some(({ effect }) => effect?.includes('"stop-replication"') === true);
}

function repairOf(servers: readonly string[]): string {
  return servers.map((server) => `baton -c start-replica -i ${server}`).join('; ');
}
