import type { RecoveryRoutine } from '../../../src/main/core/analysis/reactions.ts';
import type { Analysis } from '../../../src/shared/domain/analysis.ts';
import { NO_KEY } from '../../../src/shared/domain/instance-key.ts';
import { DEAD_MASTER } from '../../support/dead-master-analysis.ts';
import type { SimCluster } from '../model/cluster.ts';
import type { SimServer } from '../model/server.ts';
import type { World } from '../model/world.ts';
import type { Random } from '../random.ts';
import type { Begin } from './begin.ts';
import type { Fleet } from './fleet.ts';

/** A failure, and what Baton makes of it. */
export function recoveryStart(name: RecoveryRoutine, random: Random, fleet: Fleet, world: World): Begin {
  const { cluster } = fleet;
  const failed = pickFailed(name, random, cluster);
  const replicas = replicasOf(cluster, failed);
  const damage = name.startsWith('dead-')
    ? kill(random, failed, cluster, world)
    : spoil(name, random, failed, cluster, world);
  const designated = random.chance(0.15) && replicas.length > 0 ? random.pick(replicas).key : null;
  const args = { analysis: analysisOf(failed, replicas), designated, forced: random.chance(0.2) };
  return { start: { kind: 'recovery', name, args }, damage, dead: name.startsWith('dead-') ? [failed.name] : [] };
}

function pickFailed(name: RecoveryRoutine, random: Random, cluster: SimCluster): SimServer {
  const sources = cluster.servers.filter((each) => replicasOf(cluster, each).length > 0);
  const [first] = cluster.servers;
  if (first === undefined) throw new Error('there is no server');
  if (name === 'dead-intermediate-master' || name === 'dead-group-member') {
    const middle = sources.filter((each) => each.channel !== null);
    return middle.length === 0 ? first : random.pick(middle);
  }
  return name === 'dead-co-master' ? random.pick(cluster.servers.slice(0, 2)) : first;
}

export function replicasOf(cluster: SimCluster, source: SimServer): readonly SimServer[] {
  return cluster.servers.filter(({ channel }) => channel?.source.hostname === source.name);
}

/** It dies, freezes, or is cut off from everyone; some of what it wrote last is with none or one of its replicas. */
function kill(random: Random, failed: SimServer, cluster: SimCluster, world: World): readonly string[] {
  const damage: string[] = [];
  const others = cluster.servers.filter((each) => each !== failed);
  for (const each of others) {
    if (each.channel?.source.hostname !== failed.name) continue;
    if (random.chance(0.25)) {
      cluster.cutLinks.add([each.name, failed.name].sort().join('|'));
      damage.push(`${each.name} heard nothing at the end`);
    }
    if (random.chance(0.2)) {
      each.applier = random.pick(['slow', 'slow', 'stalled']);
      damage.push(`${each.name} applies ${each.applier}`);
    }
  }
  world.timeline.run(random.between(20, 400));
  const how = random.next();
  if (how < 0.6) world.strike({ kind: 'crash', server: failed.name, backAfterMs: returns(random) });
  else if (how < 0.8) world.strike({ kind: 'freeze', server: failed.name, thawAfterMs: returns(random) });
  else {
    const healAfterMs = returns(random);
    world.strike({ kind: 'cut-from-baton', server: failed.name, healAfterMs });
    for (const each of others) {
      // One that the failed server still feeds must keep Baton from promoting.
      if (random.chance(0.05)) continue;
      world.strike({ kind: 'cut-link', server: failed.name, other: each.name, healAfterMs });
    }
  }
  const extra = random.chance(0.15) ? random.pick(others) : null;
  if (extra !== null && others.length > 1) world.strike({ kind: 'crash', server: extra.name, backAfterMs: null });
  damage.push(...world.happened);
  world.timeline.run(random.pick([5, 400, 2000, 12_000]));
  return damage;
}

function returns(random: Random): number | null {
  return random.chance(0.7) ? null : random.pick([2100, 3000, 13_000, 20_000]);
}

function spoil(
  name: RecoveryRoutine,
  random: Random,
  failed: SimServer,
  cluster: SimCluster,
  world: World,
): readonly string[] {
  if (name === 'non-writeable-master') {
    failed.readOnly = true;
    return [`${failed.name} is read-only`];
  }
  if (failed.semiSync === null) return [];
  const replicas = replicasOf(cluster, failed);
  if (name === 'locked-semi-sync') {
    failed.semiSync = { ...failed.semiSync, sourceTimeoutMs: 1_000_000, sourceWaitForReplicas: random.between(1, 2) };
    for (const each of replicas) if (each.semiSync !== null) switchOff(each);
  } else {
    for (const each of replicas) if (each.semiSync !== null) each.semiSync = { ...each.semiSync, replicaEnabled: true };
    for (const each of replicas) each.channel?.disconnect();
  }
  world.timeline.run(1000);
  return [`semi-sync of ${failed.name} is out of order`];
}

function switchOff(server: SimServer): void {
  if (server.semiSync !== null) server.semiSync = { ...server.semiSync, replicaEnabled: false };
  server.channel?.disconnect();
}

function analysisOf(failed: SimServer, replicas: readonly SimServer[]): Analysis {
  return {
    ...DEAD_MASTER,
    key: failed.key,
    sourceKey: failed.channel?.source ?? NO_KEY,
    replicas: replicas.map((each) => each.key),
    dataCenter: failed.statics.dataCenter,
    region: failed.statics.region,
    environment: failed.statics.environment,
  };
}
