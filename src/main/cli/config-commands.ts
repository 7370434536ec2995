import { UsageError } from '../client/client-error.ts';
import { ask } from './api-client.ts';
import type { Command, CommandCall } from './command.ts';

/** Loaded at use only: these commands need the settings table, and no engine. */
const configuration = () => import('../headless/configuration.ts');

/** Checking, importing and showing configuration files; none of these needs an engine. */
export const CONFIG_COMMANDS: readonly Command[] = [
  {
    name: 'config check',
    group: 'Engine',
    summary: 'Say what is wrong with a configuration, or worth knowing; with --api, whether its filters match clusters',
    flags: [],
    optional: ['config'],
    word: 'config',
    example: 'baton config check /etc/baton.conf.json',
    run: check,
  },
  {
    name: 'config show',
    group: 'Engine',
    summary: 'Print the values in force and where each comes from, secrets masked',
    flags: [],
    optional: ['config', 'all', 'json'],
    word: 'config',
    example: 'baton config show /etc/baton.conf.json --all',
    run: show,
  },
  {
    name: 'config import',
    group: 'Engine',
    summary: "Make a configuration of Baton's own from orchestrator's, with its passwords moved out",
    flags: ['config'],
    optional: ['out', 'secrets', 'force'],
    word: 'config',
    example: 'baton config import /etc/orchestrator.conf.json --out /etc/baton.conf.json',
    run: importFile,
  },
  {
    name: 'dump-config',
    group: 'Engine',
    summary: 'Print the values in force as one line of JSON, secrets masked',
    flags: [],
    optional: ['config'],
    word: 'config',
    example: 'baton dump-config',
    run: dump,
  },
];

function fileOf({ input }: CommandCall): string | null {
  return input.optional('config') || null;
}

async function keychain({ io }: CommandCall) {
  const { keychainOf } = await import('../headless/credentials.ts');
  return keychainOf(io.env, io.error.isTty);
}

async function check(call: CommandCall): Promise<number> {
  const { checkConfiguration } = await configuration();
  const clusters = call.input.optional('api') === '' ? null : await knownClusters(call);
  return checkConfiguration(fileOf(call), call.io.env, clusters, call.io, await keychain(call));
}

async function knownClusters({ endpoint }: CommandCall) {
  const { payload } = await ask(await endpoint(), 'clusters-info');
  const rows: readonly unknown[] = Array.isArray(payload) ? payload : [];
  return rows.flatMap((row) => {
    if (typeof row !== 'object' || row === null || !('ClusterName' in row)) return [];
    const alias = 'ClusterAlias' in row ? String(row.ClusterAlias) : '';
    return [{ name: String(row.ClusterName), alias }];
  });
}

async function show(call: CommandCall): Promise<number> {
  const { showConfiguration } = await configuration();
  const { input, io } = call;
  return showConfiguration({ file: fileOf(call), all: input.has('all'), json: input.has('json') }, io.env, io);
}

async function dump(call: CommandCall): Promise<number> {
  const { dumpConfiguration } = await configuration();
  return dumpConfiguration(fileOf(call), call.io.env, call.io);
}

async function importFile(call: CommandCall): Promise<number> {
  const { input, io } = call;
  const form = input.optional('secrets') || null;
  if (form !== null && form !== 'keychain' && form !== 'environment' && form !== 'file') {
    throw new UsageError(`--to is keychain, environment or file, and not "${form}".`);
  }
  const { importConfiguration } = await import('../headless/import-configuration.ts');
  const out = input.optional('out') || null;
  const force = input.has('force');
  const file = input.required('config');
  return importConfiguration({ file, out, form, force }, io.env, io, await keychain(call));
}
