import type { LabServer } from '../../lab/index.ts';

/** What the walk may use besides routes and commands. */
export interface World {
  server(name: string): LabServer;
  /** The Details or the bare value of a route that is not part of the walk. */
  ask<T = unknown>(path: string): Promise<T>;
  /** Waits for a condition on servers or on Baton. */
  until(what: string, condition: () => Promise<boolean> | boolean): Promise<void>;
  /** Waits until Baton sees both threads of a replica run. */
  replicates(name: string): Promise<void>;
  /** Writes a Pseudo-GTID entry on beta and waits until all have it. */
  inject(): Promise<void>;
  /** Makes a server a replica of another, by hand and by GTID, as an operator does with a failed source. */
  follow(name: string, source: string): Promise<void>;
}

/**
 * One step of the walk. In paths and words `{a1}` stands for `host/port` of a server of the lab and `{a1:}` for
 * `host:port`; `{name}` of something remembered stands for that.
 */
export type Step =
  | { readonly kind: 'call'; readonly path: string; readonly check?: Check }
  | { readonly kind: 'failing-call'; readonly path: string; readonly message: RegExp; readonly details: string }
  | { readonly kind: 'command'; readonly words: readonly string[]; readonly output?: RegExp }
  | { readonly kind: 'failing-command'; readonly words: readonly string[]; readonly message: RegExp }
  | { readonly kind: 'act'; readonly act: (world: World) => Promise<unknown> }
  | { readonly kind: 'learn'; readonly learn: (world: World) => Promise<Readonly<Record<string, string>>> };

/** Looks at Details or the bare value. Texts that it returns can be used in later steps. */
export type Check = (value: unknown, message: string) => Readonly<Record<string, string>> | undefined;

/** A route that succeeds in the shape that the reference has. */
export function call(path: string, check?: Check): Step {
  return check === undefined ? { kind: 'call', path } : { kind: 'call', path, check };
}

/** Routes that succeed. */
export function calls(paths: string): readonly Step[] {
  return words(paths).map((path) => call(path));
}

/** A route that refuses with a sentence. @param details the shape of its Details */
export function refused(path: string, message: RegExp, details = 'null'): Step {
  return { kind: 'failing-call', path, message, details };
}

/** A command with its flags, separated by blanks; `_` within a word stands for a blank. @param output all of stdout */
export function command(text: string, output?: RegExp): Step {
  const step = { kind: 'command', words: commandWords(text) } as const;
  return output === undefined ? step : { ...step, output };
}

export function commands(lines: string): readonly Step[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => command(line));
}

/** A command that ends with 1 and this on stderr. */
export function refusedCommand(text: string, message: RegExp): Step {
  return { kind: 'failing-command', words: commandWords(text), message };
}

export function act(what: (world: World) => Promise<unknown>): Step {
  return { kind: 'act', act: what };
}

/** Texts that later steps can use. */
export function learn(what: (world: World) => Promise<Readonly<Record<string, string>>>): Step {
  return { kind: 'learn', learn: what };
}

/** Compares Details or the bare value with this. */
export function is(wanted: (value: unknown, message: string) => boolean): Check {
  return (value, message) => {
    if (!wanted(value, message)) throw new Error(`is ${JSON.stringify(value)?.slice(0, 400)}, with "${message}"`);
    return undefined;
  };
}

function commandWords(text: string): readonly string[] {
  return words(text).map((word) => (word.startsWith('{') || word.startsWith('-') ? word : word.replaceAll('_', ' ')));
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
