import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { BatonError } from '../shared/errors/baton-error.ts';
import { reasonOf } from '../shared/errors/reason-of.ts';
import { compilePattern } from '../shared/settings/go-pattern.ts';
import { secretValues } from '../shared/settings/mask.ts';
import type { Settings } from '../shared/settings/settings.ts';
import { auditSinks } from './adapters/audit/audit-sinks.ts';
import { createHookRunner, type HookRunnerOptions } from './adapters/hooks/hook-runner.ts';
import { keyValueStores } from './adapters/kv/stores.ts';
import { graphiteTarget, startGraphite } from './adapters/metrics/graphite.ts';
import { prometheusExposition } from './adapters/metrics/prometheus.ts';
import { MetadataDatabase, type MetadataTarget } from './adapters/mysql/metadata-database.ts';
import { createMysqlAdapter } from './adapters/mysql/mysql-adapter.ts';
import type { ReadSettings, TlsOptions } from './adapters/mysql/options.ts';
import { packRecovery, unpackRecovery } from './adapters/recovery-file/recovery-archive.ts';
import { createAddressBook } from './adapters/resolve/host-addresses.ts';
import { createHostResolver } from './adapters/resolve/host-resolver.ts';
import { systemClock, systemRandom } from './adapters/runtime/clock.ts';
import { SqliteStore } from './adapters/sqlite/sqlite-store.ts';
import { type Accounts, credentialService, logInOptions } from './compose-credentials.ts';
import { BatonEngine } from './engine/baton-engine.ts';
import { clusterOf } from './engine/credentials/cluster-of.ts';
import type { EngineParts } from './engine/engine-parts.ts';
import { metricsSource } from './engine/metrics/metrics-source.ts';
import type { ConfigurationPort } from './engine/ports/configuration.ts';
import type { Exposition } from './engine/ports/metrics.ts';
import type { Log } from './engine/ports/runtime.ts';
import type { Credentials } from './engine/services/credentials.ts';
import { referenceMetrics } from './engine/services/reference-metrics.ts';
import { batonHome } from './home.ts';
import { batonVersion } from './version.ts';

export interface EngineOptions {
  readonly settings: Settings;
  readonly dataFolder: string;
  readonly log: Log;
  /** Where the settings can be read again. */
  readonly configuration?: ConfigurationPort;
  /** The accounts of groups of servers; without it, the settings' account is for all. */
  readonly accounts?: Accounts;
  /** Stands between the engine and its neighbours, as to break them; by default nothing does. */
  readonly between?: (neighbours: Neighbours) => Neighbours;
}

/** What the engine touches the world through. */
export type Neighbours = Pick<EngineParts, 'store' | 'mysql' | 'hooks'>;

export interface ComposedEngine {
  readonly engine: BatonEngine;
  /** What it measures, for Prometheus. */
  readonly exposition: Exposition;
  /** Shows and changes the accounts that it was given; null without any. */
  readonly credentials: Credentials | null;
  /** Stops the engine and closes what it was built from. */
  readonly close: () => Promise<void>;
}

const TOKEN_BYTES = 32;
/** What a file that somebody sends may grow to, in bytes: it is read between two ticks of an engine that watches servers. */
const MOST_OF_A_SENT_FILE = 96 * 1024 * 1024;

/**
 * Builds an engine from settings and the real adapters.
 * @throws BatonError when the data folder or a file named in the settings can't be used
 */
