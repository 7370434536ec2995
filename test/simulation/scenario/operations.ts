import type { OperationArgs, OperationName } from '../../../src/shared/domain/operation.ts';
import type { ServerSession } from '../../../src/shared/domain/question.ts';
import type { SimServer } from '../model/server.ts';
import { fileName } from '../model/transaction.ts';
import type { World } from '../model/world.ts';
import type { Random } from '../random.ts';
import type { Begin } from './begin.ts';
import type { Fleet } from './fleet.ts';

const WITH_DESTINATION =
  /^(relocate|move-(gtid|replicas-gtid|below|equivalent)|repoint|match($|-replicas)|correlate|last-executed)/;
const OF_SOURCES = /^(relocate-replicas|regroup|move-replicas|repoint-replicas|match-(up-)?replicas|move-up-replicas)/;

/** Arguments as a person might give them: mostly such as make sense. */
export function operationStart(name: OperationName, random: Random, fleet: Fleet, world: World): Begin {
  const { servers } = fleet.cluster;
  const instance = pickInstance(name, random, servers);
  const damage = prepare(name, random, instance, fleet, world);
  const destination =
    WITH_DESTINATION.test(name) && random.chance(0.95) ? destinationOf(name, random, instance, fleet) : undefined;
  const args: OperationArgs = {
    instance: instance.key,
    ...(destination === undefined ? {} : { destination: destination.key }),
    ...textOf(name, random, instance, destination, fleet),
    ...(OF_SOURCES.test(name) && random.chance(0.2) ? { pattern: random.pick(['db[2-5]', 'db3', '.*']) } : {}),
    ...(name === 'delay-replication' ? { number: random.pick([0, 60, 3600]) } : {}),
    ...(name === 'kill-query' ? { number: 17 } : {}),
    ...(random.chance(0.1) ? { force: true } : {}),
  };
  return { start: { kind: 'operation', name, args }, damage, dead: [] };
}

function pickInstance(name: OperationName, random: Random, servers: readonly SimServer[]): SimServer {
  if (random.chance(0.08)) return random.pick(servers);
  const sources = servers.filter((each) => servers.some(({ channel }) => channel?.source.hostname === each.name));
  if (OF_SOURCES.test(name) && sources.length > 0) return random.pick(sources);
  const replicas = servers.filter((each) => each.channel !== null);
  const second = replicas.filter((each) =>
    sources.some((one) => one.channel !== null && one.name === each.channel?.source.hostname),
  );
  const deep = /^(move-up|take-master|match-up)$/.test(name) && second.length > 0;
  const leaves = replicas.filter((each) => !sources.includes(each));
  if (name === 'gtid-errant-reset-master' && leaves.length > 0) return random.pick(leaves);
  return replicas.length === 0 ? random.pick(servers) : random.pick(deep ? second : replicas);
}

function destinationOf(name: OperationName, random: Random, instance: SimServer, { cluster }: Fleet): SimServer {
  const others = cluster.servers.filter((each) => each !== instance);
  const source = cluster.byName.get(instance.channel?.source.hostname ?? '');
  const siblings = others.filter((each) => each !== source && each.channel?.source.hostname === source?.name);
  if (name === 'move-below' && siblings.length > 0 && random.chance(0.9)) return random.pick(siblings);
  return random.pick(others);
}

