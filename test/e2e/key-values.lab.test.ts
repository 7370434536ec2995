import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { WebServer } from '../adapters/kv/web-server.ts';
import type { LabServer } from '../lab/index.ts';
import { etcdValue, type KeyValueLab, startKeyValueLab, zooKeeperValue } from '../lab/kv/index.ts';
import { eventually, Scene } from './failover-scene.ts';

const KEY = 'mysql/master/shop';
const TOKEN = 'b1gs33cret-token';

let stores: KeyValueLab | null = null;
let consul: WebServer;
let scene: Scene;

beforeAll(async () => {
  stores = await startKeyValueLab();
  if (stores === null) return;
  consul = await WebServer.start(({ path }) => ({
    text: path.startsWith('/v1/catalog') ? '["dc1","dc2"]' : '{"Results":[],"Errors":null}',
  }));
  scene = await Scene.open(
    { flavor: 'mysql97', shape: 'star', replicas: 2 },
    {
      ClusterNameToAlias: { '.': 'shop' },
      ZkAddress: `127.0.0.1:9,${stores.zooKeeper.address}`,
      BatonEtcdAddress: stores.etcd.address,
      ConsulAddress: consul.origin.host,
      ConsulAclToken: TOKEN,
      ConsulKVStoreProvider: 'consul-txn',
      ConsulCrossDataCenterDistribution: true,
    },
  );
}, 300_000);

afterAll(async () => {
  try {
    await scene?.close();
  } finally {
    await consul?.close();
    await stores?.stop();
  }
}, 60_000);

/** What Consul's data center was last told the source is. */
function consulValue(dataCenter: string): string {
  const last = consul.seen.findLast(({ path }) => path === `/v1/txn?dc=${dataCenter}`);
  const operations = JSON.parse(last?.body ?? '[]') as { KV: { Key: string; Value: string } }[];
  const found = operations.find(({ KV }) => KV.Key === KEY)?.KV.Value ?? '';
  return Buffer.from(found, 'base64').toString();
}

async function tellOf({ etcd, zooKeeper }: KeyValueLab, source: LabServer): Promise<void> {
  const expected = keyText(source.key);
  await eventually(`the stores to name ${expected}`, async () => {
    const values = [await etcdValue(etcd, KEY), await zooKeeperValue(zooKeeper, `/${KEY}`), consulValue('dc1')];
    if (values.every((value) => value === expected)) return true;
    throw new Error(`They say ${values.join(', ')}.`);
  });
  expect(consulValue('dc2')).toBe(expected);
  expect(await etcdValue(etcd, `${KEY}/ipv4`)).toBe(source.key.hostname);
  expect(await zooKeeperValue(zooKeeper, `/${KEY}/ipv6`)).toBe('');
}

test('stores are told of a source on demand, by a takeover and by a failover, which none of them holds up', async ({
  skip,
}) => {
  if (stores === null) return skip();
  const [first, second, third] = scene.lab.servers;
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('Three servers were asked for.');
  await scene.discoverAll(first);

  const submitted = await scene.cli('submit-masters-to-kv-stores', '-a', 'shop');
  expect(submitted).toMatchObject({ code: 0, err: '' });
  const { hostname, port } = first.key;
  expect(submitted.out.split('\n')).toEqual([
    `${KEY}:${hostname}:${port}`,
    `${KEY}/hostname:${hostname}`,
    `${KEY}/port:${port}`,
    `${KEY}/ipv4:${hostname}`,
    `${KEY}/ipv6:`,
  ]);
  await tellOf(stores, first);

  const taken = await scene.cli('graceful-master-takeover', '-a', 'shop', '-d', keyText(second.key));
  expect(taken).toMatchObject({ code: 0 });
  await tellOf(stores, second);

  await stores.zooKeeper.freeze();
  await second.kill('SIGKILL');
  const recovery = await scene.recovered(second);
  const successor = scene.successor(recovery);
  expect(recovery.IsSuccessful).toBe(true);
  expect(JSON.stringify(recovery.AllErrors)).not.toContain('ZooKeeper');
  expect(await etcdValue(stores.etcd, KEY)).toBe(keyText(successor.key));
  const failed = `Key-value entries were not written to ZooKeeper at 127.0.0.1:9, ${stores.zooKeeper.address}: `;
  await eventually('the recovery to tell of the store that hangs', async () =>
    (await scene.steps(recovery.UID)).some((message) => message.startsWith(failed)),
  );
  await stores.zooKeeper.thaw();
  expect(await scene.cli('submit-masters-to-kv-stores')).toMatchObject({ code: 0 });
  await tellOf(stores, successor);
  expect(new Set(consul.seen.map(({ headers }) => headers['x-consul-token']))).toEqual(new Set([TOKEN]));
  expect(scene.baton.log + (await scene.steps(recovery.UID)).join('\n')).not.toContain(TOKEN);
}, 90_000);
