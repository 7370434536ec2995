import { z } from 'zod';
import { OPERATION_NAMES } from '../../domain/operation.ts';
import { clusterSchema, clusterTopologySchema } from './cluster.ts';
import { analysisCodeSchema } from './codes.ts';
import { memberSchema } from './instance.ts';
import { instanceKeySchema, list, timeSchema } from './primitives.ts';

/**
 * What `/api/v2/stream` sends, over server-sent events or a WebSocket: everything once, then what changes. `id` is
 * where a reader may resume.
 */
const numbered = { id: z.string(), atMs: timeSchema };

const engineEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('analysis-changed'),
    atMs: timeSchema,
    key: instanceKeySchema,
    clusterName: z.string(),
    code: analysisCodeSchema,
    previous: analysisCodeSchema,
  }),
  z.object({
    type: z.literal('detection'),
    atMs: timeSchema,
    key: instanceKeySchema,
    clusterName: z.string(),
    code: analysisCodeSchema,
    actionable: z.boolean(),
  }),
  z.object({
    type: z.literal('recovery-blocked'),
    atMs: timeSchema,
    key: instanceKeySchema,
    clusterName: z.string(),
    code: analysisCodeSchema,
    reason: z.string(),
  }),
  z.object({
    type: z.literal('recovery-started'),
    atMs: timeSchema,
    key: instanceKeySchema,
    clusterName: z.string(),
    code: analysisCodeSchema,
    uid: z.string(),
  }),
  z.object({ type: z.literal('recovery-step'), atMs: timeSchema, uid: z.string(), message: z.string() }),
  z.object({
    type: z.literal('recovery-ended'),
    atMs: timeSchema,
    key: instanceKeySchema,
    uid: z.string(),
    successor: instanceKeySchema.nullable(),
    outcome: z.string(),
  }),
  z.object({
    type: z.literal('operation-started'),
    atMs: timeSchema,
    key: instanceKeySchema,
    clusterName: z.string(),
    name: z.enum(OPERATION_NAMES),
    uid: z.string(),
  }),
  z.object({
    type: z.literal('operation-step'),
    atMs: timeSchema,
    clusterName: z.string(),
    uid: z.string(),
    message: z.string(),
  }),
  z.object({
    type: z.literal('operation-ended'),
    atMs: timeSchema,
    key: instanceKeySchema,
    clusterName: z.string(),
    uid: z.string(),
    state: z.enum(['done', 'refused', 'undone', 'partial', 'left', 'broken']),
    message: z.string(),
  }),
  z
    .object({
      type: z.literal('server-step'),
      atMs: timeSchema,
      key: instanceKeySchema,
      clusterName: z.string(),
      uid: z.string(),
      state: z.enum(['begun', 'done', 'failed']),
      action: z.string().describe('A stable name of what is done, such as repoint.'),
      source: instanceKeySchema.nullable().describe('What it is pointed at by a repoint.'),
      message: z.string(),
    })
    .describe('What an operation, a takeover or a recovery does to a server.'),
  z.object({ type: z.literal('fenced'), atMs: timeSchema, key: instanceKeySchema, message: z.string() }),
]);

export const streamMessageSchema = z
  .discriminatedUnion('type', [
    z
      .object({ type: z.literal('snapshot'), ...numbered, clusters: list(clusterTopologySchema) })
      .describe('All that there is: what was known before no longer counts.'),
    z
      .object({
        type: z.literal('topology'),
        ...numbered,
        clusterName: z.string(),
        cluster: clusterSchema,
        changed: list(memberSchema),
        gone: list(z.string()).describe('Ids of members that the cluster no longer has.'),
      })
      .describe('What changed in a cluster, or a new one.'),
    z.object({ type: z.literal('cluster-gone'), ...numbered, clusterName: z.string() }),
    z.object({
      type: z.literal('event'),
      ...numbered,
      clusterName: z.string().describe('Empty when it is not known.'),
      event: engineEventSchema,
    }),
    z.object({ type: z.literal('heartbeat'), atMs: timeSchema }).describe('The engine lives. WebSockets only.'),
  ])
  .describe('A message of the stream.');

export type StreamMessage = z.infer<typeof streamMessageSchema>;
