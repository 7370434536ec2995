import type { RepointMode, ServerAction } from '../../../../shared/domain/action.ts';
import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../../shared/domain/instance-key.ts';
import type { ResultSet } from '../wire/decode-response.ts';
import { commonSteps } from './common-steps.ts';
import { type ActionContext, ActionError, type SemiSyncNames, type Step } from './dialect.ts';
import { injectEmpty, setGtidPurged } from './gtid-steps.ts';
import type { MysqlWords } from './mysql-words.ts';
import { quote, whole } from './quote.ts';
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

/**
 * The statements of an action on MySQL and Percona Server.
 * @throws ActionError
 */
export function mysqlSteps(
  action: ServerAction,
  facts: InstanceFacts,
  context: ActionContext,
  words: MysqlWords,
  clientSessionsQuery: string,
): readonly Step[] {
  switch (action.kind) {
    case 'stop-replication':
      return [plain(`STOP ${words.replica}${THREADS[action.threads]}`)];
    case 'start-replication':
      return [plain(`START ${words.replica}${THREADS[action.threads]}`)];
    case 'repoint':
      return [repoint(action.source, action.mode, action, facts, context, words)];
    case 'reset-replication':
      return [{ ...plain(`RESET ${words.replica} ALL`), ...remedyFor1201(facts, words) }];
    case 'detach-source':
    case 'reattach-source': {
      const source = detachedSource(facts, action.kind === 'detach-source');
      return [repoint(source, { by: 'same-coordinates' }, action, facts, context, words)];
    }
    case 'set-read-only':
      return [{ ...plain(readOnly(action.on, action.super && words.hasSuperReadOnly)), callOff: true }];
    case 'fence':
      return fence(words, clientSessionsQuery);
    case 'end-offline-mode':
      return words.hasOfflineMode ? [plain('SET GLOBAL offline_mode = OFF')] : [];
    case 'wait-for-gtid':
      return [wait(action.gtid, action.timeoutMs, words)];
    case 'set-semi-sync-source':
      return [plain(`SET GLOBAL ${sourceVariable(namesOf(facts, context))} = ${action.on ? 1 : 0}`)];
    case 'set-semi-sync-replica':
      return semiSyncReplica(replicaVariable(namesOf(facts, context)), action.on, facts, words.replica);
    case 'inject-empty':
      return injectEmpty(action.gtids, facts);
    case 'set-gtid-purged':
      return setGtidPurged(action.gtid);
    default:
      return commonSteps(action, facts, context, words);
  }
}

function repoint(
  source: InstanceKey,
  mode: RepointMode,
  action: ServerAction,
  facts: InstanceFacts,
  context: ActionContext,
  words: MysqlWords,
): Step {
  const prefix = words.option;
  const change = changeStep(words.change, [
    ...hostOptions(prefix, source),
    ...paceOptions(prefix, action, facts, true),
    ...placeOptions(prefix, mode, facts),
    ...tlsOptions(prefix, action, words.hasPublicKeyOptions),
    ...credentialOptions(prefix, action, context),
  ]);
  return { ...change, ...remedyFor1201(facts, words) };
}

/** Could not initialize the master info structure. */
const ER_MASTER_INFO = 1201;

/**
 * Makes the server set up its replication files anew (reference topology-operations.md, 1.8). It forgets its place by
 * that, which only a replica that finds it by GTID may.
 */
function remedyFor1201(facts: InstanceFacts, { replica }: MysqlWords): Pick<Step, 'remedy'> {
  if (facts.replica?.gtidUse !== 'mysql') return {};
  const reset = plain(`RESET ${replica}`);
  const restart = [plain(`START ${replica} IO_THREAD`), plain(`STOP ${replica} IO_THREAD`)];
  return { remedy: { errno: ER_MASTER_INFO, steps: [reset, ...restart, reset] } };
}

