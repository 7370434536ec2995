import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPERATION_ROUTES } from '../../../src/main/adapters/http/operation-routes.ts';
import { KeyedMap } from '../../../src/main/core/commands/keyed-map.ts';
import { EMPTY_STATE } from '../../../src/main/core/commands/state.ts';
import { OPERATION_NAMES, type OperationState, type ReplicaResult } from '../../../src/shared/domain/operation.ts';
import { BatonError } from '../../../src/shared/errors/baton-error.ts';
import { exampleSnapshots, key, NOW } from './example.ts';
import { TestServer } from './test-server.ts';

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start();
});

afterEach(() => server.close());

const DB2 = { Hostname: 'db2', Port: 3306 };
const AN_INSTANCE = expect.objectContaining({ Key: DB2, MasterKey: { Hostname: 'db1', Port: 3306 } });

function replica(id: string, state: OperationState = 'done', reason = ''): ReplicaResult {
  return { key: key(id), state, reason };
}

/** Path, the operation that it runs, what it gives besides the instance. */
const BELOW = { destination: 'db3:3306' };
const ONE_INSTANCE: readonly (readonly [path: string, name: string, args: object])[] = [
  ['relocate/db2/3306/db3/3306', 'relocate', BELOW],
  ['relocate-below/db2/3306/db3/3306', 'relocate', BELOW],
  ['move-up/db2/3306', 'move-up', {}],
  ['move-below/db2/3306/db3/3306', 'move-below', BELOW],
  ['move-equivalent/db2/3306/db3/3306', 'move-equivalent', BELOW],
  ['repoint/db2/3306/db3/3306', 'repoint', BELOW],
  ['repoint/db2/3306', 'repoint', {}],
  ['make-co-master/db2/3306', 'make-co-master', {}],
  ['take-siblings/db2/3306', 'take-siblings', {}],
  ['enslave-siblings/db2/3306', 'take-siblings', {}],
  ['take-master/db2/3306', 'take-master', {}],
  ['enslave-master/db2/3306', 'take-master', {}],
  ['move-below-gtid/db2/3306/db3/3306', 'move-gtid', BELOW],
  ['move-gtid/db2/3306/db3/3306', 'move-gtid', BELOW],
  ['match/db2/3306/db3/3306', 'match', BELOW],
  ['match-below/db2/3306/db3/3306', 'match', BELOW],
  ['match-up/db2/3306', 'match-up', {}],
  ['rematch/db2/3306', 'rematch', {}],
  ['make-master/db2/3306', 'make-master', {}],
  ['make-local-master/db2/3306', 'make-local-master', {}],
  ['enable-gtid/db2/3306', 'enable-gtid', {}],
  ['disable-gtid/db2/3306', 'disable-gtid', {}],
  ['gtid-errant-reset-master/db2/3306', 'gtid-errant-reset-master', {}],
  ['gtid-errant-inject-empty/db2/3306', 'gtid-errant-inject-empty', {}],
  ['skip-query/db2/3306', 'skip-query', {}],
  ['start-replica/db2/3306', 'start-replica', {}],
  ['start-slave/db2/3306', 'start-replica', {}],
  ['restart-slave/db2/3306', 'restart-replica', {}],
  ['stop-replica/db2/3306/', 'stop-replica', {}],
  ['stop-slave-nice/db2/3306', 'stop-replica-nice', {}],
  ['reset-slave/db2/3306', 'reset-replica', {}],
  ['detach-replica/db2/3306', 'detach-replica-master-host', {}],
  ['detach-slave/db2/3306', 'detach-replica-master-host', {}],
  ['detach-slave-master-host/db2/3306', 'detach-replica-master-host', {}],
  ['detach-replica-master-host/db2/3306', 'detach-replica-master-host', {}],
  ['reattach-replica/db2/3306', 'reattach-replica-master-host', {}],
  ['reattach-slave-master-host/db2/3306', 'reattach-replica-master-host', {}],
  ['flush-binary-logs/db2/3306', 'flush-binary-logs', {}],
  ['flush-binary-logs/db2/3306?binlog=bin.000009', 'flush-binary-logs', { text: 'bin.000009' }],
  ['purge-binary-logs/db2/3306/bin.000009', 'purge-binary-logs', { text: 'bin.000009', force: false }],
  ['purge-binary-logs/db2/3306/latest?force=true', 'purge-binary-logs', { text: 'latest', force: true }],
  ['enable-semi-sync-master/db2/3306', 'enable-semi-sync-master', {}],
  ['enable-semi-sync-source/db2/3306', 'enable-semi-sync-master', {}],
  ['disable-semi-sync-source/db2/3306', 'disable-semi-sync-master', {}],
  ['disable-semi-sync-master/db2/3306', 'disable-semi-sync-master', {}],
  ['enable-semi-sync-replica/db2/3306', 'enable-semi-sync-replica', {}],
  ['disable-semi-sync-replica/db2/3306', 'disable-semi-sync-replica', {}],
  ['change-master-credentials/db2/3306', 'change-master-credentials', {}],
  ['set-read-only/db2/3306', 'set-read-only', {}],
  ['set-writeable/db2/3306', 'set-writeable', {}],
  ['kill-query/db2/3306/42', 'kill-query', { number: 42 }],
  ['master-pos-wait/db2/3306?binlog=bin.000001%3A4', 'master-pos-wait', { text: 'bin.000001:4' }],
];

