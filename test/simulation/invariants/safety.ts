import type { RoutineInput, RoutineResult } from '../../../src/main/core/routines/routine.ts';
import type { Opening } from '../model/openings.ts';
import type { World } from '../model/world.ts';
import { type Violation, violation } from './violation.ts';

/** How long two servers that Baton reaches may both take writes after one of them came back fenced, ms. */
const SHUTTING_MS = 150;

/** Safety rule 1: Baton never opens a second writeable master. Whoever asks for `set-writeable` means it. */
export function openingViolations(world: World, input: RoutineInput): readonly Violation[] {
  if (input.kind === 'operation' && input.name === 'set-writeable') return [];
  const dangers = world.openings.all.flatMap(({ dangers: each }) => each);
  const unfenced = input.kind === 'recovery' && input.settings.BatonFenceEnabled ? unfencedOpenings(world, input) : [];
  const long = world.openings.all.length > 0 && input.settings.BatonFenceEnabled ? bothOpenFor(world) : [];
  return [...dangers, ...unfenced, ...long].slice(0, 2).map((each) => violation('one-writeable-master', each));
}

function unfencedOpenings(
  world: World,
  input: Extract<RoutineInput, { readonly kind: 'recovery' }>,
): readonly string[] {
  if (!/^dead-(co-)?master$/.test(input.name)) return [];
  const failed = input.args.analysis.key.hostname;
  const one = world.openings.all.find(({ server }) => server !== failed);
  return one === undefined || one.fenced.has(failed) ? [] : [`${one.server} was opened and ${failed} is not fenced`];
}

function bothOpenFor(world: World): readonly string[] {
  return [...world.openings.overlapMs].flatMap(([pair, ms]) =>
    ms > SHUTTING_MS ? [`${pair} took writes side by side for ${Math.round(ms)} ms, and Baton reached both`] : [],
  );
}

/** Safety rule 2: what a reachable replica received is on the promoted one when it opens, or is named as lost. */
export function lossViolations(world: World, input: RoutineInput, result: RoutineResult | null): readonly Violation[] {
  const [opening] = world.openings.all;
  if (opening === undefined || input.kind === 'operation') return [];
  if (input.kind === 'takeover') return takeoverLoss(world, input.args.master.hostname, opening);
  if (!/^dead-(co-)?master$/.test(input.name)) return [];
  const promoted = world.openings.all.at(-1) ?? opening;
  const said = result !== null && 'errors' in result ? result.errors.join(' ') : '';
  return input.args.analysis.replicas.flatMap(({ hostname }): readonly Violation[] => {
    const other = promoted.others.get(hostname);
    if (other === undefined || !other.reachable || world.faulted.has(hostname)) return [];
    const lost = missing(world, other.ids, promoted.had);
    if (lost.length === 0 || (hostname !== promoted.server && said.includes(`${hostname}:3306`))) return [];
    const named = lost.every((id) => namesTransaction(said, world, id));
    return named ? [] : [violation('nothing-received-is-lost', lossText(promoted.server, hostname, lost))];
  });
}

/** A planned takeover loses nothing at all. */
function takeoverLoss(world: World, master: string, opening: Opening): readonly Violation[] {
  const other = opening.others.get(master);
  if (other === undefined) return [];
  const lost = missing(world, other.ids, opening.had);
  return lost.length === 0 ? [] : [violation('nothing-received-is-lost', lossText(opening.server, master, lost))];
}

function missing(world: World, ids: readonly number[], had: ReadonlySet<number>): readonly number[] {
  return ids.filter((id) => !had.has(id) && world.cluster.transactions[id - 1]?.errant === false);
}

/**
 * Nor is what a client was told is safe, on a server that Baton had opened, left behind there: whoever takes writes in
 * the end has it. What the failed server took with it into silence is another matter.
 */
export function acknowledgedViolations(
  world: World,
  input: RoutineInput,
  result: RoutineResult | null,
): readonly Violation[] {
  const { cluster, openings } = world;
  if (input.kind === 'operation' || cluster.mayBeSeveral) return [];
  const heads = cluster.servers.filter((each) => each.isTarget && each.takesWrites);
  if (heads.length === 0 || (result !== null && 'state' in result && result.state === 'left')) return [];
  const opened = new Set(openings.all.map((each) => each.server));
  const held = new Set(heads.flatMap((each) => each.history.map(({ transaction }) => transaction.id)));
  const lost = cluster.transactions.filter(
    (each) => each.acknowledged && !each.errant && opened.has(each.origin) && !held.has(each.id),
  );
  const [first] = lost;
  if (first === undefined) return [];
  const text = `${lost.length} acknowledged writes of ${first.origin}, which Baton had opened, are not on ${heads.map((each) => each.name).join(' or ')}`;
  return [violation('acknowledged-is-kept', text)];
}

/** A set such as `uuid:1-7` names all from 1 to 7; here the number of the transaction is enough. */
function namesTransaction(said: string, world: World, id: number): boolean {
  const gtid = world.cluster.transactions[id - 1]?.gtid ?? '';
  const [owner = '', number = ''] = gtid.includes(':')
    ? gtid.split(':')
    : [gtid.split('-').slice(0, 2).join('-'), gtid.split('-')[2]];
  return gtid !== '' && said.includes(owner) && (said.includes(number) || /-|\.\./.test(said));
}

function lossText(opened: string, other: string, lost: readonly number[]): string {
  return `${opened} was opened without ${lost.length} transactions that ${other} had: ${lost.slice(0, 5).join(', ')}`;
}
