import { type Column, text, timestampText, type Value } from '../sql/result.ts';
import { type FleetModel, ioState, REPLICATION_USER, sqlState } from './fleet-model.ts';
import { rangeText } from './gtid.ts';
import type { Channel, Session, SimInstance } from './instance.ts';
import { shownVariable, statusValues, variableNames } from './variables.ts';

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: (model: FleetModel, instance: SimInstance) => readonly (readonly Value[])[];
}

function integer(name: string): Column {
  return { name, type: 'integer' };
}

const PROCESSLIST: Table = {
  columns: [integer('ID'), ...text('USER', 'HOST', 'DB', 'COMMAND'), integer('TIME'), ...text('STATE', 'INFO')],
  rows: processRows,
};

const GLOBAL_VARIABLES: Table = {
  columns: text('VARIABLE_NAME', 'VARIABLE_VALUE'),
  rows: (_, instance) => variableNames().map((name) => [name, shownVariable(name, instance)]),
};

const GLOBAL_STATUS: Table = {
  columns: text('VARIABLE_NAME', 'VARIABLE_VALUE'),
  rows: (model, instance) => [...statusValues(model, instance)],
};

const TABLES: Readonly<Record<string, Table>> = {
  'information_schema.processlist': PROCESSLIST,
  'performance_schema.processlist': PROCESSLIST,
  'performance_schema.global_variables': GLOBAL_VARIABLES,
  'performance_schema.session_variables': GLOBAL_VARIABLES,
  'performance_schema.global_status': GLOBAL_STATUS,
  'performance_schema.session_status': GLOBAL_STATUS,
  'performance_schema.replication_group_members': {
    columns: [
      ...text('CHANNEL_NAME', 'MEMBER_ID', 'MEMBER_HOST'),
      integer('MEMBER_PORT'),
      ...text('MEMBER_STATE', 'MEMBER_ROLE', 'MEMBER_VERSION'),
    ],
    rows: () => [],
  },
  'performance_schema.replication_connection_configuration': {
    columns: [
      ...text('CHANNEL_NAME', 'HOST'),
      integer('PORT'),
      ...text('USER', 'AUTO_POSITION', 'SSL_ALLOWED'),
      integer('CONNECTION_RETRY_INTERVAL'),
      integer('CONNECTION_RETRY_COUNT'),
      text('HEARTBEAT_INTERVAL')[0] ?? integer(''),
    ],
    rows: (_, { channel }) => (channel ? [configurationRow(channel)] : []),
  },
  'performance_schema.replication_connection_status': {
    columns: [
      ...text('CHANNEL_NAME', 'GROUP_NAME', 'SOURCE_UUID', 'SERVICE_STATE'),
      integer('COUNT_RECEIVED_HEARTBEATS'),
      ...text('LAST_HEARTBEAT_TIMESTAMP', 'LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP', 'RECEIVED_TRANSACTION_SET'),
      integer('LAST_ERROR_NUMBER'),
      ...text('LAST_ERROR_MESSAGE'),
    ],
    rows: (model, { channel }) => (channel ? [connectionRow(model, channel)] : []),
  },
  'performance_schema.replication_applier_status': {
    columns: [
      ...text('CHANNEL_NAME', 'SERVICE_STATE'),
      integer('REMAINING_DELAY'),
      integer('COUNT_TRANSACTIONS_RETRIES'),
    ],
    rows: (_, { channel }) => (channel ? [['', sqlState(channel) === 'Yes' ? 'ON' : 'OFF', null, 0]] : []),
  },
  'mysql.slave_master_info': {
    columns: [...text('Host', 'User_name', 'User_password'), integer('Port'), ...text('Channel_name')],
    rows: (_, { channel }) => (channel ? [[channel.sourceHost, channel.user, '', channel.sourcePort, '']] : []),
  },
  'information_schema.plugins': {
    columns: text('PLUGIN_NAME', 'PLUGIN_STATUS'),
    rows: () => [
      ['rpl_semi_sync_replica', 'ACTIVE'],
      ['rpl_semi_sync_source', 'ACTIVE'],
    ],
  },
};

export function findTable(schema: string, name: string): Table | undefined {
  return TABLES[`${schema.toLowerCase()}.${name.toLowerCase()}`];
}

export const VARIABLES_TABLE: Table = { ...GLOBAL_VARIABLES, columns: text('Variable_name', 'Value') };
export const STATUS_TABLE: Table = { ...GLOBAL_STATUS, columns: text('Variable_name', 'Value') };

export function retrievedText(channel: Channel): string {
  const sorted = [...channel.retrieved].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([uuid, { from, to }]) => rangeText(uuid, from, to)).join(',\n');
}

function configurationRow(channel: Channel): Value[] {
  const { sourceHost, sourcePort, user, autoPosition, connectRetrySeconds, retryCount } = channel;
  const tls = channel.options.get('Source_SSL_Allowed') === 'Yes' ? 'YES' : 'NO';
  const position = autoPosition ? '1' : '0';
  return [
    '',
    sourceHost,
    sourcePort,
    user,
    position,
    tls,
    connectRetrySeconds,
    retryCount,
    channel.heartbeatSeconds.toFixed(3),
  ];
}

function connectionRow(model: FleetModel, channel: Channel): Value[] {
  const service = { Yes: 'ON', No: 'OFF', Connecting: 'CONNECTING' }[ioState(channel)];
  const { ioError, heartbeats, sourceUuid } = channel;
  const times = [channel.heartbeatAtMs, channel.queuedAtMs].map((ms) => timestamp(model, ms));
  const error = [ioError?.errno ?? 0, ioError?.message ?? ''];
  return ['', '', sourceUuid, service, heartbeats, ...times, retrievedText(channel), ...error];
}

function timestamp(model: FleetModel, atMs: number | null): string {
  return atMs === null ? '0000-00-00 00:00:00.000000' : timestampText(Date.now() - (model.nowMs - atMs));
}

function processRows(model: FleetModel, instance: SimInstance): Value[][] {
  const seconds = Math.floor((model.nowMs - instance.upSinceMs) / 1_000);
  const rows: Value[][] = [
    [5, 'event_scheduler', 'localhost', null, 'Daemon', seconds, 'Waiting on empty queue', null],
  ];
  const { channel } = instance;
  if (channel && ioState(channel) !== 'No') {
    const state =
      ioState(channel) === 'Yes' ? 'Waiting for source to send event' : 'Reconnecting after a failed source event read';
    rows.push([6, 'system user', 'connecting host', null, 'Connect', seconds, state, null]);
  }
  if (channel && sqlState(channel) === 'Yes') {
    rows.push([
      7,
      'system user',
      '',
      null,
      'Query',
      seconds,
      'Replica has read all relay log; waiting for more updates',
      null,
    ]);
  }
  for (const session of instance.sessions.values()) rows.push(sessionRow(session));
  for (const replica of model.connectedReplicasOf(instance)) {
    const host = `${replica.key.hostname}:${40_000 + (replica.serverId % 20_000)}`;
    const state = 'Source has sent all binlog to replica; waiting for more updates';
    const id = DUMP_ID_BASE + replica.serverId;
    rows.push([id, REPLICATION_USER, host, null, 'Binlog Dump GTID', seconds, state, null]);
  }
  return rows;
}

/** Far above the ids of clients. */
const DUMP_ID_BASE = 1_000_000;

function sessionRow({ id, user, host }: Session): Value[] {
  return [id, user, host, null, 'Sleep', 0, '', null];
}
