import { expect, test } from 'vitest';
import { type ShellHandlers, shellCalls } from '../../../src/main/desktop/shell/shell-calls.ts';
import { BatonError } from '../../../src/shared/errors/baton-error.ts';

const asked: unknown[] = [];
const HANDLERS = new Proxy({} as ShellHandlers, {
  get: (_target, name) => (body: unknown) => {
    if (name === 'removeProfile') throw new BatonError('refused', 'It is in use.', { hint: 'Go to another first.' });
    asked.push([name, body]);
    return {};
  },
});
const call = shellCalls(HANDLERS);

test('finds the call by method and path, and hands on what was validated', async () => {
  asked.length = 0;
  const preferences = { language: 'zh', theme: 'dark', notifications: false };
  expect(await call('PUT', 'preferences', preferences)).toMatchObject({ status: 200, body: {} });
  expect(asked).toEqual([['setPreferences', preferences]]);
});

test.each([
  ['GET', 'preferences', undefined, 404],
  ['GET', 'stat', undefined, 404],
  ['PUT', 'preferences', undefined, 400],
  ['PUT', 'preferences', { language: 'fr', theme: 'dark', notifications: true }, 400],
  ['PUT', 'preferences', { language: 'en', theme: 'dark', notifications: true, more: 1 }, 400],
  ['POST', 'save-file', { suggestedName: '../../.bashrc', base64: '' }, 400],
  ['PUT', 'profile', { id: '../x', name: 'x', colour: 'red', production: false, engine: { kind: 'embedded' } }, 400],
])('%s shell/%s with %j is answered with %4$i', async (method, path, body, status) => {
  asked.length = 0;
  expect(await call(method, path, body)).toMatchObject({ status, body: { detail: expect.any(String) } });
  expect(asked).toEqual([]);
});

test('says what a handler refuses, and what to do', async () => {
  const answer = await call('DELETE', 'profile', { id: 'x' });
  expect(answer).toMatchObject({ status: 500, body: { detail: 'It is in use. Go to another first.' } });
});
