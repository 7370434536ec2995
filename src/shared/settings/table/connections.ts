import { setting } from '../definition.ts';

const OWN_STATE = { ignored: 'Baton keeps its state in SQLite' };
const ONE_CONNECTION = {
  ignored: 'Baton keeps one connection to each server open, because its end is the first sign of a failure',
};
const BACKEND = { restart: true } as const;
const RESTART = { restart: true } as const;

/** The database for the tool's own state (configuration reference, section 3.3). */
export const BACKEND_SETTINGS = {
  BackendDB: setting('string', 'mysql', OWN_STATE, 'Kind of database for the own state.', BACKEND),
  SQLite3DataFile: setting('string', '', 'used', 'File that Baton keeps its state in.', BACKEND),
  SkipOrchestratorDatabaseUpdate: setting('bool', false, OWN_STATE, 'Leaves the own schema as it is.', BACKEND),
  PanicIfDifferentDatabaseDeploy: setting('bool', false, OWN_STATE, 'Refuses a schema of another version.', BACKEND),
  MySQLOrchestratorHost: setting('string', '', OWN_STATE, 'Host of the state database.', BACKEND),
  MySQLOrchestratorPort: setting('uint', 3306, OWN_STATE, 'Port of the state database.', BACKEND),
  MySQLOrchestratorDatabase: setting('string', '', OWN_STATE, 'Name of the state database.', BACKEND),
  MySQLOrchestratorUser: setting('string', '', OWN_STATE, 'User of the state database.', BACKEND),
  MySQLOrchestratorPassword: setting(
    'string',
    '',
    OWN_STATE,
    'Password of the state database; may name an environment variable.',
    {
      secret: true,
      restart: true,
    },
  ),
  MySQLOrchestratorCredentialsConfigFile: setting(
    'string',
    '',
    OWN_STATE,
    'INI file with user and password of the state database.',
    BACKEND,
  ),
  MySQLOrchestratorMaxPoolConnections: setting('int', 128, OWN_STATE, 'Connections to the state database.', BACKEND),
  MySQLOrchestratorReadTimeoutSeconds: setting('int', 30, OWN_STATE, 'Longest wait for the state database.', {
    unit: 'seconds',
    restart: true,
  }),
  MySQLOrchestratorRejectReadOnly: setting('bool', false, OWN_STATE, 'Refuses a read-only state database.', BACKEND),
  MySQLOrchestratorUseMutualTLS: setting('bool', false, OWN_STATE, 'Uses TLS to the state database.', BACKEND),
  MySQLOrchestratorSSLSkipVerify: setting('bool', false, OWN_STATE, 'Skips verifying the state database.', BACKEND),
  MySQLOrchestratorSSLPrivateKeyFile: setting('string', '', OWN_STATE, 'Client key for the state database.', BACKEND),
  MySQLOrchestratorSSLCertFile: setting('string', '', OWN_STATE, 'Certificate for the state database.', BACKEND),
  MySQLOrchestratorSSLCAFile: setting('string', '', OWN_STATE, 'Authority of the state database.', BACKEND),
  MySQLConnectTimeoutSeconds: setting('int', 2, 'used', 'Longest wait for a connection to a MySQL server.', {
    unit: 'seconds',
    min: 1,
    restart: true,
  }),
  MySQLConnectionLifetimeSeconds: setting('int', 0, ONE_CONNECTION, 'Age at which connections are renewed; 0 never.', {
    unit: 'seconds',
    restart: true,
  }),
};

/** Connections to the managed servers (configuration reference, section 3.4). */
export const TOPOLOGY_CONNECTION_SETTINGS = {
  MySQLTopologyUser: setting('string', '', 'used', 'User that Baton logs in to the managed servers with.'),
  MySQLTopologyPassword: setting('string', '', 'used', 'Password of that user; may name an environment variable.', {
    secret: true,
  }),
  MySQLTopologyCredentialsConfigFile: setting(
    'string',
    '',
    'used',
    'INI file whose [client] section holds user and password for the managed servers.',
  ),
  MySQLTopologyUseMutualTLS: setting('bool', false, 'used', 'Uses TLS to every managed server.', RESTART),
  MySQLTopologyUseMixedTLS: setting('bool', true, 'used', 'Uses TLS to the servers that require it.', RESTART),
  MySQLTopologySSLSkipVerify: setting('bool', false, 'used', "Doesn't verify the servers' certificates.", RESTART),
  MySQLTopologySSLPrivateKeyFile: setting('string', '', 'used', 'Client key for the managed servers.', RESTART),
  MySQLTopologySSLCertFile: setting('string', '', 'used', 'Client certificate for the managed servers.', RESTART),
  MySQLTopologySSLCAFile: setting('string', '', 'used', 'Authority of the managed servers.', RESTART),
  TLSCacheTTLFactor: setting(
    'uint',
    100,
    { ignored: 'Baton learns from each refused log-in whether a server wants TLS, and not by asking at intervals' },
    'How long it is remembered whether a server requires TLS, in poll intervals.',
    { unit: 'polls', restart: true },
  ),
  MySQLDiscoveryReadTimeoutSeconds: setting('int', 10, 'used', 'Longest wait for the answer to a poll.', {
    unit: 'seconds',
    min: 1,
  }),
  MySQLTopologyReadTimeoutSeconds: setting('int', 600, 'used', 'Longest wait for the answer to any other statement.', {
    unit: 'seconds',
    min: 1,
  }),
  DefaultInstancePort: setting('int', 3306, 'used', 'Port of a server that is named without one.', {
    min: 1,
    max: 65535,
  }),
};
