import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { BatonError } from '../shared/errors/baton-error.ts';
import { compilePattern } from '../shared/settings/go-pattern.ts';
import type { Settings } from '../shared/settings/settings.ts';
import { createHookRunner } from './adapters/hooks/hook-runner.ts';
import { createMysqlAdapter } from './adapters/mysql/mysql-adapter.ts';
import type { ReadSettings, TlsOptions } from './adapters/mysql/options.ts';
import { packRecovery } from './adapters/recovery-file/recovery-archive.ts';
import { createHostResolver } from './adapters/resolve/host-resolver.ts';
import { systemClock, systemRandom } from './adapters/runtime/clock.ts';
import { SqliteStore } from './adapters/sqlite/sqlite-store.ts';
import { BatonEngine } from './engine/baton-engine.ts';
import type { Log } from './engine/ports/runtime.ts';
import { batonHome } from './home.ts';
import { batonVersion } from './version.ts';

export interface EngineOptions {
  readonly settings: Settings;
  readonly dataFolder: string;
  readonly log: Log;
  /** Names of environment variables that hold passwords; hooks don't get to see them. */
  readonly secretEnvironment?: readonly string[];
}

export interface ComposedEngine {
  readonly engine: BatonEngine;
  /** Stops the engine and closes what it was built from. */
  readonly close: () => Promise<void>;
}

const TOKEN_BYTES = 32;

/**
 * Builds an engine from settings and the real adapters.
 * @throws BatonError when the data folder or a file named in the settings can't be used
 */
export function composeEngine({ settings, dataFolder, log, secretEnvironment = [] }: EngineOptions): ComposedEngine {
  const store = SqliteStore.open({ dataFolder, ...schemaFolder() });
  try {
    const mysql = createMysqlAdapter({
      credentials: { user: settings.MySQLTopologyUser, password: settings.MySQLTopologyPassword },
      tls: tlsOptions(settings),
      connectTimeoutMs: settings.MySQLConnectTimeoutSeconds * 1000,
      settings: () => readSettings(settings),
      replicationCredentials: () => Promise.resolve(null),
      resolver: createHostResolver({
        method: settings.HostnameResolveMethod,
        expiryMs: settings.ExpiryHostnameResolvesMinutes * 60_000,
        clock: systemClock,
        log,
      }),
      clock: systemClock,
      log,
    });
    const hooks = createHookRunner({
      shell: settings.ProcessesShellCommand,
      timeoutMs: settings.BatonHookTimeoutSeconds * 1000,
      outputLimitBytes: settings.BatonHookOutputLimitBytes,
      secretEnvironment,
    });
    const node = { hostname: hostname(), token: systemRandom.hex(TOKEN_BYTES), version: batonVersion() };
    const engine = new BatonEngine({
      settings,
      node,
      store,
      mysql,
      hooks,
      clock: systemClock,
      random: systemRandom,
      log,
      packRecovery,
    });
    return {
      engine,
      close: async () => {
        await engine.stop();
        hooks.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
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

function pem(file: string, setting: string): string | null {
  if (file === '') return null;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BatonError('configuration', `${setting}: ${file} can't be read: ${reason}`, { cause: error });
  }
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
