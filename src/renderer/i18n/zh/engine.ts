import type { engine as english } from '../en/engine.ts';
import type { Same } from '../types.ts';

export const engine: Same<typeof english> = {};
