import {
  RECOVERY_FILE_FORMAT,
  RECOVERY_FILE_VERSION,
  type RecoveryFile,
} from '../../src/main/core/replay/recovery-file.ts';
import { replay } from '../../src/main/core/replay/replay.ts';
import { type RoutineInput, type RoutineResult, startRoutine } from '../../src/main/core/routines/routine.ts';
import { type Driven, drive } from './drive.ts';
import type { Before } from './invariants/before.ts';
import { blemishesOf, dataViolations } from './invariants/data.ts';
import { reportViolations } from './invariants/report.ts';
import { acknowledgedViolations, lossViolations, openingViolations } from './invariants/safety.ts';
import { shapeOf } from './invariants/shape.ts';
import { type Violation, violation } from './invariants/violation.ts';
import { repairAfterKill } from './killed.ts';
import { describeFault, type ScheduledFault } from './model/faults.ts';
import { Random } from './random.ts';
import { makeScenario, type Scenario } from './scenario/scenario.ts';
import { makeSchedule } from './scenario/schedule.ts';

/** What became of a seed. */
export interface Outcome {
  readonly seed: number;
  readonly routine: string;
  /** Such as `done`; `recovered` and `not recovered` of recoveries; `missing` when there is no saga. */
  readonly state: string;
  readonly effects: number;
  readonly violations: readonly Violation[];
}

export interface SimulationOptions {
  /** Take this routine instead of drawing one. */
  readonly routine?: string | null;
  readonly onLine?: (line: string) => void;
}

const MOST_EFFECTS = 6000;
const MOST_MS = 2 * 3600_000;
/** What was sent is carried out within so long after the end. */
const SETTLE_MS = 30_000;
const KILLED = 0.15;
const REPLAYED_EVERY = 7;

/** Runs one seed: first without faults, to see how long it is, then with those of its schedule. */
export function simulate(seed: number, { routine = null, onLine }: SimulationOptions = {}): Outcome {
  const calm = makeScenario(seed, routine);
  if ('missing' in calm) return { seed, routine: calm.missing, state: 'missing', effects: 0, violations: [] };
  const random = new Random(seed ^ 0x5bd1e995);
  const isKilled = random.chance(KILLED);
  const names = calm.fleet.cluster.servers.map((each) => each.name);
  const first = run(calm, {});
  const schedule = isKilled ? [] : makeSchedule(random, calm.world.effects, names);
  const killAt = isKilled && first.driven.effects > 0 ? random.between(0, first.driven.effects - 1) : null;
  const isCalm = schedule.length === 0 && killAt === null;
  if (isCalm || first.violations.length > 0)
    return told(calm, first, [], null, onLine === undefined ? null : { seed, routine, onLine });
  const again = makeScenario(seed, routine);
  if ('missing' in again) throw new Error('a seed gives the same twice');
  const second = run(again, { schedule, ...(killAt === null ? {} : { killAt }) });
  return told(again, second, schedule, killAt, onLine === undefined ? null : { seed, routine, onLine });
}

interface Plan {
  readonly schedule?: readonly ScheduledFault[];
  readonly killAt?: number;
  readonly onLine?: (line: string) => void;
}

interface Ran {
  readonly driven: Driven<RoutineResult>;
  readonly violations: readonly Violation[];
}

function run(scenario: Scenario, plan: Plan): Ran {
  const { world, input, fleet } = scenario;
  const before: Before = {
    shapes: new Map(fleet.cluster.servers.map((each) => [each.name, shapeOf(each)])),
    actions: world.actions,
  };
  const blemishes = blemishesOf(fleet.cluster);
  world.schedule(plan.schedule ?? []);
  const driven = drive(startRoutine(input), world, {
    mostEffects: MOST_EFFECTS,
    mostMs: MOST_MS,
    ...(plan.killAt === undefined ? {} : { killAt: plan.killAt }),
    ...(plan.onLine === undefined ? {} : { onEffect: plan.onLine }),
  });
  if (driven.ending === 'threw') {
    const text = driven.error instanceof Error ? (driven.error.stack ?? driven.error.message) : String(driven.error);
    return { driven, violations: [violation('throws-nothing', text.split('\n').slice(0, 6).join(' '))] };
  }
  if (driven.ending === 'too much') {
    return {
      driven,
      violations: [
        violation(
          'comes-to-an-end',
          `still at work after ${driven.effects} effects and ${Math.round(driven.tookMs / 1000)} s`,
        ),
      ],
    };
  }
  if (driven.ending === 'killed')
    return { driven, violations: repairAfterKill(scenario, before, blemishes, plan.onLine) };
  world.timeline.run(SETTLE_MS);
  return { driven, violations: [...after(scenario, driven, before), ...dataViolations(fleet.cluster, blemishes)] };
}

