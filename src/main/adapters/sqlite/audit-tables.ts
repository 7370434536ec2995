import type { AnalysisCode } from '../../../shared/domain/analysis.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { AnalysisChange, AnalysisLogStore, AuditRecord, AuditStore } from '../../engine/ports/state-store.ts';
import type { DataFile } from './data-file.ts';

/** Entries of a page, as the predecessor's clients expect. */
const PAGE_SIZE = 20;

interface AuditRow {
  readonly id: number;
  readonly atMs: number;
  readonly type: string;
  readonly hostname: string;
  readonly port: number;
  readonly message: string;
}

interface ChangeRow {
  readonly id: number;
  readonly atMs: number;
  readonly hostname: string;
  readonly port: number;
  readonly code: AnalysisCode;
}

/** Who did what, newest first. */
export class AuditTable implements AuditStore {
  readonly #file: DataFile;
  readonly #insert;
  readonly #page;
  readonly #pageOfInstance;
  readonly #purge;

  constructor(file: DataFile) {
    this.#file = file;
    const { db } = file;
    const select = 'SELECT id, at_ms AS atMs, type, hostname, port, message FROM audit';
    this.#insert = db.prepare<[number, string, string, number, string]>(
      'INSERT INTO audit (at_ms, type, hostname, port, message) VALUES (?, ?, ?, ?, ?)',
    );
    this.#page = db.prepare<[number, number], AuditRow>(`${select} ORDER BY id DESC LIMIT ? OFFSET ?`);
    this.#pageOfInstance = db.prepare<[string, number, number, number], AuditRow>(
      `${select} WHERE hostname = ? AND port = ? ORDER BY id DESC LIMIT ? OFFSET ?`,
    );
    this.#purge = db.prepare<[number]>('DELETE FROM audit WHERE at_ms < ?');
  }

  addAudit({ atMs, type, key, message }: Omit<AuditRecord, 'id'>): number {
    return this.#file.write('write its audit log', 'process', () =>
      Number(this.#insert.run(atMs, type, key?.hostname ?? '', key?.port ?? 0, message).lastInsertRowid),
    );
  }

  audit(page: number, key: InstanceKey | null): readonly AuditRecord[] {
    const offset = Math.max(0, Math.trunc(page)) * PAGE_SIZE;
    const rows = this.#file.read('read its audit log', () =>
      key === null
        ? this.#page.all(PAGE_SIZE, offset)
        : this.#pageOfInstance.all(key.hostname, key.port, PAGE_SIZE, offset),
    );
    return rows.map(({ hostname, port, ...entry }) => ({ ...entry, key: hostname === '' ? null : { hostname, port } }));
  }

  /** Call inside a transaction. */
  purge(beforeMs: number): void {
    this.#purge.run(beforeMs);
  }
}

/** When each instance's analysis changed. */
export class AnalysisTables implements AnalysisLogStore {
  readonly #file: DataFile;
  /** The last code by host name and port, so that a pass without changes writes nothing. */
  readonly #last: Map<string, AnalysisCode>;
  readonly #setLast;
  readonly #insert;
  readonly #changes;
  readonly #changesOfInstance;
  readonly #purges;

  constructor(file: DataFile) {
    this.#file = file;
    const { db } = file;
    const select = 'SELECT id, at_ms AS atMs, hostname, port, code FROM analysis_change';
    this.#setLast = db.prepare<[string, number, number, AnalysisCode]>(
      'INSERT OR REPLACE INTO last_analysis (hostname, port, at_ms, code) VALUES (?, ?, ?, ?)',
    );
    this.#insert = db.prepare<[string, number, number, AnalysisCode]>(
      'INSERT INTO analysis_change (hostname, port, at_ms, code) VALUES (?, ?, ?, ?)',
    );
    this.#changes = db.prepare<[], ChangeRow>(`${select} ORDER BY hostname, port, id`);
    this.#changesOfInstance = db.prepare<[string, number], ChangeRow>(
      `${select} WHERE hostname = ? AND port = ? ORDER BY id`,
    );
    this.#purges = [
      db.prepare<[number]>('DELETE FROM analysis_change WHERE at_ms < ?'),
      db.prepare<[number]>('DELETE FROM last_analysis WHERE at_ms < ?'),
    ];
    const stored = file.read('read its analysis log', () =>
      db.prepare<[], ChangeRow>('SELECT 0 AS id, at_ms AS atMs, hostname, port, code FROM last_analysis').all(),
    );
    this.#last = new Map(stored.map(({ hostname, port, code }) => [slot({ hostname, port }), code]));
  }

  recordAnalyses(
    atMs: number,
    analyses: readonly { readonly key: InstanceKey; readonly code: AnalysisCode }[],
  ): number {
    const changed = analyses.filter(({ key, code }) => this.#last.get(slot(key)) !== code);
    if (changed.length === 0) return 0;
    const logged = this.#file.write('write its analysis log', 'process', () => {
      const known = changed.filter(({ key }) => this.#last.has(slot(key)));
      for (const { key, code } of changed) this.#setLast.run(key.hostname, key.port, atMs, code);
      for (const { key, code } of known) this.#insert.run(key.hostname, key.port, atMs, code);
      return known.length;
    });
    for (const { key, code } of changed) this.#last.set(slot(key), code);
    return logged;
  }

  analysisChangelog(key: InstanceKey | null): readonly AnalysisChange[] {
    const rows = this.#file.read('read its analysis log', () =>
      key === null ? this.#changes.all() : this.#changesOfInstance.all(key.hostname, key.port),
    );
    return rows.map(({ id, atMs, hostname, port, code }) => ({ id, atMs, key: { hostname, port }, code }));
  }

  /** Call inside a transaction. */
  purge(beforeMs: number): void {
    for (const statement of this.#purges) statement.run(beforeMs);
  }
}

function slot({ hostname, port }: InstanceKey): string {
  return `${hostname}:${port}`;
}
