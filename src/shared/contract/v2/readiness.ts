import { z } from 'zod';
import { instanceKeySchema, list } from './primitives.ts';

const readinessObstacleSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    command: z.string().describe('What lifts it; empty when only time or a person does.'),
    blocks: z.boolean().describe('With it there is no failover; without, it is a weakness.'),
  })
  .describe('What keeps Baton from failing over, or makes it worse than it could be.');

export const readinessSchema = z
  .object({
    clusterName: z.string(),
    clusterAlias: z.string(),
    master: instanceKeySchema.nullable(),
    ready: z.boolean(),
    successor: instanceKeySchema.nullable(),
    rule: z.string(),
    losses: list(z.string()),
    estimatedOutageMs: z.number().nullable(),
    obstacles: list(readinessObstacleSchema),
    verdicts: list(z.string()),
  })
  .describe('Whether a cluster would be failed over now, to whom, and losing what.');
