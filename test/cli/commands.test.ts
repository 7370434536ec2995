import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reasonOf } from '../../src/main/client/request-failure.ts';
import { EMPTY_STATE } from '../../src/main/core/commands/state.ts';
import { analysis, NOW, recovery } from '../adapters/http/example.ts';
import { TestServer } from '../adapters/http/test-server.ts';
import { TREE } from './example-tree.ts';
import { baton, type CliResult } from './test-io.ts';

const servers: { close(): unknown }[] = [];
let server: TestServer;

async function start(...given: Parameters<typeof TestServer.start>): Promise<TestServer> {
  const started = await TestServer.start(...given);
  servers.push(started);
  return started;
}

beforeEach(async () => {
  server = await start();
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((one) => one.close()));
});

function run(...words: string[]): Promise<CliResult> {
  return baton({ ORCHESTRATOR_API: server.url }, ...words);
}

describe('output', () => {
  test.each([
    ['clusters', 'db1:3306'],
    ['clusters-alias', 'db1:3306,main'],
    ['all-clusters-masters', 'db1:3306'],
    ['all-instances', 'db1:3306\ndb2:3306\ndb3:3306\ndb4:3306'],
    ['instance -i db2', 'db2:3306'],
    ['which-instance -i b2:3306', 'db2:3306'],
    ['search -i db3', 'db3:3306'],
    ['search -pattern db3', 'db3:3306'],
    ['-c topology -a main', TREE],
    ['-c topology -i db4:3306', TREE],
    ['topology db4', TREE],
    ['which-master -i db4:3306', 'db2:3306'],
    ['which-master -i db1:3306', ':0'],
    ['which-replicas -i db1:3306', 'db2:3306\ndb3:3306'],
    ['which-slaves -i db1:3306', 'db2:3306\ndb3:3306'],
    ['which-broken-replicas -i db1:3306', 'db3:3306'],
    ['which-broken-replicas -i db2:3306', ''],
    ['is-replicating -i db2:3306', 'db2:3306'],
    ['is-replicating -i db3:3306', ''],
    ['is-replication-stopped -i db2:3306', ''],
    ['is-replication-stopped -i db3:3306', ''],
    ['is-replication-stopped -i db1:3306', ''],
    ['which-gtid-errant -i db2:3306', '\n'],
    ['dominant-dc', '\n'],
    ['which-cluster -i db4:3306', 'db1:3306'],
    ['which-cluster-alias -a db1:3306', 'main'],
    ['which-cluster-master -a main', 'db1:3306'],
    ['which-cluster-instances -a main', 'db1:3306\ndb2:3306\ndb3:3306\ndb4:3306'],
    ['downtimed', ''],
    ['downtimed -a main', ''],
    ['discover -i db2', 'db2:3306'],
    ['discover -i b2:3306 cli', null],
    ['async-discover -i db2', ''],
    ['forget -i db2', ''],
    ['forget-cluster -a main', ''],
    ['end-downtime -i db2', 'db2:3306'],
    ['register-candidate -i db2 -R prefer', 'db2:3306'],
    ['set-read-only -i db2', 'db2:3306'],
    ['set-writeable -i db1', 'db1:3306'],
    ['start-slave -i db2', 'db2:3306'],
    ['stop-replica -i db2', 'db2:3306'],
    ['relocate -i db4 -d db1', 'db4:3306<db2:3306'],
    ['-c relocate-below -i db4 -d db1', 'db4:3306<db2:3306'],
    ['replication-analysis', ''],
    ['blocked-recoveries', ''],
    ['audit-recovery', ''],
    ['ack-cluster-recoveries -a main -r done', 'db1:3306'],
    ['ack-instance-recoveries -i db1 -r done', '1 recovery acknowledged'],
    ['ack-all-recoveries -reason done', 'done'],
    ['check-global-recoveries', 'enabled'],
    ['disable-global-recoveries', 'disabled'],
    ['enable-global-recoveries', 'enabled'],
    ['api -P clusters', '["db1:3306"]'],
    [
      'api -path /api/check-global-recoveries',
      '{"Code":"OK","Message":"Global recoveries enabled","Details":"enabled"}',
    ],
  ])('baton %s', async (line, out) => {
    if (out === null) return expect((await run(...line.split(' '))).code).toBe(1);
    expect(await run(...line.split(' '))).toEqual({
      code: 0,
      out: out === '' || out === '\n' ? out : `${out}\n`,
      error: '',
    });
  });

  test('topology-tabulated keeps trailing blanks', async () => {
    const { out } = await run('topology-tabulated', '-a', 'main');
    expect(out.split('\n')[1]).toBe('+ db2:3306  |  0s|ok            |8.0.36|ro|ROW|>>,GTID            ');
  });

  test('analyses show the failure, else the first warning', async () => {
    server.engine.found = [
      analysis('db1:3306', {}, { isMaster: true }),
      analysis('db2:3306', {
        code: 'NoProblem',
        structure: ['ErrantGTIDStructureWarning', 'NoLoggingReplicasStructureWarning'],
      }),
    ];
    const lines = 'db1:3306 (cluster db1:3306): DeadMaster\ndb2:3306 (cluster db1:3306): ErrantGTIDStructureWarning\n';
    expect((await run('replication-analysis')).out).toBe(lines);
  });

  test('recoveries, their steps and what is blocked', async () => {
    server.engine.commands = {
      ...EMPTY_STATE,
      recoveries: [
        recovery(1, { uid: '1:ab', acknowledged: true, acknowledgedBy: 'ann' }),
        recovery(2, { uid: '2:ab', successor: null, outcome: 'failed' }),
        recovery(3, { uid: '3:ab', successor: null, outcome: 'running', endedMs: 0 }),
      ],
    };
    server.engine.steps = [{ id: 1, recoveryUid: '2:ab', atMs: NOW, message: 'looked for candidates' }];
    const key = { hostname: 'db0', port: 3306 };
    server.engine.blocked = [
      {
        key,
        clusterName: 'db0:3306',
        code: 'DeadMaster',
        lastBlockedMs: NOW,
        blockingRecoveryId: 2,
        reason: 'It was recovered lately.',
      },
    ];
    const common = '2024-01-31 10:18:30 db0:3306 (cluster main): DeadMaster ->';
    expect((await run('audit-recovery')).out.split('\n')).toEqual([
      `3 ${common} nobody, running, unacknowledged, 3:ab`,
      `2 ${common} nobody, failed, unacknowledged, 2:ab`,
      `1 ${common} db1:3306, successful, acknowledged by ann, 1:ab`,
      '',
    ]);
    expect((await run('audit-recovery', '-a', 'main', '--page', '1')).out).toBe('');
    expect((await run('audit-recovery', 'db0:3306')).out).toContain('3:ab');
    for (const name of ['2:ab', '2']) {
      expect((await run('audit-recovery-steps', name)).out).toBe('2024-01-31 10:20:30 looked for candidates\n');
    }
    expect((await run('audit-recovery-steps', '9')).error).toBe(
      "baton: No recovery has the number 9; 'baton audit-recovery' lists them.\n",
    );
    expect((await run('blocked-recoveries')).out).toBe(
      'db0:3306 (cluster db0:3306): DeadMaster: It was recovered lately.\n',
    );
  });
});

