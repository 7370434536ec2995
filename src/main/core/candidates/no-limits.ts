import type { CandidatePolicy } from './contender.ts';

/** For choices in which nobody is promoted: what a promotion is limited by doesn't count, only what the replicas have. */
export const NO_LIMITS: CandidatePolicy = {
  designated: null,
  preventCrossDataCenter: false,
  preventCrossRegion: false,
  failOnLagMinutes: 0,
  failIfApplierBehind: false,
};
