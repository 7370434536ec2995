import type { ReplicationThreads, RepointMode, ServerAction } from '../../../src/shared/domain/action.ts';
import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';
import { skipOne } from './apply.ts';
import { Channel, NOWHERE } from './channel.ts';
import type { SimServer } from './server.ts';
import type { Transaction } from './transaction.ts';
import { fileNumber } from './transaction.ts';

/** An error that a server answers with. */
export class Refusal extends Error {}

/** What statements need to know of the world. */
export interface Surroundings {
  readonly nowMs: number;
  /** Whether an account is known that replicas of this server connect with. */
  readonly hasAccountOf: (key: InstanceKey) => boolean;
  readonly transactionOf: (gtid: string, server: SimServer) => Transaction;
  /** A mark, committed like a client's write. */
  readonly mark: (server: SimServer, text: string) => void;
}

type Action<K extends ServerAction['kind']> = Extract<ServerAction, { readonly kind: K }>;

/**
 * What a server does when it gets the statements of an action (MySQL 8.4 and MariaDB 10.11 manuals).
 * @throws Refusal
 */
export function carryOut(server: SimServer, action: ServerAction, world: Surroundings): void {
  switch (action.kind) {
    case 'stop-replication':
      stop(server, action.threads);
      return;
    case 'start-replication':
      start(server, action.threads);
      return;
    case 'start-until':
      startUntil(server, action);
      return;
    case 'repoint':
      repoint(server, action.source, action.mode, action, world);
      return;
    case 'reset-replication':
      reset(server);
      return;
    case 'detach-source':
    case 'reattach-source':
      turn(server, action.kind === 'detach-source', world);
      return;
    case 'set-delay':
      stopped(server, 'sql').delaySeconds = action.seconds;
      return;
    case 'skip-event':
      skip(server);
      return;
    case 'set-credentials': {
      const channel = stopped(server, 'io');
      if (!world.hasAccountOf(action.credentialsOf))
        throw new Refusal('needs a replication account, and none is known');
      channel.hasAccount = true;
      return;
    }
    default:
      ownChange(server, action, world);
      return;
  }
}

function ownChange(server: SimServer, action: ServerAction, world: Surroundings): void {
  switch (action.kind) {
    case 'set-read-only':
      setReadOnly(server, action.on, action.super);
      return;
    case 'fence':
      setReadOnly(server, true, true);
      return;
    case 'inject-empty':
      inject(server, action.gtids, world);
      return;
    case 'reset-binary-logs':
      server.resetLogs();
      return;
    case 'set-gtid-purged':
      setPurged(server, action.gtid);
      return;
    case 'flush-binary-logs':
      for (let n = 0; n < action.times; n++) server.flush();
      return;
    case 'purge-binary-logs':
      purge(server, action.to);
      return;
    case 'set-semi-sync-source':
      semiSyncSource(server, action.on);
      return;
    case 'set-semi-sync-replica':
      semiSyncReplica(server, action.on);
      return;
    case 'inject-pseudo-gtid':
      world.mark(server, action.mark);
      return;
    case 'kill':
      if (!server.sessions.some(({ id }) => id === action.id)) throw new Refusal(`Unknown thread id: ${action.id}`);
      server.sessions = server.sessions.filter(({ id }) => id !== action.id);
      return;
    default:
      return;
  }
}

export function setReadOnly(server: SimServer, on: boolean, isSuper: boolean): void {
  server.readOnly = on;
  server.superReadOnly = on && isSuper && server.kind === 'MySQL';
}

function channelOf(server: SimServer): Channel {
  if (server.channel === null) throw new Refusal('it is not configured as a replica (1200)');
  return server.channel;
}

function stopped(server: SimServer, which: ReplicationThreads): Channel {
  const channel = channelOf(server);
  if (which !== 'sql' && channel.receiverOn)
    throw new Refusal('This operation cannot be performed with a running replica io thread (3017)');
  if (which !== 'io' && channel.applierOn)
    throw new Refusal('This operation cannot be performed with a running replica sql thread (3017)');
  return channel;
}

function stop(server: SimServer, threads: ReplicationThreads): void {
  const channel = channelOf(server);
  if (threads !== 'sql') channel.stopReceiver();
  if (threads !== 'io') {
    channel.applierOn = false;
    channel.until = null;
  }
}

function start(server: SimServer, threads: ReplicationThreads): void {
  const channel = channelOf(server);
  if (channel.source.hostname === '') throw new Refusal('the server is not configured as replica (1200)');
  dropIfMariadb(server, channel);
  if (threads !== 'sql' && !channel.receiverOn) startReceiver(channel);
  if (threads !== 'io' && !channel.applierOn) {
    channel.until = null;
    startApplier(channel);
  }
}

function startUntil(server: SimServer, { at }: Action<'start-until'>): void {
  const channel = stopped(server, 'both');
  dropIfMariadb(server, channel);
  startReceiver(channel);
  startApplier(channel);
  channel.until = at;
}

