import { describe, expect, test } from 'vitest';
import { chooseDialect } from '../../../src/main/adapters/mysql/dialects/choose-dialect.ts';
import type { ActionContext, Dialect } from '../../../src/main/adapters/mysql/dialects/dialect.ts';
import { atLeast, parseVersion } from '../../../src/main/adapters/mysql/dialects/version.ts';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type { InstanceFacts, ReplicaStatus } from '../../../src/shared/domain/instance.ts';

const KEY = { hostname: 'db1', port: 3306 };
const SOURCE = { hostname: "db'2", port: 3307 };
const CONTEXT: ActionContext = { credentials: { user: 'repl', password: "p'w\\" }, semiSyncNames: null };

function dialect(version: string, comment = ''): Dialect {
  const choice = chooseDialect(KEY, version, comment);
  if (!choice.ok) throw new Error(choice.failure.message);
  return choice.dialect;
}

/** Only what statements are made from. */
function facts(replica: Partial<ReplicaStatus> | null): InstanceFacts {
  const semiSync = { available: true };
  return { key: KEY, replica, semiSync, logBin: true, gtidMode: '' } as unknown as InstanceFacts;
}

const GTID_REPLICA = facts({
  source: { hostname: 'db9', port: 3306 },
  ioState: 1,
  gtidUse: 'mysql',
  mariadbGtidMode: '',
  executed: { file: 'log.7', position: 77 },
});
const PLAIN_REPLICA = facts({ ...GTID_REPLICA.replica, gtidUse: 'none', ioState: 0 });
const MARIADB_REPLICA = facts({ ...GTID_REPLICA.replica, gtidUse: 'mariadb', mariadbGtidMode: 'Slave_Pos' });
const CURRENT_POS_REPLICA = facts({ ...MARIADB_REPLICA.replica, mariadbGtidMode: 'Current_Pos' });
const NO_REPLICA = facts(null);

const STOP: ServerAction = { kind: 'stop-replication', threads: 'both' };
const START_SQL: ServerAction = { kind: 'start-replication', threads: 'sql' };
const RESET: ServerAction = { kind: 'reset-replication' };
const BY_GTID: ServerAction = {
  kind: 'repoint',
  source: SOURCE,
  mode: { by: 'gtid' },
  tls: null,
  credentialsOf: null,
};
const BY_PLACE: ServerAction = { ...BY_GTID, mode: { by: 'coordinates', at: { file: 'b.1', position: 4 } } };
const SAME: ServerAction = { ...BY_GTID, mode: { by: 'same-coordinates' } };
const OPEN: ServerAction = { kind: 'set-read-only', on: false, super: true };
const SHUT: ServerAction = { kind: 'set-read-only', on: true, super: true };
const WAIT: ServerAction = { kind: 'wait-for-gtid', gtid: 'x', timeoutMs: 1500 };
const SEMI: ServerAction = { kind: 'set-semi-sync-replica', on: true };
const DETACH: ServerAction = { kind: 'detach-source' };

const CASES: readonly (readonly [string, ServerAction, InstanceFacts, readonly string[]])[] = [
  ['5.6.24', STOP, GTID_REPLICA, ['STOP SLAVE']],
  ['8.0.21', STOP, GTID_REPLICA, ['STOP SLAVE']],
  ['8.0.22', STOP, GTID_REPLICA, ['STOP REPLICA']],
  ['10.11.18-MariaDB', STOP, MARIADB_REPLICA, ['STOP SLAVE']],
  ['9.7.4', START_SQL, GTID_REPLICA, ['START REPLICA SQL_THREAD']],
  ['5.7.44', RESET, GTID_REPLICA, ['RESET SLAVE ALL']],
  ['9.7.4', RESET, GTID_REPLICA, ['RESET REPLICA ALL']],
  [
    '8.0.22',
    BY_GTID,
    GTID_REPLICA,
    ["CHANGE MASTER TO MASTER_HOST = 'db\\'2', MASTER_PORT = 3307, MASTER_AUTO_POSITION = 1"],
  ],
  [
    '8.0.23',
    BY_GTID,
    NO_REPLICA,
    ["CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'db\\'2', SOURCE_PORT = 3307, SOURCE_AUTO_POSITION = 1"],
  ],
  [
    '9.7.4',
    BY_PLACE,
    GTID_REPLICA,
    [
      "CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'db\\'2', SOURCE_PORT = 3307, SOURCE_LOG_FILE = 'b.1', SOURCE_LOG_POS = 4, SOURCE_AUTO_POSITION = 0",
    ],
  ],
  ['8.4.0', SAME, GTID_REPLICA, ["CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'db\\'2', SOURCE_PORT = 3307"]],
  [
    '5.6.24',
    SAME,
    PLAIN_REPLICA,
    [
      "CHANGE MASTER TO MASTER_HOST = 'db\\'2', MASTER_PORT = 3307, MASTER_LOG_FILE = 'log.7', MASTER_LOG_POS = 77, MASTER_AUTO_POSITION = 0",
    ],
  ],
  ['10.11.18-MariaDB', SAME, MARIADB_REPLICA, ["CHANGE MASTER TO MASTER_HOST = 'db\\'2', MASTER_PORT = 3307"]],
  [
    '10.11.18-MariaDB',
    BY_GTID,
    MARIADB_REPLICA,
    ["CHANGE MASTER TO MASTER_HOST = 'db\\'2', MASTER_PORT = 3307, MASTER_USE_GTID = slave_pos"],
  ],
  ['10.3.39-MariaDB', BY_GTID, CURRENT_POS_REPLICA, ["CHANGE MASTER TO MASTER_HOST = 'db\\'2', MASTER_PORT = 3307"]],
  [
    '10.11.18-MariaDB',
    BY_GTID,
    NO_REPLICA,
    [
      'SET GLOBAL gtid_slave_pos = @@global.gtid_current_pos',
      "CHANGE MASTER TO MASTER_HOST = 'db\\'2', MASTER_PORT = 3307, MASTER_USE_GTID = slave_pos",
    ],
  ],
  [
    '11.4.2-MariaDB',
    BY_PLACE,
    MARIADB_REPLICA,
    [
      "CHANGE MASTER TO MASTER_HOST = 'db\\'2', MASTER_PORT = 3307, MASTER_LOG_FILE = 'b.1', MASTER_LOG_POS = 4, MASTER_USE_GTID = no",
    ],
  ],
  ['9.7.4', DETACH, GTID_REPLICA, ["CHANGE REPLICATION SOURCE TO SOURCE_HOST = '//db9', SOURCE_PORT = 3306"]],
  ['9.7.4', OPEN, NO_REPLICA, ['SET GLOBAL super_read_only = 0, GLOBAL read_only = 0']],
  ['5.6.24', OPEN, NO_REPLICA, ['SET GLOBAL read_only = 0']],
  ['9.7.4', SHUT, NO_REPLICA, ['SET GLOBAL super_read_only = 1']],
  ['5.7.7', SHUT, NO_REPLICA, ['SET GLOBAL read_only = 1']],
  ['10.11.18-MariaDB', SHUT, NO_REPLICA, ['SET GLOBAL read_only = 1']],
  ['9.7.4', WAIT, GTID_REPLICA, ["SELECT WAIT_FOR_EXECUTED_GTID_SET('x', 1.500)"]],
  ['5.7.44', WAIT, GTID_REPLICA, ["SELECT WAIT_FOR_EXECUTED_GTID_SET('x', 2)"]],
  ['10.11.18-MariaDB', WAIT, MARIADB_REPLICA, ["SELECT MASTER_GTID_WAIT('x', 1.500)"]],
  [
    '9.7.4',
    SEMI,
    GTID_REPLICA,
    ['SET GLOBAL rpl_semi_sync_replica_enabled = 1', 'STOP REPLICA IO_THREAD', 'START REPLICA IO_THREAD'],
  ],
  ['9.7.4', SEMI, PLAIN_REPLICA, ['SET GLOBAL rpl_semi_sync_replica_enabled = 1']],
  ['10.11.18-MariaDB', SEMI, PLAIN_REPLICA, ['SET GLOBAL rpl_semi_sync_slave_enabled = 1']],
  ['10.11.18-MariaDB', { kind: 'end-offline-mode' }, NO_REPLICA, []],
];

