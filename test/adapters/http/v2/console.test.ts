import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { equivalenceSlot } from '../../../../src/main/core/commands/maintenance.ts';
import { ServerError } from '../../../../src/main/engine/ports/mysql.ts';
import type { InstanceFacts, PollFailureKind } from '../../../../src/shared/domain/instance.ts';
import { detection, exampleSnapshots, key, NOW, recovery } from '../example.ts';
import { FakeCredentials } from '../fake-credentials.ts';
import { FakeEngine } from '../fake-engine.ts';
import { TestServer } from '../test-server.ts';
import { callV2 } from './v2-client.ts';

let server: TestServer;
let credentials: FakeCredentials;

beforeEach(async () => {
  credentials = new FakeCredentials();
  server = await TestServer.start({}, FakeEngine.example(), { credentials });
});

afterEach(() => server.close());

// biome-ignore lint/suspicious/noExplicitAny: the shapes are the contract's, and are checked in routes.test.ts
async function get(path: string): Promise<any> {
  const reply = await callV2(server, 'GET', path);
  expect([path, reply.status]).toEqual([path, 200]);
  return JSON.parse(reply.text);
}

async function refusal(method: string, path: string, body?: unknown): Promise<readonly [number, string]> {
  const { status, text } = await callV2(server, method, path, body);
  return [status, JSON.parse(text).detail];
}

test('a member has its tags, pools, fence and states of semi-synchronous replication', async () => {
  const { engine } = server;
  const { tags, pools, fences } = engine.commands;
  engine.commands = {
    ...engine.commands,
    tags: tags.set('db1:3306', { key: key('db1'), tags: [{ name: 'role', value: 'oltp' }] }),
    pools: pools
      .set('writers', { pool: 'writers', keys: [key('db1')], registeredMs: NOW })
      .set('all', { pool: 'all', keys: [key('db1'), key('db2')], registeredMs: NOW }),
    fences: fences.set('db2:3306', { key: key('db2'), recoveryUid: 'u', successor: null, atMs: NOW }),
  };
  const [db1, db2] = await get('instances?cluster=main');
  expect(db1).toMatchObject({
    tags: [{ name: 'role', value: 'oltp' }],
    pools: ['all', 'writers'],
    fenced: false,
    superReadOnly: false,
    semiSyncSource: true,
    semiSyncSourceActive: true,
    semiSyncReplicaActive: false,
    channels: 0,
    binlogServer: false,
    groupState: '',
    promotionRuleRegistered: false,
  });
  expect(db2).toMatchObject({ tags: [], pools: ['all'], fenced: true, channels: 1 });
});

test('a detection names the recovery that it led to', async () => {
  const { engine } = server;
  const endedDetections = [detection(7), detection(8)];
  engine.commands = { ...engine.commands, endedDetections, recoveries: [recovery(1, { lastDetectionId: 7 })] };
  const found: { id: number; recoveryUid: string | null }[] = await get('detections');
  expect(new Map(found.map(({ id, recoveryUid }) => [id, recoveryUid]))).toEqual(
    new Map([
      [7, recovery(1).uid],
      [8, null],
    ]),
  );
});

describe('equivalents', () => {
  const place = (id: string, file: string, position: number) => ({ key: key(id), file, position });

  test('are the known servers with the same place, whichever way it was learnt', async () => {
    const pairs = [
      [place('db1', 'bin.000001', 4), place('db3', 'bin.000009', 44)],
      [place('db4', 'bin.000002', 7), place('db1', 'bin.000001', 4)],
      [place('db1', 'bin.000001', 5), place('db4', 'bin.000002', 8)],
      [place('db1', 'bin.000001', 4), place('db2', 'bin.000003', 1)],
      [place('db1', 'bin.000001', 4), place('db9', 'bin.000003', 1)],
    ] as const;
    for (const [one, other] of pairs) {
      const { equivalences } = server.engine.commands;
      const pair = { one, other, atMs: NOW };
      server.engine.commands = {
        ...server.engine.commands,
        equivalences: equivalences.set(equivalenceSlot(one, other), pair),
      };
    }
    expect(await get('instances/db2/equivalents')).toEqual([
      { key: key('db3'), coordinates: { file: 'bin.000009', position: 44 } },
      { key: key('db4'), coordinates: { file: 'bin.000002', position: 7 } },
    ]);
  });

  test('of a server that is no replica are refused', async () => {
    expect(await refusal('GET', 'instances/db1/equivalents')).toEqual([
      409,
      "db1:3306 is not a replica: it has no place in another server's log.",
    ]);
  });
});

