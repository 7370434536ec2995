import { expect, it } from 'vitest';
import { messagePrefix } from '../../../src/main/adapters/http/message-identity.ts';
import { defaultSettings } from '../../../src/shared/settings/settings.ts';
import { TestServer } from './test-server.ts';

it.each([
  ['', 'me', ''],
  ['none', 'me', ''],
  ['FQDN', 'me', 'Orchestrator db-ops.example.com says: '],
  ['hostname', 'me', 'Orchestrator db-ops says: '],
  ['custom', 'me', 'Orchestrator me says: '],
  ['custom', '', ''],
])('%s with the own name "%s" is "%s"', (form, custom, prefix) => {
  const settings = { ...defaultSettings(), PrependMessagesWithOrcIdentity: form, CustomOrcIdentity: custom };
  expect(messagePrefix(settings, 'db-ops.example.com')).toBe(prefix);
});

it('is put before messages of success and of failure, and left out of bare answers', async () => {
  const server = await TestServer.start({ PrependMessagesWithOrcIdentity: 'custom', CustomOrcIdentity: 'me' });
  const message = async (path: string): Promise<string> => JSON.parse((await server.send(path)).text).Message;
  expect(await message('/api/health')).toBe('Orchestrator me says: Application node is healthy');
  expect(await message('/api/instance/db1/x')).toMatch(/^Orchestrator me says: /);
  expect((await server.send('/api/_ping')).text).not.toContain('says');
  await server.close();
});

it('reads the header of the proxy anew after a reload', async () => {
  const server = await TestServer.start({ AuthenticationMethod: 'proxy', PowerAuthUsers: ['ann'] });
  const enabled = async (header: string): Promise<number> =>
    (await server.send('/api/enable-global-recoveries', { [header]: 'ann' })).status;
  expect([await enabled('x-forwarded-user'), await enabled('x-user')]).toEqual([200, 500]);
  server.engine.settings = { ...server.engine.settings, AuthUserHeader: 'X-User' };
  expect([await enabled('x-forwarded-user'), await enabled('x-user')]).toEqual([500, 200]);
  await server.close();
});
