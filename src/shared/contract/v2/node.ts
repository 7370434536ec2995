import { z } from 'zod';
import { instanceKeySchema, timeSchema } from './primitives.ts';

export const healthSchema = z
  .object({ healthy: z.boolean(), problem: z.string().describe('A sentence; empty when healthy.') })
  .describe('Whether this node does its work.');

export const nodeSchema = z
  .object({
    hostname: z.string(),
    token: z.string().describe('New at each start.'),
    version: z.string(),
    startedMs: timeSchema,
    nowMs: timeSchema,
    health: healthSchema,
    user: z.string().describe('Who asks; empty when the authentication does not tell.'),
    readOnly: z.boolean().describe('Nobody may change anything through this node.'),
    globalRecoveries: z.boolean(),
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
