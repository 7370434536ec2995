import { setting } from '../definition.ts';

const RESTART = { restart: true } as const;
const NO_AGENTS = { ignored: 'Baton works without agents on the database hosts' };

/** The quorum (configuration reference, section 3.10). */
export const RAFT_SETTINGS = {
  RaftEnabled: setting('bool', false, 'not-used-yet', 'Runs several peers as one quorum.', RESTART),
  RaftBind: setting('string', '127.0.0.1:10008', 'not-used-yet', 'Own host[:port] in the quorum.', RESTART),
  RaftAdvertise: setting('string', '', 'not-used-yet', 'Address for the peers; empty is RaftBind.', RESTART),
  RaftDataDir: setting('string', '', 'not-used-yet', "Folder for the quorum's log.", RESTART),
  DefaultRaftPort: setting('int', 10_008, 'not-used-yet', 'Port of quorum members named without one.', RESTART),
  RaftNodes: setting('string[]', [], 'not-used-yet', 'All members of the quorum, this one included.', RESTART),
  ExpectFailureAnalysisConcensus: setting(
    'bool',
    true,
    { ignored: 'the predecessor read it without ever using it' },
    'Has members agree on an analysis.',
  ),
};

/** Key-value stores (configuration reference, section 3.11). */
export const KEY_VALUE_SETTINGS = {
  KVClusterMasterPrefix: setting('string', 'mysql/master', 'used', 'Prefix of the keys that name a source.'),
  ConsulAddress: setting('string', '', 'used', 'Address, host:port, of Consul; empty for none.', RESTART),
  ConsulScheme: setting('string', 'http', 'used', 'Scheme of the Consul address: http or https.', RESTART),
  ConsulAclToken: setting('string', '', 'used', 'Access token for Consul.', { secret: true, restart: true }),
  ConsulCrossDataCenterDistribution: setting('bool', false, 'used', 'Writes to all Consul data centers.'),
  ConsulKVStoreProvider: setting(
    'string',
    'consul',
    'used',
    'How Consul is written to: consul or consul-txn.',
    RESTART,
  ),
  ConsulMaxKVsPerTransaction: setting('int', 5, 'used', 'Keys in one Consul transaction, 5 to 64.', RESTART),
  ZkAddress: setting('string', '', 'used', 'ZooKeeper servers, separated by commas.', RESTART),
};

/** Agents (configuration reference, section 3.12). */
export const AGENT_SETTINGS = {
  ServeAgentsHttp: setting('bool', false, NO_AGENTS, 'Runs the listener for agents.', RESTART),
  AgentsServerPort: setting('string', ':3001', NO_AGENTS, 'Address of that listener.', RESTART),
  AgentsUseSSL: setting('bool', false, NO_AGENTS, 'Uses TLS with agents.', RESTART),
  AgentsUseMutualTLS: setting('bool', false, NO_AGENTS, 'Asks agents for certificates.', RESTART),
  AgentSSLSkipVerify: setting('bool', false, NO_AGENTS, 'Skips verifying agents.', RESTART),
  AgentSSLPrivateKeyFile: setting('string', '', NO_AGENTS, 'Private key for agents.', RESTART),
  AgentSSLCertFile: setting('string', '', NO_AGENTS, 'Certificate for agents.', RESTART),
  AgentSSLCAFile: setting('string', '', NO_AGENTS, 'Authority for agents.', RESTART),
  AgentSSLValidOUs: setting('string[]', [], NO_AGENTS, 'Organizational units accepted from agents.', RESTART),
  AgentPollMinutes: setting('uint', 60, NO_AGENTS, 'How often agents are asked.', { unit: 'minutes', restart: true }),
  UnseenAgentForgetHours: setting('uint', 6, NO_AGENTS, 'Age at which an unseen agent is forgotten.', {
    unit: 'hours',
    restart: true,
  }),
  StaleSeedFailMinutes: setting('uint', 60, NO_AGENTS, 'Time after which a stalled seed fails.', {
    unit: 'minutes',
    restart: true,
  }),
  SeedAcceptableBytesDiff: setting('int', 8192, NO_AGENTS, 'Difference in size that a seed may have.', {
    unit: 'bytes',
    restart: true,
  }),
  SeedWaitSecondsBeforeSend: setting('int', 2, NO_AGENTS, 'Pause before a seed is sent.', {
    unit: 'seconds',
    restart: true,
  }),
};

/** Added by Percona's fork (configuration reference, section 6). */
export const FORK_SETTINGS = {
  MySQLTopologyMaxAllowedPacket: setting(
    'int',
    -1,
    { ignored: 'Baton sets no packet limit of its own; that of the server holds' },
    'Packet limit towards managed servers.',
    { unit: 'bytes', restart: true },
  ),
  MySQLOrchestratorMaxAllowedPacket: setting(
    'int',
    -1,
    { ignored: 'Baton keeps its state in SQLite' },
    'Packet limit towards the state database.',
    { unit: 'bytes', restart: true },
  ),
  DeadInstancePollSecondsMultiplyFactor: setting(
    'float',
    1,
    'used',
    'Factor by which the poll interval of a dead instance grows with each failure; 1 for no growth.',
  ),
  DeadInstancePollSecondsMax: setting('uint', 300, 'used', 'Longest poll interval of a dead instance.', {
    unit: 'seconds',
  }),
  DeadInstanceDiscoveryMaxConcurrency: setting(
    'uint',
    0,
    'used',
    'How many dead instances are polled at the same time; 0 for no limit of their own.',
  ),
  DeadInstanceDiscoveryLogsEnabled: setting(
    'bool',
    false,
    { ignored: 'the log says when a server stops to answer and when it answers again, and not each attempt between' },
    'Logs polls of dead instances.',
  ),
  LowerReplicaVersionAllowed: setting('bool', false, 'used', 'Lets a replica have the older major version.'),
  DiscoveryIgnoreReplicationUsernameFilters: setting(
    'string[]',
    [],
    'used',
    'Replication users whose replicas are not discovered.',
    { pattern: 'regex' },
  ),
  EnableDiscoveryFiltersLogs: setting('bool', true, 'used', 'Logs instances skipped by a filter.'),
  PrependMessagesWithOrcIdentity: setting(
    'string',
    '',
    'used',
    'Puts a name before messages of the HTTP service: none, FQDN, hostname or custom.',
  ),
  CustomOrcIdentity: setting('string', '', 'used', 'That name, for custom.'),
};
