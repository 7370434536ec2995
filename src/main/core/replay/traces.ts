import type { ServerAction } from '../../../shared/domain/action.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { RecordedEffect } from './recovery-file.ts';

/** A statement, or several, that a routine had begun to send to a server. */
export interface Sent {
  readonly key: InstanceKey;
  readonly action: ServerAction;
  /** `unknown`: the process did not live to see the answer, or there was none. */
  readonly end: 'done' | 'unknown';
  readonly statement: string;
}

/** What a log says was sent, in the order in which it was begun. */
export function sentBy(effects: readonly RecordedEffect[]): readonly Sent[] {
  return effects.flatMap(({ effect, endedMs, error, statement }) => {
    const { type, key, action } = effect as Partial<Sent> & { readonly type?: string };
    if (type !== 'perform' || key === undefined || action === undefined) return [];
    // A server may carry out what it reported as failed, as when its answer was cut off.
    return [{ key, action, statement, end: endedMs !== null && error === '' ? 'done' : 'unknown' } as const];
  });
}

/** The last thing of a kind that was sent to a server; undefined for none. */
export function lastOf<K extends ServerAction['kind']>(
  sent: readonly Sent[],
  key: InstanceKey,
  kind: K,
): (Sent & { readonly action: Extract<ServerAction, { readonly kind: K }> }) | undefined {
  return sent.findLast(
    (each): each is Sent & { readonly action: Extract<ServerAction, { readonly kind: K }> } =>
      each.action.kind === kind && keyText(each.key) === keyText(key),
  );
}

/** Servers, each once, in the order in which they were first sent something. */
function serversOf(sent: readonly Sent[]): readonly InstanceKey[] {
  return [...new Map(sent.map(({ key }) => [keyText(key), key])).values()];
}

/** Servers whose replication was stopped, and isn't known to have been started again. */
export function maybeStopped(sent: readonly Sent[]): readonly InstanceKey[] {
  return serversOf(sent).filter((key) => {
    let stopped = false;
    for (const each of sent) {
      if (keyText(each.key) !== keyText(key)) continue;
      if (STOPPING.has(each.action.kind)) stopped = true;
      if (each.action.kind === 'start-replication' && each.action.threads === 'both' && each.end === 'done')
        stopped = false;
      if (each.action.kind === 'reset-replication' && each.end === 'done') stopped = false;
    }
    return stopped;
  });
}

/**
 * Servers that were told to run up to a place and not stopped since: a start is ignored by threads that run, and these
 * would stop at that place (MySQL manual, "START REPLICA Statement").
 */
export function maybeRunningUntil(sent: readonly Sent[]): readonly InstanceKey[] {
  return serversOf(sent).filter((key) => {
    const own = sent.filter((each) => keyText(each.key) === keyText(key));
    const until = own.findLastIndex(({ action }) => action.kind === 'start-until');
    return (
      until >= 0 && !own.slice(until).some(({ action, end }) => action.kind === 'stop-replication' && end === 'done')
    );
  });
}

/** One that runs up to a place stops there. */
const STOPPING: ReadonlySet<ServerAction['kind']> = new Set(['stop-replication', 'start-until', 'repoint']);
