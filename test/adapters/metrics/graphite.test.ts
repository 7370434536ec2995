import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type GraphiteSender, graphiteTarget, startGraphite } from '../../../src/main/adapters/metrics/graphite.ts';
import { defaultSettings, type Settings } from '../../../src/shared/settings/settings.ts';
import { RecordingLog } from '../../engine/fakes/recording-log.ts';
import { START_MS, VirtualClock } from '../../engine/fakes/virtual-clock.ts';

/** Takes what is sent, connection by connection; or takes connections and nothing else. */
class Carbon {
  readonly received: string[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  port = 0;

  constructor(reads = true) {
    this.#server = createServer({ allowHalfOpen: !reads }, (socket) => {
      this.#sockets.add(socket);
      if (!reads) return;
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('end', () => this.received.push(text));
    });
  }

  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
    return this;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const one of cleanUp.splice(0).reverse()) await one();
});

async function carbon(reads = true): Promise<Carbon> {
  const one = await new Carbon(reads).listen();
  cleanUp.push(() => one.close());
  return one;
}

function sender(port: number, clock: VirtualClock, log: RecordingLog, timeoutMs = 2000): GraphiteSender {
  const metrics = () =>
    [
      { name: 'discoveries.attempt', kind: 'counter', value: 7 },
      { name: 'recover.pending', kind: 'gauge', value: 0 },
    ] as const;
  const target = { host: '127.0.0.1', port, prefix: 'db.baton', everyMs: 30_000 };
  const started = startGraphite(target, { metrics, clock, log, timeoutMs });
  cleanUp.push(() => started.close());
  return started;
}

describe('delivery', () => {
  test('a line for each metric, at each interval, over a connection of its own', async () => {
    const graphite = await carbon();
    const [clock, log] = [new VirtualClock(), new RecordingLog()];
    sender(graphite.port, clock, log);
    await clock.advance(29_000);
    expect(graphite.received).toEqual([]);
    for (const count of [1, 2]) {
      await clock.advanceUntil(() => clock.pending > 0);
      await clock.advance(30_000);
      await vi.waitFor(() => expect(graphite.received).toHaveLength(count));
      await vi.waitFor(() => expect(clock.pending).toBe(1));
    }
    const seconds = START_MS / 1000 + 30;
    expect(graphite.received[0]).toBe(
      `db.baton.discoveries.attempt.count 7 ${seconds}\ndb.baton.recover.pending.value 0 ${seconds}\n`,
    );
    expect(log.errors).toEqual([]);
  });

  test('a server that is away is told of once, and when it is back', async () => {
    const graphite = await carbon();
    const { port } = graphite;
    await graphite.close();
    const [clock, log] = [new VirtualClock(), new RecordingLog()];
    sender(port, clock, log);
    for (let i = 0; i < 3; i += 1) {
      await clock.advance(30_000);
      await vi.waitFor(() => expect(clock.pending).toBe(1));
    }
    expect(log.of('graphite.not-sent')).toEqual([expect.stringContaining(`127.0.0.1:${port}: connect ECONNREFUSED`)]);
    const back = await new Carbon().listen(port);
    cleanUp.push(() => back.close());
    await clock.advance(30_000);
    await vi.waitFor(() => expect(back.received).toHaveLength(1));
    await vi.waitFor(() => expect(log.of('graphite.sent-again')).toHaveLength(1));
  });

  test('a server that takes the connection and never ends it is given up', async () => {
    const graphite = await carbon(false);
    const [clock, log] = [new VirtualClock(), new RecordingLog()];
    sender(graphite.port, clock, log, 50);
    await clock.advance(30_000);
    await vi.waitFor(() =>
      expect(log.of('graphite.not-sent')).toEqual([expect.stringContaining('it took longer than 50 ms')]),
    );
    await vi.waitFor(() => expect(clock.pending).toBe(1));
  });

  test('nothing is left behind when it is closed', async () => {
    const [clock, log] = [new VirtualClock(), new RecordingLog()];
    sender(1, clock, log).close();
    expect(clock.pending).toBe(0);
  });
});

describe('where to', () => {
  const target = (settings: Partial<Settings>, log = new RecordingLog()) =>
    graphiteTarget({ ...defaultSettings(), GraphitePath: 'x', ...settings }, 'db1.example.com', log);

  test.each([
    [
      { GraphiteAddr: 'g:2003', GraphitePath: 'a.{hostname}.b' },
      { host: 'g', port: 2003, prefix: 'a.db1_example_com.b' },
    ],
    [
      { GraphiteAddr: '[::1]:2003', GraphitePath: '{hostname}', GraphiteConvertHostnameDotsToUnderscores: false },
      { host: '::1', prefix: 'db1.example.com' },
    ],
    [{ GraphiteAddr: 'g:1', GraphitePollSeconds: 10 }, { everyMs: 10_000 }],
  ])('%j', (settings, expected) => {
    expect(target(settings)).toMatchObject(expected);
  });

  test.each([{}, { GraphiteAddr: 'g:1', GraphitePollSeconds: 0 }, { GraphiteAddr: 'g:1', GraphitePollSeconds: -1 }])(
    'nowhere with %j',
    (settings) => {
      const log = new RecordingLog();
      expect(target(settings, log)).toBeNull();
      expect(log.errors).toEqual([]);
    },
  );

  test.each([
    [{ GraphiteAddr: 'g' }, 'GraphiteAddr: g is not host:port'],
    [{ GraphiteAddr: 'g:70000' }, 'is not host:port'],
    [{ GraphiteAddr: 'g:2003', GraphitePath: '' }, 'GraphiteAddr needs GraphitePath'],
  ])('nowhere with %j, and the log says why', (settings, message) => {
    const log = new RecordingLog();
    expect(target(settings, log)).toBeNull();
    expect(log.errors).toEqual([expect.stringContaining(message)]);
  });
});