describe('operations on one instance', () => {
  test.each(ONE_INSTANCE)('%s', async (path, name, args) => {
    expect(await server.json(path)).toEqual({ Code: 'OK', Message: 'It was done.', Details: AN_INSTANCE });
    expect(server.engine.calls).toEqual([[name, 'db2:3306', args, { dryRun: false, owner: 'baton-1' }]]);
  });

  test.each(['refused', 'undone', 'left', 'partial'] as const)('one that ends %s is an error', async (state) => {
    server.engine.operated = { state, message: 'db2:3306 lags too much: 99 s.' };
    const reply = await server.send('/api/move-up/db2/3306');
    expect([reply.status, JSON.parse(reply.text)]).toEqual([
      500,
      { Code: 'ERROR', Message: 'db2:3306 lags too much: 99 s.', Details: null },
    ]);
  });

  test('what the engine rejects is an error', async () => {
    server.engine.failure = new BatonError('conflict', 'A recovery is running.', { hint: 'Wait.' });
    expect(await server.json('move-up/db2/3306')).toMatchObject({
      Code: 'ERROR',
      Message: 'A recovery is running. Wait.',
    });
  });

  test('of a server that is no longer known only the key is told', async () => {
    expect(await server.json('reset-replica/db9/3306')).toMatchObject({
      Code: 'OK',
      Details: { Key: { Hostname: 'db9', Port: 3306 } },
    });
  });
});

