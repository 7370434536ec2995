import { z } from 'zod';
import { memberSchema } from './instance.ts';
import { instanceKeySchema, list } from './primitives.ts';

export const clusterSchema = z
  .object({
    name: z.string(),
    alias: z.string(),
    domain: z.string(),
    master: instanceKeySchema.nullable().describe('Its source; null when that is not known.'),
    writeableMaster: instanceKeySchema.nullable(),
    unknownSource: instanceKeySchema.nullable().describe('A source that its members name and Baton does not know.'),
    members: z.number().int(),
    problems: z.number().int().describe('Members with a problem that are not downtimed.'),
    automatedMasterRecovery: z.boolean(),
    automatedIntermediateMasterRecovery: z.boolean(),
  })
  .describe('Servers joined by replication.');

export type ClusterSummary = z.infer<typeof clusterSchema>;

export const clusterTopologySchema = z
  .object({ cluster: clusterSchema, members: list(memberSchema) })
  .describe('A cluster and its members, by host name and port; their parents make the tree.');

export type ClusterTopology = z.infer<typeof clusterTopologySchema>;
