import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type InstanceKey, keyText } from '../../src/shared/domain/instance-key.ts';
import type { LabServer } from '../lab/index.ts';
import type { Envelope } from '../support/baton-process.ts';
import { eventually, type InstanceJson, Scene } from './failover-scene.ts';

vi.setConfig({ testTimeout: 30_000 });

/** Another way to write an address of this machine, which resolves to it as a name would. */
function otherName({ hostname }: InstanceKey): string {
  return String(hostname.split('.').reduce((sum, part) => sum * 256 + Number(part), 0));
}

/** One source with a replica; the tests of a flavour are chapters that build on each other. */
describe.each(['mysql97', 'mariadb'] as const)('tags, pools, names and metadata on %s', (flavor) => {
  let scene: Scene;
  let db1: LabServer;
  let db2: LabServer;

  beforeAll(async () => {
    scene = await Scene.open({ flavor, shape: 'star', replicas: 1 }, (lab) => {
      const from = "FROM cmdb.servers WHERE host = 'dc_vaild_host_flag' AND port = dc_vaild_port_flag";
      return {
        MetaDBHost: lab.master.key.hostname,
        MetaDBPort: lab.master.key.port,
        MetaDBName: 'cmdb',
        MetaDBUser: lab.accounts.root.user,
        MetaDBPassword: lab.accounts.root.password,
        DetectClusterAliasQuery: `SELECT alias ${from}`,
        DetectClusterDomainQuery: `SELECT domain ${from}`,
        DetectDataCenterQuery: `SELECT dc ${from}`,
        BatonFullPollEvery: 1,
      };
    });
    db1 = scene.lab.byName('db1');
    db2 = scene.lab.byName('db2');
    await db1.query(
      'CREATE SCHEMA cmdb; CREATE TABLE cmdb.servers ' +
        '(host VARCHAR(64), port INT, alias VARCHAR(64), domain VARCHAR(64), dc VARCHAR(64), PRIMARY KEY (host, port))',
    );
    for (const [server, dc] of [
      [db1, 'east'],
      [db2, 'west'],
    ] as const) {
      const { hostname, port } = server.key;
      await db1.query(`INSERT INTO cmdb.servers VALUES ('${hostname}', ${port}, 'shop', 'shop.example', '${dc}')`);
    }
    await scene.discoverAll(db1);
  }, 120_000);

  afterAll(() => scene?.close(), 60_000);

  const path = ({ hostname, port }: InstanceKey): string => `${hostname}/${port}`;
  const get = <T>(call: string): Promise<T> => scene.baton.get<T>(call);
  const instance = (server: LabServer): Promise<InstanceJson & { DataCenter: string; SuggestedClusterAlias: string }> =>
    get(`instance/${path(server.key)}`);

  const said = async (...words: readonly string[]): Promise<string> => {
    const { out, err } = await scene.cli(...words);
    expect(err).toBe('');
    return out;
  };

  test('the metadata database tells alias, domain and data center of each server', async () => {
    await eventually('both to have a data center', async () => {
      return (await instance(db1)).DataCenter === 'east' && (await instance(db2)).DataCenter === 'west';
    });
    expect(await get('cluster-info/shop')).toMatchObject({ ClusterAlias: 'shop', ClusterDomain: 'shop.example' });
    expect(await said('which-cluster-domain', '-a', 'shop')).toBe('shop.example');
  });

  test('what it said holds while it fails', async () => {
    await db1.query('RENAME TABLE cmdb.servers TO cmdb.gone');
    const before = (await instance(db2)) as unknown as { LastSeenTimestamp: string };
    await eventually('it to be polled again', async () => {
      const now = (await instance(db2)) as unknown as { LastSeenTimestamp: string };
      return now.LastSeenTimestamp > before.LastSeenTimestamp;
    });
    expect((await instance(db2)).DataCenter).toBe('west');
    expect(await get('clusters-info')).toMatchObject([{ ClusterAlias: 'shop' }]);
    await db1.query('RENAME TABLE cmdb.gone TO cmdb.servers');
  });

  test('tags and pools survive a crash of Baton', async () => {
    const name = keyText(db2.key);
    expect(await said('tag', '-i', name, '-t', 'role=backup')).toBe(name);
    expect(await said('submit-pool-instances', '-l', 'reports', '-i', name)).toBe('reports');
    expect(await said('set-heuristic-domain-instance', '-a', 'shop')).toBe(keyText(db1.key));
    await scene.baton.kill('SIGKILL');
    await scene.baton.launch();
    await eventually('it to be read', async () => (await instance(db2)).DataCenter === 'west');
    expect(await said('tagged', '-t', 'role=backup')).toBe(name);
    expect(await said('cluster-pool-instances')).toBe([keyText(db1.key), 'shop', 'reports', name].join('\t'));
    expect(await said('which-heuristic-domain-instance', '-a', 'shop')).toBe(keyText(db1.key));
    expect(await said('topology-tags', '-a', 'shop')).toContain('[role=backup]');
  });

  test('a server that is met under another name is the one that is known', async () => {
    const other = { hostname: otherName(db2.key), port: db2.key.port };
    const { Details } = await get<Envelope<InstanceJson>>(`discover/${path(other)}`);
    expect(Details.Key).toEqual({ Hostname: db2.key.hostname, Port: db2.key.port });
    expect(await get<unknown[]>('all-instances')).toHaveLength(2);
  });

  test('a replica is pointed at the virtual name, and still counts as a replica of the source', async () => {
    const virtual = otherName(db1.key);
    await said('register-hostname-unresolve', '-i', keyText(db1.key), '-H', virtual);
    const moved = await get<Envelope<InstanceJson>>(`repoint/${path(db2.key)}/${path(db1.key)}`);
    expect(moved).toMatchObject({ Code: 'OK' });
    expect(moved.Details.MasterKey).toEqual({ Hostname: db1.key.hostname, Port: db1.key.port });
    expect((await db2.replicaStatus())?.source.hostname).toBe(virtual);
    expect(await get<unknown[]>(`instance-replicas/${path(db1.key)}`)).toHaveLength(1);
    await said('deregister-hostname-unresolve', '-i', keyText(db1.key));
    await get(`repoint/${path(db2.key)}/${path(db1.key)}`);
    expect((await db2.replicaStatus())?.source.hostname).toBe(db1.key.hostname);
  });
});
