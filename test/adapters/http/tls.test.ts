import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHttpServer } from '../../../src/main/adapters/http/http-server.ts';
import { defaultSettings, type Settings } from '../../../src/shared/settings/settings.ts';
import { type Certificate, TestAuthority } from '../../support/certificates.ts';
import { FakeEngine, MemoryLog } from './fake-engine.ts';
import { TestServer } from './test-server.ts';

let authority: TestAuthority;
let stranger: TestAuthority;
let own: Certificate;
const clients: Record<string, Certificate | null> = { none: null };
const servers: TestServer[] = [];

beforeAll(() => {
  authority = new TestAuthority();
  stranger = new TestAuthority('Stranger');
  own = authority.issue('/CN=localhost');
  clients.dba = authority.issue('/OU=dba/CN=ann');
  clients.two = authority.issue('/OU=people/OU=ops/CN=bob');
  clients.other = authority.issue('/OU=people/CN=eve');
  clients.unitless = authority.issue('/CN=dba');
  clients.joined = authority.issue('/OU=people, OU=dba/CN=mal');
  clients.expired = authority.issue('/OU=dba/CN=old', -1);
  clients.forged = stranger.issue('/OU=dba/CN=ann');
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

afterAll(() => {
  authority.remove();
  stranger.remove();
});

function tlsSettings(): Partial<Settings> {
  return { UseSSL: true, SSLCertFile: own.certFile, SSLPrivateKeyFile: own.keyFile };
}

function mutualSettings(): Partial<Settings> {
  return { ...tlsSettings(), UseMutualTLS: true, SSLCAFile: authority.caFile, SSLValidOUs: ['dba', 'ops'] };
}

async function start(settings: Partial<Settings>): Promise<TestServer> {
  const server = await TestServer.start(settings);
  servers.push(server);
  return server;
}

async function get(server: TestServer, path: string, options: RequestOptions = {}) {
  const sent = request({ host: '127.0.0.1', port: server.port, path, ca: authority.ca, agent: false, ...options });
  sent.end();
  const [reply] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: reply.statusCode, statusText: reply.statusMessage, text: await text(reply), headers: reply.headers };
}

function as(client: string): RequestOptions {
  const certificate = clients[client];
  return certificate ? { cert: certificate.cert, key: certificate.key } : {};
}

describe('TLS', () => {
  test('the API is served, to whoever trusts the authority', async () => {
    const server = await start(tlsSettings());
    expect((await get(server, '/api/clusters')).status).toBe(200);
    expect((await get(server, '/api/end-downtime/db2/3306')).status).toBe(200);
    await expect(get(server, '/api/clusters', { ca: stranger.ca })).rejects.toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
  });

  test.each([
    ['TLSv1.1', /protocol|version/i],
    ['TLSv1', /protocol|version/i],
  ] as const)('%s is too old', async (version, reason) => {
    const server = await start(tlsSettings());
    const options = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' };
    await expect(get(server, '/api/clusters', options)).rejects.toThrow(reason);
  });

  test('a password is asked for inside', async () => {
    const server = await start({
      ...tlsSettings(),
      AuthenticationMethod: 'basic',
      HTTPAuthUser: 'a',
      HTTPAuthPassword: 'b',
    });
    expect((await get(server, '/api/clusters')).status).toBe(401);
    expect((await get(server, '/api/clusters', { auth: 'a:b' })).status).toBe(200);
  });
});

describe('mutual TLS', () => {
  const CHANGE = '/api/end-downtime/db2/3306';

  test.each([
    ['dba', ''],
    ['two', ''],
    ['other', 'Invalid OU\n'],
    ['unitless', 'Invalid OU\n'],
    ['joined', 'Invalid OU\n'],
    ['none', 'Invalid OU: there is no client certificate that SSLCAFile vouches for\n'],
    ['expired', 'Invalid OU: there is no client certificate that SSLCAFile vouches for\n'],
    ['forged', 'Invalid OU: there is no client certificate that SSLCAFile vouches for\n'],
  ])('a client with the certificate "%s": %j', async (client, refusal) => {
    const server = await start(mutualSettings());
    for (const path of ['/api/clusters', CHANGE, '/', '/api/v2/nothing', '/%']) {
      const reply = await get(server, path, as(client));
      if (refusal === '') expect(reply.status).not.toBe(401);
      else expect([reply.status, reply.statusText, reply.text]).toEqual([401, 'Unauthorized', refusal]);
    }
    expect(server.engine.calls).toHaveLength(refusal === '' ? 1 : 0);
  });

  test.each<[string, Partial<Settings>, string, number]>([
    ['the status path is open', {}, '/api/status', 200],
    ['with a slash, too', {}, '/api/status/', 200],
    ['with a query, too', {}, '/api/status?x=y', 200],
    ['below the prefix', { URLPrefix: '/baton' }, '/baton/api/status', 200],
    ['by the name that it has', { StatusEndpoint: '/alive' }, '/alive', 200],
    ['and by no other', { StatusEndpoint: '/alive' }, '/api/status', 401],
    ['it is closed when that is wanted', { StatusOUVerify: true }, '/api/status', 401],
    ['its name in a query opens nothing', {}, '/api/clusters?/api/status', 401],
    ['nor in a path', {}, '/api/begin-downtime/db2/3306/x/api/status', 401],
    ['another path stays closed', {}, '/api/health', 401],
  ])('%s', async (_, settings, path, status) => {
    const server = await start({ ...mutualSettings(), ...settings });
    expect((await get(server, path)).status).toBe(status);
    if (path.startsWith('/api/status') && status === 401 && settings.StatusOUVerify) {
      expect((await get(server, path, as('dba'))).status).toBe(200);
    }
  });

  test('a password is asked for besides the certificate', async () => {
    const server = await start({
      ...mutualSettings(),
      AuthenticationMethod: 'basic',
      HTTPAuthUser: 'a',
      HTTPAuthPassword: 'b',
    });
    const reply = await get(server, '/api/clusters', as('dba'));
    expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, 'Basic realm="Authorization Required"']);
    expect((await get(server, '/api/clusters', { ...as('dba'), auth: 'a:b' })).status).toBe(200);
    expect((await get(server, '/api/clusters', { auth: 'a:b' })).status).toBe(401);
  });

  const REQUEST = 'GET /api/clusters HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'a resumed session (%s) keeps the certificate that it began with',
    async (version) => {
      const server = await start(mutualSettings());
      const options = { host: '127.0.0.1', port: server.port, ca: authority.ca, maxVersion: version };
      for (const [client, status] of [
        ['dba', 200],
        ['other', 401],
        ['forged', 401],
      ] as const) {
        const certificate = clients[client];
        const first = connect({ ...options, ...(certificate && { cert: certificate.cert, key: certificate.key }) });
        const session = once(first, 'session');
        first.write(REQUEST);
        const [ticket] = (await session) as [Buffer];
        expect(await text(first)).toMatch(`HTTP/1.1 ${status} `);
        const again = connect({ ...options, session: ticket });
        await once(again, 'secureConnect');
        expect(again.isSessionReused()).toBe(true);
        again.write(REQUEST);
        expect(await text(again)).toMatch(`HTTP/1.1 ${status} `);
      }
    },
  );

  test('each request of a connection that stays open is looked at', async () => {
    const server = await start(mutualSettings());
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await get(server, '/api/status', { agent })).status).toBe(200);
    expect((await get(server, CHANGE, { agent })).status).toBe(401);
    agent.destroy();
    expect(server.engine.calls).toEqual([]);
  });
});

