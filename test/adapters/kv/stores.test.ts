import { describe, expect, test } from 'vitest';
import { serverAddresses, serverUrls } from '../../../src/main/adapters/kv/addresses.ts';
import { EachServer, Refusal } from '../../../src/main/adapters/kv/each-server.ts';
import { keyValueStores } from '../../../src/main/adapters/kv/stores.ts';
import { BatonError } from '../../../src/shared/errors/baton-error.ts';
import { testSettings } from '../../engine/fakes/settings.ts';

describe('addresses', () => {
  test.each([
    ['', []],
    [' , ', []],
    ['zk1', ['zk1:2181']],
    ['zk1:2182, zk2 ,[fd00::1]:7,[::1]', ['zk1:2182', 'zk2:2181', 'fd00::1:7', '::1:2181']],
  ])('%j', (text, expected) => {
    expect(serverAddresses('ZkAddress', text, 2181).map(({ hostname, port }) => `${hostname}:${port}`)).toEqual(
      expected,
    );
  });

  test.each([
    ['e1', ['http://e1:2379']],
    ['e1:80,https://e2:443/', ['http://e1:80', 'https://e2:443']],
    ['HTTPS://[::1]', ['https://[::1]:2379']],
  ])('%j as URLs', (text, expected) => {
    const urls = serverUrls('BatonEtcdAddress', text, { scheme: 'http', port: 2379 });
    const ports = { 'http:': '80', 'https:': '443' } as Record<string, string>;
    expect(urls.map((url) => `${url.protocol}//${url.hostname}:${url.port || ports[url.protocol]}`)).toEqual(expected);
  });

  test.each(['a:b', 'a:0', 'a:70000', 'a b', '::1', 'a/b', 'ftp://a', 'root:hunter2@a:1', 'http://'])(
    '%j is none',
    (text) => {
      const read = (): unknown => serverUrls('BatonEtcdAddress', text, { scheme: 'http', port: 2379 });
      expect(read).toThrow(BatonError);
      expect(read).toThrow(/^BatonEtcdAddress: ".*" is no address\. Write /);
      expect(read).not.toThrow(/hunter2/);
    },
  );
});

describe('the stores that settings name', () => {
  test.each<[Readonly<Record<string, unknown>>, readonly string[]]>([
    [{}, []],
    [
      { ConsulAddress: 'c1', ZkAddress: 'z1,z2:1', BatonEtcdAddress: 'e1,https://e2' },
      ['ZooKeeper at z1:2181, z2:1', 'Consul at c1:8500', 'etcd at e1:2379, e2:2379'],
    ],
    [{ ConsulAddress: 'c1:1', ConsulScheme: 'https', ConsulKVStoreProvider: 'consul_txn' }, ['Consul at c1:1']],
  ])('%j', (settings, names) => {
    expect(keyValueStores(testSettings(settings)).map(({ name }) => name)).toEqual(names);
  });

  test.each([
    [{ ConsulAddress: 'c1,c2' }, /^ConsulAddress names several/],
    [{ ConsulAddress: 'c1', ConsulScheme: 'ftp' }, /^ConsulScheme: "ftp"/],
    [{ ZkAddress: 'z:z' }, /^ZkAddress: "z:z" is no address/],
  ])('%j can not be used', (settings, expected) => {
    expect(() => keyValueStores(testSettings(settings))).toThrow(expected);
  });
});

describe('servers that stand for each other', () => {
  const never = new AbortController().signal;
  const named = (...names: string[]): EachServer<string> => new EachServer(names, (name) => name);

  test('are tried in order, and the one that answered comes first the next time', async () => {
    const asked: string[] = [];
    const servers = named('a', 'b', 'c');
    const work = async (name: string): Promise<string> => {
      asked.push(name);
      if (name === 'a') throw new Error('down');
      return name;
    };
    expect([await servers.attempt(never, work), await servers.attempt(never, work)]).toEqual(['b', 'b']);
    expect(asked).toEqual(['a', 'b', 'b']);
  });

  test('are all named when none is of use', async () => {
    const down = (name: string): Promise<never> => Promise.reject(new Error(`${name} is down`));
    await expect(named('a', 'b').attempt(never, down)).rejects.toThrow('a: a is down; b: b is down.');
  });

  test('are not asked after one that refuses, nor when there is no time', async () => {
    const asked: string[] = [];
    const refuse = (name: string): Promise<never> => {
      asked.push(name);
      return Promise.reject(new Refusal('No.'));
    };
    await expect(named('a', 'b').attempt(never, refuse)).rejects.toThrow(new Refusal('No.'));
    await expect(named('a', 'b').attempt(AbortSignal.abort(), refuse)).rejects.toThrow('no time left');
    expect(asked).toEqual(['a']);
  });
});
