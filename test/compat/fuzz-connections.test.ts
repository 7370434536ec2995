import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FuzzSite } from './fuzz-site.ts';
import { wrongWith } from './judge-answer.ts';
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

const CLOSE = 'Connection: close';
/** What came is one answer after another, each of which says what it is; or nothing, where there was nothing to answer. */
function expectProper(said: string): void {
  if (said !== '') expect(wrongWith('GET', '%', parseAnswer(said)), said.slice(0, 500)).toBeNull();
}

describe('what is hardly HTTP', () => {
  test.each<[string, Buffer, number]>([
    ['a line that is no request', text('GARBAGE', '', ''), 400],
    ['a method that there is none of', text('get /api/clusters HTTP/1.1', HOST, CLOSE, '', ''), 400],
    ['another protocol', text('GET /api/clusters FTP/1.1', HOST, '', ''), 400],
    ['a version to come', text('GET /api/clusters HTTP/9.9', HOST, '', ''), 400],
    ['the preface of HTTP/2', text('PRI * HTTP/2.0', '', 'SM', '', ''), 400],
    ['no host', text('GET /api/clusters HTTP/1.1', CLOSE, '', ''), 400],
    ['a blank before the colon', text('GET /api/clusters HTTP/1.1', HOST, 'X-A : b', '', ''), 400],
    [
      'two lengths',
      text('POST /api/v2/operations HTTP/1.1', HOST, 'Content-Length: 1', 'Content-Length: 2', '', ''),
      400,
    ],
    [
      'a length and chunks',
      text(
        'POST /api/v2/operations HTTP/1.1',
        HOST,
        'Content-Length: 5',
        'Transfer-Encoding: chunked',
        '',
        '0',
        '',
        '',
      ),
      400,
    ],
    ['a length that is none', text('POST /api/v2/operations HTTP/1.1', HOST, 'Content-Length: -1', '', ''), 400],
    ['a header that is too long', text('GET / HTTP/1.1', HOST, `X-A: ${'a'.repeat(100_000)}`, '', ''), 431],
    [
      'too many headers',
      text('GET / HTTP/1.1', HOST, ...Array.from({ length: 5000 }, (_, n) => `X-${n}: y`), '', ''),
      431,
    ],
    ['a path that is too long', text(`GET /api/instance/${'a'.repeat(65_536)}/1 HTTP/1.1`, HOST, '', ''), 431],
    [
      'chunk extensions without an end',
      text(
        'POST /api/v2/operations HTTP/1.1',
        HOST,
        'Content-Type: application/json',
        'Transfer-Encoding: chunked',
        '',
        `1;${'a'.repeat(100_000)}`,
        '',
      ),
      413,
    ],
    ['an expectation', text('GET /api/clusters HTTP/1.1', HOST, CLOSE, 'Expect: the-best', '', ''), 417],
    ['TLS where none is spoken', Buffer.from('16030100c8010000c40303', 'hex'), 400],
  ])('%s', async (_, bytes, status) => {
    const answer = await site.ask(bytes);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ Code: 'ERROR', Message: expect.stringMatching(/\w/), Details: null });
    await site.isWell();
  });

  test('any bytes at all', async () => {
    const begin = fc.constantFrom('', 'GET ', 'GET / HTTP/1.1\r\n', 'POST /api/v2/operations HTTP/1.1\r\nHost: a\r\n');
    const bytes = fc.tuple(begin, fc.uint8Array({ minLength: 1, maxLength: 400 }));
    await fc.assert(
      fc.asyncProperty(bytes, async ([first, rest]) => {
        const end = text('', CLOSE, '', '\0', '', '');
        expectProper(await site.said(Buffer.concat([Buffer.from(first), rest, end])));
      }),
      { numRuns: 100 },
    );
    await site.isWell();
  });

  test('requests that stop half-way are let go of with their connection', async () => {
    const begun = [
      text('GET /api/clu'),
      text('GET /api/clusters HTTP/1.1', 'Host: 127'),
      text(
        'POST /api/v2/operations HTTP/1.1',
        HOST,
        'Content-Type: application/json',
        'Content-Length: 100',
        '',
        '{"name',
      ),
      text('POST /api/v2/operations HTTP/1.1', HOST, 'Transfer-Encoding: chunked', '', 'ffffff', 'x'),
    ];
    for (const bytes of begun) {
      const socket = open(site.port);
      socket.on('error', () => undefined);
      await site.during(once(socket, 'connect'));
      socket.end(bytes);
      socket.resume();
      await site.during(closed(socket));
    }
    await site.isWell();
  });

  test('twenty requests in one go are answered in their order', async () => {
    const paths = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? '/api/clusters' : `/api/instance/none/${n}`));
    const requests = paths.map((path, n) => text(`GET ${path} HTTP/1.1`, HOST, ...(n === 19 ? [CLOSE] : []), '', ''));
    const said = await site.said(Buffer.concat(requests));
    const statuses = [...said.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
    expect(statuses).toEqual(paths.map((path) => (path === '/api/clusters' ? 200 : 500)));
    await site.isWell();
  });

  test('what follows a good request and is none gets an answer of its own', async () => {
    const said = await site.said(Buffer.concat([text('GET /api/clusters HTTP/1.1', HOST, '', ''), text('NO', '', '')]));
    expect([...said.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toContain('400');
    await site.isWell();
  });
});

