import { afterEach, describe, expect, test } from 'vitest';
import { createHttpServer } from '../../../src/main/adapters/http/http-server.ts';
import { server } from '../../core/topology/fleet.ts';
import { NOW } from './example.ts';
import { TestServer } from './test-server.ts';

const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((one) => one.close()));
});

async function start(...settings: Parameters<typeof TestServer.start>): Promise<TestServer> {
  const one = await TestServer.start(...settings);
  servers.push(one);
  return one;
}

/** Two polls of one server and a failed one of another, a call of the store that failed, a batch, three seconds of queue. */
async function measured(): Promise<TestServer> {
  const one = await start();
  const { measurements } = one.engine;
  const well = { ...server('db1'), failure: null };
  measurements.polled({ ...well, lastAttemptMs: NOW - 90_100, lastCheckedMs: NOW - 90_000, latencyMicros: 100_000 });
  measurements.polled({ ...well, lastAttemptMs: NOW - 1300, lastCheckedMs: NOW - 1000, latencyMicros: 300_000 });
  const failure = { kind: 'timeout', message: 'db2:3306 does not answer.' } as const;
  measurements.polled({ ...server('db2'), failure, lastAttemptMs: NOW - 2500, lastCheckedMs: NOW - 500 });
  measurements.stored({ atMs: NOW - 400, operation: 'purge', ms: 2, error: null });
  measurements.stored({ atMs: NOW - 300, operation: 'addAudit', ms: 1.5, error: 'The disk is full.' });
  measurements.wroteBatch({ atMs: NOW - 200, instances: 3, waitMs: 4000, writeMs: 2.5 });
  for (const active of [1, 2, 6]) {
    measurements.sampleQueue({ alive: { active, queued: active - 1 }, dead: { active: 1, queued: 0 } });
  }
  return one;
}

describe('collections of samples', () => {
  test('polls', async () => {
    const one = await measured();
    expect(await one.json('discovery-metrics-raw/60')).toEqual([
      {
        Timestamp: new Date(NOW - 1000).toISOString(),
        Hostname: 'db1',
        Port: 3306,
        BackendLatencySeconds: 0,
        InstanceLatencySeconds: 0.3,
        TotalLatencySeconds: 0.3,
        Err: null,
      },
      expect.objectContaining({ Hostname: 'db2', TotalLatencySeconds: 2, Err: 'db2:3306 does not answer.' }),
    ]);
  });

  test('their statistics, under the names of the reference and in their order', async () => {
    const one = await measured();
    const aggregated = (await one.json('discovery-metrics-aggregated/120')) as Record<string, unknown>;
    const statistics = ['', 'Failed'].flatMap((failed) =>
      ['Mean', 'Max', 'Median', 'P95'].flatMap((name) =>
        ['Total', 'Backend', 'Instance'].map((part) => `${failed}${name}${part}Seconds`),
      ),
    );
    expect(Object.keys(aggregated).slice(7).sort()).toEqual(statistics.sort());
    expect(aggregated).toMatchObject({
      FirstSeen: new Date(NOW - 90_000).toISOString(),
      LastSeen: new Date(NOW - 500).toISOString(),
      CountDistinctInstanceKeys: 2,
      CountDistinctOkInstanceKeys: 1,
      CountDistinctFailedInstanceKeys: 1,
      FailedDiscoveries: 1,
      SuccessfulDiscoveries: 2,
      MeanTotalSeconds: expect.closeTo(0.8),
      MedianInstanceSeconds: 0.3,
      MaxBackendSeconds: 0,
      FailedP95TotalSeconds: 2,
    });
  });

  test('the queue, and that of servers that fail', async () => {
    const one = await measured();
    expect(await one.json('discovery-queue-metrics-raw/2')).toEqual([
      { Active: 2, Queued: 1 },
      { Active: 6, Queued: 5 },
    ]);
    expect(await one.json('discovery-queue-metrics-raw/DEADINSTANCES/1')).toEqual([{ Active: 1, Queued: 0 }]);
    expect(await one.json('discovery-queue-metrics-aggregated/DEFAULT/60')).toEqual({
      ActiveMinEntries: 1,
      ActiveMeanEntries: 3,
      ActiveMedianEntries: 2,
      ActiveP95Entries: 6,
      ActiveMaxEntries: 6,
      QueuedMinEntries: 0,
      QueuedMeanEntries: 2,
      QueuedMedianEntries: 1,
      QueuedP95Entries: 5,
      QueuedMaxEntries: 5,
    });
    expect(await one.json('discovery-queue-metrics-raw/OTHER/60')).toMatchObject({ Code: 'ERROR' });
  });

  test('calls of the store', async () => {
    const one = await measured();
    expect(await one.json('backend-query-metrics-raw/60')).toEqual([
      { Timestamp: new Date(NOW - 400).toISOString(), WaitLatency: 0, ExecuteLatency: 2_000_000, Err: null },
      {
        Timestamp: new Date(NOW - 300).toISOString(),
        WaitLatency: 0,
        ExecuteLatency: 1_500_000,
        Err: 'The disk is full.',
      },
    ]);
    expect(await one.json('backend-query-metrics-aggregated/60')).toEqual({
      Count: 2,
      MaxLatencySeconds: 0.002,
      MeanLatencySeconds: 0.00175,
      MedianLatencySeconds: 0.00175,
      P95LatencySeconds: 0.002,
      MaxWaitSeconds: 0,
      MeanWaitSeconds: 0,
      MedianWaitSeconds: 0,
      P95WaitSeconds: 0,
    });
  });

  test('batches written behind', async () => {
    const one = await measured();
    expect(await one.json('write-buffer-metrics-raw/60')).toEqual([
      {
        Timestamp: new Date(NOW - 200).toISOString(),
        Instances: 3,
        WaitLatency: 4_000_000_000,
        WriteLatency: 2_500_000,
      },
    ]);
    expect(await one.json('write-buffer-metrics-aggregated/60')).toEqual({
      InstanceWriteBufferSize: 500,
      InstanceFlushIntervalMilliseconds: 5000,
      CountInstances: 3,
      MaxInstances: 3,
      MeanInstances: 3,
      MedianInstances: 3,
      P95Instances: 3,
      MaxWaitSeconds: 4,
      MeanWaitSeconds: 4,
      MedianWaitSeconds: 4,
      P95WaitSeconds: 4,
      MaxWriteSeconds: 0.0025,
      MeanWriteSeconds: 0.0025,
      MedianWriteSeconds: 0.0025,
      P95WriteSeconds: 0.0025,
    });
  });

  test('nothing measured is null, no elements, or zeros', async () => {
    const one = await start();
    for (const name of ['discovery', 'backend-query', 'write-buffer']) {
      expect(await one.json(`${name}-metrics-raw/60`)).toBeNull();
    }
    expect(await one.json('discovery-queue-metrics-raw/60')).toEqual([]);
    expect(await one.json('discovery-metrics-aggregated/60')).toMatchObject({
      FirstSeen: '0001-01-01T00:00:00Z',
      FailedDiscoveries: 0,
      MeanTotalSeconds: 0,
    });
  });

  test.each(['0', '-1', 'x', '1.5', '9999999999'])('seconds: %s is refused', async (seconds) => {
    const one = await start();
    for (const name of ['discovery-metrics-raw', 'discovery-queue-metrics-raw', 'write-buffer-metrics-aggregated']) {
      expect(await one.json(`${name}/${seconds}`)).toMatchObject({
        Code: 'ERROR',
        Message: expect.stringContaining(`Invalid seconds: ${seconds}.`),
      });
    }
  });
});

