import type { RoutineInput, RoutineResult } from '../../../src/main/core/routines/routine.ts';
import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';
import type { OperationResult } from '../../../src/shared/domain/operation.ts';
import type { SimServer } from '../model/server.ts';
import type { World } from '../model/world.ts';
import type { Before } from './before.ts';

type OperationInput = Extract<RoutineInput, { readonly kind: 'operation' }>;

/** Why things don't stand as a routine says; empty when they do. Servers that faults have touched don't count. */
export function whyNotDone(
  world: World,
  input: RoutineInput,
  result: RoutineResult,
  before: Before,
): readonly string[] {
  if (input.kind === 'operation') return operation(world, input, result as OperationResult, before);
  if (!('successor' in result) || result.successor === null) return [];
  const successor = world.cluster.byName.get(result.successor.key.hostname);
  if (successor === undefined || world.faulted.has(successor.name)) return [];
  const promotes =
    input.kind === 'takeover' ||
    (/^dead-(co-)?master$/.test(input.name) && input.settings.ApplyMySQLPromotionAfterMasterFailover);
  if (!promotes) return [];
  const problems = successor.readOnly ? [`${successor.name} was promoted and is read-only`] : [];
  if (input.kind === 'recovery') {
    const lost = new Set(result.lostReplicas.map((each) => each.hostname));
    const rest = input.args.analysis.replicas.filter(
      ({ hostname }) => !lost.has(hostname) && hostname !== successor.name,
    );
    problems.push(...rest.flatMap((key) => notBelow(world, key, successor.name)));
  } else if ('state' in result && result.state === 'done' && result.errors.length === 0) {
    const master = world.cluster.byName.get(input.args.master.hostname);
    if (master !== undefined && !world.faulted.has(master.name)) {
      if (!master.readOnly && master !== successor) problems.push(`${master.name} has handed over and is writeable`);
      if (input.args.startOldMaster && master !== successor)
        problems.push(...notBelow(world, master.key, successor.name));
    }
  }
  return problems;
}

function operation(
  world: World,
  { name, args }: OperationInput,
  result: OperationResult,
  before: Before,
): readonly string[] {
  const server = world.cluster.byName.get(args.instance.hostname);
  const said = [
    ...moves(name, result),
    ...result.replicas
      .filter((each) => each.state === 'done')
      .map((each) => ({ key: each.key, to: OWN_SIBLINGS.test(name) ? result.subject : result.destination })),
  ];
  const wrong = said.flatMap(({ key, to }) => (to === null ? [] : runsAsBefore(world, key, to.hostname, before)));
  if (server === undefined || world.faulted.has(server.name)) return wrong;
  const own = TARGETS[name]?.(server, world, args) ?? true;
  return own ? wrong : [...wrong, `${name} is said to be done on ${server.name}, and isn't: ${result.message}`];
}

const SINGLE_MOVES = /^(relocate|move-gtid|move-up|move-below|move-equivalent|match|match-up|rematch|repoint)$/;

/** Those listed go below the server that moves; its own destination is another. */
const OWN_SIBLINGS = /^make-local-master$/;

function moves(name: string, { subject, destination }: OperationResult): readonly Said[] {
  return subject !== null && SINGLE_MOVES.test(name) ? [{ key: subject, to: destination }] : [];
}

interface Said {
  readonly key: InstanceKey;
  readonly to: InstanceKey | null;
}

function runsAsBefore(world: World, key: InstanceKey, to: string, before: Before): readonly string[] {
  const shape = before.shapes.get(key.hostname);
  const problems = notBelow(world, key, to);
  const server = world.cluster.byName.get(key.hostname);
  if (problems.length > 0 || server === undefined || world.faulted.has(server.name)) return problems;
  const stands = shape?.applier === true && server.channel?.applierOn === false && server.channel.sqlErrno === 0;
  return stands ? [`${server.name} is said to be below ${to}, and its applier stands`] : [];
}

function notBelow(world: World, key: InstanceKey, source: string): readonly string[] {
  const server = world.cluster.byName.get(key.hostname);
  if (server === undefined || world.faulted.has(server.name)) return [];
  const has = server.channel?.source.hostname ?? 'nobody';
  if (has.replace(/^\/\//, '') !== source.replace(/^\/\//, ''))
    return [`${server.name} is said to be below ${source}, and is below ${has}`];
  return [];
}

type Target = (server: SimServer, world: World, args: OperationInput['args']) => boolean;

const runs = ({ channel }: SimServer): boolean =>
  channel === null || (channel.receiverOn && (channel.applierOn || channel.sqlErrno !== 0));

/** What a server looks like when the operation is done. */
const TARGETS: Readonly<Record<string, Target>> = {
  'start-replica': runs,
  'restart-replica': runs,
  'stop-replica': ({ channel }) => channel === null || (!channel.receiverOn && !channel.applierOn),
  'stop-replica-nice': ({ channel }) => channel === null || (!channel.receiverOn && !channel.applierOn),
  'reset-replica': ({ channel }) => channel === null,
  'detach-replica-master-host': ({ channel }) => channel?.source.hostname.startsWith('//') === true,
  'reattach-replica-master-host': ({ channel }) => channel?.source.hostname.startsWith('//') === false,
  'enable-gtid': ({ channel }) => channel !== null && channel.gtidUse !== 'none',
  'disable-gtid': ({ channel }) => channel !== null && channel.gtidUse === 'none',
  'delay-replication': ({ channel }, _, { number }) => channel?.delaySeconds === (number ?? 0),
  'enable-semi-sync-master': ({ semiSync }) => semiSync?.sourceEnabled === true,
  'disable-semi-sync-master': ({ semiSync }) => semiSync?.sourceEnabled === false,
  'enable-semi-sync-replica': ({ semiSync }) => semiSync?.replicaEnabled === true,
  'disable-semi-sync-replica': ({ semiSync }) => semiSync?.replicaEnabled === false,
  'set-read-only': ({ readOnly }) => readOnly,
  'set-writeable': ({ readOnly }) => !readOnly,
  'make-co-master': (server, { cluster }) => {
    const source = cluster.byName.get(server.channel?.source.hostname ?? '');
    return source?.channel?.source.hostname === server.name;
  },
  'take-master': (server, { cluster }) =>
    cluster.servers.some(({ channel }) => channel?.source.hostname === server.name),
};