function after({ world, input, seed }: Scenario, driven: Driven<RoutineResult>, before: Before): readonly Violation[] {
  const { result } = driven;
  const locks = [...world.log.maintenance];
  return [
    ...openingViolations(world, input),
    ...lossViolations(world, input, result),
    ...acknowledgedViolations(world, input, result),
    ...(result === null ? [] : reportViolations(world, input, result, before)),
    ...(locks.length > 0 ? [violation('locks-are-released', `under maintenance still: ${locks.join(', ')}`)] : []),
    ...(seed % REPLAYED_EVERY === 0 ? replayed(input, driven) : []),
  ];
}

function replayed(input: RoutineInput, { recorded, result }: Driven<RoutineResult>): readonly Violation[] {
  const file: RecoveryFile = {
    format: RECOVERY_FILE_FORMAT,
    version: RECOVERY_FILE_VERSION,
    writtenBy: 'simulation',
    writtenMs: 0,
    uid: 'uid',
    start: input,
    effects: recorded,
    result,
  };
  // As it comes out of a file.
  const [one] = replay(JSON.parse(JSON.stringify(file)) as RecoveryFile).divergences;
  return one === undefined
    ? []
    : [violation('replays-alike', `at ${one.place}: "${one.recorded}" then, "${one.replayed}" now`)];
}

interface Telling {
  readonly seed: number;
  readonly routine: string | null;
  readonly onLine: (line: string) => void;
}

function told(
  scenario: Scenario,
  { driven, violations }: Ran,
  schedule: readonly ScheduledFault[],
  killAt: number | null,
  telling: Telling | null,
): Outcome {
  const outcome = {
    seed: scenario.seed,
    routine: scenario.routine,
    state: stateOf(driven),
    effects: driven.effects,
    violations,
  };
  if (telling !== null) tell(telling, scenario, driven, schedule, killAt);
  return outcome;
}

function stateOf({ ending, result }: Driven<RoutineResult>): string {
  if (ending !== 'ended' || result === null) return ending;
  if ('state' in result) return result.state;
  return result.successor === null
    ? 'not recovered'
    : result.errors.length > 0
      ? 'recovered, with errors'
      : 'recovered';
}

/** Runs it once more and writes everything down. */
function tell(
  { seed, routine, onLine }: Telling,
  before: Scenario,
  driven: Driven<RoutineResult>,
  schedule: readonly ScheduledFault[],
  killAt: number | null,
): void {
  const { fleet, input, damage } = before;
  onLine(
    `seed ${seed}: ${input.kind} ${input.name} ${JSON.stringify(input.args, (name, value) => (name === 'facts' || name === 'registration' ? undefined : value))}`,
  );
  onLine(`cluster: ${fleet.picture} (${fleet.shape}, ${fleet.family}${fleet.semiSync ? ', semi-sync' : ''})`);
  onLine(`before: ${damage.join('; ') || 'nothing'}`);
  onLine(
    `faults: ${schedule.map(describeFault).join('; ') || 'none'}${killAt === null ? '' : `; killed before effect ${killAt}`}`,
  );
  const again = makeScenario(seed, routine);
  if ('missing' in again) return;
  run(again, { schedule, ...(killAt === null ? {} : { killAt }), onLine });
  for (const server of again.fleet.cluster.servers)
    onLine(`${server.name} ${server.process} ${JSON.stringify(shapeOf(server))}`);
  onLine(
    `result: ${JSON.stringify(driven.result, (name, value) => (name === 'successor' && value ? value.key : value))}`,
  );
}
