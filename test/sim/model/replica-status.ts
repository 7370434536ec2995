import { type Column, type Outcome, rowsOf, type Value } from '../sql/result.ts';
import { type FleetModel, ioState, sqlState } from './fleet-model.ts';
import { type Channel, logPlace, type SimInstance } from './instance.ts';
import { retrievedText } from './tables.ts';

type Cell = (instance: SimInstance, channel: Channel, model: FleetModel) => Value;

/** `SHOW REPLICA STATUS` of MySQL 9: columns in its order, integers marked. */
const CELLS: readonly (readonly [name: string, cell: Cell, type?: 'integer'])[] = [
  ['Replica_IO_State', (_, channel) => IO_STATES[ioState(channel)]],
  ['Source_Host', (_, channel) => channel.sourceHost],
  ['Source_User', (_, channel) => channel.user],
  ['Source_Port', (_, channel) => channel.sourcePort, 'integer'],
  ['Connect_Retry', (_, channel) => channel.connectRetrySeconds, 'integer'],
  ['Source_Log_File', (instance, channel) => logPlace(received(instance, channel)).file],
  ['Read_Source_Log_Pos', (instance, channel) => logPlace(received(instance, channel)).position, 'integer'],
  ['Relay_Log_File', () => 'relay-bin.000002'],
  [
    'Relay_Log_Pos',
    (instance, channel) => logPlace(applied(instance, channel)).position + RELAY_HEADER_BYTES,
    'integer',
  ],
  ['Relay_Source_Log_File', (instance) => logPlace(instance.transactions).file],
  ['Replica_IO_Running', (_, channel) => ioState(channel)],
  ['Replica_SQL_Running', (_, channel) => sqlState(channel)],
  ...empty('Replicate_Do_DB', 'Replicate_Ignore_DB', 'Replicate_Do_Table', 'Replicate_Ignore_Table'),
  ...empty('Replicate_Wild_Do_Table', 'Replicate_Wild_Ignore_Table'),
  ['Last_Errno', (_, channel) => channel.sqlError?.errno ?? 0, 'integer'],
  ['Last_Error', (_, channel) => channel.sqlError?.message ?? ''],
  ['Skip_Counter', () => 0, 'integer'],
  ['Exec_Source_Log_Pos', (instance) => logPlace(instance.transactions).position, 'integer'],
  [
    'Relay_Log_Space',
    (instance, channel) => logPlace(received(instance, channel)).position + RELAY_HEADER_BYTES,
    'integer',
  ],
  ['Until_Condition', () => 'None'],
  ['Until_Log_File', () => ''],
  ['Until_Log_Pos', () => 0, 'integer'],
  option('Source_SSL_Allowed', 'No'),
  option('Source_SSL_CA_File'),
  option('Source_SSL_CA_Path'),
  option('Source_SSL_Cert'),
  option('Source_SSL_Cipher'),
  option('Source_SSL_Key'),
  ['Seconds_Behind_Source', secondsBehind, 'integer'],
  option('Source_SSL_Verify_Server_Cert', 'No'),
  ['Last_IO_Errno', (_, channel) => channel.ioError?.errno ?? 0, 'integer'],
  ['Last_IO_Error', (_, channel) => channel.ioError?.message ?? ''],
  ['Last_SQL_Errno', (_, channel) => channel.sqlError?.errno ?? 0, 'integer'],
  ['Last_SQL_Error', (_, channel) => channel.sqlError?.message ?? ''],
  ['Replicate_Ignore_Server_Ids', () => ''],
  ['Source_Server_Id', (_, channel) => channel.linked?.serverId ?? 0, 'integer'],
  ['Source_UUID', (_, channel) => channel.sourceUuid],
  ['Source_Info_File', () => 'mysql.slave_master_info'],
  ['SQL_Delay', (_, channel) => channel.delaySeconds, 'integer'],
  ['SQL_Remaining_Delay', () => null, 'integer'],
  ['Replica_SQL_Running_State', (_, channel) => (sqlState(channel) === 'Yes' ? SQL_STATE : '')],
  ['Source_Retry_Count', (_, channel) => channel.retryCount, 'integer'],
  option('Source_Bind'),
  ...empty('Last_IO_Error_Timestamp', 'Last_SQL_Error_Timestamp'),
  option('Source_SSL_Crl'),
  option('Source_SSL_Crlpath'),
  ['Retrieved_Gtid_Set', (_, channel) => retrievedText(channel)],
  ['Executed_Gtid_Set', ({ executedText }) => executedText],
  ['Auto_Position', (_, channel) => (channel.autoPosition ? 1 : 0), 'integer'],
  ...empty('Replicate_Rewrite_DB', 'Channel_Name'),
  option('Source_TLS_Version'),
  option('Source_public_key_path'),
  option('Get_Source_public_key', '0', 'integer'),
  option('Network_Namespace'),
];

const RELAY_HEADER_BYTES = 214;
const SQL_STATE = 'Replica has read all relay log; waiting for more updates';
const IO_STATES = {
  Yes: 'Waiting for source to send event',
  Connecting: 'Reconnecting after a failed source event read',
  No: '',
} as const;

const COLUMNS: readonly Column[] = CELLS.map(([name, , type]) => ({ name, type: type ?? 'text' }));

export function showReplicaStatus(model: FleetModel, instance: SimInstance): Outcome {
  const { channel } = instance;
  if (channel === null) return rowsOf(COLUMNS, []);
  return rowsOf(COLUMNS, [CELLS.map(([, cell]) => cell(instance, channel, model))]);
}

function empty(...names: readonly string[]): [string, Cell][] {
  return names.map((name) => [name, () => '']);
}

function option(name: string, initial = '', type?: 'integer'): readonly [string, Cell, 'integer'?] {
  const cell: Cell = (_, channel) => channel.options.get(name) ?? initial;
  return type === undefined ? [name, cell] : [name, cell, type];
}

function received(instance: SimInstance, channel: Channel): number {
  let count = instance.transactions;
  for (const [uuid, { to }] of channel.retrieved) count += Math.max(0, to - (instance.executed.get(uuid) ?? 0));
  return count;
}

function applied(instance: SimInstance, channel: Channel): number {
  let count = 0;
  for (const [uuid, { from }] of channel.retrieved) count += Math.max(0, (instance.executed.get(uuid) ?? 0) - from + 1);
  return count;
}

/** NULL unless both threads run, or the applier still has work (MySQL manual, SHOW REPLICA STATUS). */
function secondsBehind(instance: SimInstance, channel: Channel): Value {
  if (sqlState(channel) === 'No') return null;
  const backlog = received(instance, channel) > instance.transactions;
  if (ioState(channel) !== 'Yes' && !backlog) return null;
  return backlog ? Math.max(instance.lagSeconds, channel.delaySeconds) : 0;
}
