import { GTID_OPERATIONS } from './by-gtid/index.ts';
import { POSITION_OPERATIONS } from './by-position/index.ts';
import { ERRANT_OPERATIONS } from './errant/index.ts';
import { ONE_SERVER_OPERATIONS } from './one-server/index.ts';
import type { Operations } from './operation.ts';
import { PSEUDO_GTID_OPERATIONS } from './pseudo-gtid/index.ts';

/** Every topology operation by its name. */
export const OPERATIONS: Operations = {
  ...GTID_OPERATIONS,
  ...POSITION_OPERATIONS,
  ...PSEUDO_GTID_OPERATIONS,
  ...ERRANT_OPERATIONS,
  ...ONE_SERVER_OPERATIONS,
};
