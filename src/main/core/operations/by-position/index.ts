import type { Operations } from '../operation.ts';
import { makeCoMaster } from './make-co-master.ts';
import { moveBelow } from './move-below.ts';
import { moveEquivalent } from './move-equivalent.ts';
import { moveUp } from './move-up.ts';
import { moveUpReplicas } from './move-up-replicas.ts';
import { takeMaster } from './take-master.ts';

export const POSITION_OPERATIONS: Operations = {
  'move-up': moveUp,
  'move-up-replicas': moveUpReplicas,
  'move-below': moveBelow,
  'move-equivalent': moveEquivalent,
  'take-master': takeMaster,
  'make-co-master': makeCoMaster,
};
