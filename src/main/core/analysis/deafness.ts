import type { InstanceFacts, ReplicaStatus } from '../../../shared/domain/instance.ts';
import { sameKey } from '../../../shared/domain/instance-key.ts';

/** Slack for the delivery of a heartbeat and the reading of it. */
const SLACK_MS = 500;

/**
 * Whether a replica whose receiver claims to run is proven to hear nothing from its source. A frozen source keeps
 * its connections open, so the receiver stays `Yes` until its own read time-out, 60 s by default. An idle source
 * sends a heartbeat every period; a receiver that has heard neither heartbeat nor transaction for longer than that
 * isn't being fed (MySQL manual, performance_schema.replication_connection_status).
 *
 * @param before the replica as it was read when the source fell silent
 * @param now the replica as it is read after the source was silent for the detection timeout
 */
export function isDeaf(before: InstanceFacts, now: InstanceFacts): boolean {
  const then = before.replica;
  const replica = now.replica;
  if (then === null || replica === null || !sameKey(then.source, replica.source)) return false;
  // The times of the last heartbeat and transaction outlive a receiver; one that is new has yet to hear its first.
  const isSameReceiver =
    then.ioState === 1 && replica.ioState === 1 && (replica.heartbeatsReceived ?? 0) >= (then.heartbeatsReceived ?? 0);
  if (!isSameReceiver) return false;
  const received =
    replica.read.file !== then.read.file ||
    replica.read.position !== then.read.position ||
    replica.gtidRetrieved !== then.gtidRetrieved;
  if (received || replica.heartbeatPeriodSeconds === null || replica.heartbeatPeriodSeconds <= 0) return false;
  const heardAgoMs = replica.sourceHeardAgoMs ?? null;
  return heardAgoMs !== null && heardAgoMs > replica.heartbeatPeriodSeconds * 1000 + SLACK_MS;
}

/**
 * Whether the receiver of a replica may be restarted to find out if the source still answers. A receiver that can't
 * connect says so at once, where a running one may stay silent for long.
 *
 * Not where it could cost anything: MariaDB discards what it has received and not applied when replication is
 * started again, so there everything received must have been applied; and without GTID a place in the stream could
 * be lost.
 */
export function mayRestartReceiver(facts: InstanceFacts, appliedEverything: boolean): boolean {
  const replica = facts.replica;
  if (replica === null || replica.ioState !== 1 || replica.gtidUse === 'none' || replica.sqlState !== 1) return false;
  return facts.flavor !== 'MariaDB' || appliedEverything;
}

/** Whether a receiver that is being restarted has yet to say if its source answers it: stopped or connecting, no error. */
export function isUndecided({ ioState, lastIoErrno }: ReplicaStatus): boolean {
  return (ioState === 0 || ioState === 2) && lastIoErrno === 0;
}

/** Whether waiting for heartbeats can tell within the time limit that a source is silent. */
export function heartbeatsTell(facts: InstanceFacts, withinMs: number): boolean {
  const replica = facts.replica;
  if (replica === null || (replica.sourceHeardAgoMs ?? null) === null || replica.heartbeatPeriodSeconds === null)
    return false;
  return replica.heartbeatPeriodSeconds > 0 && replica.heartbeatPeriodSeconds * 1000 + SLACK_MS <= withinMs;
}
