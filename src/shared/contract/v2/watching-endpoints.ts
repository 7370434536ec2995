import { z } from 'zod';
import { discoveryStateSchema, hostNameSchema } from './discovery.ts';
import { type Endpoint, json } from './endpoint.ts';
import { analysisChangeSchema, equivalentSchema, instanceHistorySchema, memberLagsSchema } from './history.ts';
import { clusterHint, givenInstanceHint, list, pageNumber, queryNumberSchema } from './primitives.ts';
import { longQueriesSchema } from './sessions.ts';
import { MOST_FILE_BYTES, replayRequestSchema, timelineSchema } from './timeline.ts';

/** How servers are and have been: what the console's curves and lists are made of. */
export const WATCHING = {
  instanceHistory: {
    method: 'GET',
    path: 'instances/{instance}/history',
    auth: '-',
    tag: 'topology',
    summary: 'How a server has been in the last hours; kept in memory since this node started, for 12 hours at most.',
    query: z.strictObject({
      hours: z
        .string()
        .regex(/^([1-9]|1[0-2])$/, 'is no whole number from 1 to 12')
        .transform(Number)
        .exactOptional()
        .describe('From 1 to 12; 1 when it is left out.'),
    }),
    reply: json(instanceHistorySchema),
  },
  lags: {
    method: 'GET',
    path: 'clusters/{cluster}/lags',
    auth: '-',
    tag: 'topology',
    summary: 'The lag of each member of a cluster at its last 60 polls.',
    reply: json(list(memberLagsSchema)),
  },
  equivalents: {
    method: 'GET',
    path: 'instances/{instance}/equivalents',
    auth: '-',
    tag: 'topology',
    summary: 'Servers below which a replica can be moved, because they have the same place as its source has.',
    reply: json(list(equivalentSchema)),
  },
  longQueries: {
    method: 'GET',
    path: 'long-queries',
    auth: '-',
    tag: 'topology',
    summary: 'Sessions whose statement runs long, asked of the servers of one cluster or all, or of one server, now.',
    query: z.strictObject({
      cluster: clusterHint,
      instance: givenInstanceHint,
      seconds: queryNumberSchema.exactOptional().describe('How long it has to run; 60 when it is left out.'),
    }),
    reply: json(longQueriesSchema),
  },
  analysisChanges: {
    method: 'GET',
    path: 'analyses/changelog',
    auth: '-',
    tag: 'recoveries',
    summary: 'When the analyses of servers changed, newest first, of a cluster, a server or all.',
    query: z.strictObject({
      cluster: clusterHint,
      instance: givenInstanceHint,
      until: z
        .string()
        .regex(/^\d{1,15}$/, 'is no time in milliseconds')
        .transform(Number)
        .exactOptional()
        .describe('Only those up to this time, in milliseconds since the epoch.'),
      page: pageNumber,
    }),
    reply: json(list(analysisChangeSchema)),
  },
  discovery: {
    method: 'GET',
    path: 'discovery',
    auth: '-',
    tag: 'topology',
    summary: 'How servers are found and read: the queue, its pace, who is overdue, forgotten or kept out.',
    reply: json(discoveryStateSchema),
  },
  hostNames: {
    method: 'GET',
    path: 'host-names',
    auth: '-',
    tag: 'topology',
    summary: 'What host names stand for, as they were looked up or as servers call themselves.',
    reply: json(list(hostNameSchema)),
  },
  recoveryTimeline: {
    method: 'GET',
    path: 'recoveries/{uid}/timeline',
    auth: '-',
    tag: 'recoveries',
    summary: 'A recovery, a takeover or an operation step by step, with the servers as they stood after each.',
    reply: json(timelineSchema),
  },
  replay: {
    method: 'POST',
    path: 'replays',
    auth: '-',
    tag: 'recoveries',
    summary: 'The same of a file, with whether this Baton would decide the same. Nothing of it is kept.',
    body: replayRequestSchema,
    bodyBytes: Math.ceil(MOST_FILE_BYTES / 3) * 4 + 4096,
    reply: json(timelineSchema),
  },
} as const satisfies Record<string, Endpoint>;
