import type { LabServer } from '../lab/index.ts';
import { wordsFor } from '../lab/replication.ts';

/** Columns and variables by their names in the words of the server. */
export type ServerState = Readonly<Record<string, string>>;

/** Of the replica status, what doesn't change by itself while nobody writes. */
const COLUMNS =
  /^(?:Source|Master)_(?:Host|Port|User|Log_File|UUID|SSL_Allowed|Retry_Count)$|^Read_\w+_Log_Pos$|^Exec_\w+_Log_Pos$|^(?:Replica|Slave)_(?:IO|SQL)_Running$|^SQL_Delay$|^Auto_Position$|^Using_Gtid$|^Gtid_IO_Pos$|^(?:Retrieved|Executed)_Gtid_Set$|^Last_(?:IO|SQL)_Errno$|^Channel_Name$|^Get_Source_public_key$/;

const COORDINATES = /_Log_(?:File|Pos)$/;

const VARIABLES =
  /^(?:read_only|super_read_only|server_id|gtid_executed|gtid_purged|gtid_mode|gtid_slave_pos|gtid_binlog_pos|gtid_binlog_state|rpl_semi_sync_\w+_enabled|offline_mode|log_bin|(?:slave|replica)_skip_errors|sql_(?:slave|replica)_skip_counter)$/;

/** Everything of a server that an operation could change: its channels, its place, its switches, its binary logs. */
export async function serverState(server: LabServer): Promise<ServerState> {
  const words = wordsFor(server.flavor);
  // MariaDB shows the channels that have a name only so.
  const status = server.flavor === 'mariadb' ? 'SHOW ALL SLAVES STATUS' : words.replicaStatus;
  const channels = await server.query(status);
  const logs = await server.query(words.binlogStatus);
  const variables = await server.query<{ Variable_name: string; Value: string }>('SHOW GLOBAL VARIABLES');
  const entries: (readonly [string, string])[] = [];
  for (const [index, row] of channels.entries()) {
    // By GTID a place is told by the sets; the coordinates follow with what comes next.
    const byGtid = !['0', 'No'].includes(String(row.Auto_Position ?? row.Using_Gtid));
    for (const [name, value] of Object.entries(row)) {
      if (COLUMNS.test(name) && !(byGtid && COORDINATES.test(name)))
        entries.push([`channel ${index} ${name}`, String(value)]);
    }
  }
  for (const { File, Position } of logs as readonly Record<string, unknown>[]) {
    entries.push(['binary log', `${String(File)}:${String(Position)}`]);
  }
  for (const { Variable_name: name, Value: value } of variables) {
    if (VARIABLES.test(name)) entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}
