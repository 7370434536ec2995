import {
  type AnalysisChange,
  type ArchivedInstance,
  type AuditRecord,
  type EffectRecord,
  type LoggedCommand,
  type StateStore,
  type StoredEffect,
  type StoredName,
  type StoredState,
  StoreError,
  type UnfinishedRoutine,
} from '../../../src/main/engine/ports/state-store.ts';
import type { AnalysisCode } from '../../../src/shared/domain/analysis.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText, sameKey } from '../../../src/shared/domain/instance-key.ts';
import type { RecoveryStep } from '../../../src/shared/domain/recovery.ts';

/** Keeps everything as JSON text, as a real store would, and fails on demand. */
export class MemoryStore implements StateStore {
  readonly path = 'memory';
  readonly commands: string[] = [];
  readonly lines: StoredEffect[] = [];
  readonly audits: AuditRecord[] = [];
  readonly saves: number[] = [];
  readonly purges: (readonly [nowMs: number, days: number])[] = [];
  readonly analyses: { readonly key: InstanceKey; readonly atMs: number; readonly code: AnalysisCode }[] = [];
  readonly snapshots = new Map<KeyText, string>();
  readonly archives = new Map<number, string>();
  names = '[]';
  /** Methods that throw for now. */
  readonly failing = new Set<keyof StateStore>();
  closed = false;
  private state: string | null = null;

  loadCommands(): { readonly snapshot: StoredState | null; readonly commands: readonly LoggedCommand[] } {
    const snapshot: StoredState | null = this.state === null ? null : JSON.parse(this.state);
    const all: LoggedCommand[] = this.commands.map((line) => JSON.parse(line));
    return { snapshot, commands: all.filter(({ seq }) => seq > (snapshot?.seq ?? 0)) };
  }

  appendCommands(commands: readonly LoggedCommand[]): void {
    this.check('appendCommands');
    this.commands.push(...commands.map((command) => JSON.stringify(command)));
  }

  saveState(stored: StoredState): void {
    this.check('saveState');
    this.state = JSON.stringify(stored);
  }

  saveSnapshots(batch: readonly InstanceSnapshot[]): void {
    this.check('saveSnapshots');
    this.saves.push(batch.length);
    for (const snapshot of batch) this.snapshots.set(keyText(snapshot.key), JSON.stringify(snapshot));
  }

  loadSnapshots(): readonly InstanceSnapshot[] {
    return [...this.snapshots.values()].map((text) => ({ ...JSON.parse(text), stale: true }));
  }

  deleteSnapshots(keys: readonly InstanceKey[]): void {
    this.check('deleteSnapshots');
    for (const key of keys) this.snapshots.delete(keyText(key));
  }

  recordEffect(record: EffectRecord, earlier: readonly EffectRecord[] = []): number {
    this.check('recordEffect');
    for (const line of [...earlier, record]) this.lines.push({ ...line, id: this.lines.length + 1 });
    return this.lines.length;
  }

  unfinishedRoutines(): readonly UnfinishedRoutine[] {
    const ended = new Set(this.lines.flatMap(({ kind, beforeId }) => (kind === 'routine' ? (beforeId ?? []) : [])));
    return this.lines
      .filter(({ kind, phase, id }) => kind === 'routine' && phase === 'before' && !ended.has(id))
      .map(({ recoveryUid, id, statement }) => ({ uid: recoveryUid, beforeId: id, name: statement }));
  }

  recordStep(recoveryUid: string, atMs: number, message: string): RecoveryStep {
    this.check('recordStep');
    const note = {
      phase: 'note',
      place: '',
      beforeId: null,
      kind: '',
      server: '',
      statement: '',
      effect: null,
      result: null,
    } as const;
    this.lines.push({ ...note, recoveryUid, atMs, error: '', message, id: this.lines.length + 1 });
    return { id: this.lines.length, recoveryUid, atMs, message };
  }

  effects(recoveryUid: string): readonly StoredEffect[] {
    return this.lines.filter((line) => line.recoveryUid === recoveryUid);
  }

  steps(recoveryUid: string): readonly RecoveryStep[] {
    return this.effects(recoveryUid).filter((line) => line.phase === 'note');
  }

  addAudit(entry: Omit<AuditRecord, 'id'>): number {
    this.check('addAudit');
    this.audits.push({ ...entry, id: this.audits.length + 1 });
    return this.audits.length;
  }

  audit(_page: number, key: InstanceKey | null): readonly AuditRecord[] {
    return this.audits.filter((entry) => key === null || (entry.key !== null && sameKey(entry.key, key))).reverse();
  }

  recordAnalyses(
    atMs: number,
    analyses: readonly { readonly key: InstanceKey; readonly code: AnalysisCode }[],
  ): number {
    this.check('recordAnalyses');
    this.analyses.push(...analyses.map(({ key, code }) => ({ key, code, atMs })));
    return analyses.length;
  }

  analysisChangelog(): readonly AnalysisChange[] {
    return this.analyses.map((change, index) => ({ ...change, id: index + 1 }));
  }

  saveNames(names: readonly StoredName[]): void {
    this.check('saveNames');
    this.names = JSON.stringify(names);
  }

  loadNames(): readonly StoredName[] {
    return JSON.parse(this.names);
  }

  archiveTopology(atMs: number, instances: readonly ArchivedInstance[]): void {
    this.check('archiveTopology');
    this.archives.set(atMs, JSON.stringify(instances));
  }

  archivedTopology(atMs: number): { readonly atMs: number; readonly instances: readonly ArchivedInstance[] } | null {
    const times = [...this.archives.keys()].filter((each) => each <= atMs);
    const newest = times.length === 0 ? null : Math.max(...times);
    return newest === null ? null : { atMs: newest, instances: JSON.parse(this.archives.get(newest) ?? '[]') };
  }

  purge(nowMs: number, days: number): void {
    this.check('purge');
    this.purges.push([nowMs, days]);
  }

  probe(): void {
    this.check('probe');
  }

  close(): void {
    this.closed = true;
  }

  private check(method: keyof StateStore): void {
    if (this.closed) throw new StoreError('closed', this.path, 'The store is closed.');
    if (this.failing.has(method)) throw new StoreError('disk-full', this.path, 'The disk is full.');
  }
}
