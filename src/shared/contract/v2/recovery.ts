import { z } from 'zod';
import { analysisCodeSchema } from './codes.ts';
import {
  givenKeySchema,
  givenOwnerSchema,
  givenTextSchema,
  instanceKeySchema,
  list,
  logCoordinatesSchema,
  timeSchema,
} from './primitives.ts';

const analysisSummarySchema = z.object({
  key: instanceKeySchema,
  code: analysisCodeSchema,
  description: z.string(),
  clusterName: z.string(),
  clusterAlias: z.string(),
  clusterDomain: z.string(),
  replicas: list(instanceKeySchema),
  hasAutomatedMasterRecovery: z.boolean(),
  hasAutomatedIntermediateMasterRecovery: z.boolean(),
  isActionable: z.boolean(),
  isMaster: z.boolean(),
  isCoMaster: z.boolean(),
  isDowntimed: z.boolean(),
  commandHint: z.string(),
});

export const detectionSchema = z
  .object({
    id: z.number().int(),
    analysis: analysisSummarySchema,
    startedMs: timeSchema,
    active: z.boolean().describe('While it is, the same failure is not detected again.'),
    endedMs: timeSchema,
    recoveryUid: z.string().nullable().describe('The recovery that it led to; null when it led to none.'),
    node: z.string(),
    nodeToken: z.string(),
  })
  .describe('A failure that was noticed.');

export const recoverySchema = z
  .object({
    id: z.number().int(),
    uid: z.string(),
    kind: z.enum([
      '',
      'MasterRecovery',
      'CoMasterRecovery',
      'IntermediateMasterRecovery',
      'ReplicationGroupMemberRecovery',
    ]),
    type: z.enum(['NotMasterRecovery', 'MasterRecoveryGTID', 'MasterRecoveryPseudoGTID', 'MasterRecoveryBinlogServer']),
    analysis: analysisSummarySchema,
    startedMs: timeSchema,
    endedMs: timeSchema,
    outcome: z.enum(['running', 'succeeded', 'failed', 'interrupted']),
    inActivePeriod: z.boolean().describe('Until it ends, other recoveries of the cluster are blocked.'),
    activePeriodEndedMs: timeSchema,
    successor: instanceKeySchema.nullable(),
    successorAlias: z.string(),
    successorCoordinates: logCoordinatesSchema.nullable(),
    lostReplicas: list(instanceKeySchema),
    participants: list(instanceKeySchema),
    errors: list(z.string()),
    acknowledged: z.boolean(),
    acknowledgedMs: timeSchema,
    acknowledgedBy: z.string(),
    acknowledgedComment: z.string(),
    lastDetectionId: z.number().int(),
    node: z.string(),
    nodeToken: z.string(),
  })
  .describe('A failover, a takeover or a repair, and how it came out.');

export const recoveryStepSchema = z
  .object({ id: z.number().int(), recoveryUid: z.string(), atMs: timeSchema, message: z.string() })
  .describe('A line in the log of a recovery.');

export const blockedRecoverySchema = z
  .object({
    key: instanceKeySchema,
    clusterName: z.string(),
    code: analysisCodeSchema,
    lastBlockedMs: timeSchema,
    blockingRecoveryId: z.number().int().describe('0 when no earlier recovery is the cause.'),
    reason: z.string().describe('What stands in the way, and the command that lifts it.'),
  })
  .describe('A failure that is not being recovered, and why.');

export const recoverRequestSchema = z
  .strictObject({
    instance: givenKeySchema,
    candidate: givenKeySchema.exactOptional(),
    skipHooks: z.boolean().exactOptional(),
  })
  .describe('A failed server to recover from now, whatever the filters say.');

export const acknowledgeRequestSchema = z
  .strictObject({ comment: givenTextSchema, owner: givenOwnerSchema.exactOptional() })
  .describe('Who has seen to it, and how.');

export const acknowledgeManyRequestSchema = z
  .strictObject({
    comment: givenTextSchema,
    owner: givenOwnerSchema.exactOptional(),
    of: z
      .union([
        z.strictObject({ cluster: z.string().trim().min(1) }),
        z.strictObject({ instance: givenKeySchema }),
        z.literal('all'),
      ])
      .describe('The recoveries of a cluster, of a failed server, or all.'),
  })
  .describe('Recoveries to acknowledge together.');

export const acknowledgedSchema = z
  .object({ acknowledged: z.number().int() })
  .describe('How many recoveries were acknowledged by this call.');
