import { BatonError } from '../../../shared/errors/baton-error.ts';
import { resultPhrase } from '../../core/replay/compare.ts';
import { type RecoveryFile, RecoveryFileError, recoveryFileOf } from '../../core/replay/recovery-file.ts';
import { type Divergence, type ReplayReport, replay } from '../../core/replay/replay.ts';
import { type Timeline, timelineOf } from '../../core/replay/timeline.ts';

export type { Timeline, TimelineStep } from '../../core/replay/timeline.ts';

/** How what was recorded came out; `running` while it goes on in this very process. */
export type RecordedOutcome = 'running' | 'done' | 'partial' | 'undone' | 'left' | 'refused' | 'failed' | 'interrupted';

/** A recovery, a takeover or an operation, to be looked at step by step. */
export interface RecordedTimeline {
  readonly file: Omit<RecoveryFile, 'effects'>;
  readonly outcome: RecordedOutcome;
  /** What came of it, as sentences; empty while it runs. */
  readonly message: string;
  readonly timeline: Timeline;
  /** Whether this version would decide the same; null where nobody asked. */
  readonly replay: ReplayVerdict | null;
}

/** `impossible`: this version can't decide it again. */
export interface ReplayVerdict {
  readonly outcome: 'same' | 'different' | 'same-so-far' | 'impossible';
  /** Why it is impossible; else empty. */
  readonly message: string;
  readonly divergences: readonly Divergence[];
}

/** @param isRunning nothing has ended it yet */
export function recordedTimeline(recording: RecoveryFile, isRunning: boolean): RecordedTimeline {
  const { effects: _, ...file } = recording;
  const outcome = outcomeOf(recording, isRunning);
  return { file, outcome, message: messageOf(recording, outcome), timeline: timelineOf(recording), replay: null };
}

/**
 * The same of a file that somebody has, with what this version would decide.
 * @param name of the file, for messages
 * @throws BatonError when the document is no recovery file, or one of another version
 */
export function timelineOfFile(document: unknown, name: string): RecordedTimeline {
  let recording: RecoveryFile;
  try {
    recording = recoveryFileOf(document);
  } catch (error) {
    if (!(error instanceof RecoveryFileError)) throw error;
    throw new BatonError('invalid-argument', `${name} can't be shown. ${error.message}`, { cause: error });
  }
  try {
    return { ...recordedTimeline(recording, false), replay: verdictOf(recording) };
  } catch (error) {
    throw new BatonError(
      'invalid-argument',
      `${name} can't be shown: what it says of a server is not what Baton writes. It is damaged, or was changed by hand.`,
      { hint: 'Export the recovery again with baton export-recovery UID --out FILE.', cause: error },
    );
  }
}

function verdictOf(recording: RecoveryFile): ReplayVerdict {
  let report: ReplayReport;
  try {
    report = replay(recording);
  } catch (error) {
    if (!(error instanceof RecoveryFileError)) throw error;
    return { outcome: 'impossible', message: error.message, divergences: [] };
  }
  const { divergences, interrupted } = report;
  const outcome = divergences.length > 0 ? 'different' : interrupted ? 'same-so-far' : 'same';
  return { outcome, message: '', divergences };
}

function outcomeOf({ result, brokeOff }: RecoveryFile, isRunning: boolean): RecordedOutcome {
  if (result === null) {
    if ((brokeOff ?? '') !== '') return 'failed';
    return isRunning ? 'running' : 'interrupted';
  }
  if ('state' in result) return result.state;
  return result.successor === null ? 'failed' : 'done';
}

function messageOf({ result, brokeOff }: RecoveryFile, outcome: RecordedOutcome): string {
  if (outcome === 'running') return '';
  if (result !== null) return resultPhrase(result);
  if (outcome === 'failed') return `It broke off: ${brokeOff ?? ''}`;
  return 'Its log ends here: Baton was stopped or killed before it came to an end.';
}
