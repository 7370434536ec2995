import type { SimCluster } from './cluster.ts';
import type { SimServer } from './server.ts';
import type { Timeline } from './timeline.ts';

/** What the parts of the world see of it. */
export interface Surroundings {
  readonly cluster: SimCluster;
  readonly timeline: Timeline;
  readonly nowMs: number;
  /** Baton can talk to it. */
  isReachable(server: SimServer): boolean;
  /** What a frozen server got is done when it thaws. */
  later(server: SimServer, work: () => void): void;
}
