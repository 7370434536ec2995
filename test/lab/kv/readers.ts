import zookeeper from 'node-zookeeper-client';
import type { KeyValueServer } from './kv-lab.ts';

/** What etcd has under a key, as another program would ask; null for nothing. */
export async function etcdValue(server: KeyValueServer, key: string): Promise<string | null> {
  const body = JSON.stringify({ key: Buffer.from(key).toString('base64') });
  const response = await fetch(`http://${server.address}/v3/kv/range`, { method: 'POST', body });
  const { kvs } = (await response.json()) as { kvs?: readonly { readonly value?: string }[] };
  const [found] = kvs ?? [];
  return found === undefined ? null : Buffer.from(found.value ?? '', 'base64').toString();
}

/** The data of ZooKeeper's node, as another program would ask; null for no node. */
export function zooKeeperValue(server: KeyValueServer, path: string): Promise<string | null> {
  const client = zookeeper.createClient(server.address, { sessionTimeout: 5000, retries: 0 });
  return new Promise<string | null>((resolve, reject) => {
    client.once('connected', () =>
      client.getData(path, (error, data) => {
        if (!error) resolve((data as Buffer | undefined)?.toString() ?? '');
        else if ('getCode' in error && error.getCode() === zookeeper.Exception.NO_NODE) resolve(null);
        else reject(new Error(error.toString()));
      }),
    );
    client.connect();
  }).finally(() => client.close());
}
