import type { ThreadState } from '../../../../shared/domain/instance.ts';
import type { ResultSet, Row } from '../wire/decode-response.ts';
import type { RawReplica } from './dialect.ts';

/** Where each fact stands in a row of replica status; -1 for a column that this server doesn't have. */
type Places = Readonly<Record<keyof typeof COLUMN_NAMES, number>>;

/** Current names first, then those before MySQL 8.0.22, which MariaDB keeps. */
const COLUMN_NAMES = {
  channel: ['Channel_Name', 'Connection_name'],
  host: ['Source_Host', 'Master_Host'],
  port: ['Source_Port', 'Master_Port'],
  user: ['Source_User', 'Master_User'],
  uuid: ['Source_UUID', 'Master_UUID'],
  io: ['Replica_IO_Running', 'Slave_IO_Running'],
  sql: ['Replica_SQL_Running', 'Slave_SQL_Running'],
  ioErrno: ['Last_IO_Errno'],
  ioError: ['Last_IO_Error'],
  sqlErrno: ['Last_SQL_Errno'],
  sqlError: ['Last_SQL_Error'],
  readFile: ['Source_Log_File', 'Master_Log_File'],
  readPosition: ['Read_Source_Log_Pos', 'Read_Master_Log_Pos'],
  executedFile: ['Relay_Source_Log_File', 'Relay_Master_Log_File'],
  executedPosition: ['Exec_Source_Log_Pos', 'Exec_Master_Log_Pos'],
  relayFile: ['Relay_Log_File'],
  relayPosition: ['Relay_Log_Pos'],
  autoPosition: ['Auto_Position'],
  usingGtid: ['Using_Gtid'],
  retrieved: ['Retrieved_Gtid_Set', 'Gtid_IO_Pos'],
  behind: ['Seconds_Behind_Source', 'Seconds_Behind_Master'],
  delay: ['SQL_Delay'],
  tlsAllowed: ['Source_SSL_Allowed', 'Master_SSL_Allowed'],
  tlsCa: ['Source_SSL_CA_File', 'Master_SSL_CA_File'],
  tlsCapath: ['Source_SSL_CA_Path', 'Master_SSL_CA_Path'],
  tlsCert: ['Source_SSL_Cert', 'Master_SSL_Cert'],
  tlsCipher: ['Source_SSL_Cipher', 'Master_SSL_Cipher'],
  tlsKey: ['Source_SSL_Key', 'Master_SSL_Key'],
  tlsVerify: ['Source_SSL_Verify_Server_Cert', 'Master_SSL_Verify_Server_Cert'],
  publicKeyPath: ['Source_public_key_path', 'Master_public_key_path'],
  getPublicKey: ['Get_Source_public_key', 'Get_master_public_key'],
  connectRetry: ['Connect_Retry'],
  retryCount: ['Source_Retry_Count', 'Master_Retry_Count'],
  heartbeats: ['Slave_received_heartbeats'],
  heartbeatPeriod: ['Slave_heartbeat_period'],
} as const;

const FILTER_COLUMNS = new Set([
  'Replicate_Do_DB',
  'Replicate_Ignore_DB',
  'Replicate_Do_Table',
  'Replicate_Ignore_Table',
  'Replicate_Wild_Do_Table',
  'Replicate_Wild_Ignore_Table',
]);

interface Layout {
  readonly at: Places;
  readonly filters: readonly number[];
}

const layouts = new WeakMap<readonly string[], Layout>();

/**
 * The replication channel in a result of `SHOW REPLICA STATUS` or its relatives: the unnamed one, else the first.
 * Channels of group replication are none of ours. Null when none is configured.
 */
export function readReplica(result: ResultSet): RawReplica | null {
  if (result.rows.length === 0) return null;
  const layout = layoutOf(result.columns);
  const at = layout.at;
  const rows = result.rows.filter((row) => {
    return (row[at.host] ?? '') !== '' && !(row[at.channel] ?? '').startsWith('group_replication_');
  });
  const row = rows.find((candidate) => (candidate[at.channel] ?? '') === '') ?? rows[0];
  return row === undefined ? null : readRow(row, layout, rows.length);
}

function readRow(row: Row, { at, filters }: Layout, channels: number): RawReplica {
  const usingGtid = text(row, at.usingGtid);
  const behind = row[at.behind];
  return {
    sourceHost: text(row, at.host),
    sourcePort: number(row, at.port),
    sourceUuid: text(row, at.uuid),
    user: text(row, at.user),
    ioState: threadState(row[at.io]),
    sqlState: threadState(row[at.sql]),
    lastIoErrno: number(row, at.ioErrno),
    lastIoError: text(row, at.ioError),
    lastSqlErrno: number(row, at.sqlErrno),
    lastSqlError: text(row, at.sqlError),
    read: { file: text(row, at.readFile), position: number(row, at.readPosition) },
    executed: { file: text(row, at.executedFile), position: number(row, at.executedPosition) },
    relay: { file: text(row, at.relayFile), position: number(row, at.relayPosition) },
    gtidUse: row[at.autoPosition] === '1' ? 'mysql' : usingGtid !== '' && usingGtid !== 'No' ? 'mariadb' : 'none',
    gtidRetrieved: text(row, at.retrieved),
    mariadbGtidMode: usingGtid,
    secondsBehindSource: behind === null || behind === undefined ? null : Math.max(0, Number(behind)),
    sqlDelaySeconds: number(row, at.delay),
    hasFilters: filters.some((place) => (row[place] ?? '') !== ''),
    tls: row[at.tlsAllowed] === 'Yes',
    tlsOptions: {
      ca: text(row, at.tlsCa),
      capath: text(row, at.tlsCapath),
      cert: text(row, at.tlsCert),
      cipher: text(row, at.tlsCipher),
      key: text(row, at.tlsKey),
      verifyServerCert: row[at.tlsVerify] === 'Yes',
      publicKeyPath: text(row, at.publicKeyPath),
      getPublicKey: row[at.getPublicKey] === '1',
    },
    connectRetrySeconds: number(row, at.connectRetry),
    retryCount: number(row, at.retryCount),
    heartbeatsReceived: at.heartbeats < 0 ? null : number(row, at.heartbeats),
    heartbeatPeriodSeconds: at.heartbeatPeriod < 0 ? null : number(row, at.heartbeatPeriod),
    channels,
  };
}

/** The columns of a connection are the same array at every poll, see ColumnMemory. */
function layoutOf(columns: readonly string[]): Layout {
  const known = layouts.get(columns);
  if (known) return known;
  const places = Object.entries(COLUMN_NAMES).map(([fact, names]) => {
    const wanted = names.map((name) => name.toLowerCase());
    return [fact, columns.findIndex((column) => wanted.includes(column.toLowerCase()))] as const;
  });
  const filters = columns.flatMap((column, index) => (FILTER_COLUMNS.has(column) ? [index] : []));
  const layout: Layout = { at: Object.fromEntries(places) as Places, filters };
  layouts.set(columns, layout);
  return layout;
}

function text(row: Row, place: number): string {
  return row[place] ?? '';
}

function number(row: Row, place: number): number {
  return Number(row[place] ?? 0);
}

function threadState(word: string | null | undefined): ThreadState {
  if (word === 'Yes') return 1;
  return word === 'No' ? 0 : 2;
}
