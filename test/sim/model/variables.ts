import type { FleetModel } from './fleet-model.ts';
import type { SimInstance } from './instance.ts';

export const SIM_VERSION = '9.7.0-sim';
const SIM_COMMENT = 'Baton fleet simulator';

type VariableValue = string | number | null;

interface VariableDefinition {
  /** Flags read 0 and 1 in SELECT, OFF and ON in SHOW. */
  readonly kind: 'flag' | 'number' | 'text';
  readonly read: (instance: SimInstance) => VariableValue;
  readonly settable: boolean;
}

const DEFINITIONS = new Map<string, VariableDefinition>();

function computed(
  name: string,
  kind: VariableDefinition['kind'],
  read: (instance: SimInstance) => VariableValue,
): void {
  DEFINITIONS.set(name, { kind, read, settable: false });
}

function stored(kind: VariableDefinition['kind'], defaults: Readonly<Record<string, string | number>>): void {
  for (const [name, initial] of Object.entries(defaults)) {
    DEFINITIONS.set(name, { kind, read: (instance) => instance.variables.get(name) ?? initial, settable: true });
  }
}

computed('hostname', 'text', ({ key }) => key.hostname);
computed('report_host', 'text', ({ key }) => key.hostname);
computed('report_port', 'number', ({ key }) => key.port);
computed('port', 'number', ({ key }) => key.port);
computed('server_id', 'number', ({ serverId }) => serverId);
computed('server_uuid', 'text', ({ uuid }) => uuid);
computed('version', 'text', () => SIM_VERSION);
computed('version_comment', 'text', () => SIM_COMMENT);
computed('gtid_executed', 'text', ({ executedText }) => executedText);
computed('gtid_purged', 'text', () => '');
computed('gtid_owned', 'text', () => '');
computed('log_bin', 'flag', () => 1);
computed('log_replica_updates', 'flag', () => 1);
computed('socket', 'text', ({ key }) => `/run/sim/${key.hostname}-${key.port}.sock`);
computed('datadir', 'text', ({ key }) => `/var/lib/sim/${key.hostname}-${key.port}/`);

stored('flag', {
  read_only: 0,
  super_read_only: 0,
  offline_mode: 0,
  rpl_semi_sync_source_enabled: 0,
  rpl_semi_sync_source_wait_no_replica: 1,
  rpl_semi_sync_replica_enabled: 0,
  replica_preserve_commit_order: 1,
  require_secure_transport: 0,
  skip_replica_start: 0,
  innodb_doublewrite: 1,
  relay_log_recovery: 1,
});
stored('number', {
  rpl_semi_sync_source_timeout: 10_000,
  rpl_semi_sync_source_trace_level: 32,
  rpl_semi_sync_source_wait_for_replica_count: 1,
  rpl_semi_sync_replica_trace_level: 32,
  replica_net_timeout: 60,
  replica_parallel_workers: 4,
  replica_checkpoint_period: 300,
  sync_binlog: 1,
  innodb_flush_log_at_trx_commit: 1,
  max_connections: 151,
  max_allowed_packet: 67_108_864,
  wait_timeout: 28_800,
  interactive_timeout: 28_800,
  net_read_timeout: 30,
  net_write_timeout: 60,
  binlog_expire_logs_seconds: 2_592_000,
  lower_case_table_names: 0,
});
stored('text', {
  binlog_format: 'ROW',
  binlog_row_image: 'FULL',
  gtid_mode: 'ON',
  enforce_gtid_consistency: 'ON',
  event_scheduler: 'ON',
  rpl_semi_sync_source_wait_point: 'AFTER_SYNC',
  character_set_server: 'utf8mb4',
  collation_server: 'utf8mb4_0900_ai_ci',
  time_zone: 'SYSTEM',
  transaction_isolation: 'REPEATABLE-READ',
  sql_mode:
    'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
});

/** Variables that a server of this version has only with a plugin that these lack: error 1193 is the right answer. */
export function isAbsentByDesign(name: string): boolean {
  return /^(group_replication_|clone_|audit_log|rpl_semi_sync_(master|slave)_|wsrep_)/.test(name);
}

export function findVariable(name: string): VariableDefinition | undefined {
  return DEFINITIONS.get(name);
}

export function variableNames(): string[] {
  return [...DEFINITIONS.keys()].sort();
}

/** As SHOW VARIABLES and the tables show it. */
export function shownVariable(name: string, instance: SimInstance): string {
  const definition = DEFINITIONS.get(name);
  const value = definition?.read(instance) ?? '';
  if (definition?.kind !== 'flag') return String(value);
  return value === 1 ? 'ON' : 'OFF';
}

export function statusValues(model: FleetModel, instance: SimInstance): ReadonlyMap<string, string> {
  const semiSyncClients = model
    .connectedReplicasOf(instance)
    .filter((replica) => replica.flag('rpl_semi_sync_replica_enabled')).length;
  const enabled = instance.flag('rpl_semi_sync_source_enabled');
  const wanted = Number(instance.variables.get('rpl_semi_sync_source_wait_for_replica_count') ?? 1);
  const receiving = instance.channel?.linked?.flag('rpl_semi_sync_source_enabled') === true;
  const onOff = (on: boolean) => (on ? 'ON' : 'OFF');
  return new Map([
    ['Queries', String(instance.transactions)],
    ['Rpl_semi_sync_replica_status', onOff(receiving && instance.flag('rpl_semi_sync_replica_enabled'))],
    ['Rpl_semi_sync_source_clients', String(semiSyncClients)],
    ['Rpl_semi_sync_source_no_tx', '0'],
    ['Rpl_semi_sync_source_status', onOff(enabled && semiSyncClients >= wanted)],
    ['Rpl_semi_sync_source_wait_sessions', '0'],
    ['Rpl_semi_sync_source_yes_tx', enabled ? String(instance.transactions) : '0'],
    ['Threads_connected', String(instance.sessions.size)],
    ['Threads_running', '2'],
    ['Uptime', String(Math.floor((model.nowMs - instance.upSinceMs) / 1_000))],
  ]);
}
