import type { z } from 'zod';
import { analysisSchema } from './analysis.ts';
import { clusterSchema, clusterTopologySchema } from './cluster.ts';
import { analysisCodeSchema, structureCodeSchema } from './codes.ts';
import { discoverRequestSchema, instanceSchema, memberSchema } from './instance.ts';
import { instanceFactsSchema } from './instance-facts.ts';
import { auditEntrySchema, globalRecoveriesSchema, healthSchema, nodeSchema } from './node.ts';
import {
  operationReportSchema,
  operationRequestSchema,
  takeoverReportSchema,
  takeoverRequestSchema,
} from './operation.ts';
import { givenKeySchema, instanceKeySchema, logCoordinatesSchema } from './primitives.ts';
import { problemSchema } from './problem.ts';
import { readinessSchema } from './readiness.ts';
import * as recovery from './recovery.ts';
import { streamMessageSchema } from './stream.ts';
import * as upkeep from './upkeep.ts';

/** The names of schemas in the OpenAPI document. What has none is written out where it is used. */
export const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  InstanceKey: instanceKeySchema,
  GivenInstanceKey: givenKeySchema,
  LogCoordinates: logCoordinatesSchema,
  AnalysisCode: analysisCodeSchema,
  StructureCode: structureCodeSchema,
  Problem: problemSchema,
  Node: nodeSchema,
  Health: healthSchema,
  GlobalRecoveries: globalRecoveriesSchema,
  AuditEntry: auditEntrySchema,
  Cluster: clusterSchema,
  ClusterTopology: clusterTopologySchema,
  AliasRequest: upkeep.aliasRequestSchema,
  Member: memberSchema,
  Instance: instanceSchema,
  InstanceFacts: instanceFactsSchema,
  DiscoverRequest: discoverRequestSchema,
  Analysis: analysisSchema,
  Detection: recovery.detectionSchema,
  Recovery: recovery.recoverySchema,
  RecoveryStep: recovery.recoveryStepSchema,
  BlockedRecovery: recovery.blockedRecoverySchema,
  RecoverRequest: recovery.recoverRequestSchema,
  AcknowledgeRequest: recovery.acknowledgeRequestSchema,
  AcknowledgeManyRequest: recovery.acknowledgeManyRequestSchema,
  Acknowledged: recovery.acknowledgedSchema,
  Readiness: readinessSchema,
  Downtime: upkeep.downtimeSchema,
  Maintenance: upkeep.maintenanceSchema,
  PeriodRequest: upkeep.periodRequestSchema,
  Candidate: upkeep.candidateSchema,
  CandidateRequest: upkeep.candidateRequestSchema,
  Tagged: upkeep.taggedSchema,
  TagRequest: upkeep.tagRequestSchema,
  OperationRequest: operationRequestSchema,
  OperationReport: operationReportSchema,
  TakeoverRequest: takeoverRequestSchema,
  TakeoverReport: takeoverReportSchema,
  StreamMessage: streamMessageSchema,
};
