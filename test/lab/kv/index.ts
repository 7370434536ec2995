import { type KeyValueServer, startEtcd, startZooKeeper } from './kv-lab.ts';
import { obtainEtcd, obtainZooKeeper } from './packages.ts';

export { etcdValue, zooKeeperValue } from './readers.ts';

export interface KeyValueLab {
  readonly etcd: KeyValueServer;
  readonly zooKeeper: KeyValueServer;
  stop(): Promise<void>;
}

/** Starts an etcd and a ZooKeeper server; null, with the reason printed, where this machine can't have them. */
export async function startKeyValueLab(): Promise<KeyValueLab | null> {
  const programs = await Promise.all([obtainEtcd(), obtainZooKeeper()]).catch((error: Error) => {
    process.stderr.write(`Tests with real key-value stores are left out: ${error.message}\n`);
    return null;
  });
  if (programs === null) return null;
  const started: KeyValueServer[] = [];
  const stop = async (): Promise<void> => {
    for (const server of started.splice(0)) await server.stop();
  };
  try {
    const etcd = await startEtcd(programs[0]);
    started.push(etcd);
    const zooKeeper = await startZooKeeper(programs[1]);
    started.push(zooKeeper);
    return { etcd, zooKeeper, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
