import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { ReadinessObstacle } from '../../../shared/domain/readiness.ts';
import { heartbeatsTell } from '../analysis/deafness.ts';

/** What the dry run went by and who came out of it. */
export interface Situation {
  /** Direct replicas of the master that could be read. */
  readonly replicas: readonly InstanceFacts[];
  /** Null when nobody would be promoted. */
  readonly successor: InstanceFacts | null;
  readonly preventCrossDataCenter: boolean;
  readonly preventCrossRegion: boolean;
  readonly master: InstanceFacts | null;
  /** `BatonDetectionTimeoutMilliseconds`. */
  readonly detectionTimeoutMs: number;
}

/** Why nobody would be promoted, where all replicas have it in common; and what makes a failover worse than it could be. */
export function weaknesses(situation: Situation): readonly ReadinessObstacle[] {
  const common = situation.successor === null ? whyNobody(situation) : [];
  return [...common, ...missingGrants(situation), ...slowDetection(situation), ...noCredentials(situation)];
}

interface Flaw {
  readonly code: string;
  readonly message: string;
  readonly command: string;
  readonly has: (replica: InstanceFacts, situation: Situation) => boolean;
}

const FLAWS: readonly Flaw[] = [
  {
    code: 'no-log-replica-updates',
    message:
      'None of its replicas logs what it replicates (log_replica_updates or log_bin is off): none can be the source of others.',
    command:
      'Set log_bin and log_replica_updates in the configuration of a replica and restart it; recover -i MASTER promotes one all the same.',
    has: ({ logBin, logReplicaUpdates }) => !logBin || !logReplicaUpdates,
  },
  {
    code: 'only-delayed-or-broken-replicas',
    message: 'All of its replicas are delayed on purpose, or their appliers are broken.',
    command:
      'delay-replication -i REPLICA --seconds 0, or repair the applier that its replica status names (skip-query -i REPLICA)',
    has: ({ replica }) => (replica?.sqlDelaySeconds ?? 0) > 0 || (replica?.lastSqlErrno ?? 0) !== 0,
  },
  {
    code: 'data-center-rule',
    message: 'All of its replicas are in other data centers or regions, and those may not take over.',
    command:
      'Set PreventCrossDataCenterMasterFailover or PreventCrossRegionMasterFailover to false, or add a replica nearby.',
    has: (replica, { master, preventCrossDataCenter, preventCrossRegion }) =>
      (preventCrossDataCenter && replica.dataCenter !== master?.dataCenter) ||
      (preventCrossRegion && replica.region !== master?.region),
  },
];

function whyNobody(situation: Situation): readonly ReadinessObstacle[] {
  const { replicas } = situation;
  if (replicas.length === 0) {
    const message = 'It has no replica that can be read, so there is nothing to fail over to.';
    return [
      { code: 'no-replicas', message, command: 'start-replica -i REPLICA, or discover -i REPLICA', blocks: true },
    ];
  }
  return FLAWS.filter(({ has }) => replicas.every((replica) => has(replica, situation))).map(
    ({ code, message, command }) => ({ code, message, command, blocks: true }),
  );
}

function missingGrants({ replicas, successor }: Situation): readonly ReadinessObstacle[] {
  return replicas.flatMap(({ key, missingPrivileges = [] }) =>
    missingPrivileges.map(({ anyOf, breaks }) => ({
      code: 'missing-grant',
      message: `Baton's account on ${keyText(key)} has no ${anyOf.join('/')}.`,
      command: `GRANT ${anyOf[0] ?? 'SUPER'} ON *.* TO the account of MySQLTopologyUser, on ${keyText(key)}`,
      // Where somebody else can be promoted, that one server is left behind.
      blocks: successor === null && (breaks === 'replication' || breaks === 'variables'),
    })),
  );
}

/** A dead server is noticed by its connections; a frozen one by the silence that its replicas report, if they do. */
function slowDetection({ replicas, detectionTimeoutMs }: Situation): readonly ReadinessObstacle[] {
  const slow = replicas.filter((facts) => {
    const { replica } = facts;
    const seconds = replica?.heartbeatPeriodSeconds ?? null;
    return (
      replica?.ioState !== 0 &&
      seconds !== null &&
      seconds * 1000 > detectionTimeoutMs &&
      !heartbeatsTell(facts, detectionTimeoutMs)
    );
  });
  const retrying = replicas.filter(({ replica }) => (replica?.connectRetrySeconds ?? 0) > RETRY_SECONDS);
  return [...slowHeartbeats(slow), ...slowRetries(retrying)];
}

function slowHeartbeats(replicas: readonly InstanceFacts[]): readonly ReadinessObstacle[] {
  if (replicas.length === 0) return [];
  const every = told(replicas, ({ replica }) => replica?.heartbeatPeriodSeconds ?? 0);
  const message = `A heartbeat is expected only every so often (${every}): a source that is frozen, and not dead, is noticed seconds later.`;
  const command =
    'On each: CHANGE REPLICATION SOURCE TO SOURCE_HEARTBEAT_PERIOD = 2 (MASTER_HEARTBEAT_PERIOD before 8.0.23 and on MariaDB)';
  return [{ code: 'slow-heartbeat', message, command, blocks: false }];
}

function slowRetries(replicas: readonly InstanceFacts[]): readonly ReadinessObstacle[] {
  if (replicas.length === 0) return [];
  const every = told(replicas, ({ replica }) => replica?.connectRetrySeconds ?? 0);
  const message = `A source that was away for a moment is tried again only every so often (${every}).`;
  const command =
    'On each: CHANGE REPLICATION SOURCE TO SOURCE_CONNECT_RETRY = 1 (MASTER_CONNECT_RETRY before 8.0.23 and on MariaDB)';
  return [{ code: 'slow-connect-retry', message, command, blocks: false }];
}

/** `db2:3306: 30 s, db3:3306: 60 s`. */
function told(replicas: readonly InstanceFacts[], seconds: (facts: InstanceFacts) => number): string {
  return replicas.map((facts) => `${keyText(facts.key)}: ${seconds(facts)} s`).join(', ');
}

const RETRY_SECONDS = 10;

function noCredentials({ successor, master }: Situation): readonly ReadinessObstacle[] {
  if (successor === null || master === null || successor.replicationCredentialsAvailable) return [];
  const message = `Baton knows no replication account for ${keyText(master.key)} to follow ${keyText(successor.key)} with: a graceful takeover would be refused, and after a failover it stays out.`;
  const command = 'Set ReplicationCredentialsQuery to a query that yields user and password.';
  return [{ code: 'no-replication-credentials', message, command, blocks: false }];
}
