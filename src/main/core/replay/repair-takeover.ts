import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import type { RoutineInput } from '../routines/routine.ts';
import { command, inOrder, type Repair, standsStopped } from './repair-words.ts';
import { lastOf, maybeStopped, type Sent } from './traces.ts';

type Takeover = Extract<RoutineInput, { readonly kind: 'takeover' }>;

/**
 * Where a takeover was left decides what leads out of it. Until the new master may have been opened, the old one can be
 * given its writes back; from then on there is only the way forward (safety rule 1), which the same takeover goes on
 * when it is asked for again.
 */
export function repairOfTakeover(start: Takeover, sent: readonly Sent[]): Repair {
  const { master } = start.args;
  const designated = designatedOf(start, sent);
  const again = takeoverAgain(start, designated);
  const below = lastOf(sent, master, 'repoint');
  if (below !== undefined) return demoting(start, below, sent, again);
  const opened = designated === null ? undefined : lastOf(sent, designated, 'set-read-only');
  if (designated !== null && opened?.action.on === false) return open(start, designated, sent, again);
  const shut = lastOf(sent, master, 'set-read-only');
  if (shut !== undefined && (shut.action.on || shut.end !== 'done')) return closed(master, again, sent);
  const stopped = maybeStopped(sent);
  const stands = `${keyText(master)} is the master and takes writes, as before. ${standsStopped(stopped)}`.trim();
  const starts = stopped.map((key) => command('start-replica', key));
  return { stands, line: inOrder([...starts, again]), otherwise: '' };
}

/** The siblings were pointed at it, or it was waited for, or opened. */
function designatedOf({ args }: Takeover, sent: readonly Sent[]): InstanceKey | null {
  if (args.designated !== null) return args.designated;
  for (const { key, action } of sent) {
    if (action.kind === 'repoint' && !sameKey(action.source, args.master)) return action.source;
    const waits = action.kind === 'wait-for-gtid' || action.kind === 'wait-for-position';
    if ((waits || action.kind === 'set-read-only') && !sameKey(key, args.master)) return key;
  }
  return null;
}

function takeoverAgain({ name, args }: Takeover, designated: InstanceKey | null): string {
  const form = name === 'graceful-master-takeover' && !args.startOldMaster ? name : `${name}-auto`;
  return command(form, args.master, designated ?? undefined);
}

/** The master was told to become read-only, and nobody was opened. */
function closed(master: InstanceKey, again: string, sent: readonly Sent[]): Repair {
  const name = keyText(master);
  const stopped = maybeStopped(sent);
  const starts = stopped.map((key) => command('start-replica', key));
  return {
    stands: `${name} may be read-only, and nobody else was opened. ${standsStopped(stopped)}`.trim(),
    line: inOrder([...starts, again]),
    otherwise: `To stay with ${name}: ${command('set-writeable', master)} lets it take writes again.`,
  };
}

/** The new master may be open. */
function open(start: Takeover, designated: InstanceKey, sent: readonly Sent[], again: string): Repair {
  const [from, to] = [keyText(start.args.master), keyText(designated)];
  const answered = lastOf(sent, designated, 'set-read-only')?.end === 'done';
  const stands = `${from} is read-only, and ${to} ${answered ? 'takes writes' : 'may take writes'}: do not open ${from}.`;
  if (start.name === 'cascade-master-takeover') {
    return { stands, line: command('set-writeable', designated), otherwise: '' };
  }
  if (byGtid(sent)) return { stands, line: again, otherwise: '' };
  const reset = lastOf(sent, designated, 'reset-replication');
  const forget = reset?.end === 'done' ? [] : [command('reset-replica', designated)];
  return {
    stands,
    line: inOrder([...forget, command('set-writeable', designated)]),
    otherwise:
      `${from} then is below nobody. It can follow ${to} from the place in the binary log of ${to} at which that was opened, ` +
      'which the log of this takeover has; without it, provision it anew.',
  };
}

/** The old master was pointed at the new one, which is open. */
function demoting(start: Takeover, below: Sent, sent: readonly Sent[], again: string): Repair {
  const { master, startOldMaster } = start.args;
  const isStopped = maybeStopped(sent).some((key) => sameKey(key, master));
  const name = keyText(master);
  if (!isStopped)
    return { stands: 'The new master takes writes, and the old one replicates from it.', line: '', otherwise: '' };
  const stands = `The new master takes writes; ${name} is read-only, and was being made its replica.`;
  const begin = command('start-replica', master);
  if (below.end === 'done') return { stands, line: begin, otherwise: startOldMaster ? '' : `It was to stay stopped.` };
  return { stands, line: `${begin} || ${again}`, otherwise: '' };
}

/** By file and position, nobody waits for a GTID, and nobody is pointed by one. */
function byGtid(sent: readonly Sent[]): boolean {
  return !sent.some(
    ({ action }) => action.kind === 'wait-for-position' || (action.kind === 'repoint' && action.mode.by !== 'gtid'),
  );
}
