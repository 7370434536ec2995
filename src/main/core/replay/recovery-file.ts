import type { RoutineInput, RoutineResult } from '../routines/routine.ts';

/**
 * This folder decides again from what was recorded: whether a routine, fed the results that it got then, takes the same
 * decisions, and where it would take others. It knows nothing of how a file is stored or compressed.
 */
export const RECOVERY_FILE_FORMAT = 'baton-recovery';

/** Grows when an older Baton could no longer make sense of a file. */
export const RECOVERY_FILE_VERSION = 1;

/** One recovery or operation with all that it started from, did and was told. Plain data, without credentials. */
export interface RecoveryFile {
  readonly format: typeof RECOVERY_FILE_FORMAT;
  readonly version: number;
  /** The version of Baton that wrote it. */
  readonly writtenBy: string;
  /** Ms since the epoch. */
  readonly writtenMs: number;
  readonly uid: string;
  readonly start: RoutineInput;
  /** In the order in which they were begun. */
  readonly effects: readonly RecordedEffect[];
  /** Null when it was interrupted or broke off. */
  readonly result: RoutineResult | null;
  /** Why it broke off without a result, as when its log could not be written; left out or empty when it didn't. */
  readonly brokeOff?: string;
}

/** What a routine asked for, and what it was answered. */
export interface RecordedEffect {
  /** Index in the routine; within parallel branches a path such as `7/2.0`: effect 7, third branch, first effect. */
  readonly place: string;
  /** The effect as data; servers' facts in it are shortened to their keys. */
  readonly effect: unknown;
  /** Key text; empty when no server is concerned. */
  readonly server: string;
  /** What was sent, secrets masked; empty when nothing was. */
  readonly statement: string;
  readonly beganMs: number;
  /** Null when Baton did not live to see its end, or the answer was too large to be kept; then `error` says so. */
  readonly endedMs: number | null;
  readonly result: unknown;
  /** A sentence; empty when it went well. */
  readonly error: string;
}

/** The file can't be replayed. The message is for the person who opened it. */
export class RecoveryFileError extends Error {
  override readonly name = 'RecoveryFileError';
}

/**
 * Takes a parsed document for a recovery file.
 * @throws RecoveryFileError
 */
export function recoveryFileOf(document: unknown): RecoveryFile {
  if (!isRecord(document) || document.format !== RECOVERY_FILE_FORMAT) {
    throw new RecoveryFileError('It is not a recovery file: export one with baton export-recovery UID.');
  }
  const version = document.version;
  if (version !== RECOVERY_FILE_VERSION) {
    const newer = typeof version === 'number' && version > RECOVERY_FILE_VERSION;
    const writer = String(document.writtenBy ?? 'an unknown version');
    throw new RecoveryFileError(
      `It has file version ${String(version)}, written by Baton ${writer}, and this Baton reads version ` +
        `${RECOVERY_FILE_VERSION}. ${newer ? 'Replay it with that Baton or a later one.' : 'Replay it with that Baton.'}`,
    );
  }
  const damage = damageOf(document);
  if (damage !== null) throw new RecoveryFileError(`It is damaged: ${damage} Export the recovery again.`);
  return document as unknown as RecoveryFile;
}

/** The first thing that a replay could not do without; what routines make of the rest, the replay shows. */
function damageOf({ uid, start, effects, result, brokeOff }: Record<string, unknown>): string | null {
  if (typeof uid !== 'string') return 'it has no uid.';
  if (!isStart(start)) return 'what the routine began from is missing or incomplete.';
  if (!Array.isArray(effects)) return 'the effects are missing.';
  const broken = effects.findIndex((each) => !isRecordedEffect(each));
  if (broken >= 0) return `effect ${broken + 1} of ${effects.length} is incomplete.`;
  const seen = new Set<string>();
  const twice = (effects as readonly RecordedEffect[]).find(({ place }) => seen.size === seen.add(place).size);
  if (twice !== undefined) return `place ${twice.place} is taken twice.`;
  if (result !== null && !isResult(result)) return 'the result is incomplete.';
  return brokeOff === undefined || typeof brokeOff === 'string' ? null : 'the reason why it broke off is no text.';
}

function isStart(start: unknown): boolean {
  if (!isRecord(start) || typeof start.kind !== 'string' || typeof start.name !== 'string') return false;
  return isRecord(start.args) && isRecord(start.settings) && isPicture(start.picture);
}

const PICTURE_LISTS = ['promotionRules', 'downtimed', 'clusterAliases', 'promotionIgnored', 'equivalences'];

function isPicture(picture: unknown): boolean {
  if (!isRecord(picture) || typeof picture.atMs !== 'number' || !Array.isArray(picture.snapshots)) return false;
  if (!PICTURE_LISTS.every((name) => Array.isArray(picture[name]))) return false;
  return picture.snapshots.every((each) => {
    if (!isRecord(each) || !isRecord(each.key)) return false;
    return typeof each.key.hostname === 'string' && typeof each.key.port === 'number';
  });
}

function isRecordedEffect(each: unknown): boolean {
  if (!isRecord(each) || !isRecord(each.effect) || typeof each.effect.type !== 'string') return false;
  const texts = [each.place, each.server, each.statement, each.error];
  if (!texts.every((text) => typeof text === 'string') || typeof each.beganMs !== 'number') return false;
  return each.endedMs === null || typeof each.endedMs === 'number';
}

function isResult(result: unknown): boolean {
  if (!isRecord(result)) return false;
  return typeof result.message === 'string' || (Array.isArray(result.errors) && Array.isArray(result.lostReplicas));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
