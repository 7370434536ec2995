import { z } from 'zod';
import { givenKeySchema, instanceKeySchema, list, timeSchema } from './primitives.ts';

export const poolSchema = z
  .object({ pool: z.string(), keys: list(instanceKeySchema), registeredMs: timeSchema })
  .describe('Servers that serve one purpose, such as those that a load balancer reads from.');

export const poolRequestSchema = z
  .strictObject({ instances: z.array(givenKeySchema).min(1).max(10_000) })
  .describe('All that a pool is to hold; what it held before is replaced.');
