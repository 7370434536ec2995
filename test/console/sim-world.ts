import type { InstanceKey } from '../../src/shared/domain/instance-key.ts';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import type { Fleet } from '../sim/fleet-types.ts';
import { startFleet } from '../sim/start-fleet.ts';
import { BatonProcess } from '../support/baton-process.ts';

/** A Baton over simulated clusters of every kind of trouble, for looking at the console without servers. */
export interface SimWorld {
  readonly baton: BatonProcess;
  readonly fleets: readonly Fleet[];
  stop(): Promise<void>;
}

const ALIASES = ['orders', 'customers', 'billing', 'search', 'mail', 'reports'] as const;

/**
 * Starts six clusters (stars, a chain and trees, 51 servers) with lag, a broken applier, a dead replica, a master that
 * was failed over, and more.
 */
export async function startSimWorld(settings: Readonly<Record<string, unknown>> = {}): Promise<SimWorld> {
  const fleets = await Promise.all([
    startFleet({ clusters: 2, replicasPerCluster: 4, writesPerSecond: 5, run: 'in-process' }),
    startFleet({ clusters: 1, replicasPerCluster: 3, shape: 'chain', run: 'in-process' }),
    startFleet({ clusters: 2, replicasPerCluster: 16, shape: 'tree', run: 'in-process' }),
    startFleet({ clusters: 1, replicasPerCluster: 3, run: 'in-process' }),
  ]);
  const baton = await BatonProcess.start({
    MySQLTopologyUser: 'baton',
    MySQLTopologyPassword: 'simulated',
    InstancePollSeconds: 1,
    DiscoverByShowSlaveHosts: true,
    HostnameResolveMethod: 'none',
    MySQLHostnameResolveMethod: 'none',
    RecoverMasterClusterFilters: ['orders', 'customers', 'reports'],
    RecoverIntermediateMasterClusterFilters: ['orders'],
    BatonStartupGraceSeconds: 1,
    ...settings,
  });
  const clusters = fleets.flatMap((fleet) => fleet.clusters.map((cluster) => ({ fleet, cluster })));
  for (const [index, { cluster }] of clusters.entries()) {
    await baton.discover(cluster.source);
    await baton.until(
      async () => (await baton.get<unknown[]>(`cluster/${keyText(cluster.source)}`)).length > cluster.replicas.length,
      30_000,
      `the cluster of ${keyText(cluster.source)}`,
    );
    await baton.ask(`set-cluster-alias/${encodeURIComponent(keyText(cluster.source))}?alias=${ALIASES[index]}`);
  }
  await makeTrouble(baton, clusters);
  return {
    baton,
    fleets,
    stop: async () => {
      await baton.stop();
      await Promise.all(fleets.map((fleet) => fleet.stop()));
    },
  };
}

async function makeTrouble(
  baton: BatonProcess,
  clusters: readonly { readonly fleet: Fleet; readonly cluster: Fleet['clusters'][number] }[],
): Promise<void> {
  const [, customers, billing, search, mail, reports] = clusters;
  const at = (one: (typeof clusters)[number] | undefined, index: number): InstanceKey => {
    const key = one?.cluster.replicas[index];
    if (key === undefined) throw new Error('The simulated world has fewer servers than it should.');
    return key;
  };
  await customers?.fleet.setLag(at(customers, 0), 75);
  await customers?.fleet.breakApplier(
    at(customers, 1),
    1062,
    "Could not execute Write_rows event: Duplicate entry '7'",
  );
  await customers?.fleet.write(at(customers, 2), 3);
  await billing?.fleet.kill(at(billing, 2));
  await mail?.fleet.kill(at(mail, 3));
  const [downtimed, maintained] = [at(mail, 3), at(search, 2)];
  await baton.ask(`begin-downtime/${downtimed.hostname}/${downtimed.port}/ops/new%20disk/2h`);
  await baton.ask(`begin-maintenance/${maintained.hostname}/${maintained.port}/ops/upgrade`);
  const tagged = at(search, 0);
  await baton.ask(`tag/${tagged.hostname}/${tagged.port}/role/analytics`);
  await baton.ask(`register-candidate/${tagged.hostname}/${tagged.port}/prefer`);
  const readers = [at(mail, 0), at(mail, 1)].map(keyText).join(',');
  await baton.ask(`submit-pool-instances/mail-readers?instances=${encodeURIComponent(readers)}`);
  if (reports !== undefined) await failOver(baton, reports.fleet, reports.cluster.source);
}

/** Kills a master and waits until its recovery has ended. */
async function failOver(baton: BatonProcess, fleet: Fleet, source: InstanceKey): Promise<void> {
  await fleet.kill(source);
  await baton.event('recovery-ended', ({ key }) => keyText(key) === keyText(source), 30_000);
}
