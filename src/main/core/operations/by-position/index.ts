import type { Operations } from '../operation.ts';

export const POSITION_OPERATIONS: Operations = {};
