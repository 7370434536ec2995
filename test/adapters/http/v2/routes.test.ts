import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Endpoint } from '../../../../src/shared/contract/v2/endpoint.ts';
import { ENDPOINTS, type EndpointName } from '../../../../src/shared/contract/v2/endpoints.ts';
import { problemSchema } from '../../../../src/shared/contract/v2/problem.ts';
import { analysis, detection, key, NOW, recovery } from '../example.ts';
import { FakeCredentials } from '../fake-credentials.ts';
import { FakeEngine, withCandidate } from '../fake-engine.ts';
import { TestServer } from '../test-server.ts';
import { callV2 } from './v2-client.ts';

let server: TestServer;
let credentials: FakeCredentials;
const UID = recovery(1).uid;
const RECORDED = readFileSync(new URL('../../../replay/dead-master-mysql97.json.gz', import.meta.url));

beforeEach(async () => {
  credentials = new FakeCredentials();
  server = await TestServer.start({}, FakeEngine.example(), { credentials });
  const { engine } = server;
  const db2 = { pool: 'readers', keys: [key('db2')], registeredMs: NOW };
  engine.commands = { ...engine.commands, pools: engine.commands.pools.set('readers', db2) };
  engine.downtime('db2:3306');
  engine.maintenance('db3:3306');
  engine.commands = withCandidate(engine.commands, 'db2:3306', 'prefer');
  engine.commands = { ...engine.commands, recoveries: [recovery(1)], endedDetections: [detection(7)] };
  engine.found = [analysis('db1:3306')];
  engine.blocked = [
    {
      key: key('db1'),
      clusterName: 'db1:3306',
      code: 'DeadMaster',
      lastBlockedMs: NOW,
      blockingRecoveryId: 1,
      reason: 'r',
    },
  ];
  engine.steps = [{ id: 1, recoveryUid: UID, atMs: NOW, message: 'm' }];
  engine.auditEntries = [{ id: 1, atMs: NOW, type: 'discover', key: null, message: 'm' }];
  engine.exports.set(UID, Buffer.from('log'));
  engine.recordings.set(UID, engine.timelineOfFile(RECORDED, 'r'));
  engine.recovered = recovery(1);
});

afterEach(() => server.close());

function newer(): Buffer {
  const document = JSON.parse(gunzipSync(RECORDED).toString()) as object;
  return gzipSync(JSON.stringify({ ...document, version: 2, writtenBy: '9.0.0' }));
}

const uid = encodeURIComponent(UID);
const operation = { name: 'relocate', args: { instance: key('db4'), destination: key('db3') } };
const period = { reason: 'disk', owner: 'ann', seconds: 60 };

