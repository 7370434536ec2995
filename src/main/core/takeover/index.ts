import type { TakeoverSaga } from './takeover.ts';

export const TAKEOVERS: Readonly<Record<string, TakeoverSaga>> = {};
