import { COMMAND_GROUPS, type Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { EVERYWHERE, FLAGS, type FlagDefinition, type FlagName, flagText } from './flags.ts';
import { Input } from './input.ts';

/** The page that lists all commands. */
export function generalHelp(): string {
  const lines = [
    'Usage: baton COMMAND [flags]',
    '       baton -c COMMAND [flags]',
    '',
    'Long flags work with one dash or two, and as --flag=value.',
  ];
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  for (const group of COMMAND_GROUPS) {
    lines.push('', group);
    for (const command of COMMANDS.filter((one) => one.group === group)) {
      lines.push(`  ${command.name.padEnd(width)}  ${command.summary}`);
    }
  }
  lines.push('', 'Flags of every command', ...flagLines(EVERYWHERE));
  lines.push('', 'Without --api, BATON_API or ORCHESTRATOR_API, commands talk to http://localhost:3000.');
  lines.push(
    'For https, BATON_CA names the file of an authority to trust, BATON_CERT and BATON_KEY those of your certificate.',
  );
  lines.push(
    "Exit codes: 0 done, 1 refused or failed, 2 the configuration can't be used, 3 the data folder can't be used,",
    "5 the engine's answer can't be printed.",
  );
  lines.push("'baton COMMAND --help' tells more about one command.");
  return `${lines.join('\n')}\n`;
}

/** The page of one command. */
export function commandHelp(command: Command): string {
  const optional = command.optional ?? [];
  const usage = [...command.flags.map(briefFlag), ...optional.map((name) => `[${briefFlag(name)}]`)];
  const lines = [`${command.summary}.`, '', `Usage:   baton ${[command.name, ...usage].join(' ')}`];
  lines.push(`Example: ${command.example}`);
  if (command.word !== undefined) lines.push('', `A word after the command is taken as ${briefFlag(command.word)}.`);
  const flags = [...command.flags, ...optional];
  if (flags.includes('alias')) lines.push('', 'A cluster is also found by a member: -i HOST[:PORT] instead of -a.');
  if (flags.length > 0) lines.push('', 'Flags', ...flagLines(flags));
  lines.push('', 'Flags of every command', ...flagLines(EVERYWHERE));
  const path = examplePath(command);
  if (path !== null) lines.push('', `Path: /api/${path}`);
  return `${lines.join('\n')}\n`;
}

function flagLines(names: readonly FlagName[]): readonly string[] {
  const width = Math.max(...names.map((name) => flagText(name).length));
  return names.map((name) => `  ${flagText(name).padEnd(width)}  ${FLAGS[name].doc}`);
}

function briefFlag(name: FlagName): string {
  const { short, long, argument }: FlagDefinition = FLAGS[name];
  const flag = short[0] === undefined ? `--${long[0]}` : `-${short[0]}`;
  return argument === undefined ? flag : `${flag} ${argument}`;
}

/** The path with the names of its parts, made by the command's own function; what must be a number is one at first. */
function examplePath(command: Command): string | null {
  if (command.path === undefined) return null;
  const texts = new Map<FlagName, string>([
    ['instance', 'HOST:3306'],
    ['destination', 'HOST:3306'],
    ['alias', 'CLUSTER'],
    ['owner', 'OWNER'],
    ['pool', 'POOL'],
    ['tag', 'TAG'],
    ['hostname', 'HOST'],
    ['reason', 'REASON'],
    ['duration', 'TIME'],
    ['rule', 'RULE'],
    ['pattern', 'TEXT'],
    ['binlog', 'FILE'],
    ['seconds', '86401'],
    ['query', 'SQL'],
    ['process', '86402'],
    ['uid', 'UID'],
  ]);
  const given = [...command.flags, ...(command.optional ?? [])];
  const flags = new Map([...texts].filter(([name]) => given.includes(name)));
  return command
    .path(new Input(command.name, flags, () => 'OWNER'))
    .replaceAll('/3306', '/PORT')
    .replace('/86401', '/SECONDS')
    .replace('/86402', '/ID');
}