describe('variables under the names of the reference', () => {
  test.each(['/debug/metrics', '/debug/vars'])('%s', async (path) => {
    const one = await measured();
    const reply = await one.send(path);
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
    const { cmdline, memstats, ...metrics } = JSON.parse(reply.text) as Record<string, unknown>;
    expect([cmdline, memstats]).toEqual([['baton'], expect.objectContaining({ HeapAlloc: expect.any(Number) })]);
    expect(Object.values(metrics).every(Number.isInteger)).toBe(true);
    expect(metrics).toMatchObject({
      'discoveries.attempt': 3,
      'discoveries.fail': 1,
      'discoveries.queue_length': 5,
      'discoveries.recent_count': 2,
      'instance.write': 3,
      'health.is_healthy': 1,
      'elect.is_elected': 1,
      'raft.is_leader': 0,
      'recover.pending': 0,
      'recover.dead_master.start': 0,
      'recover.dead_replication_group_member.fail': 0,
      'resolve.read_resolved_all': 0,
    });
    expect(Object.keys(metrics)).toHaveLength(40);
    expect(reply.text.split('\n').filter((line) => line.startsWith('"discoveries.attempt": 3,'))).toHaveLength(1);
  });
});

describe('/metrics', () => {
  test('is the exposition, under the prefix', async () => {
    const { engine } = await start({ URLPrefix: '/baton' });
    const exposition = { contentType: 'text/plain; version=0.0.4', text: async () => 'a 1\n' };
    const http = createHttpServer({ engine, settings: engine.settings, log: servers[0]?.log ?? never(), exposition });
    const bound = await http.listen('127.0.0.1:0');
    const base = bound.kind === 'tcp' ? `http://127.0.0.1:${bound.port}` : never();
    try {
      const reply = await fetch(`${base}/baton/metrics`);
      expect([reply.status, reply.headers.get('content-type'), await reply.text()]).toEqual([
        200,
        'text/plain; version=0.0.4',
        'a 1\n',
      ]);
      expect((await fetch(`${base}/metrics`)).status).toBe(404);
    } finally {
      await http.close();
    }
  });

  test('is not found where nobody has made one, and asks for authentication as every path', async () => {
    expect((await (await start()).send('/metrics')).status).toBe(404);
    const closed = { AuthenticationMethod: 'basic', HTTPAuthUser: 'u', HTTPAuthPassword: 'p' };
    const one = await start(closed);
    for (const path of ['/metrics', '/debug/metrics', '/api/v2/health/live']) {
      expect((await one.send(path)).status).toBe(401);
    }
  });
});

describe('probes', () => {
  const statuses = async (one: TestServer): Promise<readonly number[]> => {
    const replies = await Promise.all(['live', 'ready', 'leader'].map((name) => one.send(`/api/v2/health/${name}`)));
    return replies.map(({ status }) => status);
  };

  test('of a node that is well', async () => {
    expect(await statuses(await start())).toEqual([200, 200, 200]);
  });

  test('a full disk makes it not ready, and is no reason to start it anew', async () => {
    const one = await start();
    one.engine.problem = "It can't write to its data file: The disk is full.";
    expect(await statuses(one)).toEqual([200, 503, 503]);
    expect(await one.json('v2/health/ready')).toEqual({ Code: 'ERROR', Message: one.engine.problem, Details: null });
  });

  test('before it has started, or while it stops', async () => {
    const one = await start();
    one.engine.running = false;
    expect(await statuses(one)).toEqual([200, 503, 503]);
  });

  test('a standstill', async () => {
    const one = await start();
    one.engine.stuck = 'It has done nothing of its regular work for 20 s.';
    one.engine.problem = one.engine.stuck;
    expect(await statuses(one)).toEqual([503, 503, 503]);
  });
});

function never(): never {
  throw new Error('not reached');
}
