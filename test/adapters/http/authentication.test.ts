import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { AccessTokens } from '../../../src/main/adapters/http/auth/access-tokens.ts';
import type { Settings } from '../../../src/shared/settings/settings.ts';
import { NOW } from './example.ts';
import { FakeEngine } from './fake-engine.ts';
import { type RawReply, type Surroundings, TestServer } from './test-server.ts';

const servers: TestServer[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function start(settings: Partial<Settings> = {}, surroundings: Surroundings = {}): Promise<TestServer> {
  const server = await TestServer.start(settings, FakeEngine.example(), surroundings);
  servers.push(server);
  return server;
}

function basic(credentials: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

const UNAUTHORIZED = { Code: 'ERROR', Message: 'Unauthorized', Details: null };
const READ = '/api/clusters';
const CHANGE = '/api/end-downtime/db2/3306';
const STATUS = '/api/status';

function outcome(reply: RawReply): string {
  if (reply.status === 200) return 'ok';
  if (reply.status === 401) return '401';
  expect([reply.status, JSON.parse(reply.text)]).toEqual([500, UNAUTHORIZED]);
  return 'Unauthorized';
}

describe('who may look and who may change', () => {
  const PASSWORD = { HTTPAuthUser: 'dba', HTTPAuthPassword: 'top:secret' };
  const BASIC = { ...PASSWORD, AuthenticationMethod: 'Basic' };
  const MULTI = { ...PASSWORD, AuthenticationMethod: 'multi' };
  const PROXY = { AuthenticationMethod: 'proxy', PowerAuthUsers: ['ann', ''], PowerAuthGroups: ['dbas'] };
  const user = (name: string) => ({ 'X-Forwarded-User': name });
  const right = basic('dba:top:secret');

  test.each<[string, Partial<Settings>, Record<string, string | string[]>, string, string]>([
    ['no method', {}, {}, 'ok', 'ok'],
    ['no method, with credentials for nothing', {}, basic('a:b'), 'ok', 'ok'],
    ['no method, read only', { ReadOnly: true }, {}, 'ok', 'Unauthorized'],
    ['basic, right', BASIC, right, 'ok', 'ok'],
    ['basic, read only', { ...BASIC, ReadOnly: true }, right, 'ok', 'Unauthorized'],
    ['basic, nothing', BASIC, {}, '401', '401'],
    ['basic, a wrong password', BASIC, basic('dba:top'), '401', '401'],
    ['basic, a longer password', BASIC, basic('dba:top:secret '), '401', '401'],
    ['basic, an empty password', BASIC, basic('dba:'), '401', '401'],
    ['basic, a wrong user', BASIC, basic('root:top:secret'), '401', '401'],
    ['basic, the read-only user of another method', BASIC, basic('readonly:x'), '401', '401'],
    ['basic, no credentials in the header', BASIC, { authorization: 'Basic' }, '401', '401'],
    ['basic, no colon', BASIC, basic('dba'), '401', '401'],
    ['basic, another scheme', BASIC, { authorization: 'Bearer x' }, '401', '401'],
    ['multi, right', MULTI, right, 'ok', 'ok'],
    ['multi, read-only user', MULTI, basic('readonly:anything'), 'ok', 'Unauthorized'],
    ['multi, read-only user without a password', MULTI, basic('readonly:'), 'ok', 'Unauthorized'],
    ['multi, nothing', MULTI, {}, '401', '401'],
    ['multi, wrong', MULTI, basic('dba:x'), '401', '401'],
    ['proxy, a user of power', PROXY, user('ann'), 'ok', 'ok'],
    ['proxy, a member of a group of power', PROXY, user('gus'), 'ok', 'ok'],
    ['proxy, a user of another group', PROXY, user('guy'), 'ok', 'Unauthorized'],
    ['proxy, another user', PROXY, user('bob'), 'ok', 'Unauthorized'],
    ['proxy, nobody', PROXY, {}, 'ok', 'Unauthorized'],
    ['proxy, an empty user', PROXY, user(''), 'ok', 'Unauthorized'],
    ['proxy, a name that only begins alike', PROXY, user('ann,bob'), 'ok', 'Unauthorized'],
    ['proxy, another spelling', PROXY, user('Ann'), 'ok', 'Unauthorized'],
    ['proxy, a user added to a forged one', PROXY, { 'X-Forwarded-User': ['ann', 'bob'] }, 'ok', 'Unauthorized'],
    ['proxy, the same user twice', PROXY, { 'X-Forwarded-User': ['ann', 'ann'] }, 'ok', 'ok'],
    ['proxy, read only', { ...PROXY, ReadOnly: true }, user('ann'), 'ok', 'Unauthorized'],
    ['proxy, everybody', { AuthenticationMethod: 'proxy' }, {}, 'ok', 'ok'],
    ['proxy, another header', { ...PROXY, AuthUserHeader: 'X-User' }, { 'x-user': 'ann' }, 'ok', 'ok'],
    ['proxy, not the header', { ...PROXY, AuthUserHeader: 'X-User' }, user('ann'), 'ok', 'Unauthorized'],
    ['token, none', { AuthenticationMethod: 'token' }, {}, 'ok', 'Unauthorized'],
    ['token, a made-up one', { AuthenticationMethod: 'token' }, { cookie: 'access-token=a:b' }, 'ok', 'Unauthorized'],
    ['oauth', { AuthenticationMethod: 'oauth' }, right, 'ok', 'Unauthorized'],
  ])('%s', async (_, settings, headers, read, change) => {
    const of = async (name: string) => new Set(name === 'gus' ? ['users', 'dbas'] : ['users']);
    const server = await start(settings, { groups: { of } });
    expect(outcome(await server.send(READ, headers))).toBe(read);
    expect(outcome(await server.send(CHANGE, headers, 'HEAD').then(withoutBody(change)))).toBe(change);
    expect(server.engine.calls).toEqual([]);
    expect(outcome(await server.send(CHANGE, headers))).toBe(change);
    expect(server.engine.calls).toHaveLength(change === 'ok' ? 1 : 0);
    expect((await server.send('/api/bulk-instances', headers)).status).toBe(
      (await server.send(CHANGE, headers)).status,
    );
    // Asking for the status needs what reading needs.
    expect(outcome(await server.send(STATUS, headers))).toBe(read);
  });

  /** HEAD has no body to compare. */
  function withoutBody(expected: string): (reply: RawReply) => RawReply {
    return (reply) => (expected === 'Unauthorized' ? { ...reply, text: JSON.stringify(UNAUTHORIZED) } : reply);
  }

  test('the 401 is as the stock client and browsers expect it, everywhere', async () => {
    const server = await start(BASIC);
    for (const path of [READ, CHANGE, STATUS, '/', '/nothing', '/api/v3', '/web/access-token', '/%']) {
      const reply = await server.send(path);
      expect([reply.status, reply.statusText, reply.text]).toEqual([401, 'Unauthorized', 'Not Authorized\n']);
      expect(reply.headers['www-authenticate']).toBe('Basic realm="Authorization Required"');
    }
  });

  test('the user is recorded', async () => {
    const server = await start(BASIC);
    await server.send('/api/ack-all-recoveries?comment=x', right);
    expect(server.engine.calls).toEqual([['acknowledge', { by: 'all' }, 'dba', 'x']]);
  });

  test('failed log-ins are told once a minute, without what was typed', async () => {
    let nowMs = NOW;
    const server = await start(BASIC, { nowMs: () => nowMs });
    for (const guess of ['hunter2:x', 'x:hunter2', 'dba:hunter2']) await server.send(READ, basic(guess));
    await server.send(READ);
    nowMs += 60_000;
    await server.send(READ, basic('dba:hunter2'));
    const told = server.log.entries.filter(({ event }) => event === 'http.login-failed');
    expect(told.map(({ message }) => message)).toEqual([
      'A request from 127.0.0.1 had a wrong user or password.',
      'A request from 127.0.0.1 had a wrong user or password (and 2 more since the last message).',
    ]);
    expect(JSON.stringify(server.log.entries)).not.toContain('hunter2');
  });

  test('who may change things can be reloaded, the method cannot', async () => {
    const server = await start(PROXY);
    server.engine.settings = { ...server.engine.settings, AuthenticationMethod: 'basic' };
    expect(outcome(await server.send(CHANGE, user('bob')))).toBe('Unauthorized');
    server.engine.settings = { ...server.engine.settings, PowerAuthUsers: ['bob'] };
    expect(outcome(await server.send(CHANGE, user('bob')))).toBe('ok');
    server.engine.settings = { ...server.engine.settings, ReadOnly: true };
    expect(outcome(await server.send(CHANGE, user('bob')))).toBe('Unauthorized');
  });
});

describe('access tokens', () => {
  const SETTINGS = { AuthenticationMethod: 'token', URLPrefix: '/baton' };
  const PAGE = '/baton/web/access-token';
  const WRITE = `/baton${CHANGE}`;

  async function scene(settings: Partial<Settings> = SETTINGS) {
    const dataFolder = await mkdtemp(join(tmpdir(), 'baton-'));
    folders.push(dataFolder);
    const clock = { nowMs: NOW };
    const nowMs = () => clock.nowMs;
    const server = await start(settings, { dataFolder, nowMs });
    const lifetimes = () => ({ pickUpMs: 60_000, validMs: 1440 * 60_000 });
    return { server, clock, dataFolder, tokens: new AccessTokens({ dataFolder, lifetimes, nowMs }) };
  }

  const pickUp = (server: TestServer, token: string) => server.send(`${PAGE}?publicToken=${token}`);
  const cookieOf = (reply: RawReply) => ({ cookie: `theme=dark; ${reply.headers['set-cookie']?.[0]?.split(';')[0]}` });

  test('one is exchanged for a cookie, once, and the cookie lets write until it expires', async () => {
    const { server, clock, tokens } = await scene();
    const token = await tokens.generate('ann');
    expect((await server.send(`${PAGE}?publicToken=${token}`, {}, 'HEAD')).status).toBe(404);
    const reply = await pickUp(server, token);
    expect([reply.status, reply.headers.location]).toEqual([302, '/baton/']);
    expect(reply.headers['set-cookie']).toEqual([
      expect.stringMatching(new RegExp(`^access-token=${token}:[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict$`)),
    ]);
    const cookie = cookieOf(reply);
    expect(outcome(await server.send(WRITE, cookie))).toBe('ok');
    const again = await pickUp(server, token);
    expect([again.status, JSON.parse(again.text).Code, again.headers['set-cookie']]).toEqual([200, 'ERROR', undefined]);
    clock.nowMs += 1440 * 60_000;
    expect(outcome(await server.send(WRITE, cookie))).toBe('ok');
    clock.nowMs += 1;
    expect(outcome(await server.send(WRITE, cookie))).toBe('Unauthorized');
  });

  test('of two browsers at once, one gets it', async () => {
    const { server, tokens } = await scene();
    const token = await tokens.generate('ann');
    const replies = await Promise.all(Array.from({ length: 8 }, () => pickUp(server, token)));
    expect(replies.filter(({ status }) => status === 302)).toHaveLength(1);
  });

  test.each([
    ['never made', () => 'f'.repeat(64), 0],
    ['a path', () => '../../etc/passwd', 0],
    ['none', () => '', 0],
    ['too old', (token: string) => token, 60_001],
  ])('%s: no cookie', async (_, given, laterMs) => {
    const { server, clock, tokens } = await scene();
    const token = await tokens.generate('ann');
    clock.nowMs += laterMs;
    const reply = await pickUp(server, given(token));
    expect([reply.status, JSON.parse(reply.text)]).toMatchObject([200, { Code: 'ERROR', Details: null }]);
    expect(reply.headers['set-cookie']).toBeUndefined();
  });

  test('a token that nobody picked up, or with another secret, lets nobody write', async () => {
    const { server, tokens } = await scene();
    const token = await tokens.generate('ann');
    for (const secret of ['x', '0'.repeat(64)]) {
      expect(outcome(await server.send(WRITE, { cookie: `access-token=${token}:${secret}` }))).toBe('Unauthorized');
    }
    await pickUp(server, token);
    expect(outcome(await server.send(WRITE, { cookie: `access-token=${token}:x` }))).toBe('Unauthorized');
    expect(outcome(await server.send(WRITE, { cookie: `access-token=${token}` }))).toBe('Unauthorized');
  });

  test('another method hands out none', async () => {
    const { server, tokens } = await scene({ URLPrefix: '/baton' });
    const reply = await pickUp(server, await tokens.generate('ann'));
    expect(JSON.parse(reply.text)).toMatchObject({
      Code: 'ERROR',
      Message: expect.stringContaining('no access tokens'),
    });
  });

  test('files hold no secret, are for their owner only, and go when they are over', async () => {
    const { server, clock, dataFolder, tokens } = await scene();
    const token = await tokens.generate('ann');
    const [, secret = ''] = /:([0-9a-f]+);/.exec((await pickUp(server, token)).headers['set-cookie']?.[0] ?? '') ?? [];
    const folder = join(dataFolder, 'access-tokens');
    const names = await readdir(folder);
    expect(names).toHaveLength(2);
    for (const name of names) {
      expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
      const text = `${name} ${await readFile(join(folder, name), 'utf8')}`;
      expect(text).not.toContain(token);
      expect(text).not.toContain(secret);
    }
    clock.nowMs += 1440 * 60_000 + 1;
    await tokens.generate('bob');
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('a data folder that is not there is said to be missing', async () => {
    const tokens = new AccessTokens({
      dataFolder: '/nowhere/baton',
      lifetimes: () => ({ pickUpMs: 1, validMs: 1 }),
      nowMs: () => NOW,
    });
    await expect(tokens.generate('ann')).rejects.toMatchObject({
      code: 'store',
      hint: expect.stringContaining('--data-dir'),
    });
  });
});