function textOf(
  name: OperationName,
  random: Random,
  instance: SimServer,
  destination: SimServer | undefined,
  fleet: Fleet,
): { readonly text?: string } {
  const { channel } = instance;
  switch (name) {
    case 'flush-binary-logs':
      return random.chance(0.5) ? {} : { text: fileName(instance.base, instance.file + random.between(-1, 3)) };
    case 'purge-binary-logs':
      return { text: fileName(instance.base, random.between(1, instance.file)) };
    case 'master-pos-wait': {
      const source = fleet.cluster.byName.get(channel?.source.hostname ?? '') ?? instance;
      return { text: `${source.end.file}:${source.end.position}` };
    }
    case 'restart-replica-statements':
      return { text: 'select 1' };
    case 'find-binlog-entry':
      return { text: instance.log.at(-1 - random.between(0, 2))?.transaction.statement ?? 'nothing' };
    case 'correlate-binlog-pos': {
      const entry = instance.log.at(-1 - random.between(0, 3));
      return entry === undefined || destination === undefined
        ? {}
        : { text: `${fileName(instance.base, entry.file)}:${entry.end}` };
    }
    case 'correlate-relaylog-pos':
      return channel === null || random.chance(0.5)
        ? {}
        : { text: `${channel.relayName}:${channel.relay[0]?.at ?? 4}` };
    default:
      return {};
  }
}

/** Some operations have sense only where something is as it mostly isn't. */
function prepare(
  name: OperationName,
  random: Random,
  instance: SimServer,
  fleet: Fleet,
  world: World,
): readonly string[] {
  const { cluster } = fleet;
  const { channel } = instance;
  if (name === 'kill-query' && random.chance(0.8)) {
    instance.sessions = [SESSION];
    return [];
  }
  if (name === 'move-equivalent' && channel !== null && random.chance(0.7))
    return rememberEqual(instance, fleet, world);
  if (name === 'skip-query' && channel !== null && random.chance(0.9)) {
    world.strike({ kind: 'break-applier', server: instance.name });
    world.timeline.run(1500);
    world.faulted.clear();
    return [`the applier of ${instance.name} is broken`];
  }
  if (/errant/.test(name) && channel !== null && random.chance(0.85)) {
    for (let n = random.between(1, 3); n > 0; n--) cluster.write(instance, 'write');
    return [`${instance.name} has errant transactions`];
  }
  if (name === 'enable-gtid' && channel !== null && channel.gtidUse !== 'none' && random.chance(0.85)) {
    channel.gtidUse = 'none';
    channel.mariadbMode = '';
    return [`${instance.name} replicates by its coordinates`];
  }
  if (name === 'reattach-replica-master-host' && channel !== null && random.chance(0.85)) {
    channel.stopReceiver();
    channel.source = { ...channel.source, hostname: `//${channel.source.hostname}` };
    return [`${instance.name} is detached`];
  }
  if ((name === 'start-replica' || name === 'repoint') && channel !== null && random.chance(0.7)) {
    channel.stopReceiver();
    channel.applierOn = false;
    return [`${instance.name} is stopped`];
  }
  const source = cluster.byName.get(channel?.source.hostname ?? '');
  if (
    /^(match|repoint$|regroup-replicas|relocate|make-master)/.test(name) &&
    source !== undefined &&
    random.chance(name === 'make-master' ? 0.8 : 0.15)
  ) {
    world.strike({ kind: 'crash', server: source.name, backAfterMs: null });
    world.timeline.run(1500);
    return [`${source.name} is dead`];
  }
  return [];
}

const SESSION: ServerSession = {
  id: 17,
  user: 'app',
  host: 'web1',
  command: 'Query',
  seconds: 12,
  state: 'Sending data',
  statement: 'select 1',
  transactionSeconds: null,
};

/** Nobody writes, and it is known that the end of the source's log and that of a sibling's are the same place. */
function rememberEqual(instance: SimServer, { cluster }: Fleet, world: World): readonly string[] {
  cluster.clientsWrite = false;
  world.timeline.run(1500);
  const source = cluster.byName.get(instance.channel?.source.hostname ?? '');
  const siblings = cluster.servers.filter(
    ({ name, channel }) => name !== instance.name && channel?.source.hostname === source?.name,
  );
  if (source === undefined || instance.channel === null) return [];
  for (const other of siblings) {
    const stand = other.channel?.executed;
    if (stand?.file !== instance.channel.executed.file || stand.position !== instance.channel.executed.position)
      continue;
    world.log.equivalences.push([
      { key: source.key, ...stand },
      { key: other.key, ...other.end },
    ]);
  }
  return ['nobody writes, and equal places are known'];
}
