import type { V2Handlers } from '../handler.ts';
import * as node from './node.ts';
import * as operations from './operations.ts';
import * as recoveries from './recoveries.ts';
import * as topology from './topology.ts';
import * as upkeep from './upkeep.ts';

/** What answers each endpoint; the types leave none out. */
export const V2_HANDLERS: V2Handlers = { ...node, ...operations, ...recoveries, ...topology, ...upkeep };
