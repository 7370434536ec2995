import { once } from 'node:events';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../e2e/failover-scene.ts';
import { FuzzSite } from './fuzz-site.ts';
import { wrongWith } from './judge-answer.ts';
import { bytesOf, oddRequests } from './odd-requests.ts';
import { closed, HOST, KEYED, open, parseAnswer, text } from './raw-exchange.ts';

let site: FuzzSite;

beforeAll(async () => {
  site = await FuzzSite.open();
});

afterAll(async () => {
  await site.close();
});

beforeEach(() => {
  site.world.log.lines.length = 0;
});

describe('readers of a stream that do not read', () => {
  const KIB = 1024;
  /** Kernels keep some megabytes of their own. */
  const MOST_MESSAGES = 60_000;

  async function reader(request: Buffer): Promise<Socket> {
    const socket = open(site.port);
    socket.on('error', () => undefined);
    socket.write(request);
    await site.during(once(socket, 'data'));
    socket.pause();
    return socket;
  }

  /** Lets things happen of which each reader is told, until the engine has one reader less. */
  async function floodUntilCut(before: number): Promise<number> {
    let told = 0;
    while (site.readers >= before && told < MOST_MESSAGES) {
      for (let n = 0; n < 100; n += 1) site.happen('x'.repeat(4 * KIB));
      told += 100;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return told;
  }

  test.each([
    ['the plain events', '/api/v2/events'],
    ['the activity beside the trees', '/api/v2/watch'],
  ])('are cut off: %s', async (_, path) => {
    const before = site.readers;
    const socket = await reader(text(`GET ${path} HTTP/1.1`, HOST, '', ''));
    expect(site.readers).toBe(before + 1);
    expect(await floodUntilCut(before + 1)).toBeLessThan(MOST_MESSAGES);
    socket.resume();
    await site.during(closed(socket));
    await site.isWell();
  });

  test.each([
    ['server-sent events', text('GET /api/v2/stream HTTP/1.1', HOST, '', '')],
    [
      'a WebSocket',
      text('GET /api/v2/stream HTTP/1.1', HOST, 'Connection: Upgrade', 'Upgrade: websocket', ...KEYED, '', ''),
    ],
  ])('are cut off: the deltas by %s', async (_, request) => {
    const socket = await reader(request);
    const messages = 10_000;
    for (let n = 0; n < messages; n += 1) {
      site.happen('x'.repeat(4 * KIB));
      if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    socket.resume();
    await site.during(closed(socket));
    expect(bytes).toBeLessThan(messages * 4 * KIB);
    await site.isWell();
  });

  test.each(['stream', 'events', 'watch'])('odd readers of %s are answered, and not kept', async (path) => {
    const before = site.readers;
    const property = fc.asyncProperty(oddRequests('/api/v2/', path, 'GET'), async (request) => {
      const socket = open(site.port);
      socket.on('error', () => undefined);
      socket.write(bytesOf(request));
      const [first] = (await site.during(once(socket, 'data'))) as [Buffer];
      const answer = parseAnswer(first.toString('latin1'));
      if (answer.status >= 400) expect(wrongWith(request.method, request.target, answer)).toBeNull();
      socket.resetAndDestroy();
      await site.during(closed(socket));
    });
    await fc.assert(property, { numRuns: 40 });
    await site.isWell();
    // The journal of the deltas goes on for a while, for readers that come back.
    if (path !== 'stream') await eventually('nobody to be told any more', () => site.readers <= before);
  });

  test('a reader that went away before it was answered is not kept', async () => {
    const before = site.readers;
    for (let n = 0; n < 50; n += 1) {
      const socket = open(site.port);
      socket.on('error', () => undefined);
      socket.write(text(`GET /api/v2/${n % 2 === 0 ? 'events' : 'watch'} HTTP/1.1`, HOST, '', ''), () =>
        socket.resetAndDestroy(),
      );
      await closed(socket);
    }
    await site.isWell();
    await eventually('nobody to be told any more', () => site.readers === before);
  });
});
