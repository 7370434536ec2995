import { afterEach, beforeEach, expect, test } from 'vitest';
import { BatonError } from '../../../src/shared/errors/baton-error.ts';
import { TestServer } from './test-server.ts';

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start();
});

afterEach(async () => {
  await server.close();
});

const ask = async (path: string): Promise<unknown> => (await fetch(`${server.url}/api/${path}`)).json();

test.each([
  ['submit-masters-to-kv-stores', null],
  ['submit-masters-to-kv-stores/', null],
  ['submit-masters-to-kv-stores/main', 'db1:3306'],
  ['submit-masters-to-kv-stores/db4:3306', 'db1:3306'],
])('%s writes the entries and answers with them', async (path, clusterName) => {
  server.engine.submitted = { pairs: [{ key: 'mysql/master/main', value: 'db1:3306' }], clusters: 1 };
  expect(await ask(path)).toEqual({
    Code: 'OK',
    Message: 'Submitted 1 masters',
    Details: [{ Key: 'mysql/master/main', Value: 'db1:3306' }],
  });
  expect(server.engine.calls).toEqual([['submit-masters', clusterName]]);
});

test('nothing written is null', async () => {
  expect(await ask('submit-masters-to-kv-stores')).toEqual({
    Code: 'OK',
    Message: 'Submitted 0 masters',
    Details: null,
  });
});

test('a cluster that is not known and a store that fails are errors', async () => {
  expect(await ask('submit-masters-to-kv-stores/nobody')).toMatchObject({ Code: 'ERROR', Details: null });
  expect(server.engine.calls).toEqual([]);
  server.engine.failure = new BatonError('not-available', 'Consul at c1:8500: No cluster leader');
  expect(await ask('submit-masters-to-kv-stores')).toMatchObject({
    Code: 'ERROR',
    Message: 'Consul at c1:8500: No cluster leader',
  });
});
