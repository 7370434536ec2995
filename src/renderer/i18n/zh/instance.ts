import type { instance as english } from '../en/instance.ts';
import type { Same } from '../types.ts';

export const instance: Same<typeof english> = {};
