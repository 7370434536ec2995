import { describe, expect, test } from 'vitest';
import { chooseDialect } from '../../../src/main/adapters/mysql/dialects/choose-dialect.ts';
import type { ActionContext, Dialect, SentQuestion } from '../../../src/main/adapters/mysql/dialects/dialect.ts';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type { InstanceFacts } from '../../../src/shared/domain/instance.ts';

const KEY = { hostname: 'db1', port: 3306 };
const AT = { file: "b'.000007", position: 4711 };
const GTID = '00000000-0000-0000-0000-0000000000aa:5';
const CONTEXT: ActionContext = { credentials: { user: 'repl', password: "p'w" }, semiSyncNames: null };
/** One version for each wording; the comment makes the last one Percona Server. */
const VERSIONS = [
  '5.6.24',
  '5.7.44',
  '8.0.21',
  '8.0.36',
  '8.4.3',
  '9.7.4',
  '10.5.28-MariaDB',
  '10.11.18-MariaDB',
  '8.0.36-28',
] as const;
type Version = (typeof VERSIONS)[number];

function dialect(version: Version): Dialect {
  const choice = chooseDialect(KEY, version, version === '8.0.36-28' ? 'Percona Server (GPL)' : '');
  if (!choice.ok) throw new Error(choice.failure.message);
  return choice.dialect;
}

function facts(changes: object = {}): InstanceFacts {
  const replica = { ioState: 1, gtidUse: 'none', executed: AT };
  return { key: KEY, replica, logBin: true, gtidMode: '', ...changes } as unknown as InstanceFacts;
}

const isOld = (version: Version) => /^5|^8\.0\.21|Maria/.test(version);
const isMariadb = (version: Version) => /Maria/.test(version);
const sql = (version: Version, action: ServerAction, subject = facts()) =>
  dialect(version)
    .steps(action, subject, CONTEXT)
    .map((step) => step.sql);

describe.each(VERSIONS)('%s', (version) => {
  const old = isOld(version);
  const [change, option, thread] = old
    ? ['CHANGE MASTER TO', 'MASTER', 'SLAVE']
    : ['CHANGE REPLICATION SOURCE TO', 'SOURCE', 'REPLICA'];
  const fractional = /^[89]/.test(version);

  test('positions', () => {
    const wait = `SELECT ${old ? 'MASTER' : 'SOURCE'}_POS_WAIT('b\\'.000007', 4711, ${fractional ? '1.500' : '2'})`;
    expect(sql(version, { kind: 'wait-for-position', at: AT, timeoutMs: 1500 })).toEqual([wait]);
    expect(sql(version, { kind: 'start-until', at: AT })).toEqual([
      `START ${thread} UNTIL ${option}_LOG_FILE = 'b\\'.000007', ${option}_LOG_POS = 4711`,
    ]);
    expect(sql(version, { kind: 'skip-event' })).toEqual([
      `SET GLOBAL sql_${old ? 'slave' : 'replica'}_skip_counter = 1`,
    ]);
    if (isMariadb(version)) return;
    const withGtids = facts({ gtidMode: 'ON' });
    expect(() => sql(version, { kind: 'skip-event' }, withGtids)).toThrow('empty transaction');
  });

  test('GTIDs', () => {
    const inject: ServerAction = { kind: 'inject-empty', gtids: [GTID] };
    const purged: ServerAction = { kind: 'set-gtid-purged', gtid: 'a:1-3,\n b:1' };
    if (isMariadb(version)) {
      expect(() => sql(version, inject)).toThrow('MariaDB');
      expect(() => sql(version, purged)).toThrow('MariaDB');
      return;
    }
    expect(sql(version, inject)).toEqual([
      `SET SESSION gtid_next = '${GTID}'`,
      'BEGIN',
      'COMMIT',
      "SET SESSION gtid_next = 'AUTOMATIC'",
    ]);
    expect(sql(version, purged)).toEqual(["SET GLOBAL gtid_purged = 'a:1-3,b:1'"]);
    for (const bad of [`${GTID}-6`, `${GTID},${GTID}`, 'AUTOMATIC', "x'", '']) {
      expect(() => sql(version, { kind: 'inject-empty', gtids: [bad] })).toThrow('no single GTID');
    }
    expect(() => sql(version, inject, facts({ gtidMode: 'OFF' }))).toThrow('gtid_mode');
  });

  test('binary logs', () => {
    const reset = /^(?:8\.4|9)/.test(version) ? 'RESET BINARY LOGS AND GTIDS' : 'RESET MASTER';
    expect(sql(version, { kind: 'reset-binary-logs' })).toEqual([reset]);
    expect(sql(version, { kind: 'flush-binary-logs', times: 2 })).toEqual(Array(2).fill('FLUSH LOCAL BINARY LOGS'));
    expect(sql(version, { kind: 'purge-binary-logs', to: "x'" })).toEqual(["PURGE BINARY LOGS TO 'x\\''"]);
    expect(() => sql(version, { kind: 'flush-binary-logs', times: 1 }, facts({ logBin: false }))).toThrow('log_bin');
    expect(sql(version, { kind: 'log-nothing' })).toEqual(['FLUSH USER_RESOURCES']);
    const mark = '_asc:65f0a1b2:00000001:0123456789abcdef';
    expect(sql(version, { kind: 'inject-pseudo-gtid', schema: '_pseudo`gtid_', mark })).toEqual([
      `drop view if exists \`_pseudo\`\`gtid_\`.\`${mark}\``,
    ]);
  });

  test('the channel', () => {
    const set = `${change} ${option}_DELAY = 9`;
    const pause = [`STOP ${thread} IO_THREAD`, set, `START ${thread} IO_THREAD`];
    const separate = !/^5\.6|Maria/.test(version);
    const delay: ServerAction = { kind: 'set-delay', seconds: 9 };
    expect(sql(version, delay)).toEqual(separate ? [set] : pause);
    expect(sql(version, delay, facts({ replica: { ioState: 0 } }))).toEqual([set]);
    expect(() => sql(version, delay, facts({ replica: null }))).toThrow('not a replica');
    const [step] = dialect(version).steps({ kind: 'set-credentials', credentialsOf: KEY }, facts(), {
      ...CONTEXT,
      credentials: { user: 'repl', password: "p'w", tls: { ca: '/ca', cert: '', key: '/key' } },
    });
    const rest = `${option}_SSL = 1, ${option}_SSL_CA = '/ca', ${option}_SSL_KEY = '/key'`;
    expect(step?.sql).toBe(`${change} ${option}_USER = 'repl', ${option}_PASSWORD = 'p\\'w', ${rest}`);
    expect(step?.shown).toBe(`${change} ${option}_USER = 'repl', ${option}_PASSWORD = '***', ${rest}`);
  });

  test('sessions', () => {
    expect(sql(version, { kind: 'kill', id: 7, what: 'query' })).toEqual(['KILL QUERY 7']);
    expect(sql(version, { kind: 'kill', id: 7, what: 'connection' })).toEqual(['KILL CONNECTION 7']);
    expect(() => sql(version, { kind: 'kill', id: 7.5, what: 'query' })).toThrow(RangeError);
    const asked = (question: SentQuestion) => dialect(version).inquiry(question).sql;
    expect(asked({ kind: 'binary-logs' })).toBe('SHOW BINARY LOGS');
    expect(asked({ kind: 'binlog-events', from: AT, limit: 5 })).toBe(
      "SHOW BINLOG EVENTS IN 'b\\'.000007' FROM 4711 LIMIT 5",
    );
    expect(asked({ kind: 'relaylog-events', from: { ...AT, position: 0 }, skip: 2, limit: 5 })).toBe(
      "SHOW RELAYLOG EVENTS IN 'b\\'.000007' FROM 4 LIMIT 2, 5",
    );
    expect(() => asked({ kind: 'binlog-events', from: AT, limit: Number.NaN })).toThrow(RangeError);
    const watches = /metadata_locks/.test(asked({ kind: 'write-blockers' }));
    expect(watches).toBe(!/^5\.6|Maria/.test(version));
  });
});

