import type { RecoveryRoutine } from '../../../src/main/core/analysis/reactions.ts';
import { OPERATIONS } from '../../../src/main/core/operations/index.ts';
import { RECOVERIES } from '../../../src/main/core/recoveries/index.ts';
import type { RoutineInput, RoutineStart, TakeoverName } from '../../../src/main/core/routines/routine.ts';
import { TAKEOVERS } from '../../../src/main/core/takeover/index.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { OPERATION_NAMES, type OperationName } from '../../../src/shared/domain/operation.ts';
import { World } from '../model/world.ts';
import { Random } from '../random.ts';
import type { Begin } from './begin.ts';
import { type Fleet, type FleetWishes, makeFleet } from './fleet.ts';
import { operationStart } from './operations.ts';
import { recoveryStart } from './recoveries.ts';
import { makeSettings } from './settings.ts';
import { takeoverStart } from './takeovers.ts';

/** A cluster, what has happened to it, and what Baton is told to do. */
export interface Scenario {
  readonly seed: number;
  readonly routine: string;
  readonly fleet: Fleet;
  readonly world: World;
  readonly input: RoutineInput;
  /** What was done to the cluster before the routine begins. */
  readonly damage: readonly string[];
}

interface Named {
  readonly name: string;
  readonly kind: RoutineStart['kind'];
}

/** Every routine by name, those that this version lacks too. */
const ROUTINES: readonly Named[] = [
  ...OPERATION_NAMES.map((name) => ({ name, kind: 'operation' as const })),
  ...Object.keys(RECOVERIES).map((name) => ({ name, kind: 'recovery' as const })),
  ...Object.keys(TAKEOVERS).map((name) => ({ name, kind: 'takeover' as const })),
];

/** Recoveries and takeovers count more than their number: it is there that data can be lost. */
const WEIGHTS: Readonly<Record<RoutineStart['kind'], number>> = { operation: 1, recovery: 4, takeover: 10 };
const DEALT = ROUTINES.flatMap((each) => Array.from({ length: WEIGHTS[each.kind] }, () => each));

/** Null for a name that has no saga in this version. */
function exists({ name, kind }: Named): boolean {
  if (kind === 'operation') return OPERATIONS[name as OperationName] !== undefined;
  return true;
}

/** The routine of a seed. @param only take this one instead of drawing */
function routineOf(random: Random, only: string | null): Named {
  const one = only === null ? random.pick(DEALT) : ROUTINES.find((each) => each.name === only);
  if (one === undefined) throw new Error(`There is no routine ${only}.`);
  return one;
}

/** @returns null when this version has no saga of that name */
export function makeScenario(seed: number, only: string | null): Scenario | { readonly missing: string } {
  const random = new Random(seed);
  const routine = routineOf(random, only);
  if (!exists(routine)) return { missing: routine.name };
  const fleet = makeFleet(random.fork(), wishesOf(random, routine));
  const settings = makeSettings(random.fork(), fleet);
  const chance = random.fork();
  const maintained = new Set(chance.chance(0.02) ? [`${chance.pick(fleet.cluster.servers).name}:3306`] : []);
  const world = new World(fleet.cluster, maintained, random.fork());
  const begin = beginning(routine, chance, fleet, world);
  const input: RoutineInput = {
    ...begin.start,
    picture: pictureFor(fleet, world, begin.dead),
    settings,
    owner: 'dba',
    nodeToken: 'token',
  };
  return { seed, routine: routine.name, fleet, world, input, damage: begin.damage };
}

function beginning({ name, kind }: Named, random: Random, fleet: Fleet, world: World): Begin {
  if (kind === 'operation') return operationStart(name as OperationName, random, fleet, world);
  if (kind === 'recovery') return recoveryStart(name as RecoveryRoutine, random, fleet, world);
  return takeoverStart(name as TakeoverName, random, fleet);
}

function wishesOf(random: Random, { name, kind }: Named): FleetWishes {
  if (name.includes('semi-sync')) return { semiSync: true };
  if (name === 'dead-co-master' || name === 'cascade-master-takeover') {
    return { shape: random.pick(['co-masters', 'co-masters', 'co-masters-both-open']), least: 3 };
  }
  if (kind === 'takeover') return { shape: random.pick(['star', 'star', 'tree', 'chain']) };
  if (name === 'dead-master') return { shape: random.pick(['star', 'star', 'tree', 'chain']), least: 3 };
  if (name === 'dead-intermediate-master') return { shape: random.pick(['chain', 'tree']), least: 4 };
  if (name.includes('gtid') && !name.includes('pgtid') && !name.includes('pseudo')) {
    return { family: random.pick(['mysql-gtid', 'mysql-gtid', 'mariadb-gtid']), least: 3 };
  }
  if (/match|pgtid|pseudo|correlate|make-(local-)?master|regroup-replicas-bls/.test(name)) {
    return { family: random.pick(['positions-with-marks', 'positions-with-marks', 'positions']), least: 3 };
  }
  if (/^(move-(up|below|equivalent)|take-master|make-co-master)/.test(name)) {
    return {
      family: random.pick(['positions', 'positions', 'mysql-gtid', 'mariadb-gtid']),
      shape: random.pick(['chain', 'tree', 'star', 'tree']),
      least: 3,
    };
  }
  return {};
}

/** What Baton knows: the servers as a poll reads them now. */
export function pictureFor(
  { cluster, rules, downtimed }: Pick<Fleet, 'cluster' | 'rules' | 'downtimed'>,
  world: World,
  dead: readonly string[],
): RoutineInput['picture'] {
  const atMs = Math.round(cluster.nowMs);
  const snapshots = cluster.servers.map((server): InstanceSnapshot => {
    const isDead = dead.includes(server.name) || !world.isReachable(server);
    return {
      key: server.key,
      facts: cluster.facts(server),
      lastCheckedMs: atMs,
      lastSeenMs: isDead ? atMs - 2000 : atMs,
      lastAttemptMs: atMs,
      partialSuccess: !isDead,
      failure: isDead ? { kind: 'refused', message: `${server.name}:3306 refused the connection.` } : null,
      latencyMicros: 500,
      stale: false,
    };
  });
  return {
    atMs,
    snapshots,
    promotionRules: [...rules].map(([name, rule]) => ({ key: { hostname: name, port: 3306 }, rule })),
    downtimed: downtimed.map((name) => `${name}:3306`),
    clusterAliases: [],
    promotionIgnored: [],
    equivalences: [...world.log.equivalences],
  };
}
