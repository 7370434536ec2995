import { z } from 'zod';
import { flavorSchema, instanceFactsSchema } from './instance-facts.ts';
import { givenKeySchema, instanceKeySchema, list, timeSchema } from './primitives.ts';
import { downtimeSchema, maintenanceSchema, promotionRuleSchema, tagSchema } from './upkeep.ts';

const pollFailureSchema = z.object({
  kind: z.enum([
    'unknown-host',
    'refused',
    'timeout',
    'broken',
    'shutting-down',
    'refused-by-server',
    'not-mysql',
    'unsupported',
    'other',
  ]),
  message: z.string(),
});

const problemFlagSchema = z.enum([
  'last_check_invalid',
  'not_recently_checked',
  'not_replicating',
  'replication_lag',
  'errant_gtid',
  'group_replication_member_not_online',
]);

/** What changes with every poll alone is left out, so that a server that works sends no deltas. */
export const memberSchema = z
  .object({
    id: z.string().describe('host:port'),
    key: instanceKeySchema,
    alias: z.string(),
    clusterName: z.string(),
    parent: z.string().nullable().describe('The id of the member that it hangs below.'),
    sourceKey: instanceKeySchema.nullable().describe('The source as the replica names it; null when it has none.'),
    sourceDetached: z.boolean(),
    depth: z.number().int(),
    role: z.enum(['master', 'co-master', 'intermediate-master', 'replica', 'unknown']),
    valid: z.boolean().describe('The last poll succeeded.'),
    status: z.enum(['ok', 'lag', 'nonreplicating', 'invalid', 'unchecked']),
    problems: list(problemFlagSchema),
    failure: z.string().describe('Why the last poll failed; empty when it did not.'),
    lagSeconds: z.number().nullable(),
    delaySeconds: z.number(),
    replicating: z.boolean(),
    lastIoError: z.string(),
    lastSqlError: z.string(),
    readOnly: z.boolean().nullable().describe('Null while it has not been read.'),
    superReadOnly: z.boolean().nullable().describe('False where the server has no such variable.'),
    fenced: z.boolean().describe('A failover shut it for writes; it stays so until somebody lifts that.'),
    version: z.string(),
    flavor: flavorSchema,
    binlogFormat: z.string(),
    gtid: z.enum(['none', 'mysql', 'mariadb', 'pseudo']),
    gtidErrant: z.string(),
    semiSyncSource: z.boolean(),
    semiSyncSourceActive: z.boolean().describe('Commits wait for acknowledgements now.'),
    semiSyncReplica: z.boolean(),
    semiSyncReplicaActive: z.boolean().describe('It gives acknowledgements now.'),
    groupRole: z.string(),
    groupState: z.string().describe('Such as ONLINE; empty when it is in no group.'),
    binlogServer: z.boolean(),
    serverUuid: z.string().describe('Names it in GTID sets; empty where it has none.'),
    channels: z.number().int().describe('Replication channels that it has; 0 when it replicates from nobody.'),
    dataCenter: z.string(),
    region: z.string(),
    environment: z.string(),
    promotionRule: promotionRuleSchema,
    promotionRuleRegistered: z.boolean().describe('By hand, and not by the server itself.'),
    tags: list(tagSchema),
    pools: list(z.string()),
    downtime: downtimeSchema.nullable(),
    maintenance: maintenanceSchema.nullable(),
    unknownReplicas: list(instanceKeySchema),
  })
  .describe('A server in its place in a cluster.');

export type Member = z.infer<typeof memberSchema>;

export const instanceSchema = z
  .object({
    member: memberSchema,
    replicas: list(z.string()),
    tags: list(tagSchema),
    snapshot: z.object({
      key: instanceKeySchema,
      facts: instanceFactsSchema.nullable(),
      lastCheckedMs: timeSchema,
      lastSeenMs: timeSchema,
      lastAttemptMs: timeSchema,
      partialSuccess: z.boolean(),
      failure: pollFailureSchema.nullable(),
      latencyMicros: z.number(),
      stale: z.boolean(),
    }),
  })
  .describe('A server with all that was last read of it.');

export const discoverRequestSchema = z
  .strictObject({ instance: givenKeySchema })
  .describe('A server to read now, to remember, and to follow to its sources and replicas.');
