import type { Operations } from '../operation.ts';

export const PSEUDO_GTID_OPERATIONS: Operations = {};