describe('offers of another protocol', () => {
  const offer = (method: string, path: string, protocol: string, ...more: readonly string[]): Buffer =>
    text(`${method} ${path} HTTP/1.1`, HOST, 'Connection: Upgrade, close', `Upgrade: ${protocol}`, ...more, '', '');

  test.each<[string, Buffer, number]>([
    ['HTTP/2 without TLS', offer('GET', '/api/clusters', 'h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'), 200],
    ['HTTP/2 for the stream of deltas', offer('HEAD', '/api/v2/stream', 'h2c'), 200],
    ['something unheard of', offer('GET', '/api/clusters', 'gopher/2'), 200],
    ['a WebSocket where none is', offer('GET', '/api/clusters', 'websocket', ...KEYED), 200],
    ['a WebSocket at an unknown path', offer('GET', '/api/v2/nothing', 'websocket', ...KEYED), 404],
    ['a WebSocket by POST', offer('POST', '/api/v2/stream', 'websocket', ...KEYED), 405],
    ['a WebSocket without a key', offer('GET', '/api/v2/stream', 'websocket', 'Sec-WebSocket-Version: 13'), 400],
    ['a WebSocket of another version', offer('GET', '/api/v2/stream', 'websocket', 'Sec-WebSocket-Version: 99'), 400],
  ])('%s is answered, and the connection closed', async (_, bytes, status) => {
    expect((await site.ask(bytes)).status).toBe(status);
    await site.isWell();
  });

  test('a body that comes with an offer that is passed over is read', async () => {
    const body = '{"name":"no-such-operation"}';
    const sent = offer('POST', '/api/v2/operations', 'h2c', 'Content-Type: application/json', 'Content-Length: 28');
    const answer = await site.ask(Buffer.concat([sent, Buffer.from(body)]));
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([400, { errors: expect.anything() }]);
  });

  test.each<[string, () => Buffer]>([
    ['random bytes', () => randomBytes(5000)],
    ['a frame without a mask', () => Buffer.from([0x81, 0x02, 0x68, 0x69])],
    [
      'a frame that says it is enormous',
      () => Buffer.from([0x82, 0xff, 0x7f, ...Array<number>(7).fill(0xff), 0, 0, 0, 0]),
    ],
    ['an unknown kind of frame', () => Buffer.from([0x8f, 0x80, 0, 0, 0, 0])],
    ['a text that is no UTF-8', () => Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe])],
    [
      'more than readers have to say',
      () => Buffer.concat([Buffer.from([0x82, 0xfe, 0xff, 0xff, 0, 0, 0, 0]), Buffer.alloc(65_535)]),
    ],
  ])('a reader that sends %s is cut off', async (_, frames) => {
    const socket = open(site.port);
    socket.on('error', () => undefined);
    socket.write(offer('GET', '/api/v2/stream', 'websocket', ...KEYED));
    const [first] = (await site.during(once(socket, 'data'))) as [Buffer];
    expect(first.toString('latin1')).toContain('101 Switching Protocols');
    socket.resume();
    socket.write(frames());
    await site.during(closed(socket));
    await site.isWell();
  });
});
