import { cascadeMasterTakeover } from './cascade-master-takeover.ts';
import { gracefulMasterTakeover } from './graceful-master-takeover.ts';
import type { TakeoverSaga } from './takeover.ts';

export const TAKEOVERS: Readonly<Record<string, TakeoverSaga>> = {
  'graceful-master-takeover': gracefulMasterTakeover,
  'cascade-master-takeover': cascadeMasterTakeover,
};
