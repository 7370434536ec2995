import type { InstanceSnapshot, PollFailure } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { ServerError } from '../ports/mysql.ts';

/** The poll came to its end after the server had been forgotten. */
export function unwatchedError(key: InstanceKey): ServerError {
  return new ServerError(key, { kind: 'other', message: `${keyText(key)} is no longer watched.` }, {});
}

/** Whether the connection is gone: the server may be well, and a new connection tells. */
export function isBroken(error: unknown): boolean {
  return error instanceof ServerError && (error.failure.kind === 'broken' || error.failure.kind === 'shutting-down');
}

export function failureOf(error: unknown, key: InstanceKey): PollFailure {
  if (error instanceof ServerError) return error.failure;
  const reason = reasonOf(error);
  return { kind: 'other', message: `${keyText(key)} could not be read: ${reason}` };
}

/** What is known of a server before its first poll. */
export function neverPolled(key: InstanceKey): InstanceSnapshot {
  return {
    key,
    facts: null,
    lastCheckedMs: 0,
    lastSeenMs: 0,
    lastAttemptMs: 0,
    partialSuccess: false,
    failure: null,
    latencyMicros: 0,
    stale: true,
  };
}
