import { UsageError } from '../client/client-error.ts';

/** One flag; without `argument` it takes none. */
export interface FlagDefinition {
  /** Single letters, as the stock client has them. */
  readonly short: readonly string[];
  /** Names that work with one dash or two. */
  readonly long: readonly string[];
  readonly argument?: string;
  readonly doc: string;
  /** Why a switch can't be turned off, for one that is always on. */
  readonly alwaysOn?: string;
}

/**
 * All flags: those of orchestrator-client in its letters and names, those of orchestrator's own binary in its single
 * dashes (client reference, sections 2 and 6.1), and Baton's.
 */
export const FLAGS = {
  command: { short: ['c'], long: ['command'], argument: 'COMMAND', doc: 'Command to run' },
  instance: { short: ['i'], long: ['instance'], argument: 'HOST[:PORT]', doc: 'Server, or text for `search`' },
  destination: {
    short: ['d', 's'],
    long: ['destination'],
    argument: 'HOST[:PORT]',
    doc: 'Server to move below, or to promote',
  },
  alias: { short: ['a'], long: ['alias', 'cluster'], argument: 'CLUSTER', doc: 'Cluster: alias, name or a member' },
  owner: { short: ['o'], long: ['owner'], argument: 'NAME', doc: 'Who does it; your user name by default' },
  reason: { short: ['r'], long: ['reason'], argument: 'TEXT', doc: 'Why; recorded with what is done' },
  duration: { short: ['u'], long: ['duration'], argument: 'TIME', doc: 'How long: a number and s, m, h, d or w (10m)' },
  rule: {
    short: ['R'],
    long: ['promotion-rule'],
    argument: 'prefer|neutral|prefer_not|must_not',
    doc: 'How to regard it when a new source is chosen',
  },
  port: { short: ['D'], long: ['default-port'], argument: 'PORT', doc: 'Port of instances named without one (3306)' },
  page: { short: [], long: ['page'], argument: 'N', doc: 'Page of a listing, 20 entries each; 0 is the newest' },
  path: { short: ['P'], long: ['path'], argument: 'PATH', doc: 'Path below /api/' },
  uid: { short: [], long: ['uid'], argument: 'UID', doc: 'Recovery, by its uid or id' },
  api: { short: ['U'], long: ['api'], argument: 'URL', doc: 'Engine to talk to, or several, separated by blanks' },
  auth: { short: ['b'], long: ['auth'], argument: 'USER:PASSWORD', doc: 'Credentials for the engine' },
  header: {
    short: ['e'],
    long: ['headers-auth'],
    argument: 'NAME:VALUE',
    doc: 'Header that names the user to a proxy',
  },
  config: { short: [], long: ['config'], argument: 'FILE', doc: 'Configuration file' },
  listen: { short: [], long: ['listen'], argument: 'ADDRESS', doc: 'Address to listen on, such as 127.0.0.1:3000' },
  dataDir: { short: [], long: ['data-dir'], argument: 'FOLDER', doc: 'Folder for the state' },
  pattern: {
    short: [],
    long: ['pattern'],
    argument: 'TEXT',
    doc: 'Regular expression on host:port of the replicas to move; text to look for',
  },
  dryRun: { short: [], long: ['dry-run', 'noop'], doc: 'Print what would be done, and do nothing' },
  force: { short: [], long: ['force'], doc: 'Do it although something speaks against it' },
  killBlockers: {
    short: [],
    long: ['kill-blockers'],
    doc: 'End the sessions that keep the old source from becoming read-only',
  },
  skipUnresolve: {
    short: [],
    long: ['skip-unresolve'],
    doc: "Use the source's own host name, although a virtual one is registered for it",
  },
  strict: { short: [], long: ['strict'], doc: 'Search all binary logs, not only the newest' },
  binlog: { short: ['n'], long: ['binlog'], argument: 'FILE[:POS]', doc: 'Binary log, or a position in one' },
  seconds: { short: ['S'], long: ['seconds'], argument: 'N', doc: 'Seconds' },
  query: { short: ['q'], long: ['query', 'statement'], argument: 'SQL', doc: 'Statement' },
  process: { short: [], long: ['process'], argument: 'ID', doc: 'Session, by its id in the process list' },
  out: { short: [], long: ['out'], argument: 'FILE', doc: 'File to write to' },
  file: { short: [], long: ['file'], argument: 'FILE', doc: 'Recovery file' },
  json: { short: [], long: ['json'], doc: 'Print one JSON document' },
  all: { short: [], long: ['all'], doc: 'Everything, also what has its default' },
  secrets: {
    short: [],
    long: ['secrets', 'to'],
    argument: 'keychain|environment|file',
    doc: 'Where passwords go: the keychain (the default where one runs), environment variables, or a file for that of MySQL',
  },
  name: { short: [], long: ['name'], argument: 'NAME', doc: 'Name of a secret, such as topology:default' },
  shell: { short: [], long: ['shell'], argument: 'bash|zsh|fish', doc: 'Shell' },
  help: { short: ['h'], long: ['help'], doc: 'Help for a command' },
  version: { short: [], long: ['version'], doc: 'Version' },
  tag: { short: ['t'], long: ['tag'], argument: 'TAG', doc: 'Tag' },
  pool: { short: ['l'], long: ['pool'], argument: 'POOL', doc: 'Pool' },
  hostname: { short: ['H'], long: ['hostname'], argument: 'HOST', doc: 'Host name' },
  at: { short: [], long: ['at'], argument: 'TIME', doc: 'Moment in UTC, such as 2026-11-21T10:00:00Z' },
  discovery: {
    short: [],
    long: ['discovery'],
    doc: 'On, as always',
    alwaysOn: 'an engine reads the servers that it serves.',
  },
  // Of orchestrator's binary: about its log, its backend and its nodes, or what Baton does anyway.
  withoutEffect: {
    short: [],
    long: [
      'quiet',
      'verbose',
      'debug',
      'stack',
      'skip-binlog-search',
      'skip-unresolve-check',
      'skip-continuous-registration',
      'enable-database-update',
      'ignore-raft-setup',
      'grab-election',
    ],
    doc: 'Taken from old scripts, and without effect',
  },
} satisfies Record<string, FlagDefinition>;

