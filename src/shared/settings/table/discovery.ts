import { setting } from '../definition.ts';

const NO_QUEUE = { ignored: 'every instance is polled by a watcher of its own, and waits in no queue' };
const NO_CHECK = { ignored: 'Baton tells a MaxScale from its version string, which it reads anyway' };
const IN_MEMORY = { ignored: 'Baton works from memory and always writes its state behind in batches' };

/** Finding and polling instances (configuration reference, section 3.5). */
export const DISCOVERY_SETTINGS = {
  InstancePollSeconds: setting('uint', 5, 'used', 'How often each instance is polled.', {
    unit: 'seconds',
    min: 1,
    max: 86_400,
  }),
  ReasonableInstanceCheckSeconds: setting('uint', 1, 'used', 'Extra time before a poll without answer counts.', {
    unit: 'seconds',
  }),
  DiscoverByShowSlaveHosts: setting('bool', false, 'used', 'Finds replicas by the list of registered replicas first.'),
  DiscoverySeeds: setting('string[]', [], 'used', 'Instances, host:port, that are discovered at start.', {
    restart: true,
  }),
  DiscoveryMaxConcurrency: setting('uint', 300, 'used', 'How many instances are polled at the same time.', {
    min: 1,
  }),
  DiscoveryQueueCapacity: setting('uint', 100_000, NO_QUEUE, 'How many instances may wait for a poll.', {
    restart: true,
  }),
  DiscoveryQueueMaxStatisticsSize: setting(
    'int',
    120,
    'used',
    'How many samples of the queue are kept, one a second.',
    {
      restart: true,
    },
  ),
  DiscoveryCollectionRetentionSeconds: setting('uint', 120, 'used', 'How long samples of polls are kept.', {
    unit: 'seconds',
  }),
  DiscoveryIgnoreReplicaHostnameFilters: setting('string[]', [], 'used', 'Hosts that are not followed as replicas.', {
    pattern: 'host',
  }),
  DiscoveryIgnoreMasterHostnameFilters: setting('string[]', [], 'used', 'Hosts that are not followed as sources.', {
    pattern: 'host',
  }),
  DiscoveryIgnoreHostnameFilters: setting('string[]', [], 'used', 'Hosts that are never polled.', { pattern: 'host' }),
  SkipMaxScaleCheck: setting('bool', true, NO_CHECK, 'Never tests whether a server is a MaxScale binlog server.'),
  UnseenInstanceForgetHours: setting('uint', 240, 'used', 'Age at which an instance that stays unseen is forgotten.', {
    unit: 'hours',
    min: 1,
  }),
  SnapshotTopologiesIntervalHours: setting('uint', 0, 'used', 'How often topologies are archived; 0 never.', {
    unit: 'hours',
    restart: true,
  }),
  BufferInstanceWrites: setting('bool', false, IN_MEMORY, 'Writes polled facts to the database in batches.'),
  InstanceWriteBufferSize: setting('int', 100, IN_MEMORY, 'Instances in one such batch.'),
  InstanceFlushIntervalMilliseconds: setting('int', 100, IN_MEMORY, 'Longest time before such a batch is written.', {
    unit: 'milliseconds',
  }),
  InstanceBulkOperationsWaitTimeoutSeconds: setting('uint', 10, 'used', 'Longest wait for one replica among many.', {
    unit: 'seconds',
  }),
  MaxConcurrentReplicaOperations: setting('int', 5, 'used', 'How many replicas are worked on at the same time.', {
    min: 1,
  }),
  UseSuperReadOnly: setting('bool', false, 'used', 'Sets super_read_only together with read_only.'),
  ReplicationLagQuery: setting('string', '', 'used', 'Query that answers with one number, the lag in seconds.'),
  SlaveLagQuery: setting('string', '', 'used', 'Older name of ReplicationLagQuery.'),
  ReplicationCredentialsQuery: setting(
    'string',
    '',
    'used',
    'Query that answers with replication user, password and optionally TLS authority, certificate and key.',
    { secret: 'literals' },
  ),
  ReasonableReplicationLagSeconds: setting('int', 10, 'used', 'Lag above which a replica is a problem.', {
    unit: 'seconds',
    min: 0,
  }),
  ReasonableMaintenanceReplicationLagSeconds: setting('int', 20, 'used', 'Lag above which a replica is not moved.', {
    unit: 'seconds',
    min: 0,
  }),
  ProblemIgnoreHostnameFilters: setting('string[]', [], 'used', 'Hosts that are left out of the list of problems.', {
    pattern: 'host',
  }),
  VerifyReplicationFilters: setting('bool', false, 'used', 'Respects replication filters when moving.'),
  OSCIgnoreHostnameFilters: setting('string[]', [], 'used', 'Hosts left out of schema change replica lists.', {
    pattern: 'host',
  }),
};