export function composeEngine({
  settings,
  dataFolder,
  log,
  configuration,
  accounts,
  between = (neighbours) => neighbours,
}: EngineOptions): ComposedEngine {
  // A reload replaces the settings: whoever can use new values asks for them each time.
  let engine: BatonEngine;
  const inForce = (): Settings => engine.settings;
  const store = SqliteStore.open({ dataFolder, ...schemaFolder() });
  try {
    const names = createHostResolver({
      method: settings.HostnameResolveMethod,
      expiryMs: settings.ExpiryHostnameResolvesMinutes * 60_000,
      rejectPattern: () => pattern(inForce().RejectHostnameResolvePattern),
      clock: systemClock,
      log,
    });
    const metadata = new MetadataDatabase({
      target: () => metadataTarget(inForce()),
      tls: tlsOptions(settings),
      connectTimeoutMs: settings.MySQLConnectTimeoutSeconds * 1000,
      clock: systemClock,
      log,
    });
    const logIn = logInOptions(inForce, tlsOptions(settings), accounts);
    const mysql = createMysqlAdapter({
      metadata,
      credentials: logIn.credentials,
      tls: logIn.tls,
      connectTimeoutMs: settings.MySQLConnectTimeoutSeconds * 1000,
      settings: readSettingsOf(inForce),
      replicationCredentials: () => Promise.resolve(null),
      resolver: names,
      clock: systemClock,
      log,
    });
    const hooks = createHookRunner(hookOptions(inForce, accounts));
    const auditSink = auditSinks(inForce, log);
    const node = { hostname: hostname(), token: systemRandom.hex(TOKEN_BYTES), version: batonVersion() };
    engine = new BatonEngine({
      settings,
      ...(configuration === undefined ? {} : { configuration }),
      node,
      ...between({ store, mysql, hooks }),
      connectAs: mysql.connectAs,
      names,
      clock: systemClock,
      random: systemRandom,
      log,
      auditSink,
      packRecovery,
      unpackRecovery: (bytes, name) => unpackRecovery(bytes, name, MOST_OF_A_SENT_FILE),
      keyValueStores: keyValueStores(settings),
      addresses: createAddressBook({ clock: systemClock, log }),
    });
    accounts?.book.locateBy((key) => clusterOf(engine.topology(), key));
    const credentials = accounts === undefined ? null : credentialService({ accounts, engine, logIn, inForce });
    const stopSending = sendMetrics(engine, log);
    return {
      engine,
      exposition: prometheusExposition(metricsSource(engine, systemClock)),
      credentials,
      close: async () => {
        stopSending();
        await engine.stop();
        hooks.close();
        await auditSink.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** To Graphite, where the settings want that. @returns what ends it */
function sendMetrics(engine: BatonEngine, log: Log): () => void {
  const target = graphiteTarget(engine.settings, engine.node.hostname, log);
  if (target === null) return () => undefined;
  const metrics = () => referenceMetrics(engine, systemClock.nowMs());
  return startGraphite(target, { metrics, clock: systemClock, log }).close;
}

/** Asked at each hook. Variables that hold one of Baton's own passwords are kept from hooks. */
function hookOptions(inForce: () => Settings, accounts: Accounts | undefined): HookRunnerOptions {
  return {
    get shell() {
      return inForce().ProcessesShellCommand;
    },
    get timeoutMs() {
      return inForce().BatonHookTimeoutSeconds * 1000;
    },
    get outputLimitBytes() {
      return inForce().BatonHookOutputLimitBytes;
    },
    get secretEnvironment() {
      const secrets = new Set([...secretValues(inForce()), ...(accounts?.book.secrets() ?? [])]);
      return Object.entries(process.env).flatMap(([name, value]) => (secrets.has(value ?? '') ? [name] : []));
    },
  };
}

function tlsOptions(settings: Settings): TlsOptions {
  const mode = settings.MySQLTopologyUseMutualTLS ? 'always' : settings.MySQLTopologyUseMixedTLS ? 'mixed' : 'off';
  const ca = pem(settings.MySQLTopologySSLCAFile, 'MySQLTopologySSLCAFile');
  const cert = pem(settings.MySQLTopologySSLCertFile, 'MySQLTopologySSLCertFile');
  const key = pem(settings.MySQLTopologySSLPrivateKeyFile, 'MySQLTopologySSLPrivateKeyFile');
  return {
    mode,
    skipVerify: settings.MySQLTopologySSLSkipVerify,
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
  };
}

/** Without a user of its own, Baton's account for the managed servers is good for the metadata, too. */
function metadataTarget(settings: Settings): MetadataTarget | null {
  if (settings.MetaDBHost === '') return null;
  const own = settings.MetaDBUser !== '';
  return {
    key: { hostname: settings.MetaDBHost, port: settings.MetaDBPort },
    database: settings.MetaDBName,
    credentials: {
      user: own ? settings.MetaDBUser : settings.MySQLTopologyUser,
      password: own ? settings.MetaDBPassword : settings.MySQLTopologyPassword,
    },
  };
}

function pem(file: string, setting: string): string | null {
  if (file === '') return null;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = reasonOf(error);
    throw new BatonError('configuration', `${setting}: ${file} can't be read: ${reason}`, { cause: error });
  }
}

/** The part that polls need, made once for each settings that came into force. */
function readSettingsOf(inForce: () => Settings): () => ReadSettings {
  let made: { readonly of: Settings; readonly as: ReadSettings } | null = null;
  return () => {
    const settings = inForce();
    if (made?.of !== settings) made = { of: settings, as: readSettings(settings) };
    return made.as;
  };
}

function readSettings(settings: Settings): ReadSettings {
  return {
    ownNameFrom: settings.MySQLHostnameResolveMethod,
    discoverByShowReplicas: settings.DiscoverByShowSlaveHosts,
    replicationLagQuery: settings.ReplicationLagQuery,
    detectClusterAliasQuery: settings.DetectClusterAliasQuery,
    detectClusterDomainQuery: settings.DetectClusterDomainQuery,
    detectInstanceAliasQuery: settings.DetectInstanceAliasQuery,
    detectPromotionRuleQuery: settings.DetectPromotionRuleQuery,
    detectDataCenterQuery: settings.DetectDataCenterQuery,
    detectRegionQuery: settings.DetectRegionQuery,
    detectPhysicalEnvironmentQuery: settings.DetectPhysicalEnvironmentQuery,
    detectSemiSyncEnforcedQuery: settings.DetectSemiSyncEnforcedQuery,
    detectPseudoGtidQuery: settings.DetectPseudoGTIDQuery,
    replicationCredentialsQuery: settings.ReplicationCredentialsQuery,
    dataCenterPattern: pattern(settings.DataCenterPattern),
    regionPattern: pattern(settings.RegionPattern),
    physicalEnvironmentPattern: pattern(settings.PhysicalEnvironmentPattern),
  };
}

/** Patterns were checked when the configuration was read. */
function pattern(source: string): RegExp | null {
  if (source === '') return null;
  const compiled = compilePattern(source);
  return compiled.ok ? compiled.regexp : null;
}

/** Named for the sake of the bundle, where the store's own place says nothing about where its schema is. */
function schemaFolder(): { readonly schemaFolder?: string } {
  const home = batonHome();
  return home === null ? {} : { schemaFolder: join(home.folder, 'resources', 'schema') };
}
