import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROUTES } from '../../../src/main/adapters/http/routes.ts';
import { UNAVAILABLE_ROUTES } from '../../../src/main/adapters/http/unavailable-routes.ts';
import { EMPTY_STATE } from '../../../src/main/core/commands/state.ts';
import { BatonError } from '../../../src/shared/errors/baton-error.ts';
import { analysis, recovery } from './example.ts';
import { withCandidate } from './fake-engine.ts';
import { TestServer } from './test-server.ts';

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start();
});

afterEach(() => server.close());

const DB2 = { Hostname: 'db2', Port: 3306 };

function ok(details: unknown) {
  return expect.objectContaining({ Code: 'OK', Message: expect.any(String), Details: details });
}

function keys(listing: unknown): string[] {
  return (listing as { Key: { Hostname: string; Port: number } }[]).map(({ Key }) => `${Key.Hostname}:${Key.Port}`);
}

test('each pattern is there once, and is told what it does', () => {
  expect(new Set(ROUTES.map(({ path }) => path)).size).toBe(ROUTES.length);
  for (const { path, summary, unavailable } of ROUTES) {
    expect(`${path}: ${summary}`).toMatch(/: [A-Z].*[^.]$/);
    if (unavailable !== undefined) expect(unavailable).toMatch(/^[A-Z].*\.$/);
  }
});

test('a node that fails its self-test says so with status 500, and why', async () => {
  server.engine.problem = "It can't write to its data file.";
  const reply = await server.send('/api/health');
  expect(reply.status).toBe(500);
  expect(JSON.parse(reply.text)).toMatchObject({
    Code: 'ERROR',
    Message: "Application node is unhealthy: It can't write to its data file.",
    Details: { Healthy: false, Error: "It can't write to its data file.", Hostname: 'baton-1' },
  });
});

