import { logPlace } from '../model/instance.ts';
import { showReplicaStatus } from '../model/replica-status.ts';
import { findTable, STATUS_TABLE, type Table, VARIABLES_TABLE } from '../model/tables.ts';
import { compileChangeSource } from './change-source.ts';
import { ExpressionParser } from './expression.ts';
import { isTrue, likePattern } from './functions.ts';
import { type Column, type Context, OK, type Outcome, type Runnable, rowsOf, text } from './result.ts';
import { compileSelect } from './select.ts';
import { compileSet } from './set-variables.ts';
import { SqlError } from './sql-error.ts';
import { type Token, TokenReader, tokenize } from './tokens.ts';

const LOG_STATUS: readonly Column[] = [
  ...text('File'),
  { name: 'Position', type: 'integer' },
  ...text('Binlog_Do_DB', 'Binlog_Ignore_DB', 'Executed_Gtid_Set'),
];
const LOGS: readonly Column[] = [...text('Log_name'), { name: 'File_size', type: 'integer' }, ...text('Encrypted')];
const REPLICAS: readonly Column[] = [
  { name: 'Server_Id', type: 'integer' },
  ...text('Host'),
  { name: 'Port', type: 'integer' },
  { name: 'Source_Id', type: 'integer' },
  ...text('Replica_UUID'),
];
const GRANTS: readonly Column[] = text('Grants');
const WARNINGS: readonly Column[] = [...text('Level'), { name: 'Code', type: 'integer' }, ...text('Message')];
const DATABASES: readonly Column[] = text('Database');

/**
 * Compiles the statements of one request; they can be run on any simulated server. A statement that isn't understood
 * becomes one that fails when its turn comes, as on a real server.
 */
export function compileRequest(sql: string): Runnable[] {
  let statements: Token[][];
  try {
    statements = tokenize(sql);
  } catch (error) {
    return [failing(error)];
  }
  if (statements.length === 0) return [failing(new SqlError(1065, 'Query was empty', { sqlState: '42000' }))];
  return statements.map((tokens) => {
    try {
      return compileStatement(new TokenReader(sql, tokens));
    } catch (error) {
      return failing(error);
    }
  });
}

function failing(error: unknown): Runnable {
  return () => {
    throw error;
  };
}

const WRITES = new Set(['INSERT', 'UPDATE', 'DELETE', 'REPLACE', 'CREATE', 'DROP', 'ALTER', 'TRUNCATE', 'GRANT']);
const NOTHING_TO_DO = new Set(['BEGIN', 'COMMIT', 'ROLLBACK', 'USE', 'FLUSH']);

function compileStatement(reader: TokenReader): Runnable {
  const first = reader.current;
  if (first.kind !== 'word') throw reader.error();
  if (first.value === 'SELECT' || first.value === 'DO') return compileSelect(reader);
  if (reader.words('SHOW')) return compileShow(reader);
  if (reader.words('SET')) return compileSet(reader);
  if (reader.words('START', 'TRANSACTION') || NOTHING_TO_DO.has(first.value)) return () => OK;
  if (reader.words('STOP', 'REPLICA')) return threads(reader, (context, io, sql) => stopThreads(context, io, sql));
  if (reader.words('START', 'REPLICA')) return threads(reader, (context, io, sql) => startThreads(context, io, sql));
  if (reader.words('CHANGE', 'REPLICATION', 'SOURCE', 'TO')) return compileChangeSource(reader);
  if (reader.words('RESET', 'REPLICA')) return compileReset(reader);
  if (reader.words('RESET', 'BINARY', 'LOGS', 'AND', 'GTIDS')) return resetLogs;
  if (reader.words('KILL')) return compileKill(reader);
  if (WRITES.has(first.value)) return write;
  throw reader.error();
}

function compileShow(reader: TokenReader): Runnable {
  if (reader.words('REPLICA', 'STATUS'))
    return ended(reader, ({ model, instance }) => showReplicaStatus(model, instance));
  if (reader.words('BINARY', 'LOG', 'STATUS')) return ended(reader, logStatus);
  if (reader.words('BINARY', 'LOGS'))
    return ended(reader, ({ instance }) => rowsOf(LOGS, [[...placeOf(instance), 'No']]));
  if (reader.words('REPLICAS')) return ended(reader, showReplicas);
  if (reader.words('GRANTS')) return ({ session }) => rowsOf(GRANTS, [[grantsOf(session.user)]]);
  if (reader.words('WARNINGS')) return ended(reader, () => rowsOf(WARNINGS, []));
  if (reader.words('DATABASES')) {
    return ended(reader, () => rowsOf(DATABASES, [['information_schema'], ['mysql'], ['performance_schema'], ['sys']]));
  }
  if (!reader.words('FULL') && !reader.words('GLOBAL')) reader.words('SESSION');
  if (reader.words('VARIABLES')) return filtered(reader, VARIABLES_TABLE);
  if (reader.words('STATUS')) return filtered(reader, STATUS_TABLE);
  const processes = findTable('performance_schema', 'processlist');
  if (reader.words('PROCESSLIST') && processes) return filtered(reader, processes);
  throw reader.error();
}

