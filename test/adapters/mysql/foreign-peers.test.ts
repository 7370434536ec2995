import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';
import { failureOf, makeAdapter } from './support.ts';

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of servers.splice(0)) server.close();
});

async function peer(onConnection: (socket: Socket) => void): Promise<InstanceKey> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { hostname: '127.0.0.1', port: address.port };
}

function packet(sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header[3] = sequence;
  return Buffer.concat([header, payload]);
}

/** Protocol 10, 8.0.36, native password, all the capabilities that Baton's driver wants. */
const GREETING = packet(
  0,
  Buffer.concat([
    Buffer.from('\x0a8.0.36\0', 'latin1'),
    Buffer.from([7, 0, 0, 0]),
    Buffer.from('abcdefgh\0', 'latin1'),
    Buffer.from([0xff, 0xf7, 0x2d, 0x02, 0x00, 0xff, 0x81, 21]),
    Buffer.alloc(10),
    Buffer.from('ijklmnopqrst\0', 'latin1'),
    Buffer.from('mysql_native_password\0', 'latin1'),
  ]),
);
const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);

function errorPacket(sequence: number, errno: number, message: string): Buffer {
  return packet(sequence, Buffer.concat([Buffer.from([0xff, errno & 0xff, errno >> 8]), Buffer.from(message)]));
}

const adapter = makeAdapter({ connectTimeoutMs: 300 });
const open = (key: InstanceKey) => adapter.openProbe(key, { fenceFirst: false });