describe('reading', () => {
  test.each([
    ['clusters', ['db1:3306']],
    ['clusters-info', [expect.objectContaining({ ClusterName: 'db1:3306', ClusterAlias: 'main', CountInstances: 4 })]],
    ['cluster-info/db4', expect.objectContaining({ ClusterName: 'db1:3306', HasAutomatedMasterRecovery: true })],
    ['cluster-info/alias/main', expect.objectContaining({ ClusterName: 'db1:3306' })],
    ['instance/b4/3306', expect.objectContaining({ Key: { Hostname: 'db4', Port: 3306 } })],
    ['master/db4%3A3306', expect.objectContaining({ Key: { Hostname: 'db1', Port: 3306 } })],
    ['topology/main/', ok(expect.stringContaining('\n+ db2:3306   [0s,ok,8.0.36,ro,ROW,>>,GTID]\n'))],
    ['topology/db3/3306', ok(expect.stringContaining('db1:3306'))],
    ['topology-tabulated/main', ok(expect.stringContaining('- db3:3306  |null|nonreplicating|'))],
    ['check-global-recoveries', ok('enabled')],
    [
      'automated-recovery-filters',
      ok({
        RecoverMasterClusterFilters: ['*'],
        RecoverIntermediateMasterClusterFilters: [],
        RecoveryIgnoreHostnameFilters: [],
      }),
    ],
    ['lb-check', 'OK'],
    ['_ping', 'OK'],
    ['leader-check', 'OK'],
    ['leader-check/503', 'OK'],
    ['routed-leader-check/', 'OK'],
    ['health', ok(expect.objectContaining({ Healthy: true, IsActiveNode: true, RaftHealthyMembers: null }))],
    ['status', ok(expect.objectContaining({ Hostname: 'baton-1' }))],
    ['grab-election', { Code: 'OK', Message: 'baton-1 is the active node: it is the only one.', Details: null }],
    ['reelect', { Code: 'OK', Message: 'baton-1 stays the active node: it is the only one.', Details: null }],
    ['headers', expect.objectContaining({ Connection: [expect.any(String)] })],
    ['bulk-instances', ['db1', 'db2', 'db3', 'db4'].map((Hostname) => ({ Hostname, Port: 3306 }))],
  ])('%s', async (path, body) => {
    expect(await server.json(path)).toEqual(body);
  });

  test.each([
    ['all-instances', ['db1:3306', 'db2:3306', 'db3:3306', 'db4:3306']],
    ['cluster/main', ['db1:3306', 'db2:3306', 'db3:3306', 'db4:3306']],
    ['cluster/alias/main', ['db1:3306', 'db2:3306', 'db3:3306', 'db4:3306']],
    ['cluster/instance/db4/3306', ['db1:3306', 'db2:3306', 'db3:3306', 'db4:3306']],
    ['instance-replicas/db1/3306', ['db2:3306', 'db3:3306']],
    ['masters', ['db1:3306']],
    ['search?s=DB2%0A', ['db2:3306']],
    ['search/103', ['db3:3306']],
    ['search?s=main', ['db1:3306', 'db2:3306', 'db3:3306', 'db4:3306']],
    ['search/3306', ['db1:3306', 'db2:3306', 'db3:3306', 'db4:3306']],
    ['problems', ['db3:3306']],
    ['problems/db%25', ['db3:3306']],
  ])('%s lists %j', async (path, listed) => {
    expect(keys(await server.json(path))).toEqual(listed);
  });

  test('downtimed instances are listed as such and not as problems', async () => {
    server.engine.downtime('db3:3306');
    expect(keys(await server.json('downtimed/'))).toEqual(['db3:3306']);
    expect(keys(await server.json('downtimed/main'))).toEqual(['db3:3306']);
    expect(await server.json('problems')).toBeNull();
  });

  test('analyses come masters first and can be narrowed', async () => {
    const replica = analysis(
      'db2:3306',
      { code: 'NoProblem', structure: ['ErrantGTIDStructureWarning'] },
      { replicas: 9 },
    );
    const elsewhere = analysis('x1:3306', { clusterName: 'x1:3306', clusterAlias: 'other' }, { isMaster: true });
    server.engine.found = [replica, analysis('db1:3306', {}, { isMaster: true, replicas: 2 }), elsewhere];
    const found = async (path: string) =>
      ((await server.json(path)) as { Details: { AnalyzedInstanceKey: { Hostname: string } }[] }).Details.map(
        (one) => one.AnalyzedInstanceKey.Hostname,
      );
    expect(await found('replication-analysis')).toEqual(['db1', 'x1', 'db2']);
    expect(await found('replication-analysis/main')).toEqual(['db1', 'db2']);
    expect(await found('replication-analysis/nothing')).toEqual([]);
    expect(await found('replication-analysis/instance/db2/3306')).toEqual(['db2']);
  });

  test('promotion rules show when they expire', async () => {
    server.engine.commands = withCandidate(EMPTY_STATE, 'db2:3306', 'prefer');
    expect(await server.json('bulk-promotion-rules')).toEqual([
      {
        ...DB2,
        PromotionRule: 'prefer',
        LastSuggestedString: '2024-01-31 10:19:30',
        PromotionRuleExpiry: '2024-01-31 11:19:30',
      },
    ]);
  });
});

describe('empty listings', () => {
  beforeEach(() => server.engine.show([]));

  test.each(['clusters', 'masters', 'problems', 'problems/x', 'bulk-instances', 'bulk-promotion-rules'])(
    '%s is null',
    async (path) => {
      expect((await server.send(`/api/${path}`)).text).toBe('null');
    },
  );

  test.each([
    'clusters-info',
    'all-instances',
    'search?s=x',
    'instance-replicas/a/1',
    'downtimed',
    'audit',
    'audit/instance/a/1',
    'audit-recovery',
    'audit-recovery/id/1',
    'audit-failure-detection',
    'audit-recovery-steps/x',
    'active-cluster-recovery/x',
    'recently-active-cluster-recovery/x',
    'recently-active-instance-recovery/a/1',
    'blocked-recoveries',
    'blocked-recoveries/cluster/x',
  ])('%s is []', async (path) => {
    expect((await server.send(`/api/${path}`)).text).toBe('[]');
  });

  test('replication-analysis has empty Details', async () => {
    expect(await server.json('replication-analysis')).toEqual(ok([]));
  });
});

