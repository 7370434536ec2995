import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestServer } from '../adapters/http/test-server.ts';
import { baton } from './test-io.ts';

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start();
  server.engine.submitted = {
    pairs: [
      { key: 'mysql/master/main', value: 'db1:3306' },
      { key: 'mysql/master/main/ipv6', value: '' },
    ],
    clusters: 1,
  };
});

afterEach(async () => {
  await server.close();
});

test.each([
  ['-c submit-masters-to-kv-stores', null],
  ['submit-masters-to-kv-stores -a main', 'db1:3306'],
])('baton %s prints a line for each entry', async (line, clusterName) => {
  const result = await baton({ ORCHESTRATOR_API: server.url }, ...line.split(' '));
  expect(result).toEqual({ code: 0, out: 'mysql/master/main:db1:3306\nmysql/master/main/ipv6:\n', error: '' });
  expect(server.engine.calls).toEqual([['submit-masters', clusterName]]);
});

test('it prints nothing where nothing was written', async () => {
  server.engine.submitted = { pairs: [], clusters: 0 };
  expect(await baton({ ORCHESTRATOR_API: server.url }, 'submit-masters-to-kv-stores')).toMatchObject({
    code: 0,
    out: '',
  });
});
