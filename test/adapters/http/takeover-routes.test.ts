import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BatonError } from '../../../src/shared/errors/baton-error.ts';
import { key, NOW, recovery } from './example.ts';
import { TestServer } from './test-server.ts';

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start();
});

afterEach(() => server.close());

const DB2 = { Hostname: 'db2', Port: 3306 };

describe('takeovers', () => {
  const GOOD = [
    ['graceful-master-takeover', 'graceful-master-takeover: successor promoted'],
    ['graceful-master-takeover-auto', 'graceful-master-takeover-auto: successor promoted'],
    ['cascade-master-takeover-auto', 'cascade-master-takeover-auto: successor promoted'],
    ['force-master-failover', 'Master failed over'],
    ['force-master-takeover', 'Master failed over'],
  ] as const;
  const rows = GOOD.flatMap(([kind, message]) => [
    ...(kind === 'force-master-takeover'
      ? []
      : ([
          [`${kind}/db3/3306`, kind, 'db3:3306', null, message],
          [`${kind}/main`, kind, null, null, message],
        ] as const)),
    ...(kind === 'force-master-failover'
      ? []
      : ([
          [`${kind}/db3/3306/db2/3306`, kind, 'db3:3306', 'db2:3306', message],
          [`${kind}/db1%3A3306/db2/3306`, kind, null, 'db2:3306', message],
        ] as const)),
  ]);

  test.each(rows)('%s', async (path, kind, member, designated, message) => {
    expect(await server.json(path)).toEqual({
      Code: 'OK',
      Message: `${message}: db2:3306 took over.`,
      Details: expect.objectContaining({
        UID: recovery(1).uid,
        SuccessorKey: { Hostname: 'db1', Port: 3306 },
        SuccessorBinlogCoordinates: { LogFile: 'bin.000001', LogPos: 4, Type: 0 },
        AllErrors: [],
        Type: 'MasterRecovery',
        RecoveryType: 'MasterRecoveryGTID',
      }),
    });
    const more = { clusterName: 'db1:3306', killBlockers: false, dryRun: false, owner: 'baton-1' };
    expect(server.engine.calls).toEqual([[kind, member, designated, more]]);
  });

  test.each(rows)('%s as a dry run', async (path) => {
    server.engine.plan = [{ server: 'db1:3306', kind: 'perform', statements: ['SET GLOBAL read_only=1'], message: '' }];
    server.engine.takenOver = { ok: false, message: 'db2:3306 lags.' };
    expect(await server.json(`${path}?dry-run=true&kill-blockers=true`)).toEqual({
      Code: 'OK',
      Message: 'Dry run, nothing was changed. The outcome would be: db2:3306 lags.',
      Details: {
        Result: 'refused',
        Plan: [{ Server: 'db1:3306', Kind: 'perform', Statements: ['SET GLOBAL read_only=1'], Message: '' }],
        Successor: 'db2:3306',
      },
    });
    expect(server.engine.calls[0]?.[3]).toMatchObject({ dryRun: true, killBlockers: true });
  });

  test('the old end of the log stands in for the successor’s place, where that is not known', async () => {
    server.engine.takenOver = { recovery: recovery(1, { successorCoordinates: null }) };
    expect(await server.json('graceful-master-takeover/main')).toMatchObject({
      Details: { SuccessorBinlogCoordinates: { LogFile: 'bin.000007', LogPos: 99 } },
    });
  });

  test.each([
    ['graceful-master-takeover/main', 'graceful-master-takeover: no successor promoted: Not now.'],
    ['force-master-failover/db1/3306', 'Master not failed over: Not now.'],
  ])('%s that is refused', async (path, message) => {
    server.engine.takenOver = { recovery: null, ok: false, message: 'Not now.' };
    const reply = await server.send(`/api/${path}`);
    expect([reply.status, JSON.parse(reply.text)]).toEqual([500, { Code: 'ERROR', Message: message, Details: null }]);
    server.engine.takenOver = { recovery: recovery(1, { successor: null }), ok: false, message: 'Not now.' };
    expect(await server.json(path)).toMatchObject({ Code: 'ERROR', Message: message, Details: { SuccessorKey: null } });
  });

  test.each([
    ['graceful-master-takeover/nothing', /^Unable to determine cluster name by hint: nothing/],
    ['force-master-failover/nobody/3306', /^Cannot read instance: nobody:3306/],
    ['graceful-master-takeover/main/db2/x', /^Invalid port: x$/],
  ])('%s names nothing', async (path, message) => {
    expect(await server.json(path)).toMatchObject({ Code: 'ERROR', Message: expect.stringMatching(message) });
    expect(server.engine.calls).toEqual([]);
  });
});

