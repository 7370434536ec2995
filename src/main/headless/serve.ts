import { join } from 'node:path';
import { BatonError, EXIT_CODES } from '../../shared/errors/baton-error.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { configurationFiles, findingText } from '../adapters/config/configuration-files.ts';
import { loadWithKeychain } from '../adapters/config/keychain-lookup.ts';
import type { LoadedConfiguration } from '../adapters/config/load-configuration.ts';
import { type BoundAddress, createHttpServer } from '../adapters/http/http-server.ts';
import { createLog } from '../adapters/runtime/log.ts';
import { composeEngine } from '../compose.ts';
import { openAccounts, openSecrets } from '../compose-credentials.ts';
import type { Log } from '../engine/ports/runtime.ts';
import type { Engine } from '../engine/services/engine.ts';
import { batonHome } from '../home.ts';
import { dataFolderOf } from './data-folder.ts';

export interface ServeOptions {
  /** Only this file is read; else the usual places are looked at. */
  readonly config?: string;
  /** `host:port`, `:port` for all interfaces, or `unix:/path`; beats the configuration. */
  readonly listen?: string;
  /** Folder of the database; made when it doesn't exist. */
  readonly dataDir?: string;
  /** False for an engine that listens nowhere. */
  readonly door?: boolean;
}

/**
 * Runs an engine with its HTTP door until it gets SIGINT or SIGTERM.
 * @returns the exit code: 0 after an orderly stop, 2 for a configuration and 3 for a data folder that can't be used
 */
export async function serve(options: ServeOptions): Promise<number> {
  try {
    return await run(options);
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    process.stderr.write(`baton: ${error.text}\n`);
    return EXIT_CODES[error.code];
  }
}

async function run(options: ServeOptions): Promise<number> {
  const { env } = process;
  const secrets = openSecrets(env, false);
  const loaded = await loadWithKeychain({ ...(options.config ? { configFile: options.config } : {}), env }, secrets);
  tellFindings(loaded);
  if (!loaded.ok) return EXIT_CODES.configuration;
  const { settings } = loaded;
  let inForce = (): Settings => settings;
  const log = createLog({ debug: () => inForce().Debug });
  const dataFolder = dataFolderOf(options.dataDir, settings);
  const accounts = await openAccounts({ settings, dataFolder, env, secrets });
  const configuration = configurationFiles({
    files: loaded.files,
    origins: loaded.sources,
    env,
    keychain: secrets,
    credentials: { read: accounts.file.read, use: accounts.use },
  });
  const { engine, exposition, credentials, close } = composeEngine({
    settings,
    dataFolder,
    log,
    configuration,
    accounts,
  });
  inForce = () => engine.settings;
  const http = createHttpServer({ engine, settings, log, dataFolder, exposition, credentials, ...pageFolder() });
  const ended = endSignal();
  const stopListening = onHangUp(() => reload(engine, log));
  try {
    const place = options.door === false ? 'nothing' : placeOf(await http.listen(listenAddress(options, settings)));
    log.info('http.listening', `Baton listens on ${place}; its data is in ${dataFolder}.`);
    await engine.start();
    const signal = await ended;
    log.info('engine.stopping', `${signal}: Baton stops.`);
  } finally {
    stopListening();
    await http.close();
    await close();
  }
  log.info('engine.stopped', 'Baton has stopped.');
  return 0;
}

function tellFindings(loaded: LoadedConfiguration): void {
  for (const each of loaded.findings) process.stderr.write(`baton: ${each.level}: ${findingText(each)}\n`);
  if (loaded.ok && loaded.files.length > 0)
    process.stderr.write(`baton: configuration read from ${loaded.files.join(', ')}\n`);
}

function placeOf(bound: BoundAddress): string {
  return bound.kind === 'tcp' ? `${bound.host}:${bound.port}` : bound.path;
}

/** Where the build puts the console's page. */
function pageFolder(): { readonly pageFolder?: string } {
  const home = batonHome();
  return home === null ? {} : { pageFolder: join(home.folder, 'out', 'renderer') };
}

function listenAddress(options: ServeOptions, { ListenSocket, ListenAddress }: Settings): string {
  return options.listen ?? (ListenSocket === '' ? ListenAddress : `unix:${ListenSocket}`);
}

/** SIGHUP means what it means to other servers: read the configuration again. It never ends Baton. */
async function reload(engine: Engine, log: Log): Promise<void> {
  try {
    const { message, warnings } = await engine.reloadConfiguration(null, 'SIGHUP');
    for (const warning of warnings) log.warn('configuration.warning', warning);
    log.info('configuration.reloaded', message);
  } catch (error) {
    const reason = error instanceof BatonError ? error.text : String(error);
    log.error('configuration.not-reloaded', reason);
  }
}

/** @returns what takes the listener away */
function onHangUp(listener: () => Promise<void>): () => void {
  const listen = (): void => void listener();
  process.on('SIGHUP', listen);
  return () => process.off('SIGHUP', listen);
}

function endSignal(): Promise<string> {
  return new Promise((settled) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => settled(signal));
  });
}
