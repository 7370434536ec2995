import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EtcdStore } from '../../../src/main/adapters/kv/etcd-store.ts';
import { ZooKeeperStore } from '../../../src/main/adapters/kv/zookeeper-store.ts';
import { masterPairs } from '../../../src/main/core/kv/master-pairs.ts';
import type { KeyValueGroup, KeyValueStore } from '../../../src/main/engine/ports/key-value.ts';
import { etcdValue, type KeyValueLab, startKeyValueLab, zooKeeperValue } from '../../lab/kv/index.ts';

const NOBODY = { hostname: '127.0.0.1', port: 9 };

let lab: KeyValueLab | null = null;
beforeAll(async () => {
  lab = await startKeyValueLab();
}, 300_000);
afterAll(async () => {
  await lab?.stop();
}, 60_000);

const group = (alias: string, hostname: string): KeyValueGroup =>
  masterPairs('mysql/master', alias, { hostname, port: 3306 }, { ipv4: '10.0.0.7', ipv6: '' });

async function write(store: KeyValueStore, groups: readonly KeyValueGroup[], limitMs = 10_000): Promise<void> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), limitMs);
  try {
    await store.write({ groups, everywhere: false, signal: controller.signal });
  } finally {
    clearTimeout(timer);
  }
}

describe('etcd', () => {
  test('holds the entries, and the later ones, through whichever member answers', async ({ skip }) => {
    if (lab === null) return skip();
    const { etcd } = lab;
    const store = new EtcdStore([new URL('http://127.0.0.1:9'), new URL(`http://${etcd.address}`)]);
    await write(store, [group('shop', 'db1'), group('ä/ü', 'db9')]);
    await write(store, [group('shop', 'db2')]);
    const keys = ['', '/hostname', '/port', '/ipv4', '/ipv6', '/none'];
    const values = await Promise.all(keys.map((key) => etcdValue(etcd, `mysql/master/shop${key}`)));
    expect(values).toEqual(['db2:3306', 'db2', '3306', '10.0.0.7', '', null]);
    expect(await etcdValue(etcd, 'mysql/master/ä/ü')).toBe('db9:3306');
  });

  test('that refuses says why', async ({ skip }) => {
    if (lab === null) return skip();
    const store = new EtcdStore([new URL(`http://${lab.etcd.address}`)]);
    await expect(write(store, [[{ key: '', value: 'x' }]])).rejects.toThrow(/HTTP 400: .*key is not provided/);
  });

  test('that hangs is given up at the signal', async ({ skip }) => {
    if (lab === null) return skip();
    const { etcd } = lab;
    await etcd.freeze();
    try {
      const store = new EtcdStore([new URL(`http://${etcd.address}`)]);
      await expect(write(store, [group('shop', 'db3')], 300)).rejects.toThrow(`${etcd.address}: no answer in time.`);
    } finally {
      await etcd.thaw();
    }
  });
});

describe('ZooKeeper', () => {
  test('holds the entries as nodes with those above them, and the later ones', async ({ skip }) => {
    if (lab === null) return skip();
    const { zooKeeper } = lab;
    const store = new ZooKeeperStore([NOBODY, zooKeeper.key]);
    await write(store, [group('shop', 'db1'), group('ä/ü', 'db9')]);
    await write(store, [group('shop', 'db2')]);
    const keys = ['', '/hostname', '/port', '/ipv4', '/ipv6', '/none'];
    const values = await Promise.all(keys.map((key) => zooKeeperValue(zooKeeper, `/mysql/master/shop${key}`)));
    expect(values).toEqual(['db2:3306', 'db2', '3306', '10.0.0.7', '', null]);
    expect(await zooKeeperValue(zooKeeper, '/mysql/master/ä/ü')).toBe('db9:3306');
  });

  test('takes keys below the root', async ({ skip }) => {
    if (lab === null) return skip();
    await write(new ZooKeeperStore([lab.zooKeeper.key]), [[{ key: '/shop', value: 'db1:3306' }]]);
    expect(await zooKeeperValue(lab.zooKeeper, '/shop')).toBe('db1:3306');
  });

  test('is not asked for what is no path', async ({ skip }) => {
    if (lab === null) return skip();
    const store = new ZooKeeperStore([lab.zooKeeper.key, NOBODY]);
    await expect(write(store, [[{ key: 'mysql//x', value: '1' }]])).rejects.toThrow(/^\/mysql\/\/x was not set: .*\.$/);
  });

  test('that is not there says so, server by server', async ({ skip }) => {
    if (lab === null) return skip();
    await expect(write(new ZooKeeperStore([NOBODY, NOBODY]), [group('shop', 'db1')])).rejects.toThrow(
      '127.0.0.1:9: the connection was refused or lost; 127.0.0.1:9: the connection was refused or lost.',
    );
  });

  test('that hangs is passed over for one that answers', async ({ skip }) => {
    if (lab === null) return skip();
    const { zooKeeper } = lab;
    const other = await startKeyValueLab();
    await zooKeeper.freeze();
    try {
      if (other === null) return skip();
      await write(new ZooKeeperStore([zooKeeper.key, other.zooKeeper.key]), [group('shop', 'db4')]);
      expect(await zooKeeperValue(other.zooKeeper, '/mysql/master/shop')).toBe('db4:3306');
    } finally {
      await zooKeeper.thaw();
      await other?.stop();
    }
    expect(await zooKeeperValue(zooKeeper, '/mysql/master/shop')).not.toBe('db4:3306');
  });
});
