import type { Recoveries } from './recovery.ts';

/** Every recovery by its name. */
export const RECOVERIES: Recoveries = {
  'dead-master': null,
  'dead-co-master': null,
  'dead-intermediate-master': null,
  'dead-group-member': null,
  'locked-semi-sync': null,
  'exact-semi-sync': null,
  'non-writeable-master': null,
};