function ended(reader: TokenReader, run: Runnable): Runnable {
  if (reader.words('FOR', 'CHANNEL') && reader.text() !== '') throw reader.error();
  reader.expectEnd();
  return run;
}

/** `[LIKE 'pattern' | WHERE expression]` on the first column or any. */
function filtered(reader: TokenReader, table: Table): Runnable {
  const columns = table.columns;
  if (reader.words('LIKE')) {
    const pattern = likePattern(reader.text());
    reader.expectEnd();
    return ({ model, instance }) =>
      rowsOf(
        columns,
        table.rows(model, instance).filter(([name]) => pattern.test(String(name))),
      );
  }
  const known = columns.map((column) => ({ ...column, table: '' }));
  const where = reader.words('WHERE') ? new ExpressionParser(reader, () => known).parse() : null;
  reader.expectEnd();
  return (context) => {
    const rows = table.rows(context.model, context.instance);
    const wanted = where && rows.filter((row) => isTrue(where.evaluate({ context, row, rows, waited: [] })));
    return rowsOf(columns, wanted ?? rows);
  };
}

function placeOf(instance: Context['instance']): [string, number] {
  const { file, position } = logPlace(instance.transactions);
  return [file, position];
}

function logStatus({ instance }: Context): Outcome {
  return rowsOf(LOG_STATUS, [[...placeOf(instance), '', '', instance.executedText]]);
}

function showReplicas({ model, instance }: Context): Outcome {
  const replicas = model.connectedReplicasOf(instance);
  const rows = replicas.map(({ serverId, key, uuid }) => [serverId, key.hostname, key.port, instance.serverId, uuid]);
  return rowsOf(REPLICAS, rows);
}

function grantsOf(user: string): string {
  return `GRANT ALL PRIVILEGES ON *.* TO \`${user}\`@\`%\` WITH GRANT OPTION`;
}

function threads(reader: TokenReader, act: (context: Context, io: boolean, sql: boolean) => void): Runnable {
  const io = reader.words('IO_THREAD');
  if (io) reader.sign(',');
  const sql = reader.words('SQL_THREAD');
  const both = !io && !sql;
  return ended(reader, (context) => {
    context.model.syncCluster(context.instance.cluster);
    act(context, io || both, sql || both);
    return OK;
  });
}

function stopThreads({ instance: { channel } }: Context, io: boolean, sql: boolean): void {
  if (channel === null) return;
  if (io) {
    channel.ioOn = false;
    channel.linked = null;
  }
  if (sql) channel.sqlOn = false;
}

function startThreads({ model, instance: { channel } }: Context, io: boolean, sql: boolean): void {
  if (channel === null || channel.sourceHost === '') {
    throw new SqlError(
      1200,
      'The server is not configured as replica; fix in config file or with CHANGE REPLICATION SOURCE TO',
    );
  }
  if (io) {
    channel.ioOn = true;
    channel.ioEnded = false;
    channel.retryAtMs = model.nowMs;
  }
  if (sql) {
    channel.sqlOn = true;
    channel.sqlError = null;
  }
}

function compileReset(reader: TokenReader): Runnable {
  const all = reader.words('ALL');
  return ended(reader, ({ model, instance }) => {
    model.syncCluster(instance.cluster);
    const { channel } = instance;
    if (channel?.sqlOn || (channel?.ioOn && !channel.ioEnded)) {
      throw new SqlError(
        3081,
        "This operation cannot be performed with running replication threads; run STOP REPLICA FOR CHANNEL '' first",
      );
    }
    channel?.retrieved.clear();
    if (all) instance.channel = null;
    return OK;
  });
}

function resetLogs({ model, instance }: Context): Outcome {
  model.syncCluster(instance.cluster);
  instance.forgetTransactions();
  return OK;
}

function compileKill(reader: TokenReader): Runnable {
  if (!reader.words('CONNECTION')) reader.words('QUERY');
  const id = Number(reader.next().value);
  return ended(reader, ({ instance }) => {
    const session = instance.sessions.get(id);
    if (!session) throw new SqlError(1094, `Unknown thread id: ${id}`);
    session.kill();
    return OK;
  });
}

/** Anything that would change data is one transaction. */
function write({ model, instance }: Context): Outcome {
  model.sync(instance);
  if (instance.flag('super_read_only')) {
    throw new SqlError(
      1290,
      'The MySQL server is running with the --super-read-only option so it cannot execute this statement',
    );
  }
  instance.executeUpTo(instance.uuid, (instance.executed.get(instance.uuid) ?? 0) + 1);
  return { kind: 'ok', affected: 1 };
}
