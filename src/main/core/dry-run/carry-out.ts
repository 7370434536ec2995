import type { ReplicationThreads, RepointMode, ServerAction } from '../../../shared/domain/action.ts';
import type { InstanceFacts, LogCoordinates, ReplicaStatus } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import { positionOf } from '../candidates/received.ts';
import { gtidContains, gtidText, gtidUnion } from '../gtid/gtid-position.ts';
import { compareCoordinates, nextLogFile } from '../topology/coordinates.ts';

/** What a server would answer: its facts afterwards, or why it refuses or would let one wait in vain. */
export type CarriedOut =
  | { readonly ok: true; readonly facts: InstanceFacts }
  | { readonly ok: false; readonly kind: 'refused-by-server' | 'timeout'; readonly reason: string };

/** Position of the first event in a binary log. */
const LOG_START = 4;

const STARTED_IO: Partial<ReplicaStatus> = { ioState: 2, lastIoErrno: 0, lastIoError: '' };
const STARTED_SQL: Partial<ReplicaStatus> = { sqlState: 1, lastSqlErrno: 0, lastSqlError: '' };

/**
 * What an action does to a server when all goes well; what its threads then do by themselves is the cluster's affair.
 * Servers refuse to change a channel that runs (MySQL manual, CHANGE REPLICATION SOURCE TO).
 */