describe('operations on several replicas', () => {
  const COUNTED = [
    ['relocate-replicas/db1/3306/db2/3306', 'relocate-replicas', 'Relocated 1 replicas of db1:3306 below db2:3306'],
    ['relocate-slaves/db1/3306/db2/3306', 'relocate-replicas', 'Relocated 1 replicas of db1:3306 below db2:3306'],
    ['move-up-replicas/db1/3306/', 'move-up-replicas', 'Moved up 1 replicas of db1:3306'],
    ['repoint-replicas/db1/3306/', 'repoint-replicas', 'Repointed 1 replicas of db1:3306'],
  ] as const;
  const STRICT = [
    ['move-replicas-gtid/db1/3306/db2/3306', 'move-replicas-gtid', 'Moved 1 replicas of db1:3306 below db2:3306'],
    ['move-slaves-gtid/db1/3306/db2/3306', 'move-replicas-gtid', 'Moved 1 replicas of db1:3306 below db2:3306'],
    ['match-slaves/db1/3306/db2/3306', 'match-replicas', 'Matched 1 replicas of db1:3306 below db2:3306'],
    ['match-up-replicas/db1/3306/', 'match-up-replicas', 'Matched up 1 replicas of db1:3306'],
  ] as const;

  test.each([...COUNTED, ...STRICT])('%s lists those that were moved', async (path, name, message) => {
    server.engine.operated = { replicas: [replica('db2:3306')] };
    expect(await server.json(`${path}?pattern=db%5B23%5D`)).toEqual({
      Code: 'OK',
      Message: `${message}; 0 errors`,
      Details: [AN_INSTANCE],
    });
    expect(server.engine.calls).toEqual([
      [name, 'db1:3306', expect.objectContaining({ pattern: 'db[23]' }), { dryRun: false, owner: 'baton-1' }],
    ]);
  });

  const SOME = {
    state: 'partial',
    replicas: [replica('db2:3306'), replica('db3:3306', 'undone', 'db3 lags.')],
  } as const;

  test.each(COUNTED)('%s counts those that were not', async (path, _, message) => {
    server.engine.operated = SOME;
    expect(await server.json(path)).toEqual({
      Code: 'OK',
      Message: `${message}; 1 errors: [db3 lags.]`,
      Details: [AN_INSTANCE],
    });
  });

  test.each([
    ...STRICT.map(([path]) => [path, 'partial'] as const),
    ...[...COUNTED, ...STRICT].map(([path]) => [path, 'left'] as const),
  ])('%s with a %s result is an error that lists those that were moved', async (path, state) => {
    server.engine.operated = { ...SOME, state, message: '1 of 2 replicas moved. db3 lags.' };
    expect(await server.json(path)).toEqual({
      Code: 'ERROR',
      Message: '1 of 2 replicas moved. db3 lags.',
      Details: [AN_INSTANCE],
    });
  });

  test('none of them moved', async () => {
    server.engine.operated = { state: 'undone', message: 'None.', replicas: [replica('db3:3306', 'undone', 'x')] };
    expect(await server.json('relocate-replicas/db1/3306/db2/3306')).toEqual({
      Code: 'ERROR',
      Message: 'None.',
      Details: null,
    });
    server.engine.operated = {};
    expect(await server.json('move-up-replicas/db1/3306')).toMatchObject({ Code: 'OK', Details: [] });
  });

  test.each([
    'regroup-replicas',
    'regroup-slaves',
    'regroup-replicas-gtid',
    'regroup-slaves-pgtid',
    'regroup-replicas-bls',
  ])('%s tells who was promoted', async (name) => {
    server.engine.operated = { ...SOME, subject: key('db2:3306') };
    expect(await server.json(`${name}/db1/3306`)).toEqual({
      Code: 'OK',
      Message: 'promoted replica: db2:3306, lost: 1, moved: 1, errors: [db3 lags.]',
      Details: DB2,
    });
    server.engine.operated = { state: 'refused', message: 'No candidate.', subject: key('db1:3306') };
    expect(await server.json(`${name}/db1/3306`)).toEqual({ Code: 'ERROR', Message: 'No candidate.', Details: null });
    expect(server.engine.calls[0]?.[0]).toBe(name.replace('slaves', 'replicas'));
  });
});

describe('operations that find something', () => {
  test.each([
    ['locate-gtid-errant/db2/3306', 'locate-gtid-errant', {}, null],
    ['restart-slave-statements/db2/3306?q=set%20x%3D1%0A', 'restart-replica-statements', { text: 'set x=1' }, null],
    ['find-binlog-entry/db2/3306?pattern=drop%20view', 'find-binlog-entry', { text: 'drop view' }, []],
    ['last-executed-relay-entry/db2/3306', 'last-executed-relay-entry', {}, []],
    ['correlate-binlog-pos/db2/3306/db3/3306', 'correlate-binlog-pos', BELOW, []],
    ['correlate-relaylog-pos/db2/3306/db3/3306?binlog=r:4', 'correlate-relaylog-pos', { ...BELOW, text: 'r:4' }, []],
  ])('%s', async (path, name, args, empty) => {
    expect(await server.json(path)).toMatchObject({ Code: 'OK', Details: empty });
    server.engine.operated = { lines: ['one', 'two'] };
    expect(await server.json(path)).toMatchObject({ Code: 'OK', Details: ['one', 'two'] });
    expect(server.engine.calls[0]).toEqual([name, 'db2:3306', args, { dryRun: false, owner: 'baton-1' }]);
  });

  test('last-pseudo-gtid tells the place as message, the text as details', async () => {
    server.engine.operated = { lines: ['bin.000001:99:drop view if exists `m`.`asc:1`'] };
    expect(await server.json('last-pseudo-gtid/db2/3306?strict=true')).toEqual({
      Code: 'OK',
      Message: 'bin.000001:99',
      Details: 'drop view if exists `m`.`asc:1`',
    });
    expect(server.engine.calls[0]?.[2]).toEqual({ force: true });
  });

  test('delay-replication answers with the seconds', async () => {
    expect(await server.json('delay-replication/db2/3306/3600')).toMatchObject({ Code: 'OK', Details: 3600 });
    expect(server.engine.calls[0]?.[2]).toEqual({ number: 3600 });
  });
});