export type FlagName = keyof typeof FLAGS;

/** Flags that every command knows. */
export const EVERYWHERE: readonly FlagName[] = ['api', 'auth', 'header', 'port', 'help'];

export interface ParsedArguments {
  readonly flags: ReadonlyMap<FlagName, string>;
  readonly positionals: readonly string[];
}

const BY_LONG = new Map<string, FlagName>();
const BY_SHORT = new Map<string, FlagName>();
for (const [name, flag] of Object.entries(FLAGS) as [FlagName, FlagDefinition][]) {
  for (const long of flag.long) BY_LONG.set(long, name);
  for (const short of flag.short) BY_SHORT.set(short, name);
}

/**
 * Reads `--reason x`, `--reason=x`, `-reason x`, `-reason=x`, `-r x` and `-rx`, flags and words in any order. The last
 * one counts when a flag comes twice. After `--` everything is a word.
 * @throws UsageError for an unknown flag or a missing value
 */
export function parseArguments(argv: readonly string[]): ParsedArguments {
  const flags = new Map<FlagName, string>();
  const positionals: string[] = [];
  const rest = [...argv];
  for (let token = rest.shift(); token !== undefined; token = rest.shift()) {
    if (token === '--') {
      positionals.push(...rest.splice(0));
    } else if (!token.startsWith('-') || token === '-') {
      positionals.push(token);
    } else {
      const { name, attached } = readFlag(token);
      const value = readValue(token, name, attached, rest);
      if (value === null) flags.delete(name);
      else flags.set(name, value);
    }
  }
  return { flags, positionals };
}

function readFlag(token: string): { readonly name: FlagName; readonly attached: string | null } {
  const text = token.replace(/^--?/, '');
  const equals = text.indexOf('=');
  const long = BY_LONG.get(equals < 0 ? text : text.slice(0, equals));
  if (long !== undefined) return { name: long, attached: equals < 0 ? null : text.slice(equals + 1) };
  const short = token.startsWith('--') ? undefined : BY_SHORT.get(text.slice(0, 1));
  if (short === undefined || (!takesValue(short) && text.length > 1)) {
    throw new UsageError(`Unknown flag ${token}; 'baton help' lists the flags.`);
  }
  return { name: short, attached: text.length > 1 ? text.slice(1) : null };
}

/** @returns null for a switch that is turned off, as in `--force=false` */
function readValue(token: string, name: FlagName, attached: string | null, rest: string[]): string | null {
  if (!takesValue(name)) {
    if (attached === null || attached === 'true') return 'true';
    const { alwaysOn }: FlagDefinition = FLAGS[name];
    if (attached === 'false' && alwaysOn !== undefined) throw new UsageError(`${token} is not possible: ${alwaysOn}`);
    if (attached === 'false') return null;
    throw new UsageError(`The flag ${token} is true or false.`);
  }
  const value = attached ?? rest.shift();
  if (value === undefined) throw new UsageError(`The flag ${token} needs a value.`);
  return value;
}

function takesValue(name: FlagName): boolean {
  const flag: FlagDefinition = FLAGS[name];
  return flag.argument !== undefined;
}

/** A flag as help and messages show it: `-r, --reason TEXT`. */
export function flagText(name: FlagName): string {
  const { short, long, argument }: FlagDefinition = FLAGS[name];
  const names = [...short.map((one) => `-${one}`), ...long.map((one) => `--${one}`)].join(', ');
  return argument === undefined ? names : `${names} ${argument}`;
}