test('the changelog is newest first, up to a time, of a cluster or a server', async () => {
  server.engine.insight.changes = [
    { id: 2, key: key('db1'), atMs: NOW + 2, code: 'NoProblem' },
    { id: 1, key: key('db1'), atMs: NOW, code: 'DeadMaster' },
    { id: 3, key: key('db9'), atMs: NOW + 3, code: 'DeadMaster' },
  ];
  const ids = async (query: string) => (await get(`analyses/changelog${query}`)).map(({ id }: { id: number }) => id);
  expect(await ids('')).toEqual([3, 2, 1]);
  expect(await ids('?cluster=main')).toEqual([2, 1]);
  expect(await ids('?instance=db9:3306')).toEqual([3]);
  expect(await ids(`?until=${NOW}`)).toEqual([1]);
  expect(await ids('?page=1')).toEqual([]);
});

test('long queries of one server', async () => {
  const session = { id: 7, user: 'app', host: 'web1', db: 'shop', command: 'Query', seconds: 90, state: '' };
  const found = { ...session, key: key('db2'), statement: 'SELECT 1' };
  server.engine.insight.found = { queries: [found], asked: 1, unanswered: [] };
  expect(await get('long-queries?instance=db2:3306')).toEqual(server.engine.insight.found);
  expect(server.engine.calls).toContainEqual(['long-queries', ['db2:3306'], 60]);
});

test.each(['0', '13', 'x', '1.5'])('there is no history of %s hours', async (hours) => {
  expect((await refusal('GET', `instances/db2/history?hours=${hours}`))[0]).toBe(400);
});

test('discovery says how servers are read', async () => {
  const { engine } = server;
  engine.settings = {
    ...engine.settings,
    DiscoverySeeds: ['db2', 'db9:3306'],
    DiscoveryIgnoreHostnameFilters: ['^test'],
  };
  const [first, ...others] = exampleSnapshots();
  engine.show([
    ...(first === undefined ? [] : [{ ...first, lastAttemptMs: NOW - 60_000 }]),
    ...others,
    { ...others[0], key: key('new'), facts: null, failure: { kind: 'refused', message: 'It refuses.' } } as never,
  ]);
  const { known, forgotten } = engine.commands;
  engine.commands = {
    ...engine.commands,
    known: known.set('new:3306', { key: key('new'), discoveredMs: NOW - 1 }),
    forgotten: forgotten
      .set('old:3306', { key: key('old'), untilMs: NOW + 1000 })
      .set('older:3306', { key: key('older'), untilMs: NOW - 1000 }),
  };
  for (const ms of [1, 2, 3, 100])
    engine.measurements.polled({ ...exampleSnapshots()[0], latencyMicros: ms * 1000 } as never);
  const state = await get('discovery');
  expect(state).toMatchObject({
    servers: 1,
    reading: [key('db2')],
    overdue: [{ key: key('db1'), lastAttemptMs: NOW - 60_000 }],
    overdueCount: 1,
    unread: [{ key: key('new'), discoveredMs: NOW - 1, failure: 'It refuses.' }],
    seeds: [
      { given: 'db2', key: key('db2'), read: true },
      { given: 'db9:3306', key: null, read: false },
    ],
    forgotten: [{ key: key('old') }],
    ignored: [{ setting: 'DiscoveryIgnoreHostnameFilters', filter: '^test' }],
  });
  expect(state.pace).toMatchObject({ windowSeconds: 60, polls: 4, failed: 0, medianMs: 2.5, p99Ms: 100, maxMs: 100 });
});

describe('configuration', () => {
  test('is shown without secrets, with where each value comes from', async () => {
    server.engine.settings = { ...server.engine.settings, MySQLTopologyPassword: 'hush', InstancePollSeconds: 7 };
    const { files, settings } = await get('configuration');
    const of = (wanted: string) => settings.find(({ name }: { name: string }) => name === wanted);
    expect(files).toEqual(['/etc/baton.json']);
    expect(of('MySQLTopologyPassword')).toMatchObject({ value: '********', secret: true, group: 'connections' });
    expect(JSON.stringify(settings)).not.toContain('hush');
    expect(of('InstancePollSeconds')).toMatchObject({
      value: 7,
      default: 5,
      isDefault: false,
      source: { kind: 'file', file: '/etc/baton.json', line: 3 },
      unit: 'seconds',
      use: 'used',
      group: 'discovery',
    });
    expect(of('DiscoveryQueueCapacity')).toMatchObject({ use: 'ignored', reason: expect.stringContaining('queue') });
    expect(of('ReasonableReplicationLagSeconds')).toMatchObject({ isDefault: true, source: { kind: 'default' } });
  });

  test('that a text would be', async () => {
    const reply = await callV2(server, 'POST', 'configuration/check', { text: '{' });
    expect(JSON.parse(reply.text)).toEqual({
      ok: false,
      findings: [{ level: 'error', setting: 'ListenAddress', message: 'ListenAddress is a text.', line: 2, column: 4 }],
    });
  });
});

