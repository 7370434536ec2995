import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { main } from '../../src/main/cli/index.ts';
import type { Settings } from '../../src/shared/settings/settings.ts';
import { FakeEngine } from '../adapters/http/fake-engine.ts';
import { type Surroundings, TestServer } from '../adapters/http/test-server.ts';
import { type Certificate, TestAuthority } from '../support/certificates.ts';
import { TestIo } from './test-io.ts';

let authority: TestAuthority;
let own: Certificate;
let ann: Certificate;
let eve: Certificate;
let folder: string;
const servers: TestServer[] = [];

beforeAll(async () => {
  authority = new TestAuthority();
  own = authority.issue('/CN=localhost');
  ann = authority.issue('/OU=dba/CN=ann');
  eve = authority.issue('/OU=people/CN=eve');
  folder = await mkdtemp(join(tmpdir(), 'baton-'));
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

afterAll(async () => {
  authority.remove();
  await rm(folder, { recursive: true });
});

async function start(settings: Partial<Settings>, surroundings: Surroundings = {}): Promise<TestServer> {
  const server = await TestServer.start(settings, FakeEngine.example(), surroundings);
  servers.push(server);
  return server;
}

async function baton(env: Record<string, string | undefined>, ...argv: string[]) {
  const io = new TestIo(env);
  const code = await main(argv, io);
  return { code, out: io.out.text, error: io.error.text };
}

test('an engine with TLS is trusted by BATON_CA', async () => {
  const server = await start({ UseSSL: true, SSLCertFile: own.certFile, SSLPrivateKeyFile: own.keyFile });
  const env = { ORCHESTRATOR_API: `https://localhost:${server.port}` };
  expect(await baton({ ...env, BATON_CA: authority.caFile }, 'clusters')).toMatchObject({ code: 0, out: 'db1:3306\n' });
  const distrusted = await baton(env, 'clusters');
  expect(distrusted).toMatchObject({
    code: 1,
    error: expect.stringContaining('set BATON_CA (or NODE_EXTRA_CA_CERTS)'),
  });
  const missing = await baton({ ...env, BATON_CA: '/nowhere/ca.pem' }, 'clusters');
  expect(missing).toMatchObject({ code: 1, error: expect.stringMatching(/^baton: BATON_CA can't be read: ENOENT/) });
  const otherName = await baton(
    { BATON_CA: authority.caFile },
    'clusters',
    '--api',
    `https://127.0.0.2:${server.port}`,
  );
  expect(otherName.code).toBe(1);
  const several = { ORCHESTRATOR_API: `https://localhost:1 ${env.ORCHESTRATOR_API}`, BATON_CA: authority.caFile };
  expect(await baton(several, 'which-api')).toMatchObject({ code: 0, out: `${env.ORCHESTRATOR_API}/api\n` });
});

test('an engine with mutual TLS is shown BATON_CERT and BATON_KEY', async () => {
  const server = await start({
    UseSSL: true,
    SSLCertFile: own.certFile,
    SSLPrivateKeyFile: own.keyFile,
    UseMutualTLS: true,
    SSLCAFile: authority.caFile,
    SSLValidOUs: ['dba'],
  });
  const env = { ORCHESTRATOR_API: `https://localhost:${server.port}`, BATON_CA: authority.caFile };
  const known = { ...env, BATON_CERT: ann.certFile, BATON_KEY: ann.keyFile };
  expect(await baton(known, 'clusters')).toMatchObject({ code: 0, out: 'db1:3306\n' });
  expect(await baton(env, 'clusters')).toMatchObject({
    code: 1,
    error: expect.stringContaining('asks for a client certificate (401 Unauthorized): set BATON_CERT and BATON_KEY'),
  });
  const refused = await baton({ ...env, BATON_CERT: eve.certFile, BATON_KEY: eve.keyFile }, 'clusters');
  expect(refused).toMatchObject({
    code: 1,
    error: expect.stringMatching(/does not accept the client certificate.*Invalid OU\.\n$/),
  });
});

test('access-token prints a token that a browser can exchange', async () => {
  const dataFolder = join(folder, 'data');
  const config = join(folder, 'baton.conf.json');
  await writeFile(config, JSON.stringify({ AuthenticationMethod: 'token', SQLite3DataFile: join(dataFolder, 'x.db') }));
  const early = await baton({}, 'access-token', '--config', config);
  expect(early).toMatchObject({ code: 3, out: '', error: expect.stringContaining('--data-dir') });
  await mkdir(dataFolder);
  const made = await baton({}, '-c', 'access-token', '--config', config, '-owner', 'ann');
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^[0-9a-f]{64}\n$/) });
  const server = await start({ AuthenticationMethod: 'token' }, { dataFolder, nowMs: Date.now });
  const reply = await server.send(`/web/access-token?publicToken=${made.out.trim()}`);
  expect([reply.status, reply.headers.location]).toEqual([302, '/']);
  const cookie = reply.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  expect((await server.send('/api/end-downtime/db2/3306', { cookie })).status).toBe(200);
});
