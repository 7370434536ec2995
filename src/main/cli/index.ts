import { nearest } from '../../shared/text/nearest.ts';
import { CliError, UsageError } from '../client/client-error.ts';
import { chooseEndpoint, endpoints } from '../client/endpoint.ts';
import { batonVersion } from '../version.ts';
import { ask } from './api-client.ts';
import type { Command } from './command.ts';
import { COMMANDS, KNOWN_ELSEWHERE } from './commands.ts';
import { type FlagName, type ParsedArguments, parseArguments } from './flags.ts';
import { commandHelp, generalHelp } from './help.ts';
import { Input } from './input.ts';
import { type CliIo, processIo } from './io.ts';
import { EXIT_FAILURE, report } from './report.ts';

/**
 * Runs one command line, without the program's own name.
 * @returns the exit code: 0 for success, 1 for failure, 5 for an answer that can't be printed (client reference,
 * exit codes), 2 for a configuration and 3 for a data folder that can't be used
 */
export async function main(argv: readonly string[], io: CliIo = processIo()): Promise<number> {
  try {
    return await runCommandLine(parseArguments(argv), io);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CliError)) throw error;
    io.error.write(`baton: ${error.message}\n`);
    return EXIT_FAILURE;
  }
}

async function runCommandLine({ flags, positionals }: ParsedArguments, io: CliIo): Promise<number> {
  if (flags.has('version')) {
    io.out.write(`baton ${batonVersion()}\n`);
    return 0;
  }
  const words = [...positionals];
  const named = flags.get('command');
  // Orchestrator's own binary takes `cli` after the flags of a command.
  if (named !== undefined && words.at(-1) === 'cli') words.pop();
  const name = twoWords(named ?? words.shift(), words);
  if (name === undefined || name === 'help') return help(words, io);
  const command = findCommand(name);
  if (flags.has('help') || (named !== undefined && words[0] === 'help')) {
    io.out.write(commandHelp(command));
    return 0;
  }
  return runForEach(command, withWords(command, flags, words, io), io);
}

/** A command whose name is two words, such as `config check`, as one; takes the second from the words. */
function twoWords(name: string | undefined, words: string[]): string | undefined {
  const both = `${name} ${words[0]}`;
  if (COMMANDS.some((one) => one.name === both)) {
    words.shift();
    return both;
  }
  const group = COMMANDS.filter((one) => one.name.startsWith(`${name} `)).map((one) => one.name);
  if (group.length === 0) return name;
  throw new UsageError(`${name} wants a second word: ${group.join(', ')}.`);
}

function help(words: readonly string[], io: CliIo): number {
  const [first, ...rest] = words;
  const name = twoWords(first, rest);
  io.out.write(name === undefined || name === 'help' ? generalHelp() : commandHelp(findCommand(name)));
  return 0;
}

/** Command names are short: one letter in three may be wrong. */
const COMMAND_TOLERANCE = 3;

/** What the predecessor's server and people call commands that have another name here. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['start', 'serve'],
  ['status', 'topology'],
  ['list', 'clusters'],
  ['failover', 'recover'],
  ['move', 'relocate'],
  ['history', 'audit-recovery'],
]);

/** Old names of commands that aren't spelt alike but for `slave` (client reference, 6.2; http-api reference, 5 and 12). */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ['http', 'serve'],
  ['enslave-siblings', 'take-siblings'],
  ['enslave-master', 'take-master'],
  ['move-below-gtid', 'move-gtid'],
  ['match-below', 'match'],
  ['enable-semi-sync-source', 'enable-semi-sync-master'],
  ['disable-semi-sync-source', 'disable-semi-sync-master'],
]);

/** @throws UsageError that names the nearest command */
function findCommand(given: string): Command {
  const name = OLD_NAMES.get(given) ?? given.replace('slave', 'replica');
  const command = COMMANDS.find((one) => one.name === name);
  if (command !== undefined) return command;
  const instead = KNOWN_ELSEWHERE.get(name);
  if (instead !== undefined) throw new UsageError(`Baton has no ${name}. ${instead}`);
  const names = COMMANDS.map((one) => one.name);
  const meant = OTHER_WORDS.get(name) ?? nearest(name, names, COMMAND_TOLERANCE);
  const suggestion = meant === null ? '' : `did you mean ${meant}? `;
  throw new UsageError(`Unknown command ${given}; ${suggestion}'baton help' lists the commands.`);
}

function knows(command: Command, flag: FlagName): boolean {
  return command.flags.includes(flag) || command.optional?.includes(flag) === true;
}

/** Puts a bare word where the command wants it, and the environment's instance where none was named. */
function withWords(
  command: Command,
  flags: ReadonlyMap<FlagName, string>,
  words: readonly string[],
  io: CliIo,
): ReadonlyMap<FlagName, string> {
  const all = new Map(flags);
  const [word, ...more] = words;
  const taken = command.word !== undefined && !all.has(command.word);
  if (more.length > 0 || (word !== undefined && !taken)) {
    if (command.tooMany !== undefined) throw new UsageError(`${command.name} ${command.tooMany}.`);
    const excess = taken ? more : words;
    throw new UsageError(
      `${command.name} does not understand "${excess.join(' ')}"; see 'baton ${command.name} --help'.`,
    );
  }
  if (word !== undefined && command.word !== undefined) all.set(command.word, word);
  const instance = io.env.ORCHESTRATOR_INSTANCE;
  if (instance !== undefined && !all.has('instance')) all.set('instance', instance);
  return all;
}

/** Commands whose `-i` is a text or a list as a whole. */
const WHOLE: ReadonlySet<string> = new Set(['search']);

/**
 * Several instances, separated by commas or blanks, run the command once each, up to the first failure (client
 * reference, 6.1).
 */
async function runForEach(command: Command, flags: ReadonlyMap<FlagName, string>, io: CliIo): Promise<number> {
  const given = (flags.get('instance') ?? '').split(/[\s,]+/).filter((one) => one !== '');
  const isList = given.length > 1 && command.flags.includes('instance') && !WHOLE.has(command.name);
  if (!isList) return run(command, flags, io);
  for (const instance of given) {
    const code = await run(command, new Map(flags).set('instance', instance), io);
    if (code !== 0) return code;
  }
  return 0;
}

async function run(command: Command, flags: ReadonlyMap<FlagName, string>, io: CliIo): Promise<number> {
  if (flags.has('dryRun') && !knows(command, 'dryRun')) {
    throw new UsageError(`${command.name} has no --dry-run, so nothing was done.`);
  }
  const input = new Input(command.name, flags, () => io.userName());
  const [api, auth, header] = [input.optional('api'), input.optional('auth'), input.optional('header')];
  const named = () => endpoints({ api, auth, header, env: io.env });
  const endpoint = () => chooseEndpoint(named());
  if ('run' in command) return command.run({ input, io, endpoint, endpoints: named, commands: COMMANDS });
  const path = command.path(input);
  return report(io, await ask(await endpoint(), path), command.format);
}
