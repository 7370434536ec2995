import { z } from 'zod';
import { analysisCodeSchema, structureCodeSchema } from './codes.ts';
import { instanceKeySchema, list, logCoordinatesSchema, timeSchema } from './primitives.ts';

const analysisFactsSchema = z
  .object({
    isMaster: z.boolean(),
    isGroupMember: z.boolean(),
    isCoMaster: z.boolean(),
    isBinlogServer: z.boolean(),
    lastCheckValid: z.boolean(),
    partialSuccess: z.boolean(),
    replicas: z.number(),
    validReplicas: z.number(),
    validReplicatingReplicas: z.number(),
    replicasFailingToConnect: z.number(),
    isFailingToConnect: z.boolean(),
    downtimedReplicas: z.number(),
    delayedReplicas: z.number(),
    laggingReplicas: z.number(),
    depth: z.number(),
    oracleGtidTopology: z.boolean(),
    mariadbGtidTopology: z.boolean(),
    binlogServerTopology: z.boolean(),
    pseudoGtidTopology: z.boolean(),
    semiSyncSourceEnabled: z.boolean(),
    semiSyncSourceStatus: z.boolean(),
    semiSyncWaitForReplicas: z.number(),
    semiSyncClients: z.number(),
    semiSyncReplicasEnabled: z.number(),
    loggingReplicas: z.number(),
    statementLoggingReplicas: z.number(),
    mixedLoggingReplicas: z.number(),
    rowLoggingReplicas: z.number(),
    majorVersionsOfLoggingReplicas: z.number(),
    gtidMode: z.string(),
    minReplicaGtidMode: z.string(),
    maxReplicaGtidMode: z.string(),
    maxReplicaGtidErrant: z.string(),
    readOnly: z.boolean(),
    staleCoordinates: z.boolean(),
  })
  .describe('The evidence from which an analysis is made.');

export const analysisSchema = z
  .object({
    key: instanceKeySchema,
    sourceKey: instanceKeySchema,
    clusterName: z.string(),
    clusterAlias: z.string(),
    clusterDomain: z.string(),
    code: analysisCodeSchema,
    description: z.string(),
    structure: list(structureCodeSchema),
    facts: analysisFactsSchema,
    replicas: list(instanceKeySchema),
    dataCenter: z.string(),
    region: z.string(),
    environment: z.string(),
    coordinates: logCoordinatesSchema.nullable(),
    isDowntimed: z.boolean(),
    isReplicasDowntimed: z.boolean(),
    downtimeEndMs: timeSchema,
    skippableDueToDowntime: z.boolean(),
    hasAutomatedMasterRecovery: z.boolean(),
    hasAutomatedIntermediateMasterRecovery: z.boolean(),
    commandHint: z.string(),
  })
  .describe('What is wrong with a server, and the evidence for it.');
