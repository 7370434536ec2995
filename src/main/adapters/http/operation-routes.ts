import type { Route } from './api.ts';
import * as compatibility from './handlers/compatibility.ts';
import * as ops from './handlers/operations.ts';
import { E, inAllSpellings, W } from './route-builders.ts';

const { anInstance, below, operation, pattern, promoted } = ops;

const relocate = operation('relocate', anInstance, below);
const match = operation('match', anInstance, below);
const moveByGtid = operation('move-gtid', anInstance, below);
const detach = operation('detach-replica-master-host', anInstance);
const reattach = operation('reattach-replica-master-host', anInstance);
const semiSyncSourceOn = operation('enable-semi-sync-master', anInstance);
const semiSyncSourceOff = operation('disable-semi-sync-master', anInstance);

/** Topology operations (http-api reference, sections 5.1 to 5.5), as the table of routes has them. */
const ROUTES: readonly Route[] = [
  // Smart relocation, 5.1
  W('relocate/:host/:port/:belowHost/:belowPort', relocate),
  W('relocate-below/:host/:port/:belowHost/:belowPort', relocate),
  W(
    'relocate-replicas/:host/:port/:belowHost/:belowPort',
    operation('relocate-replicas', ops.bulk('Relocated', 'counted'), below, pattern),
  ),
  W('regroup-replicas/:host/:port', operation('regroup-replicas', promoted)),
  // By file and position, 5.2
  W('move-up/:host/:port', operation('move-up', anInstance)),
  W('move-up-replicas/:host/:port', operation('move-up-replicas', ops.bulk('Moved up', 'counted'), pattern)),
  W('move-below/:host/:port/:belowHost/:belowPort', operation('move-below', anInstance, below)),
  W('move-equivalent/:host/:port/:belowHost/:belowPort', operation('move-equivalent', anInstance, below)),
  W('repoint/:host/:port/:belowHost/:belowPort', operation('repoint', anInstance, below)),
  // Without a destination: to the source that it has, as the binary's command did
  W('repoint/:host/:port', operation('repoint', anInstance)),
  W('repoint-replicas/:host/:port', operation('repoint-replicas', ops.bulk('Repointed', 'counted'), pattern)),
  W('make-co-master/:host/:port', operation('make-co-master', anInstance)),
  W('take-siblings/:host/:port', operation('take-siblings', anInstance)),
  W('take-master/:host/:port', operation('take-master', anInstance)),
  E('W', 'master-equivalent/:host/:port/:logFile/:logPos', compatibility.masterEquivalent),
  // Binlog servers, GTID, Pseudo-GTID, 5.3. move-gtid is how the stock client spells move-below-gtid
  W('regroup-replicas-bls/:host/:port', operation('regroup-replicas-bls', promoted)),
  W('move-below-gtid/:host/:port/:belowHost/:belowPort', moveByGtid),
  W('move-gtid/:host/:port/:belowHost/:belowPort', moveByGtid),
  W(
    'move-replicas-gtid/:host/:port/:belowHost/:belowPort',
    operation('move-replicas-gtid', ops.bulk('Moved', 'error'), below, pattern),
  ),
  W('regroup-replicas-gtid/:host/:port', operation('regroup-replicas-gtid', promoted)),
  W('match/:host/:port/:belowHost/:belowPort', match),
  W('match-below/:host/:port/:belowHost/:belowPort', match),
  W('match-up/:host/:port', operation('match-up', anInstance)),
  W('rematch/:host/:port', operation('rematch', anInstance)),
  W(
    'match-replicas/:host/:port/:belowHost/:belowPort',
    operation('match-replicas', ops.bulk('Matched', 'error'), below, pattern),
  ),
  W('match-up-replicas/:host/:port', operation('match-up-replicas', ops.bulk('Matched up', 'error'), pattern)),
  W('regroup-replicas-pgtid/:host/:port', operation('regroup-replicas-pgtid', promoted)),
  W('make-master/:host/:port', operation('make-master', anInstance)),
  W('make-local-master/:host/:port', operation('make-local-master', anInstance)),
  // Replication, 5.4
  W('enable-gtid/:host/:port', operation('enable-gtid', anInstance)),
  W('disable-gtid/:host/:port', operation('disable-gtid', anInstance)),
  E('-', 'locate-gtid-errant/:host/:port', operation('locate-gtid-errant', ops.texts(null))),
  W('gtid-errant-reset-master/:host/:port', operation('gtid-errant-reset-master', anInstance)),
  W('gtid-errant-inject-empty/:host/:port', operation('gtid-errant-inject-empty', anInstance)),
  W('skip-query/:host/:port', operation('skip-query', anInstance)),
  W('start-replica/:host/:port', operation('start-replica', anInstance)),
  W('restart-replica/:host/:port', operation('restart-replica', anInstance)),
  W('stop-replica/:host/:port', operation('stop-replica', anInstance)),
  W('stop-replica-nice/:host/:port', operation('stop-replica-nice', anInstance)),
  W('reset-replica/:host/:port', operation('reset-replica', anInstance)),
  W('detach-replica/:host/:port', detach),
  W('detach-replica-master-host/:host/:port', detach),
  W('reattach-replica/:host/:port', reattach),
  W('reattach-replica-master-host/:host/:port', reattach),
  W('flush-binary-logs/:host/:port', operation('flush-binary-logs', anInstance, ops.textIn('binlog'))),
  W('purge-binary-logs/:host/:port/:logFile', operation('purge-binary-logs', anInstance, ops.logFile, ops.force)),
  W(
    'restart-replica-statements/:host/:port',
    operation('restart-replica-statements', ops.texts(null), ops.textIn('q')),
  ),
  W('enable-semi-sync-master/:host/:port', semiSyncSourceOn),
  W('disable-semi-sync-master/:host/:port', semiSyncSourceOff),
  W('enable-semi-sync-source/:host/:port', semiSyncSourceOn),
  W('disable-semi-sync-source/:host/:port', semiSyncSourceOff),
  W('enable-semi-sync-replica/:host/:port', operation('enable-semi-sync-replica', anInstance)),
  W('disable-semi-sync-replica/:host/:port', operation('disable-semi-sync-replica', anInstance)),
  W(
    'delay-replication/:host/:port/:seconds',
    operation('delay-replication', ops.seconds, ops.numberAt('seconds', 'number of seconds')),
  ),
  E('-', 'can-replicate-from/:host/:port/:belowHost/:belowPort', compatibility.canReplicate('position')),
  E('-', 'can-replicate-from-gtid/:host/:port/:belowHost/:belowPort', compatibility.canReplicate('gtid')),
  W('change-master-credentials/:host/:port', operation('change-master-credentials', anInstance)),
  // Instances and binary logs, 5.5
  W('set-read-only/:host/:port', operation('set-read-only', anInstance)),
  W('set-writeable/:host/:port', operation('set-writeable', anInstance)),
  W('kill-query/:host/:port/:process', operation('kill-query', anInstance, ops.numberAt('process', 'process id'))),
  W('last-pseudo-gtid/:host/:port', operation('last-pseudo-gtid', ops.placeAndText, ops.strict)),
  // Commands of the predecessor's binary that it had no routes for
  W(
    'master-pos-wait/:host/:port',
    operation('master-pos-wait', anInstance, ops.neededTextIn('binlog', 'position file:pos')),
  ),
  W(
    'find-binlog-entry/:host/:port',
    operation('find-binlog-entry', ops.texts([]), ops.neededTextIn('pattern', 'exact text of the entry')),
  ),
  W('last-executed-relay-entry/:host/:port', operation('last-executed-relay-entry', ops.texts([]))),
  W(
    'correlate-binlog-pos/:host/:port/:belowHost/:belowPort',
    operation('correlate-binlog-pos', ops.texts([]), below, ops.textIn('binlog')),
  ),
  W(
    'correlate-relaylog-pos/:host/:port/:belowHost/:belowPort',
    operation('correlate-relaylog-pos', ops.texts([]), below, ops.textIn('binlog')),
  ),
];

export const OPERATION_ROUTES: readonly Route[] = inAllSpellings(ROUTES);
