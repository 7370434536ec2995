import { z } from 'zod';
import {
  givenOwnerSchema,
  givenSecondsSchema,
  givenTextSchema,
  instanceKeySchema,
  list,
  timeSchema,
} from './primitives.ts';

export const promotionRuleSchema = z.enum(['must', 'prefer', 'neutral', 'prefer_not', 'must_not']);

export const downtimeSchema = z
  .object({
    key: instanceKeySchema,
    owner: z.string(),
    reason: z.string(),
    beginMs: timeSchema,
    endMs: timeSchema.describe('One that a recovery set holds beyond this, until it is ended.'),
  })
  .describe('A time in which what goes wrong with a server is expected.');

export const maintenanceSchema = z
  .object({
    key: instanceKeySchema,
    owner: z.string(),
    reason: z.string(),
    explicit: z.boolean().describe('Asked for by a person; else it belongs to an operation.'),
    beginMs: timeSchema,
    endMs: timeSchema,
  })
  .describe('A time in which operations leave a server to whom has it.');

/** Of a downtime or a maintenance. */
export const periodRequestSchema = z
  .strictObject({
    reason: givenTextSchema,
    owner: givenOwnerSchema.exactOptional(),
    seconds: givenSecondsSchema.exactOptional().describe('How long; ten minutes when it is left out.'),
  })
  .describe('A downtime or a maintenance to begin.');

export const candidateSchema = z
  .object({
    key: instanceKeySchema,
    rule: promotionRuleSchema,
    registeredMs: timeSchema,
    expiresMs: timeSchema,
  })
  .describe('A promotion rule that was registered for a server.');

export const candidateRequestSchema = z
  .strictObject({ rule: promotionRuleSchema.exclude(['must']) })
  .describe('How gladly a server is to be promoted.');

export const tagSchema = z.object({ name: z.string(), value: z.string() });

export const taggedSchema = z
  .object({ key: instanceKeySchema, tags: list(tagSchema) })
  .describe('A server that has tags.');

export const tagRequestSchema = z.strictObject({ value: z.string() }).describe('The value of a tag; may be empty.');

export const aliasRequestSchema = z
  .strictObject({ alias: z.string().trim().min(1).max(255) })
  .describe('A name for a cluster.');
