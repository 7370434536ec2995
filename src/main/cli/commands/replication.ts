import { UsageError } from '../../client/client-error.ts';
import type { Command } from '../command.ts';
import * as format from '../formats.ts';
import { encode, type Input } from '../input.ts';
import { type OperationSpec, operationCommand, withQuery } from '../operation-command.ts';

type Texts = readonly [name: string, summary: string, example?: string];

/** An operation on one server; without more, its path is `NAME/instance` and it prints the server. */
function onServer(
  group: OperationSpec['group'],
  [name, summary, example = '-i db2:3306']: Texts,
  over: Partial<OperationSpec> = {},
): Command {
  return operationCommand({
    name,
    group,
    summary,
    flags: ['instance'],
    example: `baton ${name} ${example}`,
    path: (input) => `${name}/${input.instance()}`,
    format: format.INSTANCE,
    ...over,
  });
}

const replication = (texts: Texts, over?: Partial<OperationSpec>) => onServer('Replication', texts, over);
const server = (texts: Texts, over?: Partial<OperationSpec>) => onServer('Servers', texts, over);
const log = (texts: Texts, over?: Partial<OperationSpec>) => onServer('Logs and GTIDs', texts, over);

function query(name: string, value: string): readonly string[] {
  return value === '' ? [] : [`${name}=${encode(value)}`];
}

function wholeNumber(input: Input, flag: 'seconds' | 'process'): string {
  const text = input.required(flag);
  if (!/^\d{1,15}$/.test(text))
    throw new UsageError(`"${text}" is no number of ${flag === 'seconds' ? 'seconds' : 'a session'}.`);
  return text;
}

function canReplicate(name: string, summary: string): Command {
  return {
    name,
    group: 'Looking',
    summary,
    flags: ['instance', 'destination'],
    word: 'instance',
    example: `baton ${name} -i db4:3306 -d db1:3306`,
    path: (input) => `${name}/${input.instance()}/${input.destination()}`,
    format: format.KEY_IF_TRUE,
  };
}

/** A search in two servers' logs. */
function correlate(name: string, summary: string): Command {
  return log([name, summary, '-i db4:3306 -d db1:3306'], {
    flags: ['instance', 'destination'],
    optional: ['binlog'],
    path: (input) =>
      withQuery(`${name}/${input.instance()}/${input.destination()}`, query('binlog', input.optional('binlog'))),
    format: format.LINES,
  });
}

/** Replication, binary logs and GTIDs of one server. */
export const REPLICATION_COMMANDS: readonly Command[] = [
  canReplicate('can-replicate-from', 'Print the destination if a server could replicate from it'),
  canReplicate('can-replicate-from-gtid', 'As can-replicate-from, by GTID'),
  replication(['start-replica', 'Start replication on a server']),
  replication(['stop-replica', 'Stop replication on a server']),
  replication(['stop-replica-nice', 'Stop replication when all that was received is applied']),
  replication(['restart-replica', 'Stop and start replication on a server']),
  replication(['reset-replica', 'Make a replica forget its source']),
  replication(['detach-replica-master-host', 'Break replication so that it can be put right by reattaching']),
  replication(['detach-replica', 'As detach-replica-master-host']),
  replication(['reattach-replica-master-host', 'Undo detach-replica-master-host']),
  replication(['reattach-replica', 'As reattach-replica-master-host']),
  replication(['skip-query', 'Skip the transaction that stopped a replica']),
  replication(['delay-replication', 'Make a replica lag on purpose', '-i db2:3306 -S 3600'], {
    flags: ['instance', 'seconds'],
    path: (input) => `delay-replication/${input.instance()}/${wholeNumber(input, 'seconds')}`,
    format: format.TEXT,
  }),
  replication(
    [
      'restart-replica-statements',
      'Print what stops replication, runs a statement and starts it again',
      "-i db2:3306 -q 'set global x=1'",
    ],
    {
      flags: ['instance', 'query'],
      path: (input) => `restart-replica-statements/${input.instance()}?q=${encode(input.required('query'))}`,
      format: format.RAW,
    },
  ),
  replication(['master-pos-wait', 'Wait until a replica has reached a position', '-i db2:3306 -n bin.000012:4'], {
    flags: ['instance', 'binlog'],
    path: (input) => `master-pos-wait/${input.instance()}?binlog=${encode(input.required('binlog'))}`,
  }),
  replication(['change-master-credentials', 'Give a replica the replication account of its settings again']),
  replication(['enable-gtid', 'Make a replica find its place by GTID']),
  replication(['disable-gtid', 'Make a replica find its place by file and position']),
  replication(['enable-semi-sync-master', 'Turn semi-synchronous replication on, on the source side', '-i db1:3306']),
  replication(['disable-semi-sync-master', 'Turn semi-synchronous replication off, on the source side', '-i db1:3306']),
  replication(['enable-semi-sync-replica', 'Turn semi-synchronous replication on, on the replica side']),
  replication(['disable-semi-sync-replica', 'Turn semi-synchronous replication off, on the replica side']),
  server(['set-read-only', 'Turn read_only on']),
  server(['set-writeable', 'Turn read_only off', '-i db1:3306']),
  server(['kill-query', 'End the statement that a session runs', '-i db1:3306 --process 42'], {
    flags: ['instance', 'process'],
    path: (input) => `kill-query/${input.instance()}/${wholeNumber(input, 'process')}`,
  }),
  log(['flush-binary-logs', 'Begin a new binary log, or as many as lead to the named one', '-i db1:3306'], {
    optional: ['binlog'],
    path: (input) => withQuery(`flush-binary-logs/${input.instance()}`, query('binlog', input.optional('binlog'))),
  }),
  log(['purge-binary-logs', 'Delete the binary logs before the named one', '-i db1:3306 -n bin.000012'], {
    flags: ['instance', 'binlog'],
    optional: ['force'],
    path: (input) => `purge-binary-logs/${input.instance()}/${encode(input.required('binlog'))}`,
  }),
  log(['locate-gtid-errant', "List the binary logs that hold a replica's errant transactions"], {
    format: format.LINES,
  }),
  log(['gtid-errant-reset-master', 'Clear the errant transactions of a replica by resetting its binary logs']),
  log(['gtid-errant-inject-empty', "Make a replica's errant transactions known to all, as empty ones on the source"]),
  log(['last-pseudo-gtid', "Print the newest Pseudo-GTID entry of a server's binary log"], {
    optional: ['strict'],
    format: format.TEXT,
  }),
  log(
    ['find-binlog-entry', 'Print the position of an entry in the binary logs', "-i db1:3306 --pattern 'drop view x'"],
    {
      flags: ['instance', 'pattern'],
      path: (input) => `find-binlog-entry/${input.instance()}?pattern=${encode(input.required('pattern'))}`,
      format: format.LINES,
    },
  ),
  correlate('correlate-binlog-pos', "Print the position in another server's binary log that means the same"),
  correlate('correlate-relaylog-pos', "Print the position in another replica's relay log that means the same"),
  log(['last-executed-relay-entry', 'Print the last entry of the relay log that was applied'], {
    format: format.LINES,
  }),
];
