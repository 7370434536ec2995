import type { analysis as english } from '../en/analysis.ts';
import type { Same } from '../types.ts';

export const analysis: Same<typeof english> = {};
