import type { ServerAction } from '../../../../shared/domain/action.ts';
import type { InstanceFacts, LogCoordinates } from '../../../../shared/domain/instance.ts';
import { compareCoordinates } from '../../../core/topology/coordinates.ts';
import { type ActionContext, ActionError, type Step } from './dialect.ts';
import { name, quote, whole } from './quote.ts';
import { readReplica } from './replica-row.ts';
import { accountOptions, changeStep, coordinateOptions, plain, seconds } from './steps-common.ts';

/** Actions that all dialects do alike, but for some words. */
export type CommonAction = Extract<
  ServerAction,
  {
    readonly kind:
      | 'wait-for-position'
      | 'start-until'
      | 'skip-event'
      | 'reset-binary-logs'
      | 'set-delay'
      | 'flush-binary-logs'
      | 'purge-binary-logs'
      | 'kill'
      | 'set-credentials'
      | 'inject-pseudo-gtid'
      | 'log-nothing';
  }
>;

/** The words that differ. */
export interface CommonWords {
  readonly replicaStatus: string;
  /** `REPLICA` or `SLAVE`, in START and STOP. */
  readonly replica: string;
  /** `CHANGE REPLICATION SOURCE TO` or `CHANGE MASTER TO`. */
  readonly change: string;
  /** Prefix of the options of `change`, and of those of START … UNTIL. */
  readonly option: string;
  readonly positionWait: string;
  readonly hasFractionalPositionWait: boolean;
  readonly skipCounter: string;
  readonly resetBinaryLogs: string;
  /** The applier's options can be changed while the receiver runs. */
  readonly hasSeparateThreadOptions: boolean;
}

/**
 * The statements of an action that all dialects do alike.
 * @throws ActionError
 */
export function commonSteps(
  action: CommonAction,
  facts: InstanceFacts,
  context: ActionContext,
  words: CommonWords,
): readonly Step[] {
  switch (action.kind) {
    case 'wait-for-position':
      return [positionWait(action.at, action.timeoutMs, words)];
    case 'start-until': {
      const until = coordinateOptions(words.option, action.at).map((each) => `${each.name} = ${each.value}`);
      return [plain(`START ${words.replica} UNTIL ${until.join(', ')}`)];
    }
    case 'skip-event':
      return [skipEvent(facts, words)];
    case 'reset-binary-logs':
      requireBinaryLog(facts);
      return [plain(words.resetBinaryLogs)];
    case 'set-delay':
      return setDelay(action.seconds, facts, words);
    case 'flush-binary-logs':
      requireBinaryLog(facts);
      return Array.from({ length: Number(whole(action.times)) }, () => plain('FLUSH LOCAL BINARY LOGS'));
    case 'purge-binary-logs':
      requireBinaryLog(facts);
      return [plain(`PURGE BINARY LOGS TO ${quote(action.to)}`)];
    case 'kill':
      return [plain(`KILL ${action.what === 'query' ? 'QUERY' : 'CONNECTION'} ${whole(action.id)}`)];
    case 'set-credentials':
      return [changeStep(words.change, accountOptions(words.option, context))];
    case 'log-nothing':
      requireBinaryLog(facts);
      // Written to the binary log unless LOCAL is said (MySQL manual, FLUSH; MariaDB alike). Counts of hourly limits begin anew.
      return [plain('FLUSH USER_RESOURCES')];
    case 'inject-pseudo-gtid':
      // In small letters: the servers log it as it was sent, and PseudoGTIDPattern tells upper case from lower.
      return [plain(`drop view if exists ${name(action.schema)}.${name(action.mark)}`)];
  }
}

/**
 * 5.6 and 5.7 refuse it with GTIDs on (error 1858). 9.7 takes it with a warning and skips nothing: it counts only for
 * channels that assign GTIDs themselves (seen on 9.7.4).
 */
function skipEvent(facts: InstanceFacts, words: CommonWords): Step {
  if (facts.gtidMode === 'ON') {
    throw new ActionError(
      'has gtid_mode = ON, where no event can be skipped: commit an empty transaction under its GTID instead',
    );
  }
  return plain(`SET GLOBAL ${words.skipCounter} = 1`);
}

/**
 * -1 means that the time is up, NULL that the applier doesn't run, even if it is there already (MySQL manual,
 * SOURCE_POS_WAIT): either way its status decides.
 */
function positionWait(at: LogCoordinates, timeoutMs: number, words: CommonWords): Step {
  const limit = seconds(timeoutMs, words.hasFractionalPositionWait);
  return {
    ...plain(`SELECT ${words.positionWait}(${quote(at.file)}, ${whole(at.position)}, ${limit})`),
    follow: ([result]) => {
      const value = result?.rows[0]?.[0] ?? null;
      return value !== null && Number(value) >= 0 ? [] : [positionCheck(at, timeoutMs, words)];
    },
  };
}

function positionCheck(at: LogCoordinates, timeoutMs: number, words: CommonWords): Step {
  return {
    ...plain(words.replicaStatus),
    verify: ([result]) => {
      const replica = result ? readReplica(result) : null;
      const place = placeText(at);
      if (replica === null) return { kind: 'other', sentence: `is not a replica, so it will never execute ${place}` };
      if (compareCoordinates(replica.executed, at) >= 0) return null;
      const stands = `it stands at ${placeText(replica.executed)}`;
      return replica.sqlState === 1
        ? {
            kind: 'timeout',
            sentence: `has not executed its source's log up to ${place} in ${timeoutMs} ms; ${stands}`,
          }
        : { kind: 'other', sentence: `cannot execute up to ${place}, as its applier does not run; ${stands}` };
    },
  };
}

function placeText(at: LogCoordinates): string {
  return `${at.file}:${at.position}`;
}

/** Where the delay can't be set while the receiver runs, the receiver pauses. */
function setDelay(delaySeconds: number, facts: InstanceFacts, words: CommonWords): readonly Step[] {
  if (facts.replica === null) throw new ActionError('is not a replica, so it has no delay to set');
  const change = changeStep(words.change, [{ name: `${words.option}_DELAY`, value: whole(delaySeconds) }]);
  if (words.hasSeparateThreadOptions || facts.replica.ioState <= 0) return [change];
  const start = plain(`START ${words.replica} IO_THREAD`);
  return [plain(`STOP ${words.replica} IO_THREAD`), { ...change, onFailure: [start] }, start];
}

function requireBinaryLog(facts: InstanceFacts): void {
  if (!facts.logBin) throw new ActionError('has its binary log switched off (log_bin)');
}
