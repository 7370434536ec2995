import type { Endpoint } from '../client/endpoint.ts';
import type { FlagName } from './flags.ts';
import type { Format } from './formats.ts';
import type { Input } from './input.ts';
import type { CliIo } from './io.ts';

export const COMMAND_GROUPS = [
  'Discovery',
  'Looking',
  'Moving',
  'Replication',
  'Servers',
  'Logs and GTIDs',
  'Recovery',
  'Engine',
] as const;

export type CommandGroup = (typeof COMMAND_GROUPS)[number];

interface CommandBase {
  readonly name: string;
  readonly group: CommandGroup;
  /** One line, an imperative. */
  readonly summary: string;
  /** Flags that it knows; those in brackets in its usage are `optional`. */
  readonly flags: readonly FlagName[];
  readonly optional?: readonly FlagName[];
  /** The flag that a bare word after the command fills in. */
  readonly word?: FlagName;
  /** What to say of words too many, where one may be a secret and must not be repeated. */
  readonly tooMany?: string;
  readonly example: string;
}

/** A command that is one request. */
interface RequestCommand extends CommandBase {
  readonly path: (input: Input) => string;
  readonly format: Format;
}

/** A command that does more, or something else. */
interface ActiveCommand extends CommandBase {
  /** The request that it is mostly about, for its help. */
  readonly path?: (input: Input) => string;
  /** @returns the exit code */
  readonly run: (call: CommandCall) => Promise<number>;
}

export type Command = RequestCommand | ActiveCommand;

export interface CommandCall {
  readonly input: Input;
  readonly io: CliIo;
  /** The endpoint to talk to; looked for at each call. Rejects with CliError when there is none. */
  readonly endpoint: () => Promise<Endpoint>;
  /** All endpoints that were named, without a look at which of them leads. Throws UsageError. */
  readonly endpoints: () => readonly Endpoint[];
  /** All commands that there are. */
  readonly commands: readonly Command[];
}
