import { BatonError } from '../../../shared/errors/baton-error.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import type { KeyValueStore } from '../../engine/ports/key-value.ts';
import { serverAddresses, serverUrls } from './addresses.ts';
import { ConsulStore } from './consul-store.ts';
import { EtcdStore } from './etcd-store.ts';
import { ZooKeeperStore } from './zookeeper-store.ts';

/**
 * The stores that the settings name (configuration reference, 3.11); they are connected to when something is written.
 * @throws BatonError for an address that can't be one
 */
export function keyValueStores(settings: Settings): readonly KeyValueStore[] {
  const zooKeeper = serverAddresses('ZkAddress', settings.ZkAddress, 2181);
  const consul = consulOrigin(settings);
  const etcd = serverUrls('BatonEtcdAddress', settings.BatonEtcdAddress, { scheme: 'http', port: 2379 });
  const stores: KeyValueStore[] = [];
  if (zooKeeper.length > 0) stores.push(new ZooKeeperStore(zooKeeper));
  if (consul !== null) {
    stores.push(
      new ConsulStore({
        origin: consul,
        token: settings.ConsulAclToken,
        transactions: /^consul[-_]txn$/i.test(settings.ConsulKVStoreProvider.trim()),
        transactionSize: settings.ConsulMaxKVsPerTransaction,
      }),
    );
  }
  if (etcd.length > 0) stores.push(new EtcdStore(etcd));
  return stores;
}

function consulOrigin({ ConsulAddress, ConsulScheme: scheme }: Settings): URL | null {
  if (ConsulAddress.trim() === '') return null;
  if (scheme !== 'http' && scheme !== 'https') {
    throw new BatonError('configuration', `ConsulScheme: "${scheme}" is none that Baton knows. Write http or https.`);
  }
  const [origin, ...others] = serverUrls('ConsulAddress', ConsulAddress, { scheme, port: 8500 });
  if (others.length > 0) {
    throw new BatonError('configuration', 'ConsulAddress names several addresses. Write that of one agent, host:port.');
  }
  return origin ?? null;
}