/** Of every endpoint: a path, a body, and what the engine is asked to do. */
const CALLS: Record<Exclude<EndpointName, 'stream'>, readonly [path: string, body?: unknown, call?: unknown[]]> = {
  openapi: ['openapi.json'],
  node: ['node'],
  health: ['health'],
  clusters: ['clusters'],
  cluster: ['clusters/main'],
  topology: ['clusters/db1%3A3306/topology'],
  instances: ['instances?cluster=main&problems=true'],
  instance: ['instances/db2:3306'],
  analyses: ['analyses?cluster=main&all=true'],
  detections: ['detections?page=0'],
  recoveries: ['recoveries?cluster=main'],
  recovery: [`recoveries/${uid}`],
  recoverySteps: [`recoveries/${uid}/steps`],
  exportRecovery: [`recoveries/${uid}/export`],
  recoveryTimeline: [`recoveries/${uid}/timeline`],
  replay: ['replays', { name: 'r.json.gz', base64: RECORDED.toString('base64') }],
  blockedRecoveries: ['blocked-recoveries'],
  readinessOfAll: ['readiness'],
  readiness: ['readiness/main'],
  downtimes: ['downtimes'],
  maintenances: ['maintenances'],
  candidates: ['candidates'],
  tags: ['tags'],
  audit: ['audit?instance=db2&page=1', undefined, ['audit', 1, 'db2:3306']],
  globalRecoveries: ['global-recoveries'],
  instanceHistory: ['instances/db2/history?hours=2', undefined, ['history', 'db2:3306', NOW - 7_200_000]],
  lags: ['clusters/main/lags', undefined, ['recent-polls', 'db2:3306', 60]],
  dropTargets: [
    'instances/db2/drop-targets?mode=gtid&replicas=true',
    undefined,
    ['drop-targets', 'db2:3306', 'gtid', true, false],
  ],
  equivalents: ['instances/db2/equivalents'],
  longQueries: [
    'long-queries?cluster=main&seconds=5',
    undefined,
    ['long-queries', ['db1:3306', 'db2:3306', 'db3:3306', 'db4:3306'], 5],
  ],
  analysisChanges: ['analyses/changelog?cluster=main&until=1700000000000'],
  discovery: ['discovery'],
  hostNames: ['host-names'],
  pools: ['pools'],
  submitPool: ['pools/writers', { instances: [key('db1')] }, ['submit-pool', 'writers', ['db1:3306']]],
  removePool: ['pools/readers', undefined, ['submit-pool', 'readers', []]],
  configuration: ['configuration'],
  checkConfiguration: ['configuration/check', { text: '{}' }, ['check-configuration', '{}']],
  reloadConfiguration: ['configuration/reload', undefined, ['reload-configuration', null, 'baton-1']],
  resetHostNames: ['host-names', undefined, ['reset-names']],
  testConnection: [
    'connection-tests',
    { instance: key('db9'), user: 'u', password: 'p' },
    ['try-connection', 'db9:3306', { user: 'u', password: 'p' }],
  ],
  credentials: ['credentials'],
  setCredential: ['credentials/db*.corp', { user: 'u', password: 'p' }],
  removeCredential: ['credentials/db*.corp'],
  discover: ['instances', { instance: key('db2') }, ['discover', 'db2:3306']],
  forget: ['instances/db2:3306', undefined, ['forget', ['db2:3306']]],
  forgetCluster: ['clusters/main', undefined, ['forget', ['db1:3306', 'db2:3306', 'db3:3306', 'db4:3306']]],
  setAlias: ['clusters/main/alias', { alias: 'x' }, ['set-cluster-alias', 'db1:3306', 'x']],
  beginDowntime: ['instances/db2/downtime', period, ['begin-downtime', 'db2:3306', 'ann', 'disk', 60_000]],
  endDowntime: ['instances/db2/downtime', undefined, ['end-downtime', 'db2:3306']],
  beginMaintenance: [
    'instances/db2/maintenance',
    { reason: 'disk' },
    ['begin-maintenance', 'db2:3306', 'baton-1', 'disk', 600_000],
  ],
  endMaintenance: ['instances/db2/maintenance', undefined, ['end-maintenance', 'db2:3306']],
  registerCandidate: ['instances/db2/candidate', { rule: 'prefer' }, ['register-candidate', 'db2:3306', 'prefer']],
  tag: ['instances/db2/tags/role', { value: 'backup' }, ['tag', 'db2:3306', 'role', 'backup']],
  untag: ['instances/db2/tags/role', undefined, ['untag', 'db2:3306', 'role', null]],
  recover: ['recoveries', { instance: key('db1') }, ['recover', 'db1:3306', null, false]],
  acknowledge: [
    `recoveries/${uid}/acknowledge`,
    { comment: 'seen' },
    ['acknowledge', { by: 'uid', uid: UID }, 'baton-1', 'seen'],
  ],
  acknowledgeMany: [
    'acknowledgements',
    { comment: 'seen', of: { cluster: 'main' }, owner: 'ann' },
    ['acknowledge', { by: 'cluster', clusterName: 'db1:3306', alias: 'main' }, 'ann', 'seen'],
  ],
  switchGlobalRecoveries: ['global-recoveries', { enabled: false }, ['set-global-recoveries', false, 'baton-1']],
  operate: [
    'operations',
    operation,
    ['relocate', 'db4:3306', { destination: 'db3:3306' }, { dryRun: false, owner: 'baton-1' }],
  ],
  takeOver: [
    'takeovers',
    { kind: 'graceful-master-takeover', cluster: 'main', designated: key('db2'), dryRun: true },
    [
      'graceful-master-takeover',
      null,
      'db2:3306',
      { clusterName: 'db1:3306', killBlockers: false, dryRun: true, owner: 'baton-1' },
    ],
  ],
};

test.each(Object.entries(CALLS))('%s answers what its contract says', async (name, [path, body, call]) => {
  const endpoint: Endpoint = ENDPOINTS[name as EndpointName];
  const reply = await callV2(server, endpoint.method, path, body);
  expect([reply.status, reply.text]).toEqual([endpoint.reply.kind === 'nothing' ? 204 : 200, expect.any(String)]);
  if (endpoint.reply.kind === 'json') {
    const schema = endpoint.reply.schema;
    // Strict, so that a field that the contract doesn't know fails.
    expect(z.safeParse(schema, JSON.parse(reply.text))).toMatchObject({ success: true });
    if (!path.includes('openapi')) expect(schema.parse(JSON.parse(reply.text))).toEqual(JSON.parse(reply.text));
  }
  if (call !== undefined) expect(server.engine.calls).toContainEqual(call);
});

