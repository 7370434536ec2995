import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import type { OperationArgs, OperationName } from '../../../shared/domain/operation.ts';
import type { RoutineInput } from '../routines/routine.ts';
import type { RecordedEffect } from './recovery-file.ts';
import { repairOfTakeover } from './repair-takeover.ts';
import { command, inOrder, type Repair, standsStopped } from './repair-words.ts';
import { lastOf, maybeRunningUntil, maybeStopped, type Sent, sentBy } from './traces.ts';

/**
 * Decides from the log of a routine that has no end which command brings its servers into the state from which it began
 * or into the one to which it led. What was begun and not answered may have been carried out or not, so the command has
 * to fit both. Null for recoveries, whose way out depends on what has become of the failed server.
 */
export function repairOf(start: RoutineInput, effects: readonly RecordedEffect[]): Repair | null {
  const sent = sentBy(effects);
  switch (start.kind) {
    case 'operation':
      return sent.length === 0 ? untouched() : repairOfOperation(start, sent, hasEndedWork(effects));
    case 'takeover':
      return sent.length === 0 ? untouched() : repairOfTakeover(start, sent);
    case 'recovery':
      return null;
  }
}

function untouched(): Repair {
  return { stands: 'No server had been changed.', line: '', otherwise: '' };
}

/** Moves of one server: it is in its old place or in its new one, with its own coordinates there, and only stopped. */
const SINGLE_MOVES: ReadonlySet<OperationName> = new Set([
  'relocate',
  'move-gtid',
  'repoint',
  'enable-gtid',
  'disable-gtid',
  'move-up',
  'move-below',
  'move-equivalent',
  'match',
  'match-up',
  'rematch',
]);

/** Carried out twice, they would do twice what was wanted once. */
const NOT_AGAIN: ReadonlySet<OperationName> = new Set(['skip-query']);

function repairOfOperation(
  { name, args, picture }: Extract<RoutineInput, { readonly kind: 'operation' }>,
  sent: readonly Sent[],
  isVerified: boolean,
): Repair {
  const starts = startsOf(sent);
  const stands = standsStopped(maybeStopped(sent));
  const isSingle = SINGLE_MOVES.has(name);
  if (NOT_AGAIN.has(name) || (isSingle && isVerified)) return { stands, line: inOrder(starts), otherwise: '' };
  const sources = new Map(picture.snapshots.map(({ key, facts }) => [keyText(key), facts?.replica?.source ?? null]));
  if (isSingle) return { stands, line: orBack(args.instance, sources, sent, starts), otherwise: '' };
  if (name !== 'take-master') return { stands, line: inOrder([...starts, again(name, args)]), otherwise: '' };
  const moves = swapMoves(args.instance, sources.get(keyText(args.instance)) ?? null, sources, sent);
  return { stands, line: inOrder([...starts, ...moves]), otherwise: '' };
}

function startsOf(sent: readonly Sent[]): readonly string[] {
  const until = new Set(maybeRunningUntil(sent).map(keyText));
  return maybeStopped(sent).map((key) => command(until.has(keyText(key)) ? 'restart-replica' : 'start-replica', key));
}

/** Maintenance ends when what was to be done is done and was seen to be, or was taken back. */
function hasEndedWork(effects: readonly RecordedEffect[]): boolean {
  return effects.some(({ effect }) => {
    const { type, command: proposed } = effect as {
      readonly type?: string;
      readonly command?: { readonly type: string };
    };
    return type === 'propose' && proposed?.type === 'end-maintenance';
  });
}

/** Whether its new source lets it in was not seen: where that doesn't, it goes back to where it was. */
function orBack(
  instance: InstanceKey,
  sources: ReadonlyMap<string, InstanceKey | null>,
  sent: readonly Sent[],
  starts: readonly string[],
): string {
  const pointed = lastOf(sent, instance, 'repoint');
  const old = sources.get(keyText(instance)) ?? null;
  if (pointed === undefined || old === null || sameKey(pointed.action.source, old)) return inOrder(starts);
  const go = starts.length === 0 ? [command('start-replica', instance)] : starts;
  return `${inOrder(go)} || ${command('relocate', instance, old)}`;
}

/**
 * The replica goes up first and its source comes below it then; a swap that is taken back goes the other way round. One
 * whose first half is known to be done is finished, any other is taken back.
 */
function swapMoves(
  instance: InstanceKey,
  master: InstanceKey | null,
  sources: ReadonlyMap<string, InstanceKey | null>,
  sent: readonly Sent[],
): readonly string[] {
  const upper = master === null ? null : (sources.get(keyText(master)) ?? null);
  const up = lastOf(sent, instance, 'repoint');
  if (master === null || upper === null || up === undefined) return [];
  const down = lastOf(sent, master, 'repoint');
  const takenBack = sameKey(up.action.source, master) || (down !== undefined && sameKey(down.action.source, upper));
  const finish = !takenBack && (down !== undefined || up.end === 'done');
  if (finish) return [command('relocate', master, instance)];
  const back = [command('relocate', instance, master)];
  return down === undefined ? back : [command('relocate', master, upper), ...back];
}

/** The operation as it was asked for. */
function again(name: OperationName, args: OperationArgs): string {
  const { instance, destination, pattern } = args;
  const narrowed = pattern === undefined || pattern === '' ? '' : ` --pattern '${pattern.replaceAll("'", `'\\''`)}'`;
  return `${command(name, instance, destination)}${narrowed}`;
}