describe('settings that cannot be used are refused at start', () => {
  const files = {
    key: () => own.keyFile,
    otherKey: () => clients.dba?.keyFile ?? '',
    cert: () => own.certFile,
    encrypted: () => {
      const file = join(authority.folder, 'encrypted.key');
      execFileSync('openssl', ['pkcs8', '-topk8', '-in', own.keyFile, '-out', file, '-passout', 'pass:hunter2']);
      return file;
    },
  };
  const mutual = () => ({ UseMutualTLS: true, SSLCAFile: authority.caFile, SSLValidOUs: ['dba'] });

  test.each<[string, () => Partial<Settings>, RegExp]>([
    ['no files', () => ({ UseSSL: true }), /SSLPrivateKeyFile names no file/],
    ['a missing file', () => ({ UseSSL: true, SSLPrivateKeyFile: '/nowhere' }), /SSLPrivateKeyFile can't be read/],
    [
      'the key of another certificate',
      () => ({ ...tlsSettings(), SSLPrivateKeyFile: files.otherKey() }),
      /can't be used together/,
    ],
    [
      'a certificate for a key',
      () => ({ ...tlsSettings(), SSLPrivateKeyFile: files.cert() }),
      /can't be used together/,
    ],
    ['a locked key', () => ({ ...tlsSettings(), SSLPrivateKeyFile: files.encrypted() }), /needs a password/],
    ['mutual TLS without TLS', () => mutual(), /UseMutualTLS is set, but UseSSL is not/],
    ['no authority', () => ({ ...tlsSettings(), ...mutual(), SSLCAFile: '' }), /SSLCAFile names no file/],
    [
      'a key for an authority',
      () => ({ ...tlsSettings(), ...mutual(), SSLCAFile: files.key() }),
      /holds no certificate/,
    ],
    ['no units', () => ({ ...tlsSettings(), ...mutual(), SSLValidOUs: [] }), /SSLValidOUs is empty/],
  ])('%s', (_, settings, message) => {
    const options = {
      engine: new FakeEngine(),
      settings: { ...defaultSettings(), ...settings() },
      log: new MemoryLog(),
    };
    expect(() => createHttpServer(options)).toThrow(message);
  });
});
