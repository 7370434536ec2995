import type { RecoveryStep } from '../../../shared/domain/recovery.ts';
import type {
  EffectPhase,
  EffectRecord,
  RecoveryLogStore,
  StoredEffect,
  UnfinishedRoutine,
} from '../../engine/ports/state-store.ts';
import type { DataFile } from './data-file.ts';
import { packed, unpacked } from './packed-text.ts';

interface EffectRow {
  readonly id: number;
  readonly recovery_uid: string;
  readonly place: string;
  readonly at_ms: number;
  readonly phase: EffectPhase;
  readonly before_id: number | null;
  readonly kind: string;
  readonly server: string;
  readonly statement: string;
  readonly effect: string | null;
  readonly result: string | null;
  readonly error: string;
  readonly message: string;
}

const COLUMNS = 'recovery_uid, place, at_ms, phase, before_id, kind, server, statement, effect, result, error, message';

/** What recoveries did, line by line. */
export class RecoveryTable implements RecoveryLogStore {
  readonly #file: DataFile;
  readonly #insert;
  readonly #ofRecovery;
  readonly #notes;
  readonly #unfinished;
  readonly #purge;

  constructor(file: DataFile) {
    this.#file = file;
    const { db } = file;
    this.#insert = db.prepare<(string | number | null)[]>(
      `INSERT INTO recovery_effect (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#ofRecovery = db.prepare<[string], EffectRow>(
      `SELECT id, ${COLUMNS} FROM recovery_effect WHERE recovery_uid = ? ORDER BY id`,
    );
    this.#notes = db.prepare<[string], RecoveryStep>(
      `SELECT id, recovery_uid AS recoveryUid, at_ms AS atMs, message FROM recovery_effect
       WHERE recovery_uid = ? AND phase = 'note' ORDER BY id`,
    );
    this.#unfinished = db.prepare<[], UnfinishedRoutine>(
      `SELECT begun.recovery_uid AS uid, begun.id AS beforeId, begun.statement AS name FROM recovery_effect AS begun
       WHERE begun.kind = 'routine' AND begun.phase = 'before' AND NOT EXISTS (
         SELECT 1 FROM recovery_effect AS ended WHERE ended.kind = 'routine' AND ended.before_id = begun.id)
       ORDER BY begun.id`,
    );
    this.#purge = db.prepare<[number]>('DELETE FROM recovery_effect WHERE at_ms < ?');
  }

  recordEffect(record: EffectRecord, earlier: readonly EffectRecord[] = []): number {
    return this.#file.write('write the log of a recovery', 'process', () => {
      for (const one of earlier) this.#write(one);
      return this.#write(record);
    });
  }

  #write(record: EffectRecord): number {
    const { recoveryUid, place, atMs, phase, beforeId, kind, server, statement, effect, result, error, message } =
      record;
    const texts = [kind, server, statement, packed(effect), packed(result), error, message];
    return Number(this.#insert.run(recoveryUid, place, atMs, phase, beforeId, ...texts).lastInsertRowid);
  }

  unfinishedRoutines(): readonly UnfinishedRoutine[] {
    return this.#file.read('read the log of a recovery', () => this.#unfinished.all());
  }

  recordStep(recoveryUid: string, atMs: number, message: string): RecoveryStep {
    const id = this.recordEffect({
      recoveryUid,
      place: '',
      atMs,
      phase: 'note',
      beforeId: null,
      kind: '',
      server: '',
      statement: '',
      effect: null,
      result: null,
      error: '',
      message,
    });
    return { id, recoveryUid, atMs, message };
  }

  effects(recoveryUid: string): readonly StoredEffect[] {
    return this.#file.read('read the log of a recovery', () => this.#ofRecovery.all(recoveryUid).map(toEffect));
  }

  steps(recoveryUid: string): readonly RecoveryStep[] {
    return this.#file.read('read the log of a recovery', () => this.#notes.all(recoveryUid));
  }

  /** Call inside a transaction. */
  purge(beforeMs: number): void {
    this.#purge.run(beforeMs);
  }
}

function toEffect({ recovery_uid, at_ms, before_id, effect, result, ...same }: EffectRow): StoredEffect {
  const texts = { effect: unpacked(effect), result: unpacked(result) };
  return { ...same, ...texts, recoveryUid: recovery_uid, atMs: at_ms, beforeId: before_id };
}
