import type { Fault, ScheduledFault } from '../model/faults.ts';
import type { Random } from '../random.ts';

const EFFECT_KINDS = ['silence', 'unanswered', 'unanswered', 'belated', 'refusal', 'hook'] as const;
const SERVER_KINDS = [
  'crash',
  'crash',
  'freeze',
  'freeze',
  'cut-from-baton',
  'cut-link',
  'slow',
  'break-applier',
  'stall-applier',
  'slow-applier',
] as const;

/**
 * What goes wrong in a run that takes so many effects when nothing does: often nothing, often one thing, sometimes more.
 */
export function makeSchedule(random: Random, effects: number, servers: readonly string[]): readonly ScheduledFault[] {
  const luck = random.next();
  const count = luck < 0.25 ? 0 : luck < 0.75 ? 1 : luck < 0.92 ? 2 : random.between(3, 5);
  const schedule: ScheduledFault[] = [];
  for (let n = 0; n < count; n++) {
    schedule.push({ at: random.between(0, Math.max(0, effects - 1)), fault: makeFault(random, servers) });
  }
  return schedule;
}

function makeFault(random: Random, servers: readonly string[]): Fault {
  if (random.chance(0.5)) return { kind: random.pick(EFFECT_KINDS) };
  const server = random.pick(servers);
  const kind = random.pick(SERVER_KINDS);
  const laterMs = random.chance(0.5) ? null : random.pick([5, 50, 300, 1500, 8000, 40_000]);
  switch (kind) {
    case 'crash':
      return { kind, server, backAfterMs: laterMs === null ? null : laterMs + 500 };
    case 'freeze':
      return { kind, server, thawAfterMs: laterMs };
    case 'cut-from-baton':
      return { kind, server, healAfterMs: laterMs };
    case 'cut-link': {
      const others = servers.filter((each) => each !== server);
      return { kind, server, other: random.pick(others), healAfterMs: laterMs };
    }
    case 'slow':
      return { kind, server, latencyMs: random.pick([100, 900, 2500, 6000]) };
    default:
      return { kind, server };
  }
}