describe('what is sent', () => {
  test.each([
    [
      ['begin-downtime', '-i', 'db2', '-r', 'new disk'],
      ['begin-downtime', 'db2:3306', 'ann', 'new disk', 600_000],
    ],
    [
      ['begin-downtime', '-i', 'db2', '-o', 'bob', '-r', 'why?/#', '-u', '2h'],
      ['begin-downtime', 'db2:3306', 'bob', 'why?/#', 7_200_000],
    ],
    [
      ['begin-downtime', '-i', 'db2', '-r', '磁盘 100%'],
      ['begin-downtime', 'db2:3306', 'ann', '磁盘 100%', 600_000],
    ],
    [
      ['ack-all-recoveries', '-r', 'a & b=c'],
      ['acknowledge', { by: 'all' }, 'baton-1', 'a & b=c'],
    ],
    [
      ['discover', 'db2:3306'],
      ['discover', 'db2:3306'],
    ],
    [
      ['end-downtime', '-i', 'x', '-D', '3307'],
      ['end-downtime', 'x:3307'],
    ],
    [
      ['end-downtime', '-i', '[fd00::1]:3307'],
      ['end-downtime', 'fd00::1:3307'],
    ],
    [
      ['end-downtime', '-i', ' db2 '],
      ['end-downtime', 'db2:3306'],
    ],
  ])('%j', async (words, call) => {
    expect((await run(...words)).code).toBe(0);
    expect(server.engine.calls).toEqual([call]);
  });

  test('a recovery, with and without a successor', async () => {
    server.engine.recovered = recovery(1);
    expect((await run('recover', '-i', 'db0')).out).toBe('db1:3306\n');
    expect((await run('recover-lite', '-i', 'db0', '-d', 'db2')).out).toBe('db1:3306\n');
    expect(server.engine.calls).toEqual([
      ['recover', 'db0:3306', null, false],
      ['recover', 'db0:3306', 'db2:3306', true],
    ]);
  });

  test('the instance may come from the environment', async () => {
    const env = { ORCHESTRATOR_API: server.url, ORCHESTRATOR_INSTANCE: 'db4:3306' };
    expect((await baton(env, 'which-master')).out).toBe('db2:3306\n');
    expect((await baton(env, 'which-master', '-i', 'db3')).out).toBe('db1:3306\n');
  });
});