describe('maintenance', () => {
  test.each([
    ['begin-maintenance/db2/3306/me%0A/a%20reason%0A', ['begin-maintenance', 'db2:3306', 'me', 'a reason', 600_000]],
    ['begin-maintenance/db2/3306/me/why?duration=1h', ['begin-maintenance', 'db2:3306', 'me', 'why', 3_600_000]],
    ['begin-maintenance/db2/3306?owner=me&reason=a%2Fb', ['begin-maintenance', 'db2:3306', 'me', 'a/b', 600_000]],
    ['end-maintenance/db2/3306', ['end-maintenance', 'db2:3306']],
  ])('%s', async (path, call) => {
    expect(await server.json(path)).toEqual({ Code: 'OK', Message: expect.any(String), Details: DB2 });
    expect(server.engine.calls).toEqual([call]);
  });

  test('one that cannot be begun has 0 for details', async () => {
    server.engine.failure = new BatonError('conflict', 'db2:3306 is under maintenance already.');
    expect(await server.json('begin-maintenance/db2/3306/me/why')).toEqual({
      Code: 'ERROR',
      Message: 'db2:3306 is under maintenance already.',
      Details: 0,
    });
    expect(await server.json('begin-maintenance/db2/3306/me/%0A')).toMatchObject({
      Code: 'ERROR',
      Message: 'No reason given for the maintenance',
    });
  });

  test('those that hold are listed, told and ended by their number', async () => {
    expect([await server.json('maintenance'), await server.json('in-maintenance/db2/3306')]).toEqual([
      [],
      { Code: 'OK', Message: 'false', Details: '' },
    ]);
    server.engine.maintenance('db2:3306');
    server.engine.maintenance('db3:3306', { endMs: NOW - 1 });
    const listed = (await server.json('maintenance')) as { MaintenanceId: number }[];
    expect(listed).toEqual([
      {
        MaintenanceId: expect.any(Number),
        Key: DB2,
        BeginTimestamp: '2024-01-31 10:20:25',
        SecondsElapsed: 5,
        IsActive: true,
        Owner: 'ann',
        Reason: 'repair',
      },
    ]);
    expect(await server.json('in-maintenance/db2/3306')).toEqual({ Code: 'OK', Message: 'true', Details: 'db2:3306' });
    const id = listed[0]?.MaintenanceId;
    expect(Number.isSafeInteger(id)).toBe(true);
    expect(await server.json(`end-maintenance/${id}`)).toMatchObject({ Code: 'OK', Details: id });
    expect(server.engine.calls).toEqual([['end-maintenance', 'db2:3306']]);
    expect(await server.json('end-maintenance/17')).toMatchObject({
      Code: 'ERROR',
      Message: expect.stringMatching(/^No maintenance has the id 17\./),
    });
  });
});

describe('readiness', () => {
  test.each(['readiness', 'v2/readiness'])('%s', async (path) => {
    expect(await server.json(path)).toEqual([server.engine.ready]);
    expect(await server.json(`${path}/main`)).toEqual(server.engine.ready);
    expect(await server.json(`${path}/db4%3A3306`)).toMatchObject({ ready: true, estimatedOutageMs: 480 });
    const failed = path.startsWith('v2/') ? { code: 'unknown-cluster', status: 404 } : { Code: 'ERROR' };
    expect(await server.json(`${path}/nothing`)).toMatchObject(failed);
  });
});

describe('export', () => {
  test.each(['v2/recoveries/1:ab/export', 'export-recovery/1%3Aab'])('%s', async (path) => {
    const bytes = gzipSync('{"steps":[]}');
    server.engine.exports.set('1:ab', bytes);
    const reply = await server.send(`/api/${path}`, { 'Accept-Encoding': 'gzip' });
    expect([reply.status, gunzipSync(reply.body).toString()]).toEqual([200, '{"steps":[]}']);
    expect(reply.headers).toMatchObject({
      'content-type': 'application/gzip',
      'content-disposition': 'attachment; filename="baton-recovery-1-ab.json.gz"',
    });
    expect(reply.headers['content-encoding']).toBeUndefined();
  });

  test('one that there is not', async () => {
    const reply = await server.send('/api/export-recovery/9:zz');
    expect([reply.status, JSON.parse(reply.text)]).toMatchObject([
      500,
      { Code: 'ERROR', Message: expect.stringMatching(/^No recovery and no operation has the uid 9:zz\./) },
    ]);
  });
});

test('a takeover names the designated server as completed by the engine', async () => {
  await server.json('graceful-master-takeover/main/b2/3306');
  expect(server.engine.calls[0]).toEqual(expect.arrayContaining([key('db2:3306').hostname.concat(':3306')]));
});
