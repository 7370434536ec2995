import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';

/** What leads out of the state in which a routine was left when its process ended. */
export interface Repair {
  /** How things stand, as far as the log tells: sentences. */
  readonly stands: string;
  /** One line for a shell, `baton -c … && baton -c …`; empty when nothing has to be repaired. */
  readonly line: string;
  /** What else can be done, as a sentence; empty for nothing. */
  readonly otherwise: string;
}

export function standsStopped(keys: readonly InstanceKey[]): string {
  if (keys.length === 0) return '';
  const names = keys.map(keyText).join(' and ');
  return `The replication of ${names} may be stopped.`;
}

/** As a person types it. */
export function command(name: string, instance: InstanceKey, destination?: InstanceKey): string {
  return `baton -c ${name} -i ${keyText(instance)}${destination === undefined ? '' : ` -d ${keyText(destination)}`}`;
}

/** Each only when the one before it has worked. */
export function inOrder(commands: readonly string[]): string {
  return commands.join(' && ');
}
