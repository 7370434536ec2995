import type { canvas as english } from '../en/canvas.ts';
import type { Same } from '../types.ts';

export const canvas: Same<typeof english> = {};
