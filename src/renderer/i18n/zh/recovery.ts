import type { recovery as english } from '../en/recovery.ts';
import type { Same } from '../types.ts';

export const recovery: Same<typeof english> = {};
