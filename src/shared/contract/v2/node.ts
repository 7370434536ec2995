import { z } from 'zod';
import { instanceKeySchema, list, timeSchema } from './primitives.ts';

export const healthSchema = z
  .object({ healthy: z.boolean(), problem: z.string().describe('A sentence; empty when healthy.') })
  .describe('Whether this node does its work.');

const peerSchema = z.object({
  address: z.string(),
  role: z.enum(['leader', 'follower', 'unknown']),
  healthy: z.boolean(),
});

export const nodeSchema = z
  .object({
    hostname: z.string(),
    token: z.string().describe('New at each start.'),
    version: z.string(),
    startedMs: timeSchema,
    nowMs: timeSchema,
    health: healthSchema,
    user: z.string().describe('Who asks; empty when the authentication does not tell.'),
    uptimeSeconds: z.number().int(),
    dbBackend: z.string().describe('What keeps the state of this node, for people.'),
    peers: list(peerSchema).describe('The other nodes that share the work; none when this one is alone.'),
    readOnly: z.boolean().describe('Nobody may change anything through this node.'),
    globalRecoveries: z.boolean(),
    notice: z.string().describe('What everybody is to read (WebMessage); empty for nothing.'),
    leftOutOfNames: z
      .string()
      .describe('What a screen leaves out of host names (RemoveTextFromHostnameDisplay); empty for nothing.'),
  })
  .describe('This node, and who asks it.');

export const globalRecoveriesSchema = z
  .strictObject({ enabled: z.boolean() })
  .describe('Whether failures are recovered without being asked.');

export const auditEntrySchema = z
  .object({
    id: z.number().int(),
    atMs: timeSchema,
    type: z.string(),
    key: instanceKeySchema.nullable(),
    message: z.string(),
  })
  .describe('Something that was done.');
