import type { V2Handlers } from '../handler.ts';
import * as managing from './managing.ts';
import * as node from './node.ts';
import * as operations from './operations.ts';
import * as recordings from './recordings.ts';
import * as recoveries from './recoveries.ts';
import * as topology from './topology.ts';
import * as upkeep from './upkeep.ts';
import * as watching from './watching.ts';

/** What answers each endpoint; the types leave none out. */
export const V2_HANDLERS: V2Handlers = {
  ...node,
  ...operations,
  ...recordings,
  ...recoveries,
  ...topology,
  ...upkeep,
  ...managing,
  ...watching,
};
