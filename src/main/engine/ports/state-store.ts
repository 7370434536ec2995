import type { AnalysisCode } from '../../../shared/domain/analysis.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import type { InstanceKey, KeyText } from '../../../shared/domain/instance-key.ts';
import type { RecoveryStep } from '../../../shared/domain/recovery.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import type { StateSnapshot } from '../../core/commands/state.ts';

/** Why the store failed. */
export type StoreFailure =
  | 'disk-full'
  /** Another program holds the data file's lock. */
  | 'busy'
  /** Another Baton owns the data folder. */
  | 'folder-in-use'
  | 'corrupt'
  | 'not-writable'
  /** The disk or the network file system failed. */
  | 'disk-failed'
  /** A later version of Baton wrote the data. */
  | 'newer-version'
  | 'closed'
  | 'other';

/** The store can't do what it was asked; nothing of it was written. */
export class StoreError extends BatonError {
  readonly reason: StoreFailure;
  /** The file or folder concerned. */
  readonly file: string;

  constructor(reason: StoreFailure, file: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super('store', message, options);
    this.reason = reason;
    this.file = file;
  }
}

/** A committed command; `seq` counts from 1 without gaps. */
export interface LoggedCommand {
  readonly seq: number;
  readonly atMs: number;
  readonly command: Command;
}

export interface StoredState {
  /** The last command that the snapshot contains. */
  readonly seq: number;
  readonly atMs: number;
  readonly state: StateSnapshot;
}

/** All methods of the stores are synchronous, and throw StoreError. */
export interface CommandStore {
  /** The file that it writes, for messages. */
  readonly path: string;
  /** The newest snapshot, null at the first start, and the commands after it, oldest first. */
  loadCommands(): { readonly snapshot: StoredState | null; readonly commands: readonly LoggedCommand[] };
  /** Appends all or none. On return they survive a loss of power. */
  appendCommands(commands: readonly LoggedCommand[]): void;
  /** Replaces the snapshot. */
  saveState(stored: StoredState): void;
}

/** What Baton knew of its servers, so that a start begins with a picture. May lag behind memory. */
export interface InstanceStore {
  saveSnapshots(batch: readonly InstanceSnapshot[]): void;
  /** Everything saved, each marked as stale. */
  loadSnapshots(): readonly InstanceSnapshot[];
  deleteSnapshots(keys: readonly InstanceKey[]): void;
}

/** `before` an effect is performed, `after` it, or a `note` for people. */
export type EffectPhase = 'before' | 'after' | 'note';

/** One line of a recovery's log. `effect` and `result` are JSON texts, for replay. No secrets anywhere. */
export interface EffectRecord {
  readonly recoveryUid: string;
  /**
   * Which effect of the routine it is, alike at every run: its index, and for one in a parallel branch the place of the
   * parallel effect, the branch and the index there, such as `7/2.0`. Empty for lines that no routine has yielded.
   */
  readonly place: string;
  readonly atMs: number;
  readonly phase: EffectPhase;
  /** Id of the `before` line that an `after` line answers; null otherwise. */
  readonly beforeId: number | null;
  /** The effect's kind, `routine` where a routine begins or ends; empty for a note that none has yielded. */
  readonly kind: string;
  /** Empty when no server is concerned. */
  readonly server: KeyText;
  readonly statement: string;
  readonly effect: string | null;
  readonly result: string | null;
  /** Empty when it went well. */
  readonly error: string;
  readonly message: string;
}

export interface StoredEffect extends EffectRecord {
  readonly id: number;
}

/** A routine whose log has a beginning and no end. */
export interface UnfinishedRoutine {
  readonly uid: string;
  /** Of the line that began it. */
  readonly beforeId: number;
  /** Its kind and name, such as `operation relocate`. */
  readonly name: string;
}

/** On return of a write it survives the death of this process, though maybe not a loss of power. */
export interface RecoveryLogStore {
  /**
   * @param earlier lines that are written with it, before it: all or none
   * @returns the line's id; ids grow.
   */
  recordEffect(record: EffectRecord, earlier?: readonly EffectRecord[]): number;
  /** Routines that began and haven't ended, oldest first. */
  unfinishedRoutines(): readonly UnfinishedRoutine[];
  /** Writes a note. */
  recordStep(recoveryUid: string, atMs: number, message: string): RecoveryStep;
  /** All lines of a recovery, oldest first. */
  effects(recoveryUid: string): readonly StoredEffect[];
  /** The notes of a recovery, oldest first. */
  steps(recoveryUid: string): readonly RecoveryStep[];
}

export interface AuditRecord {
  readonly id: number;
  readonly atMs: number;
  readonly type: string;
  /** Null when no instance is concerned. */
  readonly key: InstanceKey | null;
  readonly message: string;
}

export interface AuditStore {
  /** @returns the entry's id. */
  addAudit(entry: Omit<AuditRecord, 'id'>): number;
  /** Newest first, pages of 20 from 0; of one instance when a key is given. */
  audit(page: number, key: InstanceKey | null): readonly AuditRecord[];
}

export interface AnalysisChange {
  readonly id: number;
  readonly key: InstanceKey;
  readonly atMs: number;
  readonly code: AnalysisCode;
}

export interface AnalysisLogStore {
  /**
   * Notes the codes of this pass. A change is logged only when an earlier code is known (analysis reference,
   * section 12).
   * @returns how many changes were logged.
   */
  recordAnalyses(atMs: number, analyses: readonly { readonly key: InstanceKey; readonly code: AnalysisCode }[]): number;
  /** By host name, port and id; of one instance when a key is given. */
  analysisChangelog(key: InstanceKey | null): readonly AnalysisChange[];
}

/** Under what other name a server was met; port 0 on both sides: what the name service said of a host. */
export interface StoredName {
  readonly alias: InstanceKey;
  readonly own: InstanceKey;
  readonly atMs: number;
}

export interface NameStore {
  /** Replaces all names. */
  saveNames(names: readonly StoredName[]): void;
  loadNames(): readonly StoredName[];
}

/** One server of an archived topology. */
export interface ArchivedInstance {
  readonly key: InstanceKey;
  /** NO_KEY for none. */
  readonly source: InstanceKey;
  readonly clusterName: string;
  readonly version: string;
}

export interface ArchiveStore {
  archiveTopology(atMs: number, instances: readonly ArchivedInstance[]): void;
  /** The newest one of that time or before; null when there is none. */
  archivedTopology(atMs: number): { readonly atMs: number; readonly instances: readonly ArchivedInstance[] } | null;
}

export interface StateStore
  extends CommandStore,
    InstanceStore,
    RecoveryLogStore,
    AuditStore,
    AnalysisLogStore,
    NameStore,
    ArchiveStore {
  /**
   * Removes audit entries, recovery logs, analysis changes, archived topologies and commands that are older than `days`, and puts the
   * write-ahead log into the data file. Never a command that the snapshot doesn't contain.
   */
  purge(nowMs: number, days: number): void;
  /** Writes something that changes nothing; throws when nothing can be written. */
  probe(): void;
  close(): void;
}
