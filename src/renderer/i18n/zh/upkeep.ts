import type { upkeep as english } from '../en/upkeep.ts';
import type { Same } from '../types.ts';

export const upkeep: Same<typeof english> = {};
