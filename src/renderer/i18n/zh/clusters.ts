import type { clusters as english } from '../en/clusters.ts';
import type { Same } from '../types.ts';

export const clusters: Same<typeof english> = {};
