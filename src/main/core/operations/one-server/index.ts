import type { Operations } from '../operation.ts';

export const ONE_SERVER_OPERATIONS: Operations = {};
