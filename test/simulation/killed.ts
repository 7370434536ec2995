import { startRoutine } from '../../src/main/core/routines/routine.ts';
import type { OperationArgs, OperationName } from '../../src/shared/domain/operation.ts';
import { type Driven, drive } from './drive.ts';
import type { Before } from './invariants/before.ts';
import { type Blemishes, dataViolations } from './invariants/data.ts';
import { type Violation, violation } from './invariants/violation.ts';
import type { SimServer } from './model/server.ts';
import { pictureFor, type Scenario } from './scenario/scenario.ts';

const AFTERWARDS_MS = 15_000;
const LIMITS = { mostEffects: 6000, mostMs: 2 * 3600_000 };

/**
 * Baton was killed in the middle, and starts again: it ends the maintenance of the process that is gone, looks at the
 * servers, and its operator does what the log suggests. Then all is well again, and nothing was lost on the way.
 */
export function repairAfterKill(
  scenario: Scenario,
  before: Before,
  blemishes: Blemishes,
  onLine?: (line: string) => void,
): readonly Violation[] {
  const { world, fleet, input } = scenario;
  const { cluster } = fleet;
  world.timeline.run(AFTERWARDS_MS);
  world.log.maintenance.clear();
  onLine?.('Baton was killed and has started again.');
  const again = repeat(scenario, onLine);
  if (again.ending !== 'ended')
    return [violation('killed-is-repairable', `repeating it ${again.ending}: ${String(again.error)}`)];
  for (const server of cluster.servers) {
    const ran = before.shapes.get(server.name)?.receiver === true;
    if (ran && isStopped(server)) operate(scenario, 'start-replica', { instance: server.key }, onLine);
  }
  if (input.kind !== 'recovery' && lacksMaster(scenario, before)) {
    const [first] = mastersNow(scenario);
    const wrote = cluster.servers.find((each) => before.shapes.get(each.name)?.readOnly === false);
    const master = first ?? wrote;
    if (master !== undefined) operate(scenario, 'set-writeable', { instance: master.key }, onLine);
  }
  world.timeline.run(AFTERWARDS_MS);
  return [...standing(scenario, before), ...dataViolations(cluster, blemishes)];
}

function repeat(scenario: Scenario, onLine?: (line: string) => void): Driven<unknown> {
  const { fleet, world, input } = scenario;
  const dead = input.kind === 'recovery' && input.name.startsWith('dead-') ? [input.args.analysis.key.hostname] : [];
  const picture = pictureFor(fleet, world, dead);
  return drive(startRoutine({ ...input, picture }), world, {
    ...LIMITS,
    ...(onLine === undefined ? {} : { onEffect: onLine }),
  });
}

function operate(scenario: Scenario, name: OperationName, args: OperationArgs, onLine?: (line: string) => void): void {
  const { fleet, world, input } = scenario;
  const { settings, owner, nodeToken } = input;
  const picture = pictureFor(fleet, world, []);
  onLine?.(`repair: ${name} -i ${args.instance.hostname}`);
  drive(startRoutine({ kind: 'operation', name, args, picture, settings, owner, nodeToken }), world, {
    ...LIMITS,
    ...(onLine === undefined ? {} : { onEffect: onLine }),
  });
}

function isStopped({ channel }: SimServer): boolean {
  return channel !== null && (!channel.receiverOn || (!channel.applierOn && channel.sqlErrno === 0));
}

function mastersNow({ fleet }: Scenario): readonly SimServer[] {
  const { servers } = fleet.cluster;
  return servers.filter(
    (each) => each.channel === null && servers.some(({ channel }) => channel?.source.hostname === each.name),
  );
}

function lacksMaster({ fleet, world }: Scenario, { shapes }: Before): boolean {
  const had = [...shapes.values()].some((each) => !each.readOnly) && world.faulted.size === 0;
  return had && fleet.cluster.servers.every((each) => each.readOnly || each.process !== 'up');
}

const MEANT_TO_STOP = new Set([
  'stop-replica',
  'stop-replica-nice',
  'reset-replica',
  'detach-replica-master-host',
  'set-read-only',
  'change-master-credentials',
]);

function standing(scenario: Scenario, before: Before): readonly Violation[] {
  const { fleet, input, world } = scenario;
  if (MEANT_TO_STOP.has(input.name)) return [];
  const stopped = fleet.cluster.servers.filter(
    (each) => before.shapes.get(each.name)?.receiver === true && !world.faulted.has(each.name) && isStopped(each),
  );
  const problems = stopped
    .filter(() => input.kind !== 'recovery')
    .map(
      (each) =>
        `${each.name} replicated before, and doesn't after the repair: ${each.channel?.ioError} ${each.channel?.sqlError}`,
    );
  const open = fleet.cluster.servers.filter((each) => each.isTarget && each.takesWrites && world.isReachable(each));
  if (
    open.length > 1 &&
    !fleet.cluster.mayBeSeveral &&
    input.name !== 'set-writeable' &&
    input.settings.BatonFenceEnabled
  )
    problems.push(`${open.map((each) => each.name).join(' and ')} take writes`);
  if (input.kind !== 'recovery' && lacksMaster(scenario, before)) problems.push('nobody takes writes');
  return problems.slice(0, 2).map((each) => violation('killed-is-repairable', each));
}
