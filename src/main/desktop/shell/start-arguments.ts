import { parseArgs } from 'node:util';
import { UsageError } from '../../client/client-error.ts';
import { LINK_SCHEME } from './deep-link.ts';

/** What the program was started with, or what a second start of it hands over to the first. */
export interface StartArguments {
  /** Addresses of engines apart by spaces; empty for none. */
  readonly engine: string;
  /** The engine's configuration file; empty for none. */
  readonly config: string;
  readonly links: readonly string[];
  /** Recovery files to open. */
  readonly files: readonly string[];
}

/**
 * Reads the program's arguments; those that aren't the console's own are Chromium's.
 * @param args without the program itself, and without the folder that it was started from in development
 * @throws UsageError for a flag without its value
 */
export function startArguments(args: readonly string[]): StartArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { engine: { type: 'string' }, config: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  });
  return {
    engine: text('--engine', values.engine, 'the address of an engine: --engine http://host:port'),
    config: text('--config', values.config, 'a file: --config /path/baton.conf.json'),
    links: positionals.filter((one) => one.startsWith(`${LINK_SCHEME}://`)),
    files: positionals.filter((one) => /\.(json\.gz|baton-recovery)$/i.test(one)),
  };
}

function text(name: string, value: string | boolean | undefined, wanted: string): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean' || value.trim() === '') throw new UsageError(`${name} needs ${wanted}`);
  return value.trim();
}
