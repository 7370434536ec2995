import { describe, expect, test } from 'vitest';
import { readReplica } from '../../../src/main/adapters/mysql/dialects/replica-row.ts';
import { share } from '../../../src/main/adapters/mysql/facts.ts';
import { networkFailure, serverSaid } from '../../../src/main/adapters/mysql/failure.ts';
import { missingPrivileges, missingText, readGrants } from '../../../src/main/adapters/mysql/grants.ts';
import { connectedReplicas } from '../../../src/main/adapters/mysql/replicas.ts';
import type { ResultSet } from '../../../src/main/adapters/mysql/wire/decode-response.ts';

const KEY = { hostname: 'db1', port: 3306 };

function result(rows: readonly Readonly<Record<string, string | null>>[]): ResultSet {
  const columns = Object.keys(rows[0] ?? {});
  return { columns, rows: rows.map((row) => columns.map((column) => row[column] ?? null)) };
}

describe('failures', () => {
  test.each([
    [1040, 'Too many connections', 'refused-by-server'],
    [1045, 'Access denied', 'refused-by-server'],
    [1053, 'Server shutdown in progress', 'shutting-down'],
    [1227, 'Access denied; you need (at least one of) the REPLICATION CLIENT privilege(s)', 'refused-by-server'],
    [1927, 'Connection was killed', 'broken'],
    [3032, 'The server is currently in offline mode', 'refused-by-server'],
    [3159, 'Connections using insecure transport are prohibited', 'refused-by-server'],
    [4031, 'The client was disconnected by the server because of inactivity', 'broken'],
    [1064, 'You have an error in your SQL syntax', 'other'],
  ])('error %i', (errno, message, kind) => {
    const failure = serverSaid(KEY, { errno, message });
    expect(failure.kind).toBe(kind);
    expect(failure.message).toContain('db1:3306');
    expect(failure.message).toContain(message);
  });

  test.each([
    ['ENOTFOUND', 'unknown-host'],
    ['EAI_AGAIN', 'unknown-host'],
    ['ECONNREFUSED', 'refused'],
    ['ETIMEDOUT', 'timeout'],
    ['EHOSTUNREACH', 'timeout'],
    ['ECONNRESET', 'broken'],
    ['HANDSHAKE_UNKNOWN_ERROR', 'not-mysql'],
    ['EMFILE', 'other'],
  ])('%s', (code, kind) => {
    const failure = networkFailure(KEY, Object.assign(new Error('words'), { code }));
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(/^db1:3306/);
  });
});

const MODERN = {
  Replica_IO_Running: 'Connecting',
  Replica_SQL_Running: 'Yes',
  Source_Host: 'db9',
  Source_Port: '3307',
  Source_User: 'repl',
  Source_UUID: 'u',
  Source_Log_File: 'b.2',
  Read_Source_Log_Pos: '200',
  Relay_Source_Log_File: 'b.1',
  Exec_Source_Log_Pos: '100',
  Seconds_Behind_Source: null,
  Auto_Position: '1',
  Retrieved_Gtid_Set: 'u:1-9',
  Replicate_Do_DB: '',
  Replicate_Wild_Ignore_Table: 'x.%',
  Get_Source_public_key: '1',
  Channel_Name: '',
};

describe('replica status', () => {
  test('in current names', () => {
    expect(readReplica(result([MODERN]))).toMatchObject({
      sourceHost: 'db9',
      sourcePort: 3307,
      ioState: 2,
      sqlState: 1,
      read: { file: 'b.2', position: 200 },
      executed: { file: 'b.1', position: 100 },
      gtidUse: 'mysql',
      gtidRetrieved: 'u:1-9',
      secondsBehindSource: null,
      hasFilters: true,
      heartbeatsReceived: null,
      channels: 1,
      tlsOptions: { getPublicKey: true },
    });
  });

  test('in old names, of MariaDB', () => {
    const row = {
      Master_Host: 'm',
      Master_Port: '1',
      Using_Gtid: 'Slave_Pos',
      Gtid_IO_Pos: '0-1-5',
      Slave_IO_Running: 'No',
    };
    const more = { Slave_SQL_Running: 'Yes', Seconds_Behind_Master: '-1', Slave_received_heartbeats: '3' };
    expect(readReplica(result([{ ...row, ...more }]))).toMatchObject({
      gtidUse: 'mariadb',
      mariadbGtidMode: 'Slave_Pos',
      gtidRetrieved: '0-1-5',
      ioState: 0,
      secondsBehindSource: 0,
      heartbeatsReceived: 3,
    });
  });

  test('prefers the unnamed channel, counts them, and leaves those of group replication out', () => {
    const named = { ...MODERN, Channel_Name: 'east', Source_Host: 'east' };
    const group = { ...MODERN, Channel_Name: 'group_replication_recovery' };
    expect(readReplica(result([named, MODERN, group]))).toMatchObject({ sourceHost: 'db9', channels: 2 });
    expect(readReplica(result([named, group]))).toMatchObject({ sourceHost: 'east', channels: 1 });
    expect(readReplica(result([group]))).toBeNull();
    expect(readReplica(result([{ ...MODERN, Source_Host: '' }]))).toBeNull();
  });
});

