import type { Operations } from '../operation.ts';
import { flushBinaryLogs, purgeBinaryLogs } from './binary-logs.ts';
import { changeMasterCredentials } from './credentials.ts';
import { delayReplication } from './delay.ts';
import { killQuery } from './kill-query.ts';
import { masterPosWait } from './master-pos-wait.ts';
import { setReadOnly, setWriteable } from './read-only.ts';
import { detachReplica, reattachReplica, resetReplica } from './reset-detach.ts';
import { restartReplicaStatements } from './restart-statements.ts';
import { semiSyncSwitch } from './semi-sync.ts';
import { skipQuery } from './skip-query.ts';
import { restartReplica, startReplica, stopReplica, stopReplicaNice } from './start-stop.ts';

export const ONE_SERVER_OPERATIONS: Operations = {
  'start-replica': startReplica,
  'stop-replica': stopReplica,
  'stop-replica-nice': stopReplicaNice,
  'restart-replica': restartReplica,
  'reset-replica': resetReplica,
  'detach-replica-master-host': detachReplica,
  'reattach-replica-master-host': reattachReplica,
  'restart-replica-statements': restartReplicaStatements,
  'skip-query': skipQuery,
  'delay-replication': delayReplication,
  'enable-semi-sync-master': semiSyncSwitch('source', true),
  'disable-semi-sync-master': semiSyncSwitch('source', false),
  'enable-semi-sync-replica': semiSyncSwitch('replica', true),
  'disable-semi-sync-replica': semiSyncSwitch('replica', false),
  'set-read-only': setReadOnly,
  'set-writeable': setWriteable,
  'flush-binary-logs': flushBinaryLogs,
  'purge-binary-logs': purgeBinaryLogs,
  'kill-query': killQuery,
  'master-pos-wait': masterPosWait,
  'change-master-credentials': changeMasterCredentials,
};
