import { z } from 'zod';

/** What `GET /api/v2/watch` sends as `event: topology`: a cluster's tree at one moment; `text` is empty when the cluster is gone. */
export const topologyFrameSchema = z.object({
  /** Milliseconds since the epoch, by the engine's clock. */
  atMs: z.number(),
  clusterName: z.string(),
  clusterAlias: z.string(),
  text: z.string(),
});

export type TopologyFrame = Readonly<z.infer<typeof topologyFrameSchema>>;