describe('operations', () => {
  test.each([
    ['discover/db2/3306', ok(expect.objectContaining({ Key: DB2 })), ['discover', 'db2:3306']],
    ['async-discover/db2/3306', ok(null), ['discover', 'db2:3306']],
    ['refresh/db2/3306', ok(DB2), ['discover', 'db2:3306']],
    ['forget/b2/3306', ok(DB2), ['forget', ['db2:3306']]],
    ['forget-cluster/main', ok(null), ['forget', ['db1:3306', 'db2:3306', 'db3:3306', 'db4:3306']]],
    [
      'begin-downtime/db2/3306/me%0A/a%20reason%0A/2h',
      ok(DB2),
      ['begin-downtime', 'db2:3306', 'me', 'a reason', 7_200_000],
    ],
    ['begin-downtime/db2/3306/me/why', ok(DB2), ['begin-downtime', 'db2:3306', 'me', 'why', 600_000]],
    ['begin-downtime/db2/3306/me/why/0s', ok(DB2), ['begin-downtime', 'db2:3306', 'me', 'why', 600_000]],
    [
      'begin-downtime/db2/3306?owner=me&reason=a%2Fb%3F&duration=1d',
      ok(DB2),
      ['begin-downtime', 'db2:3306', 'me', 'a/b?', 86_400_000],
    ],
    ['end-downtime/db2/3306', ok(DB2), ['end-downtime', 'db2:3306']],
    ['register-candidate/db2/3306/must_not', ok(DB2), ['register-candidate', 'db2:3306', 'must_not']],
    ['set-cluster-alias/db1%3A3306?alias=prod+1', ok(null), ['set-cluster-alias', 'db1:3306', 'prod 1']],
    ['disable-global-recoveries', ok('disabled'), ['set-global-recoveries', false, 'baton-1']],
    ['enable-global-recoveries', ok('enabled'), ['set-global-recoveries', true, 'baton-1']],
    [
      'ack-recovery/cluster/main?comment=%20done%0A',
      ok('db1:3306'),
      ['acknowledge', { by: 'cluster', clusterName: 'db1:3306', alias: 'main' }, 'baton-1', 'done'],
    ],
    [
      'ack-recovery/cluster/alias/main?comment=done',
      ok('db1:3306'),
      ['acknowledge', { by: 'cluster', clusterName: 'db1:3306', alias: 'main' }, 'baton-1', 'done'],
    ],
    [
      'ack-recovery/instance/db2/3306?comment=done',
      ok(DB2),
      ['acknowledge', { by: 'instance', key: { hostname: 'db2', port: 3306 } }, 'baton-1', 'done'],
    ],
    ['ack-recovery/12?comment=done', ok('12'), ['acknowledge', { by: 'id', id: 12 }, 'baton-1', 'done']],
    ['ack-recovery/uid/1:ab?comment=done', ok('1:ab'), ['acknowledge', { by: 'uid', uid: '1:ab' }, 'baton-1', 'done']],
    ['ack-all-recoveries?comment=done', ok('done'), ['acknowledge', { by: 'all' }, 'baton-1', 'done']],
  ])('%s', async (path, body, call) => {
    expect(await server.json(path)).toEqual(body);
    expect(server.engine.calls).toEqual([call]);
  });

  test.each([
    ['recover/db1/3306', ['recover', 'db1:3306', null, false]],
    ['recover/db1/3306?skipProcesses=true', ['recover', 'db1:3306', null, true]],
    ['recover/db1/3306/db2/3306', ['recover', 'db1:3306', 'db2:3306', false]],
    ['recover-lite/db1/3306', ['recover', 'db1:3306', null, true]],
    ['recover-lite/db1/3306/db2/3306', ['recover', 'db1:3306', 'db2:3306', true]],
  ])('%s answers with the promoted key', async (path, call) => {
    server.engine.recovered = recovery(1, { successor: { hostname: 'db2', port: 3306 } });
    expect(await server.json(path)).toEqual(ok(DB2));
    expect(server.engine.calls).toEqual([call]);
  });

  test.each([
    ['nothing was attempted', null, null],
    ['nothing was promoted', recovery(1, { successor: null, errors: ['no candidate'] }), null],
    ['it was refused', null, new BatonError('refused', 'Not now.', { hint: 'Wait.' })],
  ])('a recovery names the failed instance when %s', async (_, recovered, failure) => {
    Object.assign(server.engine, { recovered, failure });
    const reply = await server.send('/api/recover/db1/3306');
    expect(reply.status).toBe(500);
    expect(JSON.parse(reply.text)).toEqual({
      Code: 'ERROR',
      Message: expect.any(String),
      Details: { Hostname: 'db1', Port: 3306 },
    });
  });

  test.each([
    ['is healthy', undefined, 'Baton sees no failure there.'],
    ['has only structure warnings', 'NoProblem', 'Baton sees no failure there.'],
    [
      'has nothing left to recover',
      'DeadMasterWithoutReplicas',
      'DeadMasterWithoutReplicas is not a failure that a recovery could mend.',
    ],
  ] as const)('a recovery that was not attempted says why: it %s', async (_, code, why) => {
    server.engine.found = [analysis('db2:3306'), ...(code === undefined ? [] : [analysis('db1:3306', { code })])];
    const reply = await server.json('recover/db1/3306');
    expect(reply).toMatchObject({ Message: `Recovery not attempted on db1:3306: ${why}` });
  });

  test('HEAD on an operation does nothing, on a reading route it reads', async () => {
    const head = await server.send('/api/forget-cluster/main', {}, 'HEAD');
    expect([head.status, head.text]).toEqual([200, '']);
    expect(server.engine.calls).toEqual([]);
    expect((await server.send('/api/instance/nobody/3306', {}, 'HEAD')).status).toBe(500);
  });

  test('a failed background discovery is logged, not told', async () => {
    server.engine.failure = new BatonError('server', 'db2 is away.');
    expect(await server.json('async-discover/db2/3306')).toEqual(ok(null));
    expect(server.log.entries).toContainEqual(expect.objectContaining({ event: 'http.async-discover-failed' }));
  });
});

