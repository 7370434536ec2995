import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';

/** What a replica reports of a source whose port nobody listens on (MySQL error reference, CR_CONN_HOST_ERROR). */
const CANNOT_CONNECT = 2003;

/** How the servers would be read if this one had just died; all else is as it is. */
export function asIfDead(
  snapshots: readonly InstanceSnapshot[],
  master: InstanceKey,
  nowMs: number,
): readonly InstanceSnapshot[] {
  return snapshots.map((snapshot) => {
    if (sameKey(snapshot.key, master)) {
      const message = `${keyText(master)} refused the connection.`;
      return { ...snapshot, lastCheckedMs: nowMs, lastAttemptMs: nowMs, failure: { kind: 'refused', message } };
    }
    return snapshot.failure === null ? cutOff(snapshot, master) : snapshot;
  });
}

function cutOff(snapshot: InstanceSnapshot, master: InstanceKey): InstanceSnapshot {
  const { facts } = snapshot;
  const replica = facts?.replica ?? null;
  if (facts === null || replica === null || !sameKey(replica.source, master) || replica.ioState === 0) return snapshot;
  const lastIoError = `error connecting to source at ${keyText(master)}`;
  return {
    ...snapshot,
    facts: {
      ...facts,
      replica: { ...replica, ioState: 2, lastIoErrno: CANNOT_CONNECT, lastIoError, secondsBehindSource: null },
    },
  };
}