describe('dry run', () => {
  const PLAN = [
    { server: 'db2:3306', kind: 'perform', statements: ['STOP REPLICA'], message: 'stop replication' },
    { server: '', kind: 'note', statements: [], message: 'It lags by nothing.' },
  ];
  const PLAN_JSON = [
    { Server: 'db2:3306', Kind: 'perform', Statements: ['STOP REPLICA'], Message: 'stop replication' },
    { Server: '', Kind: 'note', Statements: [], Message: 'It lags by nothing.' },
  ];

  test('every operation that changes something has one, and never runs for real', async () => {
    const paths = OPERATION_ROUTES.filter(({ auth, path }) => auth === 'W' && !path.startsWith('master-equivalent'));
    expect(paths.length).toBeGreaterThan(60);
    for (const { path } of paths) {
      const given = path
        .replace(/:logFile/, 'x')
        .replaceAll(/:\w*[hH]ost/g, 'db2')
        .replaceAll(/:\w+/g, '3306');
      const reply = await server.json(`${given}?dry-run=true&binlog=a:1&pattern=x`);
      expect([path, reply]).toEqual([
        path,
        expect.objectContaining({ Code: 'OK', Details: { Result: 'done', Plan: [] } }),
      ]);
    }
    expect(server.engine.calls.map((call) => call.at(-1))).toEqual(
      paths.map(() => ({ dryRun: true, owner: 'baton-1' })),
    );
    const run = new Set(server.engine.calls.map(([name]) => name));
    expect(OPERATION_NAMES.filter((name) => !run.has(name))).toEqual(['locate-gtid-errant']);
  });

  test.each(['done', 'refused', 'partial'] as const)('a %s one is OK, with the plan', async (state) => {
    server.engine.plan = PLAN;
    server.engine.operated = { state, message: 'That is how.' };
    expect(await server.json('relocate/db2/3306/db3/3306?dry-run=true')).toEqual({
      Code: 'OK',
      Message: 'Dry run, nothing was changed. The outcome would be: That is how.',
      Details: { Result: state, Plan: PLAN_JSON },
    });
  });

  test.each(['dry-run', 'dry-run=1', 'dry_run=yes', 'dryRun=TRUE', 'dryrun=on'])('?%s is one too', async (query) => {
    await server.json(`move-up/db2/3306?${query}`);
    expect(server.engine.calls[0]?.[3]).toMatchObject({ dryRun: true });
  });

  test.each(['dry-run=false', 'dry-run=0', 'wet-run=true'])('?%s is none', async (query) => {
    await server.json(`move-up/db2/3306?${query}`);
    expect(server.engine.calls[0]?.[3]).toMatchObject({ dryRun: false });
  });

  test('a value that is neither yes nor no does nothing', async () => {
    for (const path of ['move-up/db2/3306', 'forget/db2/3306']) {
      expect(await server.json(`${path}?dry-run=maybe`)).toMatchObject({ Code: 'ERROR' });
    }
    expect(server.engine.calls).toEqual([]);
  });

  test.each(['forget/db2/3306', 'recover/db1/3306', 'ack-all-recoveries', 'begin-downtime/db2/3306/me/why'])(
    '%s has none, and then does nothing',
    async (path) => {
      const reply = await server.json(`${path}?comment=x&dry-run=true`);
      const name = path.split('/')[0];
      expect(reply).toMatchObject({ Code: 'ERROR', Message: `${name} has no dry run, so nothing was done.` });
      expect(server.engine.calls).toEqual([]);
    },
  );
});

