import { deadCoMaster } from './dead-co-master.ts';
import { deadGroupMember } from './dead-group-member.ts';
import { deadIntermediateMaster } from './dead-intermediate-master.ts';
import { deadMaster } from './dead-master.ts';
import { nonWriteableMaster } from './non-writeable-master.ts';
import type { Recoveries } from './recovery.ts';
import { exactSemiSync, lockedSemiSync } from './semi-sync/repair.ts';

/** Every recovery by its name. */
export const RECOVERIES: Recoveries = {
  'dead-master': deadMaster,
  'dead-co-master': deadCoMaster,
  'dead-intermediate-master': deadIntermediateMaster,
  'dead-group-member': deadGroupMember,
  'locked-semi-sync': lockedSemiSync,
  'exact-semi-sync': exactSemiSync,
  'non-writeable-master': nonWriteableMaster,
};
