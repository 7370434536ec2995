import { z } from 'zod';
import { analysisSchema } from './analysis.ts';
import { clusterSchema, clusterTopologySchema } from './cluster.ts';
import { dropTargetSchema, dropTargetsQuerySchema } from './drop-target.ts';
import { type Endpoint, json } from './endpoint.ts';
import { instanceSchema, memberSchema } from './instance.ts';
import { auditEntrySchema, globalRecoveriesSchema, healthSchema, nodeSchema } from './node.ts';
import { clusterHint, givenInstanceHint, list, pageNumber, querySwitchSchema } from './primitives.ts';
import { readinessSchema } from './readiness.ts';
import * as recovery from './recovery.ts';
import { streamMessageSchema } from './stream.ts';
import * as upkeep from './upkeep.ts';

const ofCluster = z.strictObject({ cluster: clusterHint });
const pageOfCluster = z.strictObject({
  cluster: clusterHint,
  page: pageNumber,
});

/** What only reads. */
export const READING = {
  openapi: {
    method: 'GET',
    path: 'openapi.json',
    auth: '-',
    tag: 'node',
    summary: 'This document.',
    reply: json(z.record(z.string(), z.unknown())),
  },
  node: {
    method: 'GET',
    path: 'node',
    auth: '-',
    tag: 'node',
    summary: 'This node, and who asks it.',
    reply: json(nodeSchema),
  },
  health: {
    method: 'GET',
    path: 'health',
    auth: '-',
    tag: 'node',
    summary: 'Whether this node does its work; status 503 when it does not.',
    reply: json(healthSchema),
    problems: [503],
  },
  globalRecoveries: {
    method: 'GET',
    path: 'global-recoveries',
    auth: '-',
    tag: 'recoveries',
    summary: 'Whether failures are recovered without being asked.',
    reply: json(globalRecoveriesSchema),
  },
  clusters: {
    method: 'GET',
    path: 'clusters',
    auth: '-',
    tag: 'topology',
    summary: 'All clusters, by name.',
    reply: json(list(clusterSchema)),
  },
  cluster: {
    method: 'GET',
    path: 'clusters/{cluster}',
    auth: '-',
    tag: 'topology',
    summary: 'One cluster, by name, alias or host[:port] of a member.',
    reply: json(clusterSchema),
  },
  topology: {
    method: 'GET',
    path: 'clusters/{cluster}/topology',
    auth: '-',
    tag: 'topology',
    summary: 'A cluster with its members.',
    reply: json(clusterTopologySchema),
  },
  instances: {
    method: 'GET',
    path: 'instances',
    auth: '-',
    tag: 'topology',
    summary: 'Servers, of one cluster or all, by host name and port; with problems=true those with a problem.',
    query: z.strictObject({ cluster: clusterHint, problems: querySwitchSchema.exactOptional() }),
    reply: json(list(memberSchema)),
  },
  instance: {
    method: 'GET',
    path: 'instances/{instance}',
    auth: '-',
    tag: 'topology',
    summary: 'A server with all that was last read of it.',
    reply: json(instanceSchema),
  },
  dropTargets: {
    method: 'GET',
    path: 'instances/{instance}/drop-targets',
    auth: '-',
    tag: 'operations',
    summary:
      'What it would mean to drop a server, or its replicas, on each other one, by what is known now: which operation, ' +
      'and whether it may be done. Nothing is asked of any server.',
    query: dropTargetsQuerySchema,
    reply: json(list(dropTargetSchema)),
  },
  analyses: {
    method: 'GET',
    path: 'analyses',
    auth: '-',
    tag: 'recoveries',
    summary: 'What is wrong, of one cluster or all; with all=true servers without a problem too.',
    query: z.strictObject({ cluster: clusterHint, all: querySwitchSchema.exactOptional() }),
    reply: json(list(analysisSchema)),
  },
  detections: {
    method: 'GET',
    path: 'detections',
    auth: '-',
    tag: 'recoveries',
    summary: 'Failures that were noticed, newest first.',
    query: pageOfCluster,
    reply: json(list(recovery.detectionSchema)),
  },
  recoveries: {
    method: 'GET',
    path: 'recoveries',
    auth: '-',
    tag: 'recoveries',
    summary: 'Recoveries and takeovers, newest first.',
    query: pageOfCluster,
    reply: json(list(recovery.recoverySchema)),
  },
  recovery: {
    method: 'GET',
    path: 'recoveries/{uid}',
    auth: '-',
    tag: 'recoveries',
    summary: 'One recovery.',
    reply: json(recovery.recoverySchema),
  },
  recoverySteps: {
    method: 'GET',
    path: 'recoveries/{uid}/steps',
    auth: '-',
    tag: 'recoveries',
    summary: 'What a recovery did, in order.',
    reply: json(list(recovery.recoveryStepSchema)),
  },
  exportRecovery: {
    method: 'GET',
    path: 'recoveries/{uid}/export',
    auth: '-',
    tag: 'recoveries',
    summary: 'The log of a recovery or an operation as a compressed file, for "baton replay".',
    reply: { kind: 'file', contentType: 'application/gzip' },
  },
  blockedRecoveries: {
    method: 'GET',
    path: 'blocked-recoveries',
    auth: '-',
    tag: 'recoveries',
    summary: 'Failures that are not being recovered, and why.',
    query: ofCluster,
    reply: json(list(recovery.blockedRecoverySchema)),
  },
  readinessOfAll: {
    method: 'GET',
    path: 'readiness',
    auth: '-',
    tag: 'recoveries',
    summary: 'Whether each cluster would be failed over now, to whom and losing what.',
    reply: json(list(readinessSchema)),
  },
  readiness: {
    method: 'GET',
    path: 'readiness/{cluster}',
    auth: '-',
    tag: 'recoveries',
    summary: 'Whether a cluster would be failed over now, to whom and losing what.',
    reply: json(readinessSchema),
  },
  downtimes: {
    method: 'GET',
    path: 'downtimes',
    auth: '-',
    tag: 'upkeep',
    summary: 'The downtimes that hold now.',
    reply: json(list(upkeep.downtimeSchema)),
  },
  maintenances: {
    method: 'GET',
    path: 'maintenances',
    auth: '-',
    tag: 'upkeep',
    summary: 'The maintenances that hold now.',
    reply: json(list(upkeep.maintenanceSchema)),
  },
  candidates: {
    method: 'GET',
    path: 'candidates',
    auth: '-',
    tag: 'upkeep',
    summary: 'The promotion rules that were registered.',
    reply: json(list(upkeep.candidateSchema)),
  },
  tags: {
    method: 'GET',
    path: 'tags',
    auth: '-',
    tag: 'upkeep',
    summary: 'The servers that have tags.',
    reply: json(list(upkeep.taggedSchema)),
  },
  audit: {
    method: 'GET',
    path: 'audit',
    auth: '-',
    tag: 'node',
    summary: 'What was done, newest first, on one server or all.',
    query: z.strictObject({ instance: givenInstanceHint, page: pageNumber }),
    reply: json(list(auditEntrySchema)),
  },
  stream: {
    method: 'GET',
    path: 'stream',
    auth: '-',
    tag: 'streams',
    summary:
      'Everything once, then topology deltas, detections and recovery steps: server-sent events, or a WebSocket.',
    query: z.strictObject({
      cluster: clusterHint,
      after: z.string().min(1).exactOptional().describe('The last id that was read, as in Last-Event-ID.'),
    }),
    reply: { kind: 'stream', schema: streamMessageSchema },
  },
} as const satisfies Record<string, Endpoint>;
