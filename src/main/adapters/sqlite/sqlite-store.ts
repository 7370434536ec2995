import type { AnalysisCode } from '../../../shared/domain/analysis.ts';
import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { RecoveryStep } from '../../../shared/domain/recovery.ts';
import type {
  AnalysisChange,
  ArchivedInstance,
  AuditRecord,
  EffectRecord,
  LoggedCommand,
  StateStore,
  StoredEffect,
  StoredName,
  StoredState,
  UnfinishedRoutine,
} from '../../engine/ports/state-store.ts';
import { AnalysisTables, AuditTable } from './audit-tables.ts';
import { CommandTables } from './command-tables.ts';
import { DataFile, type DataFileOptions } from './data-file.ts';
import { ArchiveTable, NameTable } from './discovery-tables.ts';
import { InstanceTable } from './instance-table.ts';
import { RecoveryTable } from './recovery-table.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Everything that Baton keeps on disk, in one SQLite file that this process owns. */
export class SqliteStore implements StateStore {
  readonly #file: DataFile;
  readonly #commands: CommandTables;
  readonly #instances: InstanceTable;
  readonly #recoveries: RecoveryTable;
  readonly #audit: AuditTable;
  readonly #analyses: AnalysisTables;
  readonly #names: NameTable;
  readonly #archive: ArchiveTable;

  private constructor(file: DataFile) {
    this.#file = file;
    this.#commands = new CommandTables(file);
    this.#instances = new InstanceTable(file);
    this.#recoveries = new RecoveryTable(file);
    this.#audit = new AuditTable(file);
    this.#analyses = new AnalysisTables(file);
    this.#names = new NameTable(file);
    this.#archive = new ArchiveTable(file);
  }

  /** @throws StoreError when the folder is in use, or its data file can't be used. */
  static open(options: DataFileOptions): SqliteStore {
    const file = DataFile.open(options);
    try {
      return file.read('open its data file', () => new SqliteStore(file));
    } catch (error) {
      file.close();
      throw error;
    }
  }

  get path(): string {
    return this.#file.path;
  }

  loadCommands(): { readonly snapshot: StoredState | null; readonly commands: readonly LoggedCommand[] } {
    return this.#commands.loadCommands();
  }

  appendCommands(commands: readonly LoggedCommand[]): void {
    this.#commands.appendCommands(commands);
  }

  saveState(stored: StoredState): void {
    this.#commands.saveState(stored);
  }

  saveSnapshots(batch: readonly InstanceSnapshot[]): void {
    this.#instances.saveSnapshots(batch);
  }

  loadSnapshots(): readonly InstanceSnapshot[] {
    return this.#instances.loadSnapshots();
  }

  deleteSnapshots(keys: readonly InstanceKey[]): void {
    this.#instances.deleteSnapshots(keys);
  }

  recordEffect(record: EffectRecord, earlier: readonly EffectRecord[] = []): number {
    return this.#recoveries.recordEffect(record, earlier);
  }

  unfinishedRoutines(): readonly UnfinishedRoutine[] {
    return this.#recoveries.unfinishedRoutines();
  }

  recordStep(recoveryUid: string, atMs: number, message: string): RecoveryStep {
    return this.#recoveries.recordStep(recoveryUid, atMs, message);
  }

  effects(recoveryUid: string): readonly StoredEffect[] {
    return this.#recoveries.effects(recoveryUid);
  }

  steps(recoveryUid: string): readonly RecoveryStep[] {
    return this.#recoveries.steps(recoveryUid);
  }

  addAudit(entry: Omit<AuditRecord, 'id'>): number {
    return this.#audit.addAudit(entry);
  }

  audit(page: number, key: InstanceKey | null): readonly AuditRecord[] {
    return this.#audit.audit(page, key);
  }

  recordAnalyses(
    atMs: number,
    analyses: readonly { readonly key: InstanceKey; readonly code: AnalysisCode }[],
  ): number {
    return this.#analyses.recordAnalyses(atMs, analyses);
  }

  analysisChangelog(key: InstanceKey | null): readonly AnalysisChange[] {
    return this.#analyses.analysisChangelog(key);
  }

  saveNames(names: readonly StoredName[]): void {
    this.#names.saveNames(names);
  }

  loadNames(): readonly StoredName[] {
    return this.#names.loadNames();
  }

  archiveTopology(atMs: number, instances: readonly ArchivedInstance[]): void {
    this.#archive.archiveTopology(atMs, instances);
  }

  archivedTopology(atMs: number): { readonly atMs: number; readonly instances: readonly ArchivedInstance[] } | null {
    return this.#archive.archivedTopology(atMs);
  }

  purge(nowMs: number, days: number): void {
    if (!(days > 0)) throw new RangeError(`Data can be kept for a number of days above 0, not ${days}.`);
    const beforeMs = Math.floor(nowMs - days * DAY_MS);
    this.#file.write('remove old entries', 'process', () => {
      this.#commands.purge(beforeMs);
      this.#recoveries.purge(beforeMs);
      this.#audit.purge(beforeMs);
      this.#analyses.purge(beforeMs);
      this.#archive.purge(beforeMs);
    });
    this.#file.checkpoint();
  }

  probe(): void {
    const { db } = this.#file;
    this.#file.write('try whether it can write', 'process', () => {
      db.pragma(`user_version = ${Number(db.pragma('user_version', { simple: true }))}`);
    });
  }

  close(): void {
    this.#file.close();
  }
}
