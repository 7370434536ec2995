import type { Operations } from '../operation.ts';

export const ERRANT_OPERATIONS: Operations = {};
