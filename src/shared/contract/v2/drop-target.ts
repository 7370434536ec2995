import { z } from 'zod';
import { MOVE_MODES } from '../../domain/drop-target.ts';
import { OPERATION_NAMES } from '../../domain/operation.ts';
import { instanceKeySchema, querySwitchSchema } from './primitives.ts';

export const dropTargetsQuerySchema = z.strictObject({
  mode: z.enum(MOVE_MODES).exactOptional().describe('How a place is found; smart when it is left out.'),
  replicas: querySwitchSchema.exactOptional().describe('Of all its replicas instead of the server itself.'),
  elsewhere: querySwitchSchema.exactOptional().describe('In other clusters too, where they have data in common.'),
});

const dropOperationSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('operation'),
      name: z.enum(OPERATION_NAMES),
      args: z.object({ instance: instanceKeySchema, destination: instanceKeySchema.exactOptional() }),
    }),
    z.object({
      kind: z.literal('takeover'),
      name: z.enum(['graceful-master-takeover', 'graceful-master-takeover-auto', 'cascade-master-takeover-auto']),
      args: z.object({ cluster: z.string(), designated: instanceKeySchema }),
    }),
  ])
  .describe('What to ask operations or takeovers for.');

export const dropTargetSchema = z
  .object({
    target: instanceKeySchema,
    zone: z.enum(['onto', 'crown']).describe('onto: to go below the target. crown: to take its place.'),
    verdict: z
      .enum(['allowed', 'unsure', 'forbidden'])
      .describe('By what is known now. unsure: it would be begun, and there is something to know first.'),
    operation: dropOperationSchema.nullable().describe('Null when a drop there means nothing.'),
    code: z.string().describe('Stable name of the reason; empty when it is allowed, other for one that has no name.'),
    params: z.record(z.string(), z.string()).describe('What the reason names.'),
    reason: z.string(),
  })
  .describe('What dropping a server, or its replicas, on another one would mean, and whether it may be done.');

export type DropTargetView = z.infer<typeof dropTargetSchema>;
