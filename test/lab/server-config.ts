import { join } from 'node:path';
import type { InstanceKey } from '../../src/shared/domain/instance-key.ts';
import type { ChannelSettings } from './replication.ts';
import type { ServerPackage } from './servers/server-package.ts';

/** What a server's option file is written from. */
export interface ServerConfig {
  readonly package: ServerPackage;
  readonly key: InstanceKey;
  readonly serverId: number;
  readonly folder: string;
  readonly gtid: boolean;
  /** The server comes up read-only. */
  readonly readOnly: boolean;
  readonly semiSync: SemiSyncConfig | null;
  readonly channel: ChannelSettings;
  /** Every commit reaches the disk before it is acknowledged; slower. */
  readonly durable: boolean;
  /** More options, or other values for the lab's own: name without dashes, value. */
  readonly extra: Readonly<Record<string, string>>;
}

export interface SemiSyncConfig {
  readonly source: boolean;
  readonly replica: boolean;
  /** How long a commit waits for an acknowledgement, ms. */
  readonly timeoutMs: number;
  /** Acknowledgements that a commit waits for. MariaDB and MySQL 5.6 know only one. */
  readonly waitForReplicas: number;
}

type Options = Record<string, string>;

/** The text of the server's `my.cnf`. */
export function optionFile(config: ServerConfig): string {
  const options: Options = {
    ...common(config),
    ...FLAVOR_OPTIONS[config.package.flavor](config),
    ...(config.semiSync ? semiSyncOptions(config, config.semiSync) : {}),
    ...config.extra,
  };
  const lines = Object.entries(options).map(([key, value]) => `${key} = ${value}`);
  return `[mysqld]\n${lines.join('\n')}\n`;
}

export function socketPath(folder: string): string {
  return join(folder, 'mysql.sock');
}

function common(config: ServerConfig): Options {
  const { key, folder } = config;
  return {
    ...(process.getuid?.() === 0 ? { user: 'root' } : {}),
    ...config.package.paths,
    datadir: join(folder, 'data'),
    tmpdir: join(folder, 'tmp'),
    socket: socketPath(folder),
    'pid-file': join(folder, 'mysqld.pid'),
    'log-error': join(folder, 'error.log'),
    'bind-address': key.hostname,
    port: String(key.port),
    'report-host': key.hostname,
    'report-port': String(key.port),
    'server-id': String(config.serverId),
    'skip-name-resolve': 'ON',
    'secure-file-priv': '""',
    'log-bin': 'binlog',
    'relay-log': 'relay',
    'relay-log-recovery': 'ON',
    'read-only': config.readOnly ? 'ON' : 'OFF',
    'max-connections': '300',
    // A killed process loses nothing that it has handed to the kernel; only a machine that loses power would.
    'sync-binlog': config.durable ? '1' : '0',
    'innodb-flush-log-at-trx-commit': config.durable ? '1' : '2',
    ...(config.durable ? {} : { 'innodb-flush-method': 'nosync' }),
    'innodb-doublewrite': 'OFF',
    // Kernel requests for asynchronous I/O are counted over all servers of a machine, and the allowance is small.
    'innodb-use-native-aio': 'OFF',
    'innodb-buffer-pool-size': '16M',
    'innodb-log-buffer-size': '1M',
    'key-buffer-size': '1M',
    'table-open-cache': '400',
    'table-definition-cache': '400',
    'character-set-server': 'utf8mb4',
  };
}

/** Keeps the replication and thread tables, and leaves out statistics that take most of the memory and of the start-up time. */
const SMALL_PERFORMANCE_SCHEMA: Options = {
  'performance-schema': 'ON',
  'performance-schema-accounts-size': '0',
  'performance-schema-hosts-size': '0',
  'performance-schema-users-size': '0',
  'performance-schema-digests-size': '100',
  'performance-schema-error-size': '0',
  'performance-schema-events-statements-history-long-size': '0',
  'performance-schema-events-stages-history-long-size': '0',
  'performance-schema-events-transactions-history-long-size': '0',
  'performance-schema-events-waits-history-long-size': '0',
};

const FLAVOR_OPTIONS: Readonly<Record<ServerPackage['flavor'], (config: ServerConfig) => Options>> = {
  mysql97: (config) => ({
    'gtid-mode': config.gtid ? 'ON' : 'OFF',
    'enforce-gtid-consistency': config.gtid ? 'ON' : 'OFF',
    'super-read-only': config.readOnly ? 'ON' : 'OFF',
    'log-replica-updates': 'ON',
    'replica-net-timeout': String(config.channel.netTimeoutSeconds),
    'innodb-redo-log-capacity': '8M',
    'table-open-cache-instances': '1',
    mysqlx: 'OFF',
    ...SMALL_PERFORMANCE_SCHEMA,
  }),
  mysql56: (config) => ({
    ...(config.gtid ? { 'gtid-mode': 'ON', 'enforce-gtid-consistency': 'ON' } : {}),
    'binlog-format': 'ROW',
    'log-slave-updates': 'ON',
    'slave-net-timeout': String(config.channel.netTimeoutSeconds),
    // In tables, the replica's position is part of the transaction: a killed replica comes back where it was.
    'master-info-repository': 'TABLE',
    'relay-log-info-repository': 'TABLE',
    'innodb-log-file-size': '4M',
    'performance-schema': 'OFF',
    'explicit-defaults-for-timestamp': 'ON',
  }),
  mariadb: (config) => ({
    ...(config.gtid ? { 'gtid-strict-mode': 'ON' } : {}),
    'binlog-format': 'ROW',
    'log-slave-updates': 'ON',
    'slave-net-timeout': String(config.channel.netTimeoutSeconds),
    // Not an option of the channel here.
    'master-retry-count': String(config.channel.retryCount),
    'innodb-log-file-size': '8M',
    'aria-pagecache-buffer-size': '8M',
    feedback: 'OFF',
  }),
};

/** MySQL 8.0.26 renamed the plugins and their variables; MariaDB has them built in under the old names. */
function semiSyncOptions(config: ServerConfig, semiSync: SemiSyncConfig): Options {
  const onOff = (on: boolean): string => (on ? 'ON' : 'OFF');
  if (config.package.flavor === 'mysql97') {
    return {
      'plugin-load-add': 'semisync_source.so;semisync_replica.so',
      'loose-rpl-semi-sync-source-enabled': onOff(semiSync.source),
      'loose-rpl-semi-sync-source-timeout': String(semiSync.timeoutMs),
      'loose-rpl-semi-sync-source-wait-for-replica-count': String(semiSync.waitForReplicas),
      'loose-rpl-semi-sync-replica-enabled': onOff(semiSync.replica),
    };
  }
  return {
    'rpl-semi-sync-master-enabled': onOff(semiSync.source),
    'rpl-semi-sync-master-timeout': String(semiSync.timeoutMs),
    'rpl-semi-sync-slave-enabled': onOff(semiSync.replica),
    ...(config.package.flavor === 'mariadb' ? { 'rpl-semi-sync-master-wait-point': 'AFTER_SYNC' } : {}),
  };
}
