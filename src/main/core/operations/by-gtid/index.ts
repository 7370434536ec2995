import type { Operations } from '../operation.ts';

export const GTID_OPERATIONS: Operations = {};
