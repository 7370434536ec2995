import type { Flavor, ReplicaStatus } from '../../../../shared/domain/instance.ts';

/** What of a channel's settings makes a failure of its source known late, or the replica give up. */
export type SlowSetting = 'heartbeatOff' | 'heartbeatSlow' | 'retrySlow' | 'retryFew';

/** Above, a source that is frozen is noticed late: the default of `BatonDetectionTimeoutMilliseconds`. */
const LONGEST_HEARTBEAT_SECONDS = 3;
/** Above, a source that was away for a moment is tried again late; as the readiness check has it. */
const LONGEST_RETRY_SECONDS = 10;
/** Below, a replica gives up before somebody has repaired its source. */
const SHORTEST_PATIENCE_SECONDS = 3600;

type Channel = Pick<ReplicaStatus, 'heartbeatPeriodSeconds' | 'connectRetrySeconds' | 'retryCount'>;

/** How long a replica tries to reach its source, in seconds; null for ever (a retry count of 0). */
export function patienceSeconds({ connectRetrySeconds, retryCount }: Channel): number | null {
  return retryCount === 0 ? null : connectRetrySeconds * retryCount;
}

/** In the order in which they are shown. */
export function slowSettings(channel: Channel): readonly SlowSetting[] {
  const { heartbeatPeriodSeconds: heartbeat, connectRetrySeconds } = channel;
  const patience = patienceSeconds(channel);
  const slow: SlowSetting[] = [];
  if (heartbeat === 0) slow.push('heartbeatOff');
  else if (heartbeat !== null && heartbeat > LONGEST_HEARTBEAT_SECONDS) slow.push('heartbeatSlow');
  if (connectRetrySeconds > LONGEST_RETRY_SECONDS) slow.push('retrySlow');
  if (patience !== null && patience < SHORTEST_PATIENCE_SECONDS) slow.push('retryFew');
  return slow;
}

/** The settings with which a dead source is noticed soon; MariaDB sets the count with `master_retry_count` alone. */
export function fasterStatements(flavor: Flavor): string {
  return flavor === 'MariaDB'
    ? 'STOP SLAVE; CHANGE MASTER TO MASTER_HEARTBEAT_PERIOD = 2, MASTER_CONNECT_RETRY = 1; START SLAVE;'
    : 'STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_HEARTBEAT_PERIOD = 2, SOURCE_CONNECT_RETRY = 1, SOURCE_RETRY_COUNT = 86400; START REPLICA;';
}
