import type { moves as english } from '../en/moves.ts';
import type { Same } from '../types.ts';

export const moves: Same<typeof english> = {};
