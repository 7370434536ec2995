import { z } from 'zod';
import { instanceKeySchema, list, timeSchema } from './primitives.ts';

const queueSchema = z.object({
  active: z.number().int().describe('Servers that are being read now.'),
  queued: z.number().int().describe('Servers that wait for a place.'),
});

const pollPaceSchema = z.object({
  windowSeconds: z.number().int().describe('Over how long the rest was measured.'),
  polls: z.number().int(),
  failed: z.number().int(),
  perSecond: z.number(),
  medianMs: z.number(),
  p95Ms: z.number(),
  p99Ms: z.number(),
  maxMs: z.number(),
  slowSinceStart: z.number().int().describe('Polls that took longer than InstancePollSeconds.'),
});

const seedSchema = z.object({
  given: z.string().describe('As DiscoverySeeds has it.'),
  key: instanceKeySchema.nullable().describe('The server that it turned out to be; null when it is not known.'),
  read: z.boolean().describe('The server was read at least once.'),
});

export const discoveryStateSchema = z
  .object({
    servers: z.number().int().describe('Known servers.'),
    queue: z.object({ alive: queueSchema, dead: queueSchema }),
    reading: list(instanceKeySchema).describe('Servers that are being read now, or wait for a place.'),
    pace: pollPaceSchema,
    overdue: list(z.object({ key: instanceKeySchema, lastAttemptMs: timeSchema })).describe(
      'Servers whose next poll should have begun a while ago, longest first; the first 100.',
    ),
    overdueCount: z.number().int(),
    unread: list(z.object({ key: instanceKeySchema, discoveredMs: timeSchema, failure: z.string() })).describe(
      'Known servers that no poll has read yet.',
    ),
    seeds: list(seedSchema),
    forgotten: list(z.object({ key: instanceKeySchema, untilMs: timeSchema })).describe(
      'Servers that were forgotten, and until when they do not come back by themselves.',
    ),
    ignored: list(z.object({ setting: z.string(), filter: z.string() })).describe('Filters that keep servers out.'),
  })
  .describe('How servers are found and read.');

export const hostNameSchema = z
  .object({
    host: z.string(),
    name: z.string(),
    expiresMs: timeSchema.describe('When it is looked up again; 0 for what a server calls itself.'),
  })
  .describe('A host name, and the one that it stands for.');