function placeOptions(prefix: string, mode: RepointMode, facts: InstanceFacts): readonly Option[] {
  if (mode.by === 'gtid') return [{ name: `${prefix}_AUTO_POSITION`, value: '1' }];
  if (mode.by === 'coordinates') {
    return [...coordinateOptions(prefix, mode.at), { name: `${prefix}_AUTO_POSITION`, value: '0' }];
  }
  return facts.replica?.gtidUse === 'mysql' ? [] : placeOptions(prefix, keptCoordinates(facts), facts);
}

/** One statement, so that there is no moment between; `super_read_only` implies `read_only` when it is set. */
function readOnly(on: boolean, withSuper: boolean): string {
  if (!withSuper) return `SET GLOBAL read_only = ${on ? 1 : 0}`;
  return on ? 'SET GLOBAL super_read_only = 1' : 'SET GLOBAL super_read_only = 0, GLOBAL read_only = 0';
}

/** Evicts before, so that read-only needn't wait for what is under way; and after, for sessions that came back. */
function fence(words: MysqlWords, clientSessionsQuery: string): readonly Step[] {
  const evict: Step = { ...plain(clientSessionsQuery), follow: ([sessions]) => (sessions ? kills(sessions) : []) };
  return [evict, plain(readOnly(true, words.hasSuperReadOnly)), evict];
}

/** Gone by itself meanwhile. */
const ER_NO_SUCH_THREAD = 1094;
/** An administrator's session, which read-only has to stop: killing it takes SYSTEM_USER since MySQL 8.0.16. */
const ER_KILL_DENIED = 1095;

function kills(sessions: ResultSet): readonly Step[] {
  const ignoredErrnos = [ER_NO_SUCH_THREAD, ER_KILL_DENIED];
  return sessions.rows.map(([id]) => ({ ...plain(`KILL CONNECTION ${whole(Number(id))}`), ignoredErrnos }));
}

function wait(gtid: string, timeoutMs: number, words: MysqlWords): Step {
  const missing = `SELECT GTID_SUBTRACT(${quote(gtid)}, @@global.gtid_executed)`;
  const late = (sentence: string) => ({ kind: 'timeout' as const, sentence, detailSql: missing });
  if (words.hasWaitForExecuted) {
    const limit = seconds(timeoutMs, words.hasFractionalWait);
    return {
      ...plain(`SELECT WAIT_FOR_EXECUTED_GTID_SET(${quote(gtid)}, ${limit})`),
      verify: ([result]) => (firstValue(result) === '0' ? null : late(`has not executed in ${timeoutMs} ms`)),
    };
  }
  // Before 5.7.5 the function waits for the applier only: NULL when it does not run, even if all is executed.
  return {
    ...plain(
      `SELECT IF(GTID_SUBSET(${quote(gtid)}, @@global.gtid_executed), 0, ` +
        `WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS(${quote(gtid)}, ${seconds(timeoutMs, false)}))`,
    ),
    verify: ([result]) => {
      const value = firstValue(result);
      if (value === null)
        return { kind: 'other', sentence: 'cannot execute, as its applier does not run:', detailSql: missing };
      return Number(value) >= 0 ? null : late(`has not executed in ${timeoutMs} ms`);
    },
  };
}

export function firstValue(result: ResultSet | undefined): string | null {
  return result?.rows[0]?.[0] ?? null;
}

/** A guess is needed only for a server that has not been polled; the old plugins are gone since 8.4. */
function namesOf(facts: InstanceFacts, context: ActionContext): SemiSyncNames {
  if (facts.semiSync === null) throw new ActionError('has no semi-sync plugin loaded');
  return context.semiSyncNames ?? 'source';
}

/** The I/O thread agrees on semi-sync when it connects, so it has to connect anew. */
export function semiSyncReplica(variable: string, on: boolean, facts: InstanceFacts, replica: string): readonly Step[] {
  const set = plain(`SET GLOBAL ${variable} = ${on ? 1 : 0}`);
  const runs = facts.replica !== null && facts.replica.ioState > 0;
  return runs ? [set, plain(`STOP ${replica} IO_THREAD`), plain(`START ${replica} IO_THREAD`)] : [set];
}
