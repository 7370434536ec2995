import { afterEach, describe, expect, test } from 'vitest';
import { batches, type ConsulOptions, ConsulStore } from '../../../src/main/adapters/kv/consul-store.ts';
import { masterPairs } from '../../../src/main/core/kv/master-pairs.ts';
import type { KeyValueGroup } from '../../../src/main/engine/ports/key-value.ts';
import { type Reply, type Seen, WebServer } from './web-server.ts';

const TOKEN = 'b1gs33cret-token';
const servers: WebServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((one) => one.close()));
});

const fine = ({ path, method }: Seen): Reply => {
  if (path.startsWith('/v1/catalog/datacenters')) return { text: '["ams","fra west"]' };
  return { text: method === 'PUT' && path.startsWith('/v1/kv/') ? 'true\n' : '{"Results":[],"Errors":null}' };
};

async function stage(options: Partial<ConsulOptions> = {}, answer: (seen: Seen) => Reply | null = fine) {
  const server = await WebServer.start(answer);
  servers.push(server);
  const plain = { origin: server.origin, token: '', transactions: false, transactionSize: 5 };
  return { server, store: new ConsulStore({ ...plain, ...options }) };
}

const group = (alias: string, prefix = 'mysql/master'): KeyValueGroup =>
  masterPairs(prefix, alias, { hostname: 'db1', port: 3306 }, { ipv4: '10.0.0.7', ipv6: '' });

function write(store: ConsulStore, groups: readonly KeyValueGroup[], everywhere = false): Promise<void> {
  return store.write({ groups, everywhere, signal: new AbortController().signal });
}

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it did not fail',
    (error: Error) => error.message,
  );

describe('entry by entry', () => {
  test('each is put under its key, without a token where there is none', async () => {
    const { server, store } = await stage();
    await write(store, [group('shop')]);
    expect(server.lines).toEqual([
      'PUT /v1/kv/mysql/master/shop db1:3306',
      'PUT /v1/kv/mysql/master/shop/hostname db1',
      'PUT /v1/kv/mysql/master/shop/port 3306',
      'PUT /v1/kv/mysql/master/shop/ipv4 10.0.0.7',
      'PUT /v1/kv/mysql/master/shop/ipv6',
    ]);
    expect(server.seen.some(({ headers }) => 'x-consul-token' in headers)).toBe(false);
    expect(store.name).toBe(`Consul at ${server.origin.host}`);
  });

  test.each([
    ['a b/ä?&#%', 'mysql/master', '/v1/kv/mysql/master/a%20b/%C3%A4%3F%26%23%25'],
    ['..', 'mysql/master', '/v1/kv/mysql/master/..'],
    ['shop', '/', '/v1/kv/shop'],
  ])('the alias %j below %j stays itself on the way', async (alias, prefix, path) => {
    const { server, store } = await stage();
    await write(store, [group(alias, prefix)]);
    expect(server.seen[0]?.path).toBe(path);
  });

  test('the token goes with every request', async () => {
    const { server, store } = await stage({ token: TOKEN });
    await write(store, [group('shop')], true);
    expect(new Set(server.seen.map(({ headers }) => headers['x-consul-token']))).toEqual(new Set([TOKEN]));
  });

  test('every data center is written, after the nearest one', async () => {
    const { server, store } = await stage();
    await write(store, [[{ key: 'k', value: 'v' }]], true);
    expect(server.lines.slice(0, 2)).toEqual(['PUT /v1/kv/k v', 'GET /v1/catalog/datacenters']);
    expect(server.lines.slice(2).sort()).toEqual(['PUT /v1/kv/k?dc=ams v', 'PUT /v1/kv/k?dc=fra%20west v']);
  });
});

