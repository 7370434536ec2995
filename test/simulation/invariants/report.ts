import type { RoutineInput, RoutineResult } from '../../../src/main/core/routines/routine.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { OPERATION_NAMES, type OperationResult } from '../../../src/shared/domain/operation.ts';
import type { World } from '../model/world.ts';
import type { Before } from './before.ts';
import { whyNotDone } from './done.ts';
import { differences, type Shape, shapeOf } from './shape.ts';
import { type Violation, violation } from './violation.ts';

/** Safety rule 3: how a planned operation says that things stand is how they stand. */
export function reportViolations(
  world: World,
  input: RoutineInput,
  result: RoutineResult,
  before: Before,
): readonly Violation[] {
  if (input.kind === 'recovery') return asDone(world, input, result, before);
  if (!('state' in result)) return [];
  switch (result.state) {
    case 'done':
      return asDone(world, input, result, before);
    case 'refused':
      return world.actions === before.actions
        ? []
        : [
            violation(
              'refused-touches-nothing',
              `it was refused after ${world.actions - before.actions} actions: ${result.message}`,
            ),
          ];
    case 'undone':
      return changed(world, before, () => true).map((each) =>
        violation('undone-is-undone', `${each} (${result.message})`),
      );
    case 'partial':
    case 'left':
      return [
        ...(result.state === 'left' ? repairs(world, result.message) : []),
        ...('replicas' in result ? others(world, before, result) : []),
      ];
  }
}

function asDone(world: World, input: RoutineInput, result: RoutineResult, before: Before): readonly Violation[] {
  const why = whyNotDone(world, input, result, before);
  return why.slice(0, 2).map((each) => violation('done-is-done', each));
}

/** Servers that stand otherwise than before, but those that a fault has touched. */
function changed(world: World, { shapes }: Before, concerns: (name: string) => boolean): readonly string[] {
  return world.cluster.servers.flatMap((server) => {
    const before = shapes.get(server.name);
    if (before === undefined || world.faulted.has(server.name) || !concerns(server.name)) return [];
    const what = differences(before, settled(before, shapeOf(server)));
    return what === '' ? [] : [`${server.name}: ${what}`];
  });
}

/** An applier that was found broken, and breaks again when it is started, stands as before. */
function settled(before: Shape, after: Shape): Shape {
  return before.gtid.startsWith('none') && after.gtid.startsWith('none') ? { ...after, gtid: before.gtid } : after;
}

const COMMANDS: readonly string[] = [
  ...OPERATION_NAMES,
  'force-master-failover',
  'recover',
  'end-maintenance',
  'SET GLOBAL',
  'by hand',
  'move the others',
  'which-gtid-errant',
];

function repairs(world: World, message: string): readonly Violation[] {
  const names = world.cluster.servers.some((each) => message.includes(keyText(each.key)));
  const command = COMMANDS.some((each) => message.includes(each));
  return names && command ? [] : [violation('left-names-a-repair', `it names no server or no command: ${message}`)];
}

/** Of several replicas, those that were not moved are as they were, unless they say otherwise. */
function others(world: World, before: Before, { replicas }: OperationResult): readonly Violation[] {
  return replicas.flatMap(({ key, state, reason }) => {
    if (state === 'done') return [];
    if (state === 'left') return repairs(world, reason);
    return changed(world, before, (name) => name === key.hostname).map((each) =>
      violation('undone-is-undone', `${each} (${state}: ${reason})`),
    );
  });
}