/** MariaDB throws its relay log away when both threads stood and one is started with GTIDs. */
function dropIfMariadb(server: SimServer, channel: Channel): void {
  const stood = !channel.receiverOn && !channel.applierOn;
  if (stood && server.kind === 'MariaDB' && channel.gtidUse === 'mariadb') channel.dropRelayLog();
}

function startReceiver(channel: Channel): void {
  channel.receiverOn = true;
  channel.connected = false;
  channel.ioErrno = 0;
  channel.ioError = '';
  channel.retryAtMs = 0;
}

function startApplier(channel: Channel): void {
  channel.applierOn = true;
  channel.sqlErrno = 0;
  channel.sqlError = '';
}

function reset(server: SimServer): void {
  if (server.channel === null) return;
  stopped(server, 'both');
  server.channel = null;
}

function repoint(
  server: SimServer,
  source: InstanceKey,
  mode: RepointMode,
  { credentialsOf }: Action<'repoint'>,
  world: Surroundings,
): void {
  const isNew = server.channel === null;
  const account = credentialsOf !== null && world.hasAccountOf(credentialsOf);
  if (credentialsOf !== null && !account)
    throw new Refusal('needs a replication account for its source, and none is known');
  const channel = isNew ? new Channel(source, 'none', NOWHERE) : stopped(server, 'both');
  if (isNew) channel.hasAccount = account;
  else if (account) channel.hasAccount = true;
  const kept = channel.executed;
  const wasGtid = channel.gtidUse !== 'none';
  if (mode.by === 'gtid') {
    if (server.kind === 'MySQL' && !server.hasGtid)
      throw new Refusal('SOURCE_AUTO_POSITION = 1 needs GTID_MODE = ON (1777)');
    if (server.kind === 'MariaDB' && isNew) server.slavePosition = server.currentPosition ?? server.slavePosition;
    channel.gtidUse = server.kind === 'MariaDB' ? 'mariadb' : 'mysql';
    if (server.kind === 'MariaDB' && channel.mariadbMode !== 'Current_Pos') channel.mariadbMode = 'Slave_Pos';
  } else if (mode.by === 'coordinates') {
    channel.gtidUse = 'none';
    channel.mariadbMode = '';
  }
  channel.source = source;
  channel.dropRelayLog();
  const place = mode.by === 'coordinates' ? mode.at : channel.gtidUse === 'none' && !wasGtid ? kept : NOWHERE;
  channel.read = place;
  channel.executed = place;
  channel.ioErrno = 0;
  channel.ioError = '';
  server.channel = channel;
}

function turn(server: SimServer, detach: boolean, world: Surroundings): void {
  const { hostname, port } = channelOf(server).source;
  const isDetached = hostname.startsWith('//');
  if (detach === isDetached) throw new Refusal(detach ? 'is detached already' : 'is not detached');
  const source = { hostname: detach ? `//${hostname}` : hostname.slice(2), port };
  const mode: RepointMode = { by: 'same-coordinates' };
  repoint(server, source, mode, { kind: 'repoint', source, mode, tls: null, credentialsOf: null }, world);
}

function skip(server: SimServer): void {
  const channel = stopped(server, 'sql');
  if (server.hasGtid)
    throw new Refusal(
      'sql_replica_skip_counter can not be set when the server is running with @@GLOBAL.GTID_MODE = ON (1858)',
    );
  skipOne(server, channel);
}

function inject(server: SimServer, gtids: readonly string[], world: Surroundings): void {
  if (server.kind === 'MariaDB')
    throw new Refusal('is MariaDB, where a GTID of another server cannot be committed by hand');
  if (!server.hasGtid)
    throw new Refusal('@@SESSION.GTID_NEXT cannot be set to UUID:NUMBER when @@GLOBAL.GTID_MODE = OFF (1781)');
  for (const gtid of gtids) {
    if (server.hasExecuted(gtid)) continue;
    server.execute(world.transactionOf(gtid, server), true, false);
  }
}

function setPurged(server: SimServer, gtid: string): void {
  if (server.kind === 'MariaDB') throw new Refusal('is MariaDB, which has no gtid_purged');
  if (server.log.length > 0)
    throw new Refusal('@@GLOBAL.GTID_PURGED cannot be changed: the added gtid set must not overlap');
  server.purged.addText(gtid);
  server.executed.addText(gtid);
}

function purge(server: SimServer, name: string): void {
  const file = fileNumber(server.base, name);
  if (!(file >= server.firstFile && file <= server.file))
    throw new Refusal('Target log not found in binlog index (1373)');
  server.purge(file);
}

function semiSyncSource(server: SimServer, on: boolean): void {
  if (server.semiSync === null) throw new Refusal('has no semi-sync plugin loaded');
  server.semiSync = { ...server.semiSync, sourceEnabled: on, sourceStatus: on };
}

/** The receiver agrees on it when it connects, so it is made to connect anew. */
function semiSyncReplica(server: SimServer, on: boolean): void {
  if (server.semiSync === null) throw new Refusal('has no semi-sync plugin loaded');
  server.semiSync = { ...server.semiSync, replicaEnabled: on };
  const { channel } = server;
  if (channel?.receiverOn) {
    channel.stopReceiver();
    startReceiver(channel);
  }
}
