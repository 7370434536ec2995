import type { TakeoverName } from '../../../src/main/core/routines/routine.ts';
import type { TakeoverArgs } from '../../../src/main/core/takeover/takeover.ts';
import { summary } from '../../core/commands/samples.ts';
import type { Random } from '../random.ts';
import type { Begin } from './begin.ts';
import type { Fleet } from './fleet.ts';
import { replicasOf } from './recoveries.ts';

export function takeoverStart(name: TakeoverName, random: Random, { cluster }: Fleet): Begin {
  const [master] = cluster.servers;
  if (master === undefined) throw new Error('there is no server');
  const replicas = replicasOf(cluster, master);
  const startOldMaster = random.chance(0.6);
  const names = random.chance(startOldMaster ? 0.5 : 0.9);
  const args: TakeoverArgs = {
    master: random.chance(0.05) ? random.pick(cluster.servers).key : master.key,
    designated: names && replicas.length > 0 ? random.pick(replicas).key : null,
    startOldMaster,
    killBlockers: random.chance(0.3),
    registration: random.chance(0.8) ? { uid: 'uid', node: 'baton1', analysis: summary('db1') } : null,
    clusterAlias: random.chance(0.2) ? 'shop' : '',
  };
  return { start: { kind: 'takeover', name, args }, damage: [], dead: [] };
}
