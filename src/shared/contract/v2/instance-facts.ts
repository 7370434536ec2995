import { z } from 'zod';
import { instanceKeySchema, list, logCoordinatesSchema } from './primitives.ts';
import { promotionRuleSchema } from './upkeep.ts';

export const threadStateSchema = z
  .union([z.literal(-1), z.literal(0), z.literal(1), z.literal(2)])
  .describe('-1 none, 0 stopped, 1 running, 2 anything else.');

const tlsOptionsSchema = z.object({
  ca: z.string(),
  capath: z.string(),
  cert: z.string(),
  cipher: z.string(),
  key: z.string(),
  verifyServerCert: z.boolean(),
  publicKeyPath: z.string(),
  getPublicKey: z.boolean(),
});

const replicaStatusSchema = z.object({
  source: instanceKeySchema,
  sourceUuid: z.string(),
  user: z.string(),
  ioState: threadStateSchema,
  sqlState: threadStateSchema,
  lastIoErrno: z.number(),
  lastIoError: z.string(),
  lastSqlErrno: z.number(),
  lastSqlError: z.string(),
  read: logCoordinatesSchema,
  executed: logCoordinatesSchema,
  relay: logCoordinatesSchema,
  gtidUse: z.enum(['none', 'mysql', 'mariadb']),
  gtidRetrieved: z.string(),
  mariadbGtidMode: z.string(),
  secondsBehindSource: z.number().nullable(),
  sqlDelaySeconds: z.number(),
  hasFilters: z.boolean(),
  tls: z.boolean(),
  tlsOptions: tlsOptionsSchema,
  connectRetrySeconds: z.number(),
  retryCount: z.number(),
  heartbeatsReceived: z.number().nullable(),
  heartbeatPeriodSeconds: z.number().nullable(),
  sourceHeardAgoMs: z.number().nullable().exactOptional(),
  appliesOutOfOrder: z.boolean().exactOptional(),
  channels: z.number(),
});

const semiSyncSchema = z.object({
  available: z.boolean(),
  sourceEnabled: z.boolean(),
  sourceStatus: z.boolean(),
  sourceTimeoutMs: z.number(),
  sourceWaitForReplicas: z.number(),
  sourceClients: z.number(),
  sourceWaiting: z.number().exactOptional(),
  replicaEnabled: z.boolean(),
  replicaStatus: z.boolean(),
});

const groupSchema = z.object({
  name: z.string(),
  singlePrimary: z.boolean(),
  memberState: z.string(),
  memberRole: z.string(),
  members: list(instanceKeySchema),
  primary: instanceKeySchema,
});

export const missingPrivilegeSchema = z.object({
  anyOf: list(z.string()),
  breaks: z.enum(['replication', 'variables', 'sessions', 'reading']),
});

export const flavorSchema = z.enum(['MySQL', 'MariaDB', 'Percona', 'MaxScale', 'unknown']);

export const instanceFactsSchema = z
  .object({
    key: instanceKeySchema,
    serverId: z.number(),
    serverUuid: z.string(),
    serverHostname: z.string().exactOptional(),
    version: z.string(),
    versionComment: z.string(),
    flavor: flavorSchema,
    uptimeSeconds: z.number(),
    readOnly: z.boolean(),
    superReadOnly: z.boolean(),
    offlineMode: z.boolean(),
    logBin: z.boolean(),
    logReplicaUpdates: z.boolean(),
    binlogFormat: z.string(),
    binlogRowImage: z.string(),
    coordinates: logCoordinatesSchema.nullable(),
    gtidMode: z.string(),
    gtidExecuted: z.string(),
    gtidBinlogState: z.string().exactOptional(),
    gtidPurged: z.string(),
    replica: replicaStatusSchema.nullable(),
    semiSync: semiSyncSchema.nullable(),
    group: groupSchema.nullable(),
    connectedReplicas: list(instanceKeySchema),
    replicationCredentialsAvailable: z.boolean(),
    alias: z.string(),
    dataCenter: z.string(),
    region: z.string(),
    environment: z.string(),
    suggestedClusterAlias: z.string(),
    clusterDomain: z.string(),
    semiSyncPriority: z.number(),
    detectedPromotionRule: promotionRuleSchema.nullable(),
    usesPseudoGtid: z.boolean(),
    lagSeconds: z.number().nullable(),
    warnings: list(z.string()),
    missingPrivileges: list(missingPrivilegeSchema).exactOptional(),
  })
  .describe('All that the last successful poll told of a server.');
