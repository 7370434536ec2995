import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recovery } from './example.ts';
import { FakeEngine } from './fake-engine.ts';
import { TestServer } from './test-server.ts';

let folder: string;
let server: TestServer | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-page-'));
  const page = join(folder, 'page');
  mkdirSync(join(page, 'assets'), { recursive: true });
  writeFileSync(join(page, 'index.html'), '<!doctype html><script src="./assets/index-a1.js"></script>');
  writeFileSync(join(page, 'assets', 'index-a1.js'), 'void 0;\n'.repeat(100));
  writeFileSync(join(folder, 'secret.js'), 'secret');
  writeFileSync(join(page, 'notes.txt'), 'of no type that the page has');
});

afterEach(async () => {
  await server?.close();
  server = null;
  rmSync(folder, { recursive: true });
});

async function start(settings: Parameters<typeof TestServer.start>[0] = {}, engine = FakeEngine.example()) {
  server = await TestServer.start(settings, engine, { pageFolder: join(folder, 'page') });
  return server;
}

describe('the page', () => {
  test.each(['', '/baton'])('is served below the prefix "%s"', async (prefix) => {
    const { send } = await bound(prefix);
    const page = await send(`${prefix}/`);
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain('index-a1.js');
    expect(page.headers).toMatchObject({
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    });
    const script = await send(`${prefix}/assets/index-a1.js`);
    expect([script.status, script.headers['content-type'], script.headers['cache-control']]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ]);
  });

  async function bound(prefix: string) {
    const one = await start({ URLPrefix: prefix });
    return { send: one.send.bind(one) };
  }

  test('comes compressed, and not again to who has it', async () => {
    const { send } = await bound('');
    const packed = await send('/assets/index-a1.js', { 'accept-encoding': 'gzip' });
    expect(gunzipSync(packed.body).toString()).toBe('void 0;\n'.repeat(100));
    const etag = packed.headers.etag ?? '';
    for (const have of [etag, `W/${etag}, "x"`, '*']) {
      const again = await send('/assets/index-a1.js', { 'if-none-match': have });
      expect([have, again.status, again.text, again.headers.etag]).toEqual([have, 304, '', etag]);
    }
    expect((await send('/assets/index-a1.js', { 'if-none-match': '"x"' })).status).toBe(200);
  });

  test('is the new one after a build', async () => {
    const { send } = await bound('');
    const before = await send('/');
    writeFileSync(
      join(folder, 'page', 'index.html'),
      'another one, and longer than the one before was: <!doctype html>',
    );
    const after = await send('/', { 'if-none-match': before.headers.etag });
    expect([after.status, after.text.startsWith('another')]).toEqual([200, true]);
  });

  test.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/assets%2f..%2f..%2fsecret.js',
    '/..%5csecret.js',
    '/assets/%00.js',
    '//secret.js',
    '/.hidden.js',
    '/notes.txt',
    '/assets',
    '/assets/',
    '/nothing.js',
    '/constructor',
  ])('%s is no file of it', async (path) => {
    const { send } = await bound('');
    expect((await send(path)).status).toBe(404);
  });

  test('asks for credentials as the API does', async () => {
    const one = await start({ AuthenticationMethod: 'basic', HTTPAuthUser: 'u', HTTPAuthPassword: 'p' });
    for (const path of ['/', '/assets/index-a1.js', '/web/clusters']) expect((await one.send(path)).status).toBe(401);
  });

  test('that was not built says how to', async () => {
    rmSync(join(folder, 'page'), { recursive: true });
    const reply = await (await start()).send('/');
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(reply.text).toContain('npm run build');
  });

  test('does not stand in the way of the API', async () => {
    const one = await start();
    expect((await one.send('/api/clusters')).status).toBe(200);
    expect((await one.send('/', {}, 'POST')).status).toBe(404);
  });
});

describe("orchestrator's pages lead to the console's", () => {
  const { uid } = recovery(1);

  test.each([
    ['', '#/clusters'],
    ['/', '#/clusters'],
    ['/clusters', '#/clusters'],
    ['/clusters/', '#/clusters'],
    ['/clusters-analysis', '#/analysis'],
    ['/cluster/db1:3306', '#/cluster/db1%3A3306'],
    ['/cluster/db1%3A3306?compact=true', '#/cluster/db1%3A3306'],
    ['/cluster/alias/main', '#/cluster/db1%3A3306'],
    ['/cluster/alias/nobody', '#/cluster/nobody'],
    ['/cluster/instance/db2/3306', '#/cluster/db1%3A3306'],
    ['/cluster/db0:3306', '#/cluster/db1%3A3306'],
    ['/cluster-pools/db1:3306', '#/cluster/db1%3A3306'],
    ['/search?s=db%201', '#/search?q=db+1'],
    ['/search/db1', '#/search?q=db1'],
    ['/discover', '#/discovery'],
    ['/status', '#/status'],
    ['/about', '#/about'],
    ['/audit', '#/audit'],
    ['/audit/3', '#/audit'],
    ['/audit/instance/db2/3306', '#/audit?instance=db2%3A3306'],
    ['/audit-recovery', '#/recoveries'],
    ['/audit-recovery/2', '#/recoveries'],
    ['/audit-recovery/uid/7:ab', '#/recovery/7%3Aab'],
    ['/audit-recovery/id/1', `#/recovery/${encodeURIComponent(uid)}`],
    ['/audit-recovery/id/99', '#/recoveries'],
    ['/audit-recovery/alias/main', '#/recoveries?cluster=db1%3A3306'],
    ['/audit-recovery-steps/7:ab', '#/recovery/7%3Aab'],
    ['/audit-failure-detection/alias/main/2', '#/detections?cluster=db1%3A3306'],
  ])('web%s', async (path, fragment) => {
    const engine = FakeEngine.example();
    engine.commands = { ...engine.commands, recoveries: [recovery(1)] };
    const reply = await (await start({ URLPrefix: '/x' }, engine)).send(`/x/web${path}`);
    expect([reply.status, reply.headers.location]).toEqual([302, `/x/${fragment}`]);
  });

  test.each(['/web/agents', '/web/nothing', '/web/constructor', '/website'])('%s is none', async (path) => {
    expect((await (await start()).send(path)).status).toBe(404);
  });
});