/** Names of hosts (configuration reference, section 3.6). */
export const RESOLVE_SETTINGS = {
  HostnameResolveMethod: setting(
    'string',
    'default',
    'used',
    'How host names are resolved: none, default, cname, ip.',
    {
      restart: true,
    },
  ),
  MySQLHostnameResolveMethod: setting('string', '@@hostname', 'used', 'What a server is asked for its own name.'),
  SkipBinlogServerUnresolveCheck: setting('bool', true, 'used', "Doesn't check names of binlog servers twice."),
  ExpiryHostnameResolvesMinutes: setting('int', 60, 'used', 'How long a resolved name is remembered.', {
    unit: 'minutes',
    restart: true,
  }),
  RejectHostnameResolvePattern: setting('string', '', 'used', 'Resolved names that are not believed.', {
    pattern: 'regex',
  }),
};

/** What an instance and its cluster are called (configuration reference, section 3.7). */
export const CLASSIFICATION_SETTINGS = {
  ClusterNameToAlias: setting('map', {}, 'used', 'Aliases by regular expression on the cluster name.', {
    pattern: 'map-keys',
  }),
  DetectClusterAliasQuery: setting('string', '', 'used', "Query on the source for the cluster's alias."),
  DetectClusterDomainQuery: setting('string', '', 'used', "Query on the source for the cluster's domain or address."),
  DetectInstanceAliasQuery: setting('string', '', 'used', "Query for an instance's alias."),
  DetectPromotionRuleQuery: setting('string', '', 'used', "Query for an instance's promotion rule."),
  DataCenterPattern: setting('string', '', 'used', 'Regular expression whose group is the data center of a host.', {
    pattern: 'group',
  }),
  RegionPattern: setting('string', '', 'used', 'Regular expression whose group is the region of a host.', {
    pattern: 'group',
  }),
  PhysicalEnvironmentPattern: setting('string', '', 'used', 'Regular expression whose group is the environment.', {
    pattern: 'group',
  }),
  DetectDataCenterQuery: setting('string', '', 'used', 'Query for the data center; outranks the pattern.'),
  DetectRegionQuery: setting('string', '', 'used', 'Query for the region; outranks the pattern.'),
  DetectPhysicalEnvironmentQuery: setting('string', '', 'used', 'Query for the environment; outranks the pattern.'),
  DetectSemiSyncEnforcedQuery: setting('string', '', 'used', 'Query for the semi-sync priority; 0 is asynchronous.'),
  SupportFuzzyPoolHostnames: setting('bool', true, 'used', 'Completes partial host names in pools.'),
  InstancePoolExpiryMinutes: setting('uint', 60, 'used', 'How long a pool membership lasts.', {
    unit: 'minutes',
  }),
  CandidateInstanceExpireMinutes: setting('uint', 60, 'used', 'How long a registered promotion rule lasts.', {
    unit: 'minutes',
  }),
};

/** Pseudo-GTID (configuration reference, section 3.8). */
export const PSEUDO_GTID_SETTINGS = {
  AutoPseudoGTID: setting('bool', false, 'used', 'Injects and uses Pseudo-GTID without further settings.'),
  PseudoGTIDPattern: setting('string', '', 'used', 'Pattern of a Pseudo-GTID entry; empty for none.'),
  PseudoGTIDPatternIsFixedSubstring: setting('bool', false, 'used', 'Takes the pattern as plain text.'),
  PseudoGTIDMonotonicHint: setting('string', '', 'used', 'Text that marks entries as ascending.'),
  DetectPseudoGTIDQuery: setting('string', '', 'used', 'Query that answers 1 where Pseudo-GTID is injected.'),
  BinlogEventsChunkSize: setting('int', 10_000, 'used', 'Binary log events read at a time.'),
  SkipBinlogEventsContaining: setting('string[]', [], 'used', 'Texts of events that are skipped.'),
};
