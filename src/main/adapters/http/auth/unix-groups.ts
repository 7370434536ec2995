import { execFile } from 'node:child_process';
import type { Log } from '../../../engine/ports/runtime.ts';

/** Which groups of this machine a user is in. */
export interface UnixGroups {
  /** @returns names; empty for a user whom this machine doesn't know, and where it can't be asked */
  of(user: string): Promise<ReadonlySet<string>>;
}

export interface UnixGroupsOptions {
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** Names of a user's groups, none for a user whom the machine doesn't know; rejects when it can't be asked. */
  readonly lookUp?: (user: string) => Promise<readonly string[]>;
}

/** Who leaves a group can go on for this long. */
const KEPT_MS = 30_000;
/** Names come from a header, so that anyone may send many. */
const KEPT_USERS = 1000;
const LOOK_UP_MS = 5000;

const NOBODY: ReadonlySet<string> = new Set();

/**
 * What `id` may be asked for: it takes a bare number for a user id, so that "0" would be root, and what begins with a
 * dash for an option.
 */
const USER_NAME = /^(?!\d+$)[\p{L}\p{N}_][^\s:\p{Cc}]{0,254}$/u;

/**
 * Asks `id`, which knows every source of users that the machine has (nsswitch.conf), and remembers the answer for half
 * a minute.
 */
export function createUnixGroups({ log, nowMs, lookUp = askId }: UnixGroupsOptions): UnixGroups {
  const known = new Map<string, { readonly untilMs: number; readonly groups: Promise<ReadonlySet<string>> }>();
  const ask = async (user: string): Promise<ReadonlySet<string>> => {
    try {
      return new Set(await lookUp(user));
    } catch (error) {
      const reason = error instanceof Error ? error.message.trim() : String(error);
      log.warn('http.groups-unknown', `The groups of a user could not be looked up: ${reason}.`, { user });
      return NOBODY;
    }
  };
  return {
    of(user) {
      if (!USER_NAME.test(user)) return Promise.resolve(NOBODY);
      const before = known.get(user);
      if (before !== undefined && before.untilMs > nowMs()) return before.groups;
      if (known.size >= KEPT_USERS) known.clear();
      const groups = ask(user);
      known.set(user, { untilMs: nowMs() + KEPT_MS, groups });
      return groups;
    },
  };
}

/**
 * Names may hold blanks, as those of a Windows domain do: split at them, "domain admins" would pass for "admins". So they
 * are asked for with zeros between them, which GNU's `id` can; where it can't, only an answer without such names counts.
 */
async function askId(user: string): Promise<readonly string[]> {
  const exact = await id(['-Gnz', '--', user]);
  if (exact !== null) return wordsOf(exact, '\0');
  const [names, numbers] = await Promise.all([id(['-Gn', '--', user]), id(['-G', '--', user])]);
  if (names === null || numbers === null) return [];
  const groups = wordsOf(names, /\s+/);
  if (groups.length === wordsOf(numbers, /\s+/).length) return groups;
  throw new Error('the name of one of them holds a blank, and the id command of this machine has no option -z');
}

/** @returns what `id` prints, or null when it says that it doesn't know the user or an option */
function id(args: readonly string[]): Promise<string | null> {
  return new Promise((resolve, reject) => {
    execFile('id', args, { timeout: LOOK_UP_MS, encoding: 'utf8' }, (error, output) => {
      if (error === null) resolve(output);
      else if (typeof error.code === 'number') resolve(null);
      else reject(error);
    });
  });
}

function wordsOf(text: string, between: string | RegExp): readonly string[] {
  return text.split(between).filter((word) => word.trim() !== '');
}