describe('a peer that is no MySQL server', () => {
  const foreign: readonly (readonly [string, string | Buffer])[] = [
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'],
    ['SSH', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
    ['SMTP', '220 mail.example.org ESMTP\r\n'],
    ['random bytes', Buffer.concat([Buffer.from([9, 9, 9]), randomBytes(2000)])],
    ['a huge packet length', Buffer.from([0xff, 0xff, 0xff, 0, 0x0a, 1, 2, 3])],
    ['an empty packet', Buffer.from([0, 0, 0, 0, 0, 0, 0, 0])],
    ['an older protocol', packet(0, Buffer.from('\x093.23.58\0........', 'latin1'))],
    ['a greeting without an end to its version', packet(0, Buffer.concat([Buffer.from([10]), Buffer.alloc(60, 0x39)]))],
  ];
  test.each(foreign)('%s', async (_name, bytes) => {
    const key = await peer((socket) => socket.write(bytes));
    expect(await failureOf(open(key))).toMatchObject({ kind: 'not-mysql' });
    expect(await failureOf(adapter.knock(key, 300))).toMatchObject({ kind: 'not-mysql' });
  });

  test('its words are quoted', async () => {
    const key = await peer((socket) => socket.write('-ERR unknown command\r\n'));
    expect((await failureOf(open(key))).message).toContain('"-ERR unknown command"');
  });
});

describe('a peer that goes silent or away', () => {
  test.each([
    ['at once', Buffer.alloc(0), 'timeout'],
    ['within its greeting', GREETING.subarray(0, 20), 'timeout'],
    ['after its greeting', GREETING, 'timeout'],
  ])('silent %s', async (_name, bytes, kind) => {
    const key = await peer((socket) => socket.write(bytes));
    expect(await failureOf(open(key))).toMatchObject({ kind });
  });

  test('closing at once', async () => {
    const key = await peer((socket) => socket.end());
    expect(await failureOf(open(key))).toMatchObject({ kind: 'broken' });
  });

  test('closing after its greeting', async () => {
    const key = await peer((socket) => socket.end(GREETING));
    expect(await failureOf(open(key))).toMatchObject({ kind: 'broken' });
  });

  test('resetting', async () => {
    const key = await peer((socket) => socket.resetAndDestroy());
    expect(await failureOf(open(key))).toMatchObject({ kind: 'broken' });
  });

  test('nobody there', async () => {
    const key = await peer(() => {});
    await new Promise((resolve) => servers[0]?.close(resolve));
    expect(await failureOf(open(key))).toMatchObject({ kind: 'refused' });
  });

  test('no such host', async () => {
    const failure = await failureOf(open({ hostname: 'no-such-host.invalid', port: 3306 }));
    expect(failure.kind).toBe('unknown-host');
    expect(failure.message).toContain('no-such-host.invalid:3306');
  });
});

describe('a server that refuses', () => {
  test.each([
    [1040, 'Too many connections'],
    [1129, "Host '10.0.0.9' is blocked"],
    [1130, "Host '10.0.0.9' is not allowed to connect"],
  ])('with error %i before its greeting', async (errno, message) => {
    const key = await peer((socket) => socket.write(errorPacket(0, errno, message)));
    const failure = await failureOf(open(key));
    expect(failure).toMatchObject({ kind: 'refused-by-server', message: expect.stringContaining(message) });
    expect(await failureOf(adapter.knock(key, 300))).toMatchObject({ kind: 'refused-by-server' });
  });

  test('with an unsupported version', async () => {
    const old = packet(0, Buffer.from(GREETING.subarray(4).toString('latin1').replace('8.0.36', '5.5.62'), 'latin1'));
    const key = await peer((socket) => {
      socket.write(old);
      socket.once('data', () => socket.write(packet(2, OK)));
    });
    const failure = await failureOf(open(key));
    expect(failure).toMatchObject({ kind: 'unsupported', message: expect.stringContaining('5.5.62') });
  });
});

describe('a server that loses its mind after the log-in', () => {
  const answers: readonly (readonly [string, Buffer])[] = [
    ['random bytes', randomBytes(3000)],
    ['a packet of 16 MiB', Buffer.from([0xff, 0xff, 0xff, 1, 1, 2, 3])],
    ['packets out of order', packet(9, OK)],
    ['a request for a local file', packet(1, Buffer.from('\xfb/etc/passwd', 'latin1'))],
    [
      'a row that breaks off',
      Buffer.concat([
        packet(1, Buffer.from([1])),
        packet(2, Buffer.from('\x03def\0\0\0\x01a\0\x0c\x3f\0\x01\0\0\0\x08\x81\0\0\0\0', 'latin1')),
        packet(3, Buffer.from([0xfe, 0, 0, 2, 0])),
        packet(4, Buffer.from([200, 1, 2])),
        packet(5, Buffer.from([0xfe, 0, 0, 2, 0])),
      ]),
    ],
  ];
  test.each(answers)('%s', async (_name, bytes) => {
    const key = await peer((socket) => {
      socket.write(GREETING);
      socket.once('data', () => {
        socket.write(packet(2, OK));
        socket.on('data', () => socket.write(bytes));
      });
    });
    const probe = await open(key);
    const failure = await failureOf(probe.poll({ full: false, timeoutMs: 300 }));
    expect(['not-mysql', 'timeout']).toContain(failure.kind);
    probe.destroy();
  });

  test('what it says unasked ends the connection with its words', async () => {
    const key = await peer((socket) => {
      socket.write(GREETING);
      socket.once('data', () => {
        socket.write(packet(2, OK));
        socket.once('data', () => socket.end(Buffer.concat([packet(1, OK), errorPacket(0, 1053, 'Server shutdown')])));
      });
    });
    const probe = await open(key);
    const broken = new Promise((resolve) => probe.onBroken(resolve));
    await probe.pulse(300);
    expect(await broken).toMatchObject({ kind: 'shutting-down' });
  });

  test('garbage in the middle of the log-in', async () => {
    for (const bytes of [
      randomBytes(500),
      packet(2, Buffer.from('\xfeunknown_plugin\0salt', 'latin1')),
      packet(2, Buffer.from([1, 4])),
      packet(7, randomBytes(40)),
    ]) {
      const key = await peer((socket) => {
        socket.write(GREETING);
        socket.on('data', () => socket.write(bytes));
      });
      const failure = await failureOf(open(key));
      expect(['not-mysql', 'broken', 'timeout', 'other', 'refused-by-server']).toContain(failure.kind);
    }
  });
});
