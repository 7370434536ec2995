import { binlogPosition } from '../lab/catch-up.ts';
import type { LabServer } from '../lab/index.ts';
import { wordsFor } from '../lab/replication.ts';
import { eventually } from './failover-scene.ts';

/** What an operator may have stopped on a replica. */
export type Thread = 'receiver' | 'applier';

export async function stopThread(replica: LabServer, thread: Thread): Promise<void> {
  const name = thread === 'receiver' ? 'IO_THREAD' : 'SQL_THREAD';
  await replica.query(`${wordsFor(replica.flavor).stopReplica} ${name}`);
}

/** Waits until a replica holds, applied or not, all that its source has written to its binary log by now. */
export async function receivesAll(replica: LabServer, source: LabServer): Promise<void> {
  const wanted = await binlogPosition(source);
  await eventually(`${replica.name} to receive what ${source.name} has`, async () => {
    const [row = {}] = await replica.query(wordsFor(replica.flavor).replicaStatus);
    const file = String(row.Source_Log_File ?? row.Master_Log_File ?? '');
    const position = Number(row.Read_Source_Log_Pos ?? row.Read_Master_Log_Pos ?? 0);
    return file > wanted.file || (file === wanted.file && position >= wanted.position);
  });
}

/** Gives a server, outside replication, the lag that its `ReplicationLagQuery` is to answer with; seconds. */
export async function pretendLag(server: LabServer, seconds: number): Promise<void> {
  const open = server.flavor === 'mysql97' ? 'SET GLOBAL super_read_only = 0;' : '';
  const shut = server.flavor === 'mysql97' ? '; SET GLOBAL super_read_only = 1' : '';
  await server.query(
    `${open} SET SESSION sql_log_bin = 0;
     CREATE TABLE IF NOT EXISTS meta.lag (seconds INT NOT NULL) ENGINE=InnoDB;
     DELETE FROM meta.lag; INSERT INTO meta.lag VALUES (${seconds});
     SET SESSION sql_log_bin = 1${shut}`,
  );
}

/** Makes a replica log in another format from now on. MySQL 9 refuses that while the applier runs. */
export async function changeFormat(replica: LabServer, format: 'ROW' | 'MIXED' | 'STATEMENT'): Promise<void> {
  await stopThread(replica, 'applier');
  await replica.query(`SET GLOBAL binlog_format = '${format}'`);
  await replica.query(`${wordsFor(replica.flavor).startReplica} SQL_THREAD`);
}