describe('connected replicas', () => {
  const resolver = { resolve: (host: string) => Promise.resolve(host), learn: () => {} };
  const announced = (...keys: readonly [string, string][]) =>
    result(keys.map(([Host, Port]) => ({ Server_Id: '1', Host, Port })));
  const peers = (...hosts: readonly string[]) => result(hosts.map((HOST) => ({ HOST })));
  const find = async (list: ResultSet | null, dump: ResultSet | null, only = false) =>
    (await connectedReplicas(KEY, list, dump, only, resolver)).map((key) => `${key.hostname}:${key.port}`);

  test('as they announce themselves, though several share a host', async () => {
    expect(await find(announced(['h', '3307'], ['h', '3308']), peers('10.0.0.2:5', '10.0.0.2:6'))).toEqual([
      'h:3307',
      'h:3308',
    ]);
  });

  test('by their connections where they announce nothing', async () => {
    expect(await find(announced(['', '3306']), peers('db2:51000'))).toEqual(['db2:3306']);
    expect(await find(null, peers('::1234:51000', 'db3:1', 'db3:2'))).toEqual(['::1234:3306', 'db3:3306']);
    expect(await find(announced(['db2', '3306'], ['', '0']), peers('db2:1', 'db3:2'))).toEqual([
      'db2:3306',
      'db3:3306',
    ]);
  });

  test('not the server itself under the name of its loop-back', async () => {
    expect(await find(null, peers('localhost:51000', '127.0.0.1:51001'))).toEqual([]);
  });

  test('only announced ones when told so', async () => {
    expect(await find(announced(['db2', '3306'], ['', '0']), peers('db2:1', 'db3:2'), true)).toEqual(['db2:3306']);
    expect(await find(null, null)).toEqual([]);
  });
});

describe('grants', () => {
  const lines = (...texts: readonly string[]): ResultSet => ({
    columns: ['Grants'],
    rows: texts.map((text) => [text]),
  });
  const needed = [
    { anyOf: ['REPLICATION_SLAVE_ADMIN', 'SUPER'], without: 'repointing will fail', breaks: 'replication' },
    { anyOf: ['PROCESS'], without: 'replicas are not found', breaks: 'reading' },
  ] as const;

  test('what is missing, and what then will not work', () => {
    const grants = readGrants(lines('GRANT PROCESS, RELOAD ON *.* TO `b`@`%`', 'GRANT SUPER ON `x`.* TO `b`@`%`'));
    expect(missingPrivileges(grants, needed).map((one) => missingText(KEY, one))).toEqual([
      "Baton's account on db1:3306 has no REPLICATION_SLAVE_ADMIN/SUPER: repointing will fail",
    ]);
  });

  test('all privileges are enough; roles are named', () => {
    const all = readGrants(lines("GRANT ALL PRIVILEGES ON *.* TO 'b'@'%' IDENTIFIED BY PASSWORD '*5'"));
    expect(missingPrivileges(all, needed)).toEqual([]);
    const roles = readGrants(lines('GRANT USAGE ON *.* TO `b`@`%`', 'GRANT `r1`@`%`,`r2`@`%` TO `b`@`%`'));
    expect(roles.roles).toEqual(['`r1`@`%`', '`r2`@`%`']);
  });
});

describe('sharing', () => {
  test('keeps what is equal, down to the parts', () => {
    const before = { a: { b: [1, 2], c: 1 }, d: { e: 'x' } };
    const after = share(before, { a: { b: [1, 2], c: 2 }, d: { e: 'x' } });
    expect(after).toEqual({ a: { b: [1, 2], c: 2 }, d: { e: 'x' } });
    expect(after.d).toBe(before.d);
    expect(after.a.b).toBe(before.a.b);
    expect(share(before, structuredClone(before))).toBe(before);
    expect(share(before, { ...structuredClone(before), d: { e: 'y' } })).not.toBe(before);
  });
});
