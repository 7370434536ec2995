import type { z } from 'zod';
import { analysisSchema } from './analysis.ts';
import { clusterSchema, clusterTopologySchema } from './cluster.ts';
import { analysisCodeSchema, structureCodeSchema } from './codes.ts';
import * as configuration from './configuration.ts';
import * as connection from './connection.ts';
import { discoveryStateSchema, hostNameSchema } from './discovery.ts';
import { dropTargetSchema } from './drop-target.ts';
import * as history from './history.ts';
import { discoverRequestSchema, instanceSchema, memberSchema } from './instance.ts';
import { instanceFactsSchema } from './instance-facts.ts';
import { auditEntrySchema, globalRecoveriesSchema, healthSchema, nodeSchema } from './node.ts';
import {
  operationReportSchema,
  operationRequestSchema,
  takeoverReportSchema,
  takeoverRequestSchema,
} from './operation.ts';
import { poolRequestSchema, poolSchema } from './pool.ts';
import { givenKeySchema, instanceKeySchema, logCoordinatesSchema } from './primitives.ts';
import { problemSchema } from './problem.ts';
import { readinessSchema } from './readiness.ts';
import * as recovery from './recovery.ts';
import { longQueriesSchema } from './sessions.ts';
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
  DropTarget: dropTargetSchema,
  OperationRequest: operationRequestSchema,
  OperationReport: operationReportSchema,
  TakeoverRequest: takeoverRequestSchema,
  TakeoverReport: takeoverReportSchema,
  InstanceHistory: history.instanceHistorySchema,
  MemberLags: history.memberLagsSchema,
  AnalysisChange: history.analysisChangeSchema,
  Equivalent: history.equivalentSchema,
  LongQueries: longQueriesSchema,
  DiscoveryState: discoveryStateSchema,
  HostName: hostNameSchema,
  Pool: poolSchema,
  PoolRequest: poolRequestSchema,
  Configuration: configuration.configurationSchema,
  Setting: configuration.settingSchema,
  ConfigurationText: configuration.configurationTextSchema,
  ConfigurationCheck: configuration.configurationCheckSchema,
  ReloadReport: configuration.reloadReportSchema,
  ConnectionTest: connection.connectionTestSchema,
  ConnectionTestRequest: connection.connectionTestRequestSchema,
  Credentials: connection.credentialsSchema,
  CredentialGroup: connection.credentialGroupSchema,
  SavedCredentials: connection.savedCredentialsSchema,
  CredentialRequest: connection.credentialRequestSchema,
  StreamMessage: streamMessageSchema,
};
