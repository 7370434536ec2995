import { z } from 'zod';
import { analysisCodeSchema } from './codes.ts';
import { threadStateSchema } from './instance-facts.ts';
import { instanceKeySchema, list, logCoordinatesSchema, timeSchema } from './primitives.ts';

const historySampleSchema = z.object({
  atMs: timeSchema.describe('Of the poll, or the begin of the span.'),
  spanSeconds: z.number().int().describe('0 for one poll; else what follows is the worst of all polls of that time.'),
  valid: z.boolean().describe('The poll succeeded; of a span, all did.'),
  lagSeconds: z.number().nullable().describe('Null when it is not known.'),
  gtidGap: z.number().int().nullable().describe('Transactions that its source has and it does not; null if unknown.'),
  latencyMicros: z.number().int().nullable().describe('How long the poll took; null when none succeeded.'),
  ioState: threadStateSchema,
  sqlState: threadStateSchema,
});

export const instanceHistorySchema = z
  .object({ key: instanceKeySchema, samples: list(historySampleSchema) })
  .describe('How a server has been, oldest first: spans at first, then each of the last polls. Kept in memory only.');

export type InstanceHistory = z.infer<typeof instanceHistorySchema>;

export const memberLagsSchema = z
  .object({
    id: z.string().describe('host:port'),
    atMs: list(timeSchema),
    lagSeconds: list(z.number().nullable()).describe('One for each of `atMs`; null when it was not known.'),
  })
  .describe('The lag of a member at its last polls, oldest first.');

export const analysisChangeSchema = z
  .object({
    id: z.number().int(),
    atMs: timeSchema,
    key: instanceKeySchema,
    clusterName: z.string().describe('Of the server now; empty when it is not known any more.'),
    code: analysisCodeSchema,
  })
  .describe('From then on, this was wrong with a server.');

export const equivalentSchema = z
  .object({ key: instanceKeySchema, coordinates: logCoordinatesSchema })
  .describe("A server, and the place in its binary log that is the same as a replica's place in its source's.");