describe('refusals', () => {
  test.each([
    ['instance/nobody/3306', /^Cannot read instance: nobody:3306\. Baton does not/],
    ['instance/db1/x', /^Invalid port: x$/],
    ['instance/db1/65536', /^Invalid port: 65536$/],
    ['forget/nobody/3306', /^Cannot forget nobody:3306/],
    ['cluster/nothing', /^Unable to determine cluster name by hint: nothing\. The hint/],
    ['cluster/alias/nothing', /^No cluster found for alias nothing$/],
    ['begin-downtime/db2/3306/me/why/2y', /^Invalid duration: 2y\. Write/],
    ['begin-downtime/db2/3306/me/%0A', /^No reason given/],
    ['begin-downtime/db2/3306/me/why/99999999w', /^Duration too long: 99999999w\. Ten/],
    ['register-candidate/db2/3306/must', /^Invalid promotion rule: must\. The rules/],
    ['ack-all-recoveries', /^No acknowledge comment given$/],
    ['ack-all-recoveries?comment=%0A', /^No acknowledge comment given$/],
    ['ack-recovery/x?comment=y', /^Invalid recovery id: x$/],
    ['raft-state', /not running raft/],
    ['raft-health', /not running raft/],
    ['reload-cluster-alias', /retired/],
    ['agent/db1', /^Agents not served: Baton has no agents/],
  ])('%s', async (path, message) => {
    const reply = await server.send(`/api/${path}`);
    expect(reply.status).toBe(500);
    expect(reply.headers['content-type']).toBe('application/json; charset=UTF-8');
    expect(JSON.parse(reply.text)).toEqual({ Code: 'ERROR', Message: expect.stringMatching(message), Details: null });
    expect(server.engine.calls).toEqual([]);
  });

  test('every route that Baton lacks says so', async () => {
    for (const { path, unavailable = '' } of UNAVAILABLE_ROUTES) {
      const reply = await server.send(`/api/${path.replaceAll(/:\w+/g, '1')}`);
      expect([path, reply.status, reply.text]).toEqual([path, 500, expect.stringContaining(unavailable)]);
    }
  });

  test('a bug is an envelope with a sentence, and in the log', async () => {
    server.engine.failure = new TypeError('x is undefined');
    const reply = await server.send('/api/end-downtime/db2/3306');
    expect([reply.status, JSON.parse(reply.text)]).toEqual([
      500,
      { Code: 'ERROR', Message: 'x is undefined', Details: null },
    ]);
    expect(server.log.entries).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'http.handler-failed' }),
    );
  });

  test.each([
    '/api/nothing',
    '/api/',
    '/api',
    '/nothing',
    '/api/instance/a%2Fb/3306',
    '/api/clusters//',
    '/api/instance/db1',
    '/web/agents',
  ])('%s is not found, as text', async (path) => {
    const reply = await server.send(path);
    expect([reply.status, reply.headers['content-type'], reply.text]).toEqual([
      404,
      'text/plain; charset=utf-8',
      '404 page not found\n',
    ]);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s is not found', async (method) => {
    const reply = await server.send('/api/clusters', { 'content-type': 'application/json' }, method);
    expect([reply.status, reply.text]).toEqual([404, '404 page not found\n']);
  });

  test('a broken escape is a bad request', async () => {
    expect((await server.send('/api/%zz')).status).toBe(400);
  });
});