test('material that came with the account counts more than what was carried over', () => {
  const tls = { enabled: false, ca: '/old', capath: '', cert: '', cipher: '', key: '', verifyServerCert: false };
  const [step] = dialect('9.7.4').steps(
    {
      kind: 'repoint',
      source: KEY,
      mode: { by: 'gtid' },
      tls: { ...tls, publicKeyPath: '', getPublicKey: true },
      credentialsOf: KEY,
    },
    facts(),
    { ...CONTEXT, credentials: { user: 'repl', password: 'x', tls: { ca: '/new', cert: '', key: '' } } },
  );
  expect(step?.sql).toContain("SOURCE_SSL = 1, SOURCE_SSL_CA = '/new'");
  expect(step?.sql).not.toContain('/old');
  expect(step?.sql.match(/SOURCE_SSL =/g)).toHaveLength(1);
});

describe('who holds up a read-only switch, where the server does not watch its locks', () => {
  const session = (statement: string, command = 'Query', state = '') => ['7', 'u', 'h', command, '1', state, statement];
  test.each([
    ['UPDATE t SET a = 1', true],
    ['  /* who */ -- me\n (insert into t values (1))', true],
    ['COMMIT', true],
    ['ALTER TABLE t ADD b INT', true],
    ['CALL p()', true],
    ['/*!40000 ALTER TABLE t DISABLE KEYS */', true],
    ['select * from t for  update', true],
    ['WITH x AS (SELECT 1) DELETE FROM t', true],
    ['WITH x AS (SELECT 1) SELECT * FROM x', false],
    ['SELECT 1', false],
    ['(SELECT 1) UNION (SELECT 2)', false],
    ['/* a */ SHOW PROCESSLIST', false],
    ['SET autocommit = 1', false],
    ['FLUSH TABLES WITH READ LOCK', false],
    ['', false],
  ])('%s', (statement, blocks) => {
    const { sql: _sql, read } = dialect('5.6.24').inquiry({ kind: 'write-blockers' });
    const named = (row: readonly string[]) => read({ columns: [], rows: [[...row, null, null]] }).length === 1;
    expect(named(session(statement))).toBe(blocks);
    expect(named(session(statement, 'Sleep'))).toBe(false);
    expect(named(session(statement, 'Query', 'Waiting for global read lock'))).toBe(false);
  });

  test('where it does, what it says counts', () => {
    const { read } = dialect('9.7.4').inquiry({ kind: 'write-blockers' });
    const rows = [
      [...session('', 'Sleep'), '30', '1'],
      [...session('INSERT INTO tmp VALUES (1)'), null, '0'],
    ];
    expect(read({ columns: [], rows })).toMatchObject([{ command: 'Sleep', transactionSeconds: 30 }]);
  });
});
