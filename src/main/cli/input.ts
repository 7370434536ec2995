import { isIPv6 } from 'node:net';
import { parseKey } from '../../shared/domain/instance-key.ts';
import { UsageError } from '../client/client-error.ts';
import { FLAGS, type FlagDefinition, type FlagName } from './flags.ts';

const DEFAULT_PORT = 3306;

/** What a command was given, in the forms in which paths need it. Every reader throws UsageError when it's missing. */
export class Input {
  readonly #command: string;
  readonly #flags: ReadonlyMap<FlagName, string>;
  readonly #defaultOwner: () => string;

  constructor(command: string, flags: ReadonlyMap<FlagName, string>, defaultOwner: () => string) {
    this.#command = command;
    this.#flags = flags;
    this.#defaultOwner = defaultOwner;
  }

  /** The flag's text; empty when it wasn't given. */
  optional(name: FlagName): string {
    return this.#flags.get(name)?.trim() ?? '';
  }

  required(name: FlagName): string {
    const value = this.optional(name);
    if (value !== '') return value;
    const { short, long, argument }: FlagDefinition = FLAGS[name];
    const flag = short[0] === undefined ? `--${long[0]}` : `-${short[0]}`;
    throw new UsageError(`${this.#command} needs ${flag} ${argument ?? ''}; see 'baton ${this.#command} --help'.`);
  }

  /** Whether a flag without an argument was given. */
  has(name: FlagName): boolean {
    return this.#flags.has(name);
  }

  /** `host/port` of `-i`. */
  instance(): string {
    return this.#hostAndPort('instance');
  }

  /** `host/port` of `-d`. */
  destination(): string {
    return this.#hostAndPort('destination');
  }

  hasDestination(): boolean {
    return this.optional('destination') !== '';
  }

  /** The cluster of `-a`, else what `-i` names, left to the engine to make out. */
  cluster(): string {
    const hint = this.optional('alias') || this.optional('instance');
    if (hint === '') throw new UsageError(`${this.#command} needs a cluster: -a ALIAS, or -i HOST[:PORT] of a member.`);
    return encode(hint);
  }

  hasCluster(): boolean {
    return this.optional('alias') !== '' || this.optional('instance') !== '';
  }

  owner(): string {
    return this.optional('owner') || this.#defaultOwner();
  }

  #hostAndPort(name: FlagName): string {
    const text = this.required(name);
    const key = parseKey(text, this.#defaultPort());
    if (key === null || (key.hostname.includes(':') && !isIPv6(key.hostname)))
      throw new UsageError(`"${text}" is no instance; write host:port, with a port from 1 to 65535.`);
    return `${encode(key.hostname)}/${key.port}`;
  }

  #defaultPort(): number {
    const text = this.optional('port');
    if (text === '') return DEFAULT_PORT;
    const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    if (port < 1 || port > 65535) throw new UsageError(`"${text}" is no port; it is a number from 1 to 65535.`);
    return port;
  }
}

export function encode(text: string): string {
  return encodeURIComponent(text);
}
