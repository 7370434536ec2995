import type { Operations } from '../operation.ts';
import {
  correlateBinlogPos,
  correlateRelaylogPos,
  findBinlogEntry,
  lastExecutedRelay,
  lastPseudoGtid,
} from './inspect.ts';
import { makeLocalMaster, makeMaster } from './make-master.ts';
import { match, matchUp, rematch } from './match.ts';
import { matchReplicas, matchUpReplicas } from './match-replicas.ts';
import { regroupByPseudoGtid } from './regroup.ts';

export const PSEUDO_GTID_OPERATIONS: Operations = {
  match,
  'match-up': matchUp,
  rematch,
  'match-replicas': matchReplicas,
  'match-up-replicas': matchUpReplicas,
  'regroup-replicas-pgtid': regroupByPseudoGtid,
  'make-master': makeMaster,
  'make-local-master': makeLocalMaster,
  'last-pseudo-gtid': lastPseudoGtid,
  'find-binlog-entry': findBinlogEntry,
  'correlate-binlog-pos': correlateBinlogPos,
  'correlate-relaylog-pos': correlateRelaylogPos,
  'last-executed-relay-entry': lastExecutedRelay,
};