describe('in transactions', () => {
  test('the entries of a cluster are set together, in base64', async () => {
    const { server, store } = await stage({ transactions: true });
    await write(store, [group('shop'), group('mail')]);
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['PUT /v1/txn', 'PUT /v1/txn']);
    expect(JSON.parse(server.seen[1]?.body ?? '')).toEqual([
      { KV: { Verb: 'set', Key: 'mysql/master/mail', Value: 'ZGIxOjMzMDY=' } },
      { KV: { Verb: 'set', Key: 'mysql/master/mail/hostname', Value: 'ZGIx' } },
      { KV: { Verb: 'set', Key: 'mysql/master/mail/port', Value: 'MzMwNg==' } },
      { KV: { Verb: 'set', Key: 'mysql/master/mail/ipv4', Value: 'MTAuMC4wLjc=' } },
      { KV: { Verb: 'set', Key: 'mysql/master/mail/ipv6', Value: '' } },
    ]);
  });

  test('data centers have one each', async () => {
    const { server, store } = await stage({ transactions: true });
    await write(store, [group('shop')], true);
    expect(server.seen.map(({ path }) => path).sort()).toEqual([
      '/v1/catalog/datacenters',
      '/v1/txn',
      '/v1/txn?dc=ams',
      '/v1/txn?dc=fra%20west',
    ]);
  });

  test.each([
    [5, [5, 5, 5]],
    [9, [5, 5, 5]],
    [10, [10, 5]],
    [64, [15]],
  ])('of at most %i entries never part a cluster', (size, sizes) => {
    expect(batches([group('a'), group('b'), group('c')], size).map((each) => each.length)).toEqual(sizes);
  });
});

describe('what goes wrong is said', () => {
  test.each<[string, Partial<ConsulOptions>, Reply, RegExp]>([
    [
      'a token without the right',
      { token: TOKEN },
      { status: 403, text: `Permission denied: token ${TOKEN} lacks permission` },
      /^It refused to set mysql\/master\/shop \(HTTP 403\): Permission denied: token … lacks permission Give Consul/,
    ],
    [
      'a transaction that is rolled back',
      { transactions: true },
      { status: 409, text: '{"Results":null,"Errors":[{"OpIndex":0,"What":"no"}]}' },
      /^It refused to set mysql\/master\/shop and what belongs to it \(HTTP 409\): \{"Results":null/,
    ],
    ['a put that was not done', {}, { text: 'false' }, /^It did not set mysql\/master\/shop: false$/],
    ['no leader', {}, { status: 500, text: 'No cluster leader' }, /\(HTTP 500\): No cluster leader$/],
    ['a page that moved', {}, { status: 301, text: '' }, /\(HTTP 301\)/],
  ])('%s', async (_, options, reply, expected) => {
    const { store } = await stage(options, () => reply);
    const message = await messageOf(write(store, [group('shop')]));
    expect(message).toMatch(expected);
    expect(message).not.toContain(TOKEN);
  });

  test('nobody listens', async () => {
    const { server, store } = await stage({ token: TOKEN });
    await server.close();
    expect(await messageOf(write(store, [group('shop')]))).toMatch(
      /^It could not be asked to set mysql\/master\/shop: connect ECONNREFUSED 127\.0\.0\.1:\d+\.$/,
    );
  });

  test('a data center that fails, while the others are written', async () => {
    const { server, store } = await stage({}, (seen) =>
      seen.path.includes('dc=ams') ? { status: 500, text: 'No path to datacenter' } : fine(seen),
    );
    expect(await messageOf(write(store, [[{ key: 'k', value: 'v' }]], true))).toBe(
      'It refused to set k in data center ams (HTTP 500): No path to datacenter',
    );
    expect(server.lines).toContain('PUT /v1/kv/k?dc=fra%20west v');
  });

  test('an answer that does not come is waited for until the signal', async () => {
    const { server, store } = await stage({}, () => null);
    const controller = new AbortController();
    const work = messageOf(store.write({ groups: [group('shop')], everywhere: false, signal: controller.signal }));
    while (server.seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect(await work).toBe('It could not be asked to set mysql/master/shop: no answer in time.');
  });
});