describe('failure', () => {
  test('steps of a recovery that there is not', async () => {
    expect(await run('audit-recovery-steps', '9:zz')).toEqual({
      code: 1,
      out: '',
      error: "baton: No recovery has the uid 9:zz; 'baton audit-recovery' lists them.\n",
    });
  });

  test.each([
    ['ECONNREFUSED', '', 'the connection was refused, so nothing listens there'],
    [
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'error:0A00010B\n',
      'it does not speak TLS there; write http:// instead of https://',
    ],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed', /^its certificate is signed by nobody .* NODE_EXTRA_CA_CERTS/],
    ['', 'bad port', 'HTTP clients refuse to use this port'],
    ['', 'something else', 'something else'],
  ])('a request that fails with %s %j is told in words', (code, message, words) => {
    const cause = Object.assign(new Error(message), code === '' ? {} : { code });
    const reason = reasonOf(new TypeError('fetch failed', { cause }));
    if (typeof words === 'string') expect(reason).toBe(words);
    else expect(reason).toMatch(words);
  });

  test('TLS where there is none', async () => {
    const { code, error } = await run('clusters', '--api', server.url.replace('http:', 'https:'));
    expect([code, error]).toEqual([1, expect.stringContaining('it does not speak TLS there')]);
  });

  test("an error's message goes to stderr, its details to stdout", async () => {
    expect(await run('recover', 'db1')).toEqual({
      code: 1,
      out: '{"Hostname":"db1","Port":3306}\n',
      error: 'baton: Recovery not attempted on db1:3306: Baton sees no failure there.\n',
    });
    expect(await run('which-master', 'nobody')).toMatchObject({
      code: 1,
      out: '',
      error: expect.stringMatching(/^baton: Cannot read instance: nobody:3306/),
    });
  });

  test('api prints an error whole', async () => {
    const { code, out, error } = await run('api', 'raft-state');
    expect([code, JSON.parse(out).Code, error]).toEqual([1, 'ERROR', '']);
  });

  test('nobody there', async () => {
    const { port } = server;
    await servers.pop()?.close();
    expect(await run('clusters')).toEqual({
      code: 1,
      out: '',
      error:
        `baton: No engine answers at http://127.0.0.1:${port}/api: the connection was refused, so nothing listens there. ` +
        "Start one with 'baton serve', or name another with --api URL or ORCHESTRATOR_API.\n",
    });
  });

  async function stub(status: number, body: string): Promise<string> {
    const stubbed: Server = createServer((_, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => stubbed.listen(0, '127.0.0.1', resolve));
    servers.push({ close: () => new Promise((resolve) => stubbed.close(resolve).closeAllConnections()) });
    const address = stubbed.address();
    return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  }

  test('an answer of something else', async () => {
    const url = await stub(404, 'no such page\nat all');
    expect(await baton({ BATON_API: url }, 'clusters')).toMatchObject({
      code: 1,
      error: `baton: ${url}/api answered clusters-info with status 404 and no JSON: no such page\n`,
    });
  });

  test.each([
    ['[{"ClusterName":"a"},{}]', 'a\n', 'the field ClusterName is missing'],
    ['{"x":1}', '', 'expected a list, got object'],
    ['[1]', '', 'expected an object with ClusterName, got number'],
  ])('an answer of an unexpected shape: %s', async (body, _, error) => {
    const url = await stub(200, body);
    expect(await baton({ BATON_API: url }, 'clusters')).toEqual({
      code: 5,
      out: '',
      error: `baton: the engine's answer is not as expected: ${error}.\n`,
    });
  });

  test('a null list is an empty one', async () => {
    expect(await baton({ BATON_API: await stub(200, 'null') }, 'all-clusters-masters')).toEqual({
      code: 0,
      out: '',
      error: '',
    });
  });
});

describe('endpoints', () => {
  test.each(['', '/', '/api', '/api/'])('an address may end in "%s"', async (ending) => {
    expect((await baton({ ORCHESTRATOR_API: server.url + ending }, 'which-api')).out).toBe(`${server.url}/api\n`);
    expect((await baton({}, 'clusters', '--api', server.url + ending)).out).toBe('db1:3306\n');
  });

  test('the flag counts before BATON_API, that before ORCHESTRATOR_API, and a scheme may be missing', async () => {
    const env = { BATON_API: 'http://b:1', ORCHESTRATOR_API: 'http://o:1' };
    expect((await baton(env, 'which-api')).out).toBe('http://b:1/api\n');
    expect((await baton(env, 'which-api', '-U', 'x:80/p')).out).toBe('http://x/p/api\n');
    expect((await baton({ BATON_API: ' ' }, 'which-api')).out).toBe('http://localhost:3000/api\n');
  });

  test('of several the leader is taken', async () => {
    const dead = await start();
    await dead.close();
    servers.splice(servers.indexOf(dead), 1);
    const several = `${dead.url} ${server.url}/api`;
    expect((await baton({ ORCHESTRATOR_API: several }, 'which-api')).out).toBe(`${server.url}/api\n`);
    const none = await baton({ ORCHESTRATOR_API: `${dead.url} ${dead.url}/x` }, 'clusters');
    expect(none).toMatchObject({
      code: 1,
      error: expect.stringMatching(/^baton: No leader found: none of .*\/api, .*\/x\/api answered/),
    });
  });

  test('credentials come from the flag, the address or the environment', async () => {
    const settings = { AuthenticationMethod: 'basic', HTTPAuthUser: 'dba', HTTPAuthPassword: 'p@ss:w' };
    const { url } = await start(settings);
    const env = { ORCHESTRATOR_API: url };
    expect((await baton(env, 'clusters', '-b', 'dba:p@ss:w')).out).toBe('db1:3306\n');
    const fromEnvironment = { ...env, ORCHESTRATOR_AUTH_USER: 'dba', ORCHESTRATOR_AUTH_PASSWORD: 'p@ss:w' };
    expect((await baton(fromEnvironment, 'clusters')).out).toBe('db1:3306\n');
    expect((await baton({}, 'clusters', '-U', url.replace('//', '//dba:p%40ss%3Aw@'))).out).toBe('db1:3306\n');
    expect(await baton(env, 'clusters')).toMatchObject({
      code: 1,
      error: expect.stringContaining('asks for a user and password'),
    });
    const wrong = await baton(env, 'clusters', '--auth', 'dba:sesame');
    expect(wrong).toMatchObject({ code: 1, error: expect.stringContaining('does not accept this user and password') });
    expect(wrong.error).not.toContain('sesame');
  });

  test('a header names the user to a proxy', async () => {
    const { url, engine } = await start({ AuthenticationMethod: 'proxy', PowerAuthUsers: ['bob'] });
    const env = { ORCHESTRATOR_API: url, ORCHESTRATOR_AUTH_USER_HEADER: 'X-Forwarded-User: bob' };
    expect((await baton(env, 'ack-all-recoveries', '-r', 'x')).code).toBe(0);
    expect(engine.calls).toEqual([['acknowledge', { by: 'all' }, 'bob', 'x']]);
    expect(await baton(env, 'ack-all-recoveries', '-r', 'x', '-e', 'X-Forwarded-User:eve')).toMatchObject({
      code: 1,
      error: 'baton: Unauthorized\n',
    });
  });
});
