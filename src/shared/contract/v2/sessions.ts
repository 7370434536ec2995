import { z } from 'zod';
import { instanceKeySchema, list } from './primitives.ts';

const longQuerySchema = z.object({
  key: instanceKeySchema,
  id: z.number().int().describe('What kill-query takes.'),
  user: z.string(),
  host: z.string().describe('Where the client is.'),
  db: z.string(),
  command: z.string(),
  seconds: z.number(),
  state: z.string(),
  statement: z.string().describe('Shortened.'),
});

export const longQueriesSchema = z
  .object({
    queries: list(longQuerySchema).describe('Longest first.'),
    asked: z.number().int().describe('How many servers were asked.'),
    unanswered: list(z.object({ key: instanceKeySchema, reason: z.string() })),
  })
  .describe('What runs long on the servers, asked of them now.');
