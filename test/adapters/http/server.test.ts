import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpServer } from '../../../src/main/adapters/http/http-server.ts';
import { parseListenAddress } from '../../../src/main/adapters/http/listen.ts';
import { defaultSettings, type Settings } from '../../../src/shared/settings/settings.ts';
import { FakeEngine, MemoryLog } from './fake-engine.ts';
import { TestServer } from './test-server.ts';

const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(settings: Partial<Settings> = {}): Promise<TestServer> {
  const server = await TestServer.start(settings);
  servers.push(server);
  return server;
}

function basic(credentials: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

const CHANGE = '/api/end-downtime/db2/3306';

describe('requests that a web page causes', () => {
  const BROWSER = { 'user-agent': 'Mozilla/5.0' };

  test.each<[string, Record<string, string>, number]>([
    ['curl', { 'user-agent': 'curl/8.0', host: 'baton.example.org' }, 200],
    [
      "Node's fetch",
      { 'sec-fetch-mode': 'cors', 'accept-language': '*', 'user-agent': 'node', host: 'baton.example.org' },
      200,
    ],
    ['a typed address', { ...BROWSER, 'sec-fetch-site': 'none', host: 'localhost:3000' }, 200],
    [
      'an own page',
      { ...BROWSER, 'sec-fetch-site': 'same-origin', host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000' },
      200,
    ],
    [
      "an own page by the node's name",
      { ...BROWSER, host: 'Baton-1:3000', referer: 'http://baton-1:3000/web/clusters' },
      200,
    ],
    ['an own page by IPv6', { ...BROWSER, host: '[::1]:3000', referer: 'http://[::1]:3000/' }, 200],
    ['an own page without a referrer', { ...BROWSER, host: 'baton-1:3000', 'x-requested-with': 'XMLHttpRequest' }, 200],
    ['PowerShell', { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) PowerShell/7.4.0', host: 'baton.example.org' }, 200],
    [
      'an own page behind a proxy that calls Baton otherwise',
      { ...BROWSER, host: '127.0.0.1:3000', 'x-forwarded-host': 'db.example', referer: 'http://db.example/x' },
      200,
    ],
    ['an image over plain HTTP, without a referrer', { ...BROWSER, host: 'baton-1:3000' }, 403],
    ['an image over plain HTTP', { ...BROWSER, host: 'baton-1:3000', referer: 'http://evil.example/' }, 403],
    ['a local file', { ...BROWSER, host: 'baton-1:3000', referer: 'about:blank' }, 403],
    [
      'a rebound name with forged headers',
      { 'user-agent': 'node', 'accept-language': '*', priority: 'u=4', host: 'evil.example' },
      403,
    ],
    ['an image of another site', { ...BROWSER, 'sec-fetch-site': 'cross-site', host: 'localhost:3000' }, 403],
    ['a neighbour on the same site', { 'sec-fetch-site': 'same-site', host: 'localhost:3000' }, 403],
    ['a script of another site', { origin: 'http://evil.example', host: 'localhost:3000' }, 403],
    ['a sandboxed frame', { origin: 'null', host: 'localhost:3000' }, 403],
    ['another port of this host', { origin: 'http://localhost:8080', host: 'localhost:3000' }, 403],
    ['a rebound name', { ...BROWSER, host: 'evil.example:3000' }, 403],
    ['a rebound name with a hidden browser', { 'user-agent': 'x', 'accept-language': 'en', host: 'evil.example' }, 403],
    [
      'a rebound name with a referrer',
      { 'user-agent': 'x', referer: 'http://evil.example/', host: 'evil.example' },
      403,
    ],
    ['a host that is none', { ...BROWSER, host: 'a b' }, 403],
  ])('%s', async (_, headers, status) => {
    const server = await start();
    const reply = await server.send(CHANGE, headers);
    expect(reply.status).toBe(status);
    expect(server.engine.calls).toHaveLength(status === 200 ? 1 : 0);
    if (status === 403) expect(JSON.parse(reply.text)).toMatchObject({ Code: 'ERROR', Details: null });
    expect((await server.send('/api/clusters', headers)).status).toBe(200);
  });

  test('with credentials any host name will do, but not another site', async () => {
    const server = await start({ AuthenticationMethod: 'basic', HTTPAuthUser: 'a', HTTPAuthPassword: 'b' });
    const own = { ...BROWSER, ...basic('a:b'), host: 'baton.example.org' };
    expect((await server.send(CHANGE, { ...own, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await server.send(CHANGE, { ...own, referer: 'http://baton.example.org/web' })).status).toBe(200);
    expect((await server.send(CHANGE, own)).status).toBe(403);
    expect((await server.send(CHANGE, { ...own, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });
});

describe('transport', () => {
  test('answers are compressed for those who take it', async () => {
    const server = await start();
    const plain = await server.send('/api/clusters-info');
    const packed = await server.send('/api/clusters-info', { 'accept-encoding': 'deflate, gzip' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(gunzipSync(packed.body).toString()).toBe(plain.text);
    expect(plain.text.endsWith(']')).toBe(true);
  });

  test('everything is below the prefix, except a status path of its own', async () => {
    const server = await start({ URLPrefix: '/baton', StatusEndpoint: '/alive' });
    for (const [path, status] of [
      ['/baton/api/clusters', 200],
      ['/baton/', 200],
      ['/api/clusters', 404],
      ['/alive', 200],
      ['/baton/api/health', 200],
      ['/baton/api/status', 404],
      ['/baton/alive', 404],
    ] as const) {
      expect([path, (await server.send(path)).status]).toEqual([path, status]);
    }
  });

  test('the probe of the stock client is not taken for a refusal', async () => {
    const server = await start();
    for (const path of ['/', '/api', '/api/']) {
      expect((await server.send(path, {}, 'HEAD')).statusText).not.toBe('Unauthorized');
    }
  });

  test('what secrets a request carries is not echoed', async () => {
    const server = await start();
    const reply = await server.send('/api/headers', { ...basic('a:b'), cookie: 'c=d', 'x-Custom-thing': 'v' });
    expect(JSON.parse(reply.text)).toMatchObject({ Authorization: ['***'], Cookie: ['***'], 'X-Custom-Thing': ['v'] });
  });
});

describe('listening', () => {
  test.each([
    [':3000', { host: '::', port: 3000 }],
    ['127.0.0.1:3000', { host: '127.0.0.1', port: 3000 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['/run/baton.sock', { path: '/run/baton.sock' }],
    ['unix:/run/baton.sock', { path: '/run/baton.sock' }],
  ])('%s', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
  });

  test.each(['', '3000', 'localhost', 'a:b', ':65536', '::1:80'])('"%s" is no address', (text) => {
    expect(() => parseListenAddress(text)).toThrow(/no address to listen on/);
  });

  function unbound() {
    return createHttpServer({ engine: new FakeEngine(), settings: defaultSettings(), log: new MemoryLog() });
  }

  test('a taken port is said to be taken', async () => {
    const server = await start();
    const second = unbound();
    await expect(second.listen(`127.0.0.1:${server.port}`)).rejects.toMatchObject({
      name: 'BatonError',
      code: 'conflict',
      message: `Baton can't listen on 127.0.0.1:${server.port}: another program already does.`,
    });
    await second.close();
  });

  test('an address of another machine is said to be one', async () => {
    const server = unbound();
    await expect(server.listen('192.0.2.1:0')).rejects.toMatchObject({ code: 'configuration' });
    await server.close();
  });

  test('a dead socket is taken over, a living one is not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-'));
    const path = join(folder, 'api.sock');
    try {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(join(folder, 'born.sock'), resolve));
      // A renamed socket isn't removed when its server ends, as if the process had been killed.
      await rename(join(folder, 'born.sock'), path);
      const first = unbound();
      await expect(first.listen(path)).rejects.toMatchObject({ code: 'conflict' });
      await first.close();
      await new Promise((resolve) => other.close(resolve));
      const second = unbound();
      expect(await second.listen(`unix:${path}`)).toEqual({ kind: 'socket', path, url: `unix:${path}` });
      await second.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each([
    [{ UseSSL: true }, /SSLPrivateKeyFile names no file/],
    [{ UseSSL: true, SSLPrivateKeyFile: '/nowhere/key.pem' }, /SSLPrivateKeyFile can't be read/],
    [{ UseMutualTLS: true }, /UseMutualTLS is set, but UseSSL is not/],
  ])('%j is refused at start', (settings, message) => {
    const options = { engine: new FakeEngine(), settings: { ...defaultSettings(), ...settings }, log: new MemoryLog() };
    expect(() => createHttpServer(options)).toThrow(message);
  });
});