describe('who asked', () => {
  test.each([
    [{}, 'move-up/db2/3306?owner=ann', 'ann'],
    [{}, 'move-up/db2/3306', 'baton-1'],
    [{ AuthenticationMethod: 'proxy' }, 'move-up/db2/3306?owner=ann', 'eve'],
  ])('%j %s: %s', async (settings, path, owner) => {
    const other = await TestServer.start(settings);
    await other.json(path, { 'X-Forwarded-User': 'eve' });
    expect(other.engine.calls[0]?.[3]).toEqual({ dryRun: false, owner });
    await other.close();
  });

  test('all that change something, and those that the reference names, need authorization', async () => {
    const other = await TestServer.start({ ReadOnly: true });
    for (const { path, auth } of OPERATION_ROUTES) {
      const reply = await other.json(path.replaceAll(/:\w*[hH]ost/g, 'db2').replaceAll(/:\w+/g, '3306'));
      if (auth === 'W')
        expect([path, reply]).toEqual([path, { Code: 'ERROR', Message: 'Unauthorized', Details: null }]);
    }
    const open = OPERATION_ROUTES.filter(({ auth }) => auth === '-').map(({ path }) => path.split('/')[0]);
    expect(open).toEqual(['locate-gtid-errant', 'can-replicate-from', 'can-replicate-from-gtid']);
    await other.close();
  });
});

test.each([
  ['delay-replication/db2/3306/-1', /^Invalid number of seconds: -1$/],
  ['kill-query/db2/3306/x', /^Invalid process id: x$/],
  ['purge-binary-logs/db2/3306/x?force=perhaps', /^force is true or false, not "perhaps"\.$/],
  ['master-pos-wait/db2/3306', /^No position file:pos given/],
  ['find-binlog-entry/db2/3306', /^No exact text of the entry given/],
  ['relocate/db2/3306/db3/x', /^Invalid port: x$/],
  ['master-equivalent/db1/3306/bin.000001/x', /^Invalid binary log position: x$/],
  ['can-replicate-from/nobody/3306/db1/3306', /^Cannot read instance: nobody:3306/],
  ['can-replicate-from/db2/3306/db2/3306', /^db2:3306 can't replicate from itself\.$/],
])('%s is refused', async (path, message) => {
  const reply = await server.send(`/api/${path}`);
  expect([reply.status, JSON.parse(reply.text)]).toEqual([
    500,
    { Code: 'ERROR', Message: expect.stringMatching(message), Details: null },
  ]);
  expect(server.engine.calls).toEqual([]);
});

test('can-replicate-from-gtid tells what stands against it', async () => {
  const path = 'can-replicate-from-gtid/db2/3306/db3/3306';
  expect(await server.json(path)).toMatchObject({ Code: 'OK', Message: 'true', Details: { Hostname: 'db3' } });
  server.engine.show(
    exampleSnapshots().map((one) => ({ ...one, facts: one.facts && { ...one.facts, gtidMode: 'OFF' } })),
  );
  expect(await server.json(path)).toEqual({
    Code: 'ERROR',
    Message: 'db2:3306 replicates by GTID, and db3:3306 has gtid_mode OFF.',
    Details: null,
  });
});

test('can-replicate-from', async () => {
  expect(await server.json('can-replicate-from/db4/3306/db1/3306')).toEqual({
    Code: 'OK',
    Message: 'true',
    Details: { Hostname: 'db1', Port: 3306 },
  });
});

test('master-equivalent lists what is known to be equal, whichever way it was learnt', async () => {
  const place = (id: string, position: number) => ({ key: key(id), file: 'bin.000001', position });
  const pairs = [
    { one: place('db1:3306', 4), other: place('db2:3306', 40), atMs: NOW },
    { one: place('db3:3306', 7), other: place('db1:3306', 4), atMs: NOW },
    { one: place('db1:3306', 5), other: place('db2:3306', 50), atMs: NOW },
  ];
  server.engine.commands = {
    ...EMPTY_STATE,
    equivalences: KeyedMap.from(pairs.map((pair, index) => [String(index), pair])),
  };
  expect(await server.json('master-equivalent/db1/3306/bin.000001/4')).toMatchObject({
    Code: 'OK',
    Details: [
      { Key: DB2, Coordinates: { LogFile: 'bin.000001', LogPos: 40, Type: 0 } },
      { Key: { Hostname: 'db3', Port: 3306 }, Coordinates: { LogFile: 'bin.000001', LogPos: 7, Type: 0 } },
    ],
  });
  expect(await server.json('master-equivalent/db1/3306/bin.000001/6')).toMatchObject({ Code: 'OK', Details: null });
});
