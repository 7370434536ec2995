import type { Picture } from '../../src/main/core/routines/picture.ts';
import type { InstanceSnapshot } from '../../src/shared/domain/instance.ts';
import { NOW } from '../core/topology/fleet.ts';

/** A picture in which operators have decided nothing. */
export function plainPicture(...snapshots: readonly InstanceSnapshot[]): Picture {
  return {
    atMs: NOW,
    snapshots,
    promotionRules: [],
    downtimed: [],
    clusterAliases: [],
    promotionIgnored: [],
    equivalences: [],
  };
}
