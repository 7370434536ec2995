import type { Operations } from '../operation.ts';
import { moveGtid } from './gtid-move.ts';
import { regroupReplicas, regroupReplicasBls } from './regroup.ts';
import { regroupReplicasGtid } from './regroup-gtid.ts';
import { relocate } from './relocate.ts';
import { moveReplicasGtid, relocateReplicas, repointReplicas, takeSiblings } from './relocate-replicas.ts';
import { repoint } from './repoint.ts';
import { disableGtid, enableGtid } from './switch-gtid.ts';

/** Moves by GTID, and the smart operations that choose a method. */
export const GTID_OPERATIONS: Operations = {
  relocate,
  'relocate-replicas': relocateReplicas,
  'take-siblings': takeSiblings,
  'regroup-replicas': regroupReplicas,
  'regroup-replicas-gtid': regroupReplicasGtid,
  'regroup-replicas-bls': regroupReplicasBls,
  'move-gtid': moveGtid,
  'move-replicas-gtid': moveReplicasGtid,
  repoint,
  'repoint-replicas': repointReplicas,
  'enable-gtid': enableGtid,
  'disable-gtid': disableGtid,
};
