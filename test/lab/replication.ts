import type { InstanceKey } from '../../src/shared/domain/instance-key.ts';
import { type Account, quote } from './accounts.ts';
import type { LabFlavor } from './servers/server-package.ts';

/** How a replica keeps in touch with its source; the values that operators set for a fast detection. */
export interface ChannelSettings {
  /** `MASTER_HEARTBEAT_PERIOD`. */
  readonly heartbeatSeconds: number;
  /** `MASTER_CONNECT_RETRY`. */
  readonly connectRetrySeconds: number;
  /** `MASTER_RETRY_COUNT`; MariaDB knows it only as a server option. */
  readonly retryCount: number;
  /** `slave_net_timeout`. */
  readonly netTimeoutSeconds: number;
}

export const DEFAULT_CHANNEL: ChannelSettings = {
  heartbeatSeconds: 2,
  connectRetrySeconds: 1,
  retryCount: 86_400,
  netTimeoutSeconds: 8,
};

/** Where a replica without GTIDs starts to read. */
export interface StartPosition {
  readonly file: string;
  readonly position: number;
}

/** The words of one flavour for the same things. Nothing here decides anything. */
export interface Words {
  readonly startReplica: string;
  readonly stopReplica: string;
  readonly replicaStatus: string;
  readonly binlogStatus: string;
  readonly gtidPosition: string;
  changeSource(source: InstanceKey, repl: Account, channel: ChannelSettings, from: StartPosition | 'gtid'): string;
  changeDelay(seconds: number): string;
  /** Yields 0 or more when reached; -1 or NULL when not, by `seconds` or because no applier runs. */
  waitForGtid(position: string, seconds: number): string;
  waitForPosition(file: string, position: number, seconds: number): string;
}

export function wordsFor(flavor: LabFlavor): Words {
  return flavor === 'mysql97' ? NEW_WORDS : flavor === 'mysql56' ? OLD_WORDS : MARIADB_WORDS;
}

const NEW_WORDS: Words = {
  startReplica: 'START REPLICA',
  stopReplica: 'STOP REPLICA',
  replicaStatus: 'SHOW REPLICA STATUS',
  binlogStatus: 'SHOW BINARY LOG STATUS',
  gtidPosition: 'SELECT @@GLOBAL.gtid_executed AS position',
  changeSource: (source, repl, channel, from) =>
    `CHANGE REPLICATION SOURCE TO ${[
      `SOURCE_HOST = ${quote(source.hostname)}`,
      `SOURCE_PORT = ${source.port}`,
      `SOURCE_USER = ${quote(repl.user)}`,
      `SOURCE_PASSWORD = ${quote(repl.password)}`,
      // caching_sha2_password without TLS: the first login needs the source's key.
      'GET_SOURCE_PUBLIC_KEY = 1',
      `SOURCE_HEARTBEAT_PERIOD = ${channel.heartbeatSeconds}`,
      `SOURCE_CONNECT_RETRY = ${channel.connectRetrySeconds}`,
      `SOURCE_RETRY_COUNT = ${channel.retryCount}`,
      from === 'gtid'
        ? 'SOURCE_AUTO_POSITION = 1'
        : `SOURCE_LOG_FILE = ${quote(from.file)}, SOURCE_LOG_POS = ${from.position}`,
    ].join(', ')}`,
  changeDelay: (seconds) => `CHANGE REPLICATION SOURCE TO SOURCE_DELAY = ${seconds}`,
  waitForGtid: (position, seconds) =>
    `SELECT IF(WAIT_FOR_EXECUTED_GTID_SET(${quote(position)}, ${seconds}) = 0, 0, -1) AS reached`,
  waitForPosition: (file, position, seconds) =>
    `SELECT SOURCE_POS_WAIT(${quote(file)}, ${position}, ${seconds}) AS reached`,
};

const oldChangeSource = (
  source: InstanceKey,
  repl: Account,
  channel: ChannelSettings,
  from: StartPosition | 'gtid',
  own: readonly string[],
  gtid: string,
): string =>
  `CHANGE MASTER TO ${[
    `MASTER_HOST = ${quote(source.hostname)}`,
    `MASTER_PORT = ${source.port}`,
    `MASTER_USER = ${quote(repl.user)}`,
    `MASTER_PASSWORD = ${quote(repl.password)}`,
    `MASTER_HEARTBEAT_PERIOD = ${channel.heartbeatSeconds}`,
    `MASTER_CONNECT_RETRY = ${channel.connectRetrySeconds}`,
    ...own,
    from === 'gtid' ? gtid : `MASTER_LOG_FILE = ${quote(from.file)}, MASTER_LOG_POS = ${from.position}`,
  ].join(', ')}`;

const OLD_WORDS: Words = {
  startReplica: 'START SLAVE',
  stopReplica: 'STOP SLAVE',
  replicaStatus: 'SHOW SLAVE STATUS',
  binlogStatus: 'SHOW MASTER STATUS',
  gtidPosition: 'SELECT @@GLOBAL.gtid_executed AS position',
  changeSource: (source, repl, channel, from) =>
    oldChangeSource(
      source,
      repl,
      channel,
      from,
      [`MASTER_RETRY_COUNT = ${channel.retryCount}`],
      'MASTER_AUTO_POSITION = 1',
    ),
  changeDelay: (seconds) => `CHANGE MASTER TO MASTER_DELAY = ${seconds}`,
  waitForGtid: (position, seconds) =>
    `SELECT WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS(${quote(position)}, ${seconds}) AS reached`,
  waitForPosition: (file, position, seconds) =>
    `SELECT MASTER_POS_WAIT(${quote(file)}, ${position}, ${seconds}) AS reached`,
};

const MARIADB_WORDS: Words = {
  ...OLD_WORDS,
  // gtid_current_pos would also count what a replica wrote itself; what it has to pass on is in its binary log.
  gtidPosition: 'SELECT @@GLOBAL.gtid_binlog_pos AS position',
  changeSource: (source, repl, channel, from) =>
    oldChangeSource(source, repl, channel, from, [], 'MASTER_USE_GTID = slave_pos'),
  waitForGtid: (position, seconds) => `SELECT MASTER_GTID_WAIT(${quote(position)}, ${seconds}) AS reached`,
};

/** What the lab wants to know of a replica, in one vocabulary. */
export interface ChannelState {
  readonly source: InstanceKey;
  readonly ioThread: string;
  readonly sqlThread: string;
  readonly lagSeconds: number | null;
  readonly delaySeconds: number;
  /** What replication complains of; empty when all is well. */
  readonly error: string;
}

/** Reads a row of `SHOW REPLICA STATUS` or `SHOW SLAVE STATUS`. */
export function channelState(row: Readonly<Record<string, unknown>>): ChannelState {
  const text = (...names: string[]): string => {
    for (const name of names) if (row[name] !== undefined && row[name] !== null) return String(row[name]);
    return '';
  };
  const lag = text('Seconds_Behind_Source', 'Seconds_Behind_Master');
  return {
    source: { hostname: text('Source_Host', 'Master_Host'), port: Number(text('Source_Port', 'Master_Port')) },
    ioThread: text('Replica_IO_Running', 'Slave_IO_Running'),
    sqlThread: text('Replica_SQL_Running', 'Slave_SQL_Running'),
    lagSeconds: lag === '' ? null : Number(lag),
    delaySeconds: Number(text('SQL_Delay') || 0),
    error: [text('Last_IO_Error'), text('Last_SQL_Error')].filter((part) => part !== '').join('; '),
  };
}