describe('what changes something', () => {
  const changing = Object.entries(CALLS).filter(([name]) => ENDPOINTS[name as EndpointName].auth === 'W');

  test.each(changing)('%s is refused to who may not, and to pages of other sites', async (name, [path, body]) => {
    const { method } = ENDPOINTS[name as EndpointName];
    const foreign = await callV2(server, method, path, body, { 'sec-fetch-site': 'cross-site' });
    server.engine.settings = { ...server.engine.settings, ReadOnly: true };
    const readOnly = await callV2(server, method, path, body);
    expect([foreign.status, readOnly.status, server.engine.calls]).toEqual([403, 403, []]);
    expect(problemSchema.parse(JSON.parse(readOnly.text)).detail).toContain('ReadOnly');
  });

  test.each(changing.filter(([, [, body]]) => body !== undefined))(
    '%s wants JSON that says so',
    async (name, [path, body]) => {
      const { method } = ENDPOINTS[name as EndpointName];
      const plain = await callV2(server, method, path, body, { 'content-type': 'text/plain' });
      const broken = await callV2(server, method, path, '{');
      const unknown = await callV2(server, method, path, { ...(body as object), dry_run: true });
      expect([plain.status, broken.status, unknown.status, server.engine.calls]).toEqual([415, 400, 400, []]);
    },
  );
});

describe('problems', () => {
  test.each([
    ['GET', 'nothing', 404],
    ['GET', 'clusters/nothing', 404],
    ['GET', 'instances/db9:3306', 404],
    ['GET', 'instances/db2:99999', 400],
    ['GET', 'recoveries/9', 404],
    ['GET', 'recoveries/9/steps', 404],
    ['GET', 'recoveries/9/export', 404],
    ['GET', 'recoveries/9/timeline', 404],
    ['GET', 'recoveries?pages=1', 400],
    ['GET', 'clusters?x=1', 400],
    ['DELETE', 'instances/db9:3306', 404],
    ['PATCH', 'clusters', 405],
  ])('%s %s: %i', async (method, path, status) => {
    const reply = await callV2(server, method, path);
    expect([reply.status, reply.type]).toEqual([status, 'application/problem+json; charset=utf-8']);
    expect(problemSchema.parse(JSON.parse(reply.text)).status).toBe(status);
  });

  test.each([
    ['refused', 409],
    ['undone', 502],
    ['partial', 502],
    ['left', 502],
  ] as const)('an operation that ends %s has status %i and its report', async (state, status) => {
    server.engine.operated = { state, message: 'Why.' };
    const reply = await callV2(server, 'POST', 'operations', operation);
    expect([reply.status, JSON.parse(reply.text)]).toMatchObject([
      status,
      { code: state, detail: 'Why.', report: { result: { state } } },
    ]);
    const dry = await callV2(server, 'POST', 'operations', { ...operation, dryRun: true });
    expect([dry.status, JSON.parse(dry.text).result.state]).toEqual([200, state]);
  });

  test.each([
    ['cut off', RECORDED.subarray(0, 900), 'mine.json.gz is truncated'],
    ['damaged', Buffer.from([...RECORDED].with(700, 0).with(701, 7)), 'mine.json.gz is damaged'],
    ['something else', Buffer.from('{"hello":1}'), 'It is not a recovery file'],
    ['of a newer version', newer(), 'Replay it with that Baton or a later one'],
    ['empty', Buffer.alloc(0), 'mine.json.gz is empty'],
  ])('a recovery file that is %s', async (_, bytes, reason) => {
    const file = { name: 'mine.json.gz', base64: bytes.toString('base64') };
    const reply = await callV2(server, 'POST', 'replays', file);
    expect([reply.status, JSON.parse(reply.text).detail]).toEqual([400, expect.stringContaining(reason)]);
  });

  test('a recovery file may be larger than other bodies', async () => {
    const base64 = Buffer.alloc(12 * 1024 * 1024, 7).toString('base64');
    const reply = await callV2(server, 'POST', 'replays', { base64 });
    expect([reply.status, JSON.parse(reply.text).detail]).toEqual([
      400,
      expect.stringContaining('not a recovery file'),
    ]);
    const more = await callV2(server, 'POST', 'replays', { base64: `${base64}${base64}` }).catch(() => null);
    expect(more === null || more.status === 413).toBe(true);
  });

  test('a body that is too large is not read to its end', async () => {
    const reply = await callV2(server, 'POST', 'operations', 'x'.repeat(1024 * 1024 + 1)).catch(() => null);
    expect(reply === null || reply.status === 413).toBe(true);
  });

  test('credentials are asked for in the same form', async () => {
    await server.close();
    server = await TestServer.start({ AuthenticationMethod: 'basic', HTTPAuthUser: 'u', HTTPAuthPassword: 'p' });
    const reply = await callV2(server, 'GET', 'clusters');
    expect([reply.status, JSON.parse(reply.text).code]).toEqual([401, 'unauthenticated']);
  });

  test('a node that fails its self-test', async () => {
    server.engine.problem = 'The disk is full.';
    expect((await callV2(server, 'GET', 'health')).status).toBe(503);
  });
});