describe('a connection test', () => {
  const request = { instance: key('db9'), user: 'o\\b', password: 'hush' };

  async function test_(facts: Partial<InstanceFacts> | Error, body: object = request, user = "o'b") {
    const [first] = exampleSnapshots();
    if (first?.facts == null) throw new Error('no facts');
    const lacking = facts instanceof Error ? [] : (facts.missingPrivileges ?? []);
    server.engine.insight.tried = {
      user,
      latencyMs: 3,
      account: facts instanceof Error ? '' : "o'b`@10.%",
      lacking,
      facts: facts instanceof Error ? null : { ...first.facts, ...facts },
      error: facts instanceof Error ? facts : null,
    };
    const reply = await callV2(server, 'POST', 'connection-tests', body);
    expect([reply.status, reply.text.includes('hush')]).toEqual([200, false]);
    return JSON.parse(reply.text);
  }

  test('says what is missing, what for, and how to mend it', async () => {
    const found = await test_({
      missingPrivileges: [{ anyOf: ['REPLICATION_SLAVE_ADMIN', 'SUPER'], breaks: 'replication' }],
      warnings: ["Baton's account on db1:3306 has no REPLICATION_SLAVE_ADMIN/SUPER: x", 'A query failed.'],
      connectedReplicas: [key('db2')],
    });
    expect(found).toMatchObject({
      ok: true,
      problem: null,
      server: { version: '8.0.36', flavor: 'MySQL', source: null, replicas: [key('db2')], semiSync: true },
      missingPrivileges: [
        { breaks: 'replication', statement: "GRANT REPLICATION_SLAVE_ADMIN ON *.* TO `o'b```@`10.%`;" },
      ],
      warnings: ['A query failed.'],
    });
  });

  const said = (kind: PollFailureKind, errno = 0, message = 'db9:3306 says no') =>
    new ServerError(key('db9'), { kind, message }, { errno });

  test.each([
    [said('unknown-host'), 'unknown-host', 'IP address'],
    [said('refused'), 'refused', 'mysqld runs'],
    [said('timeout'), 'timeout', 'firewall'],
    [said('not-mysql'), 'not-mysql', 'something else listens'],
    [said('unsupported'), 'unsupported', 'says no'],
    [said('refused-by-server', 1045), 'access-denied', 'its password'],
    [said('refused-by-server', 1130), 'host-not-allowed', 'host pattern'],
    [said('refused-by-server', 3159), 'tls', 'MySQLTopologyUseMixedTLS'],
    [said('refused-by-server', 0, 'db9:3306 could not agree on TLS with Baton'), 'tls', 'MySQLTopologyUseMixedTLS'],
    [said('refused-by-server', 1040), 'too-many-connections', 'says no'],
    [said('other', 1227), 'privileges', 'says no'],
    [new Error('odd'), 'other', 'odd'],
  ] as const)('%s is %s', async (error, kind, words) => {
    const { ok, problem, server: about } = await test_(error);
    expect([ok, problem.kind, about]).toEqual([false, kind, null]);
    expect(problem.message).toContain(words);
  });

  test('without an account says so', async () => {
    const { problem } = await test_(said('refused-by-server', 1045), { instance: key('db9') }, '');
    expect(problem).toMatchObject({ kind: 'no-account' });
    expect(problem.message).toContain('There is no account to log in to db9:3306 with.');
    expect(server.engine.calls).toContainEqual(['try-connection', 'db9:3306', null]);
  });

  test('with a password and no user is no request', async () => {
    const reply = await refusal('POST', 'connection-tests', { instance: key('db9'), password: 'hush' });
    expect([reply[0], reply[1].includes('hush')]).toEqual([400, false]);
  });
});

describe('accounts', () => {
  test('are set and removed, and their passwords are not told', async () => {
    const set = await callV2(server, 'PUT', 'credentials/db*.corp', { user: 'u', password: 'hush' });
    expect([set.status, set.text.includes('hush')]).toEqual([200, false]);
    await callV2(server, 'DELETE', 'credentials/db*.corp');
    expect(credentials.calls).toEqual([
      ['save', 'db*.corp', { user: 'u', password: 'hush' }],
      ['remove', 'db*.corp'],
    ]);
    expect(await get('credentials')).toMatchObject({ keychainProblem: 'No keychain runs.' });
  });

  test('of an engine without a way to manage them', async () => {
    await server.close();
    server = await TestServer.start();
    expect((await refusal('GET', 'credentials'))[0]).toBe(501);
  });
});

test('a pool that is not there is not removed', async () => {
  expect((await refusal('DELETE', 'pools/nothing'))[0]).toBe(404);
});
