import type { Command } from '../../../shared/domain/command.ts';
import type { StateSnapshot } from '../../core/commands/state.ts';
import { type CommandStore, type LoggedCommand, type StoredState, StoreError } from '../../engine/ports/state-store.ts';
import type { DataFile } from './data-file.ts';

interface CommandRow {
  readonly seq: number;
  readonly at_ms: number;
  readonly command: string;
}

/** The command log and the snapshot of what it adds up to. */
export class CommandTables implements CommandStore {
  readonly #file: DataFile;
  readonly #insert;
  readonly #insertState;
  readonly #dropStates;
  readonly #purge;

  constructor(file: DataFile) {
    this.#file = file;
    const { db } = file;
    this.#insert = db.prepare<[number, number, string]>(
      'INSERT INTO command_log (seq, at_ms, command) VALUES (?, ?, ?)',
    );
    this.#insertState = db.prepare<[number, number, string]>(
      'INSERT OR REPLACE INTO state_snapshot (seq, at_ms, state) VALUES (?, ?, ?)',
    );
    this.#dropStates = db.prepare<[number]>('DELETE FROM state_snapshot WHERE seq <> ?');
    this.#purge = db.prepare<[number]>(
      'DELETE FROM command_log WHERE at_ms < ? AND seq <= (SELECT max(seq) FROM state_snapshot)',
    );
  }

  get path(): string {
    return this.#file.path;
  }

  loadCommands(): { readonly snapshot: StoredState | null; readonly commands: readonly LoggedCommand[] } {
    return this.#file.read('read its command log', () => {
      const newest = this.#file.db
        .prepare<[], { seq: number; at_ms: number; state: string }>(
          'SELECT seq, at_ms, state FROM state_snapshot ORDER BY seq DESC LIMIT 1',
        )
        .get();
      const snapshot = newest
        ? {
            seq: newest.seq,
            atMs: newest.at_ms,
            state: this.#parse<StateSnapshot>(newest.state, `the saved state of command ${newest.seq}`),
          }
        : null;
      const rows = this.#file.db
        .prepare<[number], CommandRow>('SELECT seq, at_ms, command FROM command_log WHERE seq > ? ORDER BY seq')
        .all(snapshot?.seq ?? 0);
      return { snapshot, commands: this.#logged(rows, (snapshot?.seq ?? 0) + 1) };
    });
  }

  #logged(rows: readonly CommandRow[], firstSeq: number): readonly LoggedCommand[] {
    return rows.map(({ seq, at_ms, command }, index) => {
      if (seq !== firstSeq + index) throw this.#damaged(`command ${firstSeq + index} is missing from its log`);
      return { seq, atMs: at_ms, command: this.#parse<Command>(command, `command ${seq}`) };
    });
  }

  #parse<T>(text: string, what: string): T {
    try {
      return JSON.parse(text);
    } catch {
      throw this.#damaged(`${what} can't be read`);
    }
  }

  #damaged(what: string): StoreError {
    return new StoreError('corrupt', this.#file.path, `${this.#file.path} is damaged: ${what}.`, {
      hint: 'Stop Baton and put a backup of the file in its place, or move it away to start empty.',
    });
  }

  appendCommands(commands: readonly LoggedCommand[]): void {
    this.#file.write('save a change', 'power', () => {
      for (const { seq, atMs, command } of commands) this.#insert.run(seq, atMs, JSON.stringify(command));
    });
  }

  saveState({ seq, atMs, state }: StoredState): void {
    const text = JSON.stringify(state);
    this.#file.write('save its state', 'power', () => {
      this.#insertState.run(seq, atMs, text);
      this.#dropStates.run(seq);
    });
  }

  /** Call inside a transaction. */
  purge(beforeMs: number): void {
    this.#purge.run(beforeMs);
  }
}
