import type { RepointMode, ServerAction } from '../../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../../shared/domain/instance-key.ts';
import { type CommonWords, commonSteps } from './common-steps.ts';
import { type ActionContext, ActionError, type Step } from './dialect.ts';
import { firstValue, semiSyncReplica } from './mysql-steps.ts';
import { quote } from './quote.ts';
import { replicaVariable, sourceVariable } from './semi-sync.ts';
import {
  changeStep,
  coordinateOptions,
  credentialOptions,
  detachedSource,
  hostOptions,
  keptCoordinates,
  type Option,
  paceOptions,
  plain,
  seconds,
  THREADS,
  tlsOptions,
} from './steps-common.ts';

const WORDS: CommonWords = {
  replicaStatus: 'SHOW ALL SLAVES STATUS',
  replica: 'SLAVE',
  change: 'CHANGE MASTER TO',
  option: 'MASTER',
  positionWait: 'MASTER_POS_WAIT',
  hasFractionalPositionWait: false,
  skipCounter: 'sql_slave_skip_counter',
  resetBinaryLogs: 'RESET MASTER',
  hasSeparateThreadOptions: false,
};

/**
 * The statements of an action on MariaDB.
 * @throws ActionError
 */
export function mariadbSteps(
  action: ServerAction,
  facts: InstanceFacts,
  context: ActionContext,
  evictBlock: string,
): readonly Step[] {
  switch (action.kind) {
    case 'stop-replication':
      return [plain(`STOP SLAVE${THREADS[action.threads]}`)];
    case 'start-replication':
      return [plain(`START SLAVE${THREADS[action.threads]}`)];
    case 'repoint':
      return repoint(action.source, action.mode, action, facts, context);
    case 'reset-replication':
      return [plain('RESET SLAVE ALL')];
    case 'detach-source':
    case 'reattach-source': {
      const source = detachedSource(facts, action.kind === 'detach-source');
      return repoint(source, { by: 'same-coordinates' }, action, facts, context);
    }
    case 'set-read-only':
      return [{ ...plain(`SET GLOBAL read_only = ${action.on ? 1 : 0}`), callOff: true }];
    case 'fence':
      // Before, so that read-only needn't wait for what they have under way; after, for those that came back meanwhile.
      return [plain(evictBlock), plain('SET GLOBAL read_only = 1'), plain(evictBlock)];
    case 'end-offline-mode':
      return [];
    case 'wait-for-gtid':
      return [wait(action.gtid, action.timeoutMs)];
    case 'set-semi-sync-source':
      requireSemiSync(facts);
      return [plain(`SET GLOBAL ${sourceVariable('master')} = ${action.on ? 1 : 0}`)];
    case 'set-semi-sync-replica':
      requireSemiSync(facts);
      return semiSyncReplica(replicaVariable('master'), action.on, facts, 'SLAVE');
    case 'inject-empty':
      throw new ActionError('is MariaDB, where a GTID of another server cannot be committed by hand');
    case 'set-gtid-purged':
      throw new ActionError('is MariaDB, which has no gtid_purged');
    default:
      return commonSteps(action, facts, context, WORDS);
  }
}

function repoint(
  source: InstanceKey,
  mode: RepointMode,
  action: ServerAction,
  facts: InstanceFacts,
  context: ActionContext,
): readonly Step[] {
  const change = changeStep('CHANGE MASTER TO', [
    ...hostOptions('MASTER', source),
    ...paceOptions('MASTER', action, facts, false),
    ...placeOptions(mode, facts),
    ...tlsOptions('MASTER', action, false),
    ...credentialOptions('MASTER', action, context),
  ]);
  return needsOwnPosition(mode, facts)
    ? [plain('SET GLOBAL gtid_slave_pos = @@global.gtid_current_pos'), change]
    : [change];
}

/**
 * A demoted source has never replicated what it wrote itself, so its `gtid_slave_pos` stands where it was promoted,
 * or nowhere. Its `gtid_current_pos` includes what it wrote (MariaDB documentation, "Global Transaction ID").
 */
function needsOwnPosition(mode: RepointMode, facts: InstanceFacts): boolean {
  return mode.by === 'gtid' && facts.replica === null;
}

function placeOptions(mode: RepointMode, facts: InstanceFacts): readonly Option[] {
  if (mode.by === 'gtid') {
    // A replica told to use its current position may have been a source; with slave_pos it would start too early.
    if (facts.replica?.mariadbGtidMode === 'Current_Pos') return [];
    return [{ name: 'MASTER_USE_GTID', value: 'slave_pos' }];
  }
  if (mode.by === 'coordinates') {
    return [...coordinateOptions('MASTER', mode.at), { name: 'MASTER_USE_GTID', value: 'no' }];
  }
  return facts.replica?.gtidUse === 'mariadb' ? [] : placeOptions(keptCoordinates(facts), facts);
}

function wait(gtid: string, timeoutMs: number): Step {
  return {
    ...plain(`SELECT MASTER_GTID_WAIT(${quote(gtid)}, ${seconds(timeoutMs, true)})`),
    verify: ([result]) =>
      firstValue(result) === '0'
        ? null
        : {
            kind: 'timeout',
            sentence: `has not executed ${gtid} in ${timeoutMs} ms; it stands at`,
            detailSql: 'SELECT @@global.gtid_slave_pos',
          },
  };
}

function requireSemiSync(facts: InstanceFacts): void {
  if (facts.semiSync === null) throw new ActionError('has no semi-sync');
}