export function carryOut(facts: InstanceFacts, action: ServerAction): CarriedOut {
  switch (action.kind) {
    case 'stop-replication':
      return onReplica(facts, (replica) => stop(facts, replica, action.threads));
    case 'start-replication':
      return onReplica(facts, (replica) => done(facts, { replica: started(facts, replica, action.threads) }));
    case 'start-until':
      return onStopped(facts, (replica) =>
        done(facts, { replica: { ...replica, ...STARTED_IO, executed: action.at } }),
      );
    case 'repoint':
      return repoint(facts, action.source, action.mode);
    case 'reset-replication':
      return facts.replica === null ? done(facts, {}) : onStopped(facts, () => done(facts, { replica: null }));
    case 'detach-source':
      return withHost(facts, (hostname) => (hostname.startsWith('//') ? hostname : `//${hostname}`));
    case 'reattach-source':
      return withHost(facts, (hostname) => hostname.replace(/^\/\//, ''));
    case 'wait-for-gtid':
      return waitForGtid(facts, action.gtid);
    case 'wait-for-position':
      return waitForPosition(facts, action.at);
    case 'skip-event':
      return onReplica(facts, (replica) =>
        replica.sqlState === 0
          ? done(facts, { replica: { ...replica, lastSqlErrno: 0, lastSqlError: '' } })
          : refused('Its applier runs; stop it first.'),
      );
    case 'set-delay':
      return onReplica(facts, (replica) =>
        replica.sqlState === 0
          ? done(facts, { replica: { ...replica, sqlDelaySeconds: action.seconds } })
          : refused('Its applier runs; stop it first.'),
      );
    case 'set-credentials':
      return onReplica(facts, (replica) =>
        replica.ioState === 0 ? done(facts, {}) : refused('Its receiver runs; stop it first.'),
      );
    default:
      return done(facts, ownChange(facts, action));
  }
}

/** Changes that don't concern what the server replicates. */
function ownChange(facts: InstanceFacts, action: ServerAction): Partial<InstanceFacts> {
  switch (action.kind) {
    case 'set-read-only':
      return { readOnly: action.on, superReadOnly: action.on && action.super && hasSuperReadOnly(facts) };
    case 'fence':
      return { readOnly: true, superReadOnly: hasSuperReadOnly(facts) };
    case 'end-offline-mode':
      return { offlineMode: false };
    case 'inject-empty':
      return { gtidExecuted: joined(facts, facts.gtidExecuted, action.gtids.join(',')) };
    case 'reset-binary-logs':
      return facts.flavor === 'MariaDB'
        ? { gtidBinlogState: '', coordinates: firstCoordinates(facts.coordinates) }
        : { gtidExecuted: '', gtidPurged: '', coordinates: firstCoordinates(facts.coordinates) };
    case 'set-gtid-purged':
      return {
        gtidPurged: joined(facts, facts.gtidPurged, action.gtid),
        gtidExecuted: joined(facts, facts.gtidExecuted, action.gtid),
      };
    case 'flush-binary-logs':
      return { coordinates: flushed(facts.coordinates, action.times) };
    case 'inject-pseudo-gtid':
      return { usesPseudoGtid: true };
    case 'set-semi-sync-source':
      return facts.semiSync === null
        ? {}
        : { semiSync: { ...facts.semiSync, sourceEnabled: action.on, sourceStatus: action.on } };
    case 'set-semi-sync-replica':
      // Whether it takes part is settled when its receiver connects (MySQL manual, semisynchronous replication).
      return facts.semiSync === null ? {} : { semiSync: { ...facts.semiSync, replicaEnabled: action.on } };
    default:
      return {};
  }
}

function repoint(facts: InstanceFacts, source: InstanceKey, mode: RepointMode): CarriedOut {
  const replica = facts.replica ?? NEW_CHANNEL;
  if (replica.ioState > 0) return refused('Its receiver runs; stop it first.');
  if (mode.by !== 'gtid' && replica.sqlState > 0) return refused('Its applier runs; stop it first.');
  const pointed: ReplicaStatus = {
    ...replica,
    source,
    sourceUuid: '',
    ioState: 0,
    sqlState: replica.sqlState === -1 ? 0 : replica.sqlState,
    lastIoErrno: 0,
    lastIoError: '',
    ...placeBy(facts, replica, mode),
  };
  return done(facts, { replica: pointed });
}

/** A channel whose applier stands loses its relay log when it is pointed elsewhere. */
function placeBy(facts: InstanceFacts, replica: ReplicaStatus, mode: RepointMode): Partial<ReplicaStatus> {
  const emptied = replica.sqlState === 1 ? {} : { gtidRetrieved: '' };
  const unknown = { ...emptied, read: NOT_READ };
  switch (mode.by) {
    case 'gtid':
      return facts.flavor === 'MariaDB'
        ? { ...unknown, gtidUse: 'mariadb', mariadbGtidMode: usualMariadbMode(replica) }
        : { ...unknown, gtidUse: 'mysql' };
    case 'coordinates':
      return { ...emptied, gtidUse: 'none', mariadbGtidMode: noMariadbMode(facts), read: mode.at, executed: mode.at };
    case 'same-coordinates':
      return replica.gtidUse === 'none' ? emptied : unknown;
  }
}

function usualMariadbMode({ mariadbGtidMode }: ReplicaStatus): string {
  return mariadbGtidMode === '' || mariadbGtidMode === 'No' ? 'Slave_Pos' : mariadbGtidMode;
}

function noMariadbMode({ flavor }: InstanceFacts): string {
  return flavor === 'MariaDB' ? 'No' : '';
}

function stop(facts: InstanceFacts, replica: ReplicaStatus, threads: ReplicationThreads): CarriedOut {
  const io: Partial<ReplicaStatus> = threads === 'sql' ? {} : { ioState: 0 };
  const sql: Partial<ReplicaStatus> = threads === 'io' ? {} : { sqlState: 0 };
  const semiSync =
    facts.semiSync === null || threads === 'sql' ? facts.semiSync : { ...facts.semiSync, replicaStatus: false };
  return done(facts, { replica: { ...replica, ...io, ...sql }, semiSync });
}

/** MariaDB throws its relay log away when both threads stood and one is started with GTIDs. */
function started(facts: InstanceFacts, replica: ReplicaStatus, threads: ReplicationThreads): ReplicaStatus {
  const stood = replica.ioState === 0 && replica.sqlState === 0;
  const emptied = stood && facts.flavor === 'MariaDB' && replica.gtidUse !== 'none' ? { gtidRetrieved: '' } : {};
  const io = threads === 'sql' || replica.ioState === 1 ? {} : STARTED_IO;
  const sql = threads === 'io' ? {} : STARTED_SQL;
  return { ...replica, ...emptied, ...io, ...sql };
}

function waitForGtid(facts: InstanceFacts, gtid: string): CarriedOut {
  const wanted = positionOf(facts.flavor, gtid);
  const executed = positionOf(facts.flavor, facts.gtidExecuted);
  return gtidContains(executed, wanted)
    ? done(facts, {})
    : {
        ok: false,
        kind: 'timeout',
        reason: `It would not execute ${gtid} in time: it hasn't received that, or it is stopped.`,
      };
}

function waitForPosition(facts: InstanceFacts, at: LogCoordinates): CarriedOut {
  return onReplica(facts, ({ executed }) =>
    compareCoordinates(executed, at) >= 0
      ? done(facts, {})
      : {
          ok: false,
          kind: 'timeout',
          reason: `It would not get to ${at.file}:${at.position} in time: it hasn't received that, or it is stopped.`,
        },
  );
}

function withHost(facts: InstanceFacts, change: (hostname: string) => string): CarriedOut {
  return onReplica(facts, (replica) => {
    if (replica.ioState > 0) return refused('Its receiver runs; stop it first.');
    const source = { ...replica.source, hostname: change(replica.source.hostname) };
    return done(facts, { replica: { ...replica, source } });
  });
}

function onReplica(facts: InstanceFacts, change: (replica: ReplicaStatus) => CarriedOut): CarriedOut {
  return facts.replica === null ? refused('It is not configured as a replica.') : change(facts.replica);
}

function onStopped(facts: InstanceFacts, change: (replica: ReplicaStatus) => CarriedOut): CarriedOut {
  return onReplica(facts, (replica) =>
    replica.ioState > 0 || replica.sqlState > 0 ? refused('Its replication runs; stop it first.') : change(replica),
  );
}

function done(facts: InstanceFacts, changes: Partial<InstanceFacts>): CarriedOut {
  return { ok: true, facts: { ...facts, ...changes } };
}

function refused(reason: string): CarriedOut {
  return { ok: false, kind: 'refused-by-server', reason };
}

/** MariaDB has no `super_read_only` (MariaDB documentation, "Read-Only Replicas"). */
function hasSuperReadOnly(facts: InstanceFacts): boolean {
  return facts.flavor !== 'MariaDB';
}

function joined({ flavor }: InstanceFacts, one: string, other: string): string {
  return gtidText(gtidUnion(positionOf(flavor, one), positionOf(flavor, other)));
}

function firstCoordinates(before: LogCoordinates | null): LogCoordinates | null {
  return before === null ? null : { file: before.file.replace(/\d+$/, '000001'), position: LOG_START };
}

function flushed(before: LogCoordinates | null, times: number): LogCoordinates | null {
  let at = before;
  for (let n = 0; n < times && at !== null; n++) {
    const file = nextLogFile(at.file);
    at = file === null ? at : { file, position: LOG_START };
  }
  return at;
}

const NOWHERE: LogCoordinates = { file: '', position: 0 };

/** What a receiver that finds its place by GTID shows until it has connected. */
const NOT_READ: LogCoordinates = { file: '', position: LOG_START };

/** A server that replicates for the first time. */
const NEW_CHANNEL: ReplicaStatus = {
  source: { hostname: '', port: 0 },
  sourceUuid: '',
  user: '',
  ioState: 0,
  sqlState: 0,
  lastIoErrno: 0,
  lastIoError: '',
  lastSqlErrno: 0,
  lastSqlError: '',
  read: NOWHERE,
  executed: NOWHERE,
  relay: NOWHERE,
  gtidUse: 'none',
  gtidRetrieved: '',
  mariadbGtidMode: '',
  secondsBehindSource: null,
  sqlDelaySeconds: 0,
  hasFilters: false,
  tls: false,
  tlsOptions: {
    ca: '',
    capath: '',
    cert: '',
    cipher: '',
    key: '',
    verifyServerCert: false,
    publicKeyPath: '',
    getPublicKey: false,
  },
  connectRetrySeconds: 60,
  retryCount: 0,
  heartbeatsReceived: null,
  heartbeatPeriodSeconds: null,
  channels: 1,
};