describe('statements', () => {
  test.each(CASES)('%s %o', (version, action, subject, expected) => {
    const steps = dialect(version).steps(action, subject, CONTEXT);
    expect(steps.map((step) => step.sql)).toEqual(expected);
    expect(steps.map((step) => step.shown)).toEqual(expected);
  });

  test.each(['9.7.4', '5.6.24', '10.11.18-MariaDB'])('%s masks passwords in what is shown', (version) => {
    const [step] = dialect(version).steps(
      { ...BY_GTID, credentialsOf: SOURCE } as ServerAction,
      MARIADB_REPLICA,
      CONTEXT,
    );
    expect(step?.sql).toMatch(/_PASSWORD = 'p\\'w\\\\'$/);
    expect(step?.shown).toMatch(/_USER = 'repl', (MASTER|SOURCE)_PASSWORD = '\*\*\*'$/);
  });

  test('semi-sync names follow the plugin that the server has', () => {
    const [step] = dialect('8.0.36').steps(SEMI, PLAIN_REPLICA, { ...CONTEXT, semiSyncNames: 'master' });
    expect(step?.sql).toBe('SET GLOBAL rpl_semi_sync_slave_enabled = 1');
  });

  test('what makes no sense is refused', () => {
    expect(() => dialect('9.7.4').steps(DETACH, NO_REPLICA, CONTEXT)).toThrow('not a replica');
    expect(() => dialect('9.7.4').steps({ kind: 'reattach-source' }, GTID_REPLICA, CONTEXT)).toThrow('not detached');
    const bad = { ...BY_GTID, source: { hostname: 'x', port: 1.5 } } as ServerAction;
    expect(() => dialect('9.7.4').steps(bad, GTID_REPLICA, CONTEXT)).toThrow(RangeError);
  });
});

describe('the choice of a dialect', () => {
  test.each([
    ['8.0.36-28', 'Percona Server (GPL), Release 28', 'Percona'],
    ['9.7.4', 'MySQL Community Server', 'MySQL'],
    ['10.11.18-MariaDB-0+deb12u1-log', 'Debian 12', 'MariaDB'],
  ])('%s', (version, comment, flavor) => {
    expect(dialect(version, comment).flavor).toBe(flavor);
  });

  test.each(['5.5.62', '10.2.44-MariaDB', '5.5.68-MariaDB', '', 'Source distribution', '2.5.0-maxscale', '4.1'])(
    '%s is not supported',
    (version) => {
      const choice = chooseDialect(KEY, version, '');
      expect(choice).toMatchObject({ ok: false, failure: { kind: 'unsupported' } });
      if (!choice.ok) expect(choice.failure.message).toContain('db1:3306');
    },
  );

  test('versions compare as numbers', () => {
    const version = parseVersion('10.4.2');
    expect(version && atLeast(version, 9, 7)).toBe(true);
    expect(version && atLeast(version, 10, 11)).toBe(false);
    expect(version && atLeast(version, 10, 4, 2)).toBe(true);
  });
});
